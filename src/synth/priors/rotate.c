/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rotate.c - the network sees the image turned a little, another way at every step */
#include "base/fmath.h"
#include "image/warp.h"
#include "synth/prior.h"

struct rotate {
    double degrees;
    struct evk_warp warp;
};

static const evk_param params[] = {
    {"degrees", "D", "turn by -D to D about the centre, degrees", EVK_PARAM_REAL,
     offsetof(struct rotate, degrees), 0, 180},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

static const struct rotate defaults = {.degrees = 5};

static evk_status prepare(void *self, const struct evk_frame *f, evk_error *err)
{
    struct rotate *r = self;

    return evk_warp_init(&r->warp, f->k, f->h, f->w, f->c, err);
}

static void release(void *self)
{
    struct rotate *r = self;

    evk_warp_release(&r->warp);
}

/* Counterclockwise; the output is read from where it was before the turn. */
static void draw(void *self, const struct evk_frame *f, const struct evk_rng_key *key)
{
    const double radians_per_degree = 1.74532925199432957692e-02;
    struct rotate *r = self;
    const double degrees = r->degrees * (2 * (double)evk_rng_uniform(key, 0) - 1);
    const double cosine = evk_cos(degrees * radians_per_degree);
    const double sine = evk_cos((90 - degrees) * radians_per_degree);
    const double map[] = {cosine, sine, -sine, cosine};

    (void)f;
    evk_warp_set(&r->warp, map);
}

static void transform(const void *self, const struct evk_frame *f, const float *x, float *y)
{
    const struct rotate *r = self;

    (void)f;
    evk_warp_apply(&r->warp, x, y);
}

static void adjoint(const void *self, const struct evk_frame *f, const float *gy, float *gx)
{
    const struct rotate *r = self;

    (void)f;
    evk_warp_adjoint(&r->warp, gy, gx);
}

extern const struct evk_prior_type evk_prior_rotate;
const struct evk_prior_type evk_prior_rotate = {
    .name = "rotate",
    .summary = "random turns of the image that the network sees, degrees",
    .reference = "Olah 2017",
    .params = params,
    .size = sizeof(struct rotate),
    .defaults = &defaults,
    .prepare = prepare,
    .release = release,
    .draw = draw,
    .transform = transform,
    .adjoint = adjoint,
};
