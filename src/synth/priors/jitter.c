/* SPDX-License-Identifier: GPL-3.0-or-later */
/* jitter.c - the network sees the image shifted by a few pixels, another way at every step */
#include <math.h>
#include <string.h>

#include "synth/prior.h"

struct jitter {
    double pixels;
    int64_t down, right; /* 0 to h - 1 and w - 1: what leaves at one edge comes in at the other */
};

static const evk_param params[] = {
    {"pixels", "P", "largest shift along rows and columns, pixels", EVK_PARAM_REAL,
     offsetof(struct jitter, pixels), 0, 1000},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

static const struct jitter defaults = {.pixels = 6};

/* Uniform on -pixels to pixels, modulo n. */
static int64_t shift(double pixels, int64_t n, const struct evk_rng_key *key, uint64_t number)
{
    const int64_t most = (int64_t)pixels;
    const float u = evk_rng_uniform(key, number);
    const int64_t by = (int64_t)floorf(u * (float)(2 * most + 1)) - most;

    return ((by % n) + n) % n;
}

static void draw(void *self, const struct evk_frame *f, const struct evk_rng_key *key)
{
    struct jitter *j = self;

    j->down = shift(j->pixels, f->h, key, 0);
    j->right = shift(j->pixels, f->w, key, 1);
}

/* out(y + down, x + right) = in(y, x), around the edges. */
static void roll(const struct evk_frame *f, int64_t down, int64_t right, const float *in,
                 float *out)
{
    const size_t tail = (size_t)((f->w - right) * f->c), head = (size_t)(right * f->c);

    for (int64_t y = 0; y < f->h; y++) {
        const float *from = in + y * f->w * f->c;
        float *to = out + (y + down) % f->h * f->w * f->c;

        memcpy(to + head, from, tail * sizeof(*to));
        memcpy(to, from + tail, head * sizeof(*to));
    }
}

static void transform(const void *self, const struct evk_frame *f, const float *x, float *y)
{
    const struct jitter *j = self;

    roll(f, j->down, j->right, x, y);
}

/* A permutation: its adjoint is its inverse. */
static void adjoint(const void *self, const struct evk_frame *f, const float *gy, float *gx)
{
    const struct jitter *j = self;

    roll(f, (f->h - j->down) % f->h, (f->w - j->right) % f->w, gy, gx);
}

extern const struct evk_prior_type evk_prior_jitter;
const struct evk_prior_type evk_prior_jitter = {
    .name = "jitter",
    .summary = "random shifts of the image that the network sees, pixels",
    .reference = "Mordvintsev 2015",
    .params = params,
    .size = sizeof(struct jitter),
    .defaults = &defaults,
    .draw = draw,
    .transform = transform,
    .adjoint = adjoint,
};
