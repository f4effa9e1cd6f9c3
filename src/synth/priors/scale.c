/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scale.c - the network sees the image a little larger or smaller, another way at every step */
#include "image/warp.h"
#include "synth/prior.h"

struct scale {
    double amount;
    struct evk_warp warp;
};

static const evk_param params[] = {
    {"amount", "A", "zoom by 1 - A to 1 + A about the centre", EVK_PARAM_REAL,
     offsetof(struct scale, amount), 0, 0.9},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

static const struct scale defaults = {.amount = 0.05};

static evk_status prepare(void *self, const struct evk_frame *f, evk_error *err)
{
    struct scale *s = self;

    return evk_warp_init(&s->warp, f->k, f->h, f->w, f->c, err);
}

static void release(void *self)
{
    struct scale *s = self;

    evk_warp_release(&s->warp);
}

/* What is seen larger is read from nearer to the centre. */
static void draw(void *self, const struct evk_frame *f, const struct evk_rng_key *key)
{
    struct scale *s = self;
    const double zoom = 1 + s->amount * (2 * (double)evk_rng_uniform(key, 0) - 1);
    const double map[] = {1 / zoom, 0, 0, 1 / zoom};

    (void)f;
    evk_warp_set(&s->warp, map);
}

static void transform(const void *self, const struct evk_frame *f, const float *x, float *y)
{
    const struct scale *s = self;

    (void)f;
    evk_warp_apply(&s->warp, x, y);
}

static void adjoint(const void *self, const struct evk_frame *f, const float *gy, float *gx)
{
    const struct scale *s = self;

    (void)f;
    evk_warp_adjoint(&s->warp, gy, gx);
}

extern const struct evk_prior_type evk_prior_scale;
const struct evk_prior_type evk_prior_scale = {
    .name = "scale",
    .summary = "random zoom of the image that the network sees, bilinear, edges going on",
    .reference = "Olah 2017",
    .params = params,
    .size = sizeof(struct scale),
    .defaults = &defaults,
    .prepare = prepare,
    .release = release,
    .draw = draw,
    .transform = transform,
    .adjoint = adjoint,
};
