/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rotate.c - the network sees the image turned about its centre, by another angle at every step */
#include "base/fmath.h"
#include "synth/priors/transforms/warped.h"

static const evk_param params[] = {
    {"degrees", "D", "largest turn about the centre in either direction, degrees", EVK_PARAM_REAL,
     offsetof(struct evk_warped, amount), 0, 180},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

static const struct evk_warped defaults = {.amount = 5};

/*
 * A positive angle turns the image counterclockwise.  The map leads from a place of the turned
 * image to the place of the image from which it is read.
 */
static void rotate_draw(void *self, const struct evk_frame *f, const struct evk_rng_key *key)
{
    const double radians_per_degree = 1.74532925199432957692e-02;
    struct evk_warped *r = self;
    const double degrees = r->amount * (2 * (double)evk_rng_uniform(key, 0) - 1);
    const double cosine = evk_cos(degrees * radians_per_degree);
    const double sine = evk_cos((90 - degrees) * radians_per_degree);
    const double map[] = {cosine, sine, -sine, cosine};

    (void)f;
    evk_warp_set(&r->warp, map);
}

extern const struct evk_prior_type evk_prior_rotate;
const struct evk_prior_type evk_prior_rotate = {
    .name = "rotate",
    .summary = "turn the image that the network sees at random, degrees",
    .reference = "Olah 2017",
    .params = params,
    .size = sizeof(struct evk_warped),
    .defaults = &defaults,
    .prepare = evk_warped_prepare,
    .release = evk_warped_release,
    .draw = rotate_draw,
    .transform = evk_warped_transform,
    .adjoint = evk_warped_adjoint,
};
