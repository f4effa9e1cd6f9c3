/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * jitter.c - the network sees the image shifted by a few pixels, by another shift at every step
 *
 * The image is continued beyond its edges by reflection; with around=1 what leaves at an edge comes
 * in at the opposite one, as if the image were a torus.
 */
#include <math.h>
#include <string.h>

#include "image/mirror.h"
#include "synth/prior.h"

struct jitter {
    double pixels;
    int64_t around;
    int64_t down, right; /* rows and columns of the shift in this step */
};

static const evk_param params[] = {
    {"pixels", "P", "largest shift along rows and columns, pixels", EVK_PARAM_REAL,
     offsetof(struct jitter, pixels), 0, 1000},
    {"around", "0|1",
     "0: the image goes on beyond its edges by reflection; 1: with the opposite edge",
     EVK_PARAM_INT, offsetof(struct jitter, around), 0, 1},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

static const struct jitter defaults = {.pixels = 6};

/* Returns a random whole number, uniform from -pixels to pixels. */
static int64_t shift(double pixels, const struct evk_rng_key *key, uint64_t number)
{
    const int64_t most = (int64_t)pixels;
    const float u = evk_rng_uniform(key, number);

    return (int64_t)floorf(u * (float)(2 * most + 1)) - most;
}

static void jitter_draw(void *self, const struct evk_frame *f, const struct evk_rng_key *key)
{
    struct jitter *j = self;

    (void)f;
    j->down = shift(j->pixels, key, 0);
    j->right = shift(j->pixels, key, 1);
}

/* Returns which pixel of a line of n stands at place i, which may be beyond its ends. */
static int64_t jitter_place(const struct jitter *j, int64_t i, int64_t n)
{
    return j->around ? (i % n + n) % n : evk_mirror(i, n);
}

/*
 * Finds the columns of the shifted image, from *first up to but without *last, that come from
 * columns of the image itself, so that they can be copied at once.
 */
static void inner_columns(const struct jitter *j, int64_t w, int64_t *first, int64_t *last)
{
    *first = j->right > 0 ? j->right : 0;
    *last = j->right < 0 ? w + j->right : w;
    if (*first >= *last)
        *first = *last = 0;
}

/* out(y, x) = in(y - down, x - right) */
static void jitter_transform(const void *self, const struct evk_frame *f, const float *in,
                             float *out)
{
    const struct jitter *j = self;
    const int64_t c = f->c;
    int64_t first, last;

    inner_columns(j, f->w, &first, &last);
    for (int64_t y = 0; y < f->h; y++) {
        const float *from = in + jitter_place(j, y - j->down, f->h) * f->w * c;
        float *to = out + y * f->w * c;

        memcpy(to + first * c, from + (first - j->right) * c,
               (size_t)((last - first) * c) * sizeof(*to));
        for (int64_t x = first > 0 ? 0 : last; x < f->w; x = x + 1 == first ? last : x + 1)
            memcpy(to + x * c, from + jitter_place(j, x - j->right, f->w) * c,
                   (size_t)c * sizeof(*to));
    }
}

/* The gradient of each output pixel is added to the pixel from which it was read. */
static void jitter_adjoint(const void *self, const struct evk_frame *f, const float *gy, float *gx)
{
    const struct jitter *j = self;
    const int64_t c = f->c;
    int64_t first, last;

    inner_columns(j, f->w, &first, &last);
    memset(gx, 0, (size_t)(f->h * f->w * c) * sizeof(*gx));
    for (int64_t y = 0; y < f->h; y++) {
        const float *from = gy + y * f->w * c;
        float *to = gx + jitter_place(j, y - j->down, f->h) * f->w * c;

        f->k->axpy((last - first) * c, 1, from + first * c, to + (first - j->right) * c);
        for (int64_t x = first > 0 ? 0 : last; x < f->w; x = x + 1 == first ? last : x + 1)
            f->k->axpy(c, 1, from + x * c, to + jitter_place(j, x - j->right, f->w) * c);
    }
}

extern const struct evk_prior_type evk_prior_jitter;
const struct evk_prior_type evk_prior_jitter = {
    .name = "jitter",
    .summary = "shift the image that the network sees at random, pixels",
    .reference = "Mordvintsev 2015",
    .params = params,
    .size = sizeof(struct jitter),
    .defaults = &defaults,
    .draw = jitter_draw,
    .transform = jitter_transform,
    .adjoint = jitter_adjoint,
};
