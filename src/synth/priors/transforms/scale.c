/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scale.c - the network sees the image zoomed about its centre, by another factor at every step */
#include "synth/priors/transforms/warped.h"

static const evk_param params[] = {
    {"amount", "A", "the image is zoomed by 1 - A to 1 + A about its centre", EVK_PARAM_REAL,
     offsetof(struct evk_warped, amount), 0, 0.9},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

static const struct evk_warped defaults = {.amount = 0.05};

/*
 * The map leads from a place of the zoomed image to the place of the image from which it is read: a
 * larger image is read from nearer to the centre.
 */
static void scale_draw(void *self, const struct evk_frame *f, const struct evk_rng_key *key)
{
    struct evk_warped *s = self;
    const double zoom = 1 + s->amount * (2 * (double)evk_rng_uniform(key, 0) - 1);
    const double map[] = {1 / zoom, 0, 0, 1 / zoom};

    (void)f;
    evk_warp_set(&s->warp, map);
}

extern const struct evk_prior_type evk_prior_scale;
const struct evk_prior_type evk_prior_scale = {
    .name = "scale",
    .summary = "zoom the image that the network sees at random; its edges are continued outwards",
    .reference = "Olah 2017",
    .params = params,
    .size = sizeof(struct evk_warped),
    .defaults = &defaults,
    .prepare = evk_warped_prepare,
    .release = evk_warped_release,
    .draw = scale_draw,
    .transform = evk_warped_transform,
    .adjoint = evk_warped_adjoint,
};
