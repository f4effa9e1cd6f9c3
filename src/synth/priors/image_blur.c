/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * image_blur.c - the image through a Gaussian every so many steps
 *
 * As published: never after the first step, nor after the last, whose image would be seen by
 * nobody.  The blurred image is no candidate for the result.
 */
#include "synth/blurred.h"

static const evk_param params[] = {
    {"sigma", "S", "SD of the Gaussian, pixels", EVK_PARAM_REAL,
     offsetof(struct evk_blurred, sigma), 0, 1000},
    {"every", "N", "after every so many steps", EVK_PARAM_INT, offsetof(struct evk_blurred, every),
     1, 1000000},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

static const struct evk_blurred defaults = {.sigma = 1, .every = 1};

static bool waypoint(void *self, const struct evk_frame *f, const struct evk_moment *now, float *x)
{
    struct evk_blurred *b = self;

    if (b->blur.radius == 0 || now->step == 0 || now->step % b->every != 0 ||
        now->step + 1 >= now->steps)
        return false;
    evk_blur_apply(&b->blur, f->k, f->h, f->w, f->c, x, b->scratch);
    return true;
}

extern const struct evk_prior_type evk_prior_image_blur;
const struct evk_prior_type evk_prior_image_blur = {
    .name = "image-blur",
    .summary = "Gaussian blur of the image every so many steps, pixels",
    .reference = "Yosinski 2015, Walker 2019",
    .params = params,
    .size = sizeof(struct evk_blurred),
    .defaults = &defaults,
    .prepare = evk_blurred_prepare,
    .release = evk_blurred_release,
    .retune = evk_blurred_retune,
    .waypoint = waypoint,
};
