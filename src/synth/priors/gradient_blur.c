/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gradient_blur.c - the gradient through a Gaussian, so that fine structure grows more slowly
 *
 * Its RMS shrinks with what it loses; nothing is scaled back.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "image/blur.h"
#include "synth/prior.h"

struct gradient_blur {
    double sigma;
    struct evk_blur blur;
    float *scratch; /* (h, w, c) */
};

static const evk_param params[] = {
    {"sigma", "S", "SD of the Gaussian, pixels", EVK_PARAM_REAL,
     offsetof(struct gradient_blur, sigma), 0, 1000},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

static const struct gradient_blur defaults = {.sigma = 1};

static void release(void *self)
{
    struct gradient_blur *b = self;

    evk_blur_release(&b->blur);
    free(b->scratch);
}

static evk_status prepare(void *self, const struct evk_frame *f, evk_error *err)
{
    struct gradient_blur *b = self;
    evk_status s = evk_blur_init(&b->blur, b->sigma, err);

    if (!s)
        s = evk_alloc_floats(&b->scratch, f->h * f->w * f->c, "a blur", err);
    if (s)
        release(b);
    return s;
}

static void retune(void *self, const struct evk_frame *f)
{
    struct gradient_blur *b = self;

    (void)f;
    evk_blur_set(&b->blur, b->sigma);
}

static void filter(void *self, const struct evk_frame *f, float *g)
{
    struct gradient_blur *b = self;

    evk_blur_apply(&b->blur, f->k, f->h, f->w, f->c, g, b->scratch);
}

extern const struct evk_prior_type evk_prior_gradient_blur;
const struct evk_prior_type evk_prior_gradient_blur = {
    .name = "gradient-blur",
    .summary = "Gaussian blur of the gradient, pixels",
    .reference = "Cowley 2026",
    .params = params,
    .size = sizeof(struct gradient_blur),
    .defaults = &defaults,
    .prepare = prepare,
    .release = release,
    .retune = retune,
    .filter = filter,
};
