/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * image_blur.c - a Gaussian blur of the image after every N-th step, N being the parameter every
 *
 * The blur ends a step: the network sees the blurred image next, which may be the result.  With
 * late=1 the blur comes as in the script of Cowley et al. 2026, which numbers steps from 0 and
 * blurs after steps 50, 100, ..., one step later, and only once the response was computed.  The
 * blurred image is then no candidate for the result, and there is no blur after the last step.
 */
#include "synth/blurred.h"

static const evk_param params[] = {
    {"sigma", "S", "SD of the Gaussian, pixels", EVK_PARAM_REAL,
     offsetof(struct evk_blurred, sigma), 0, 1000},
    {"every", "N", "steps from one blur to the next", EVK_PARAM_INT,
     offsetof(struct evk_blurred, every), 1, 1000000},
    {"late", "0|1", "1: blur one step later, once the network has seen the image, as published",
     EVK_PARAM_INT, offsetof(struct evk_blurred, late), 0, 1},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

static const struct evk_blurred defaults = {.sigma = 1, .every = 1};

static bool is_due(const struct evk_blurred *b, const struct evk_clock *now)
{
    const int64_t made = now->step + 1;

    if (b->late)
        return now->step > 0 && now->step % b->every == 0 && made < now->steps;
    return made % b->every == 0;
}

static bool image_blur_waypoint(void *self, const struct evk_frame *f, const struct evk_clock *now,
                                float *x)
{
    struct evk_blurred *b = self;

    if (b->blur.radius == 0 || now->evaluated != (b->late == 1) || !is_due(b, now))
        return false;
    evk_blur_apply(&b->blur, f->k, f->h, f->w, f->c, x, b->scratch);
    return true;
}

extern const struct evk_prior_type evk_prior_image_blur;
const struct evk_prior_type evk_prior_image_blur = {
    .name = "image-blur",
    .summary = "blur the image with a Gaussian after every N-th step, pixels",
    .reference = "Yosinski 2015, Walker 2019",
    .params = params,
    .size = sizeof(struct evk_blurred),
    .defaults = &defaults,
    .prepare = evk_blurred_prepare,
    .release = evk_blurred_release,
    .retune = evk_blurred_retune,
    .waypoint = image_blur_waypoint,
};
