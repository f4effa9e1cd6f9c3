/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gradient_blur.c - a Gaussian blur of the gradient, so that fine structure grows more slowly
 *
 * The blur lowers the gradient's RMS, and the gradient is not scaled back.
 */
#include "synth/blurred.h"

static const evk_param params[] = {
    {"sigma", "S", "SD of the Gaussian, pixels", EVK_PARAM_REAL,
     offsetof(struct evk_blurred, sigma), 0, 1000},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

static const struct evk_blurred defaults = {.sigma = 1};

static void gradient_blur_filter(void *self, const struct evk_frame *f, float *g)
{
    struct evk_blurred *b = self;

    evk_blur_share(&b->blur, f->k, f->team, f->h, f->w, f->c, g, b->scratch);
}

extern const struct evk_prior_type evk_prior_gradient_blur;
const struct evk_prior_type evk_prior_gradient_blur = {
    .name = "gradient-blur",
    .summary = "blur the gradient with a Gaussian, pixels",
    .reference = "Cowley 2026",
    .params = params,
    .size = sizeof(struct evk_blurred),
    .defaults = &defaults,
    .prepare = evk_blurred_prepare,
    .release = evk_blurred_release,
    .retune = evk_blurred_retune,
    .filter = gradient_blur_filter,
};
