/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tv.c - total variation as a penalty: flat surfaces with sharp edges cost least
 *
 * The variation is isotropic, and the same for an image and its transpose (image/variation.h).
 * Epsilon makes it smooth at 0: differences far above epsilon cost their size, and differences far
 * below it next to nothing.  The default is one display level, below which an 8-bit image shows no
 * difference.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "image/variation.h"
#include "synth/prior.h"

struct tv {
    double epsilon;
    float *scratch; /* (2, w, c) */
};

static const evk_param params[] = {
    {"epsilon", "E", "size of differences below which the penalty is smooth, display levels",
     EVK_PARAM_REAL, offsetof(struct tv, epsilon), 0.001, 255},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

static const struct tv defaults = {.epsilon = 1};

static evk_status tv_prepare(void *self, const struct evk_frame *f, evk_error *err)
{
    struct tv *t = self;

    return evk_alloc_floats(&t->scratch, 2 * f->w * f->c, "total variation", err);
}

static void tv_release(void *self)
{
    struct tv *t = self;

    free(t->scratch);
}

static double tv_penalty(void *self, const struct evk_frame *f, const float *x, float *gradient)
{
    struct tv *t = self;
    const struct evk_extent e = {f->h, f->w, f->c};

    return evk_variation(f->k, &e, (float)t->epsilon, x, gradient, t->scratch);
}

extern const struct evk_prior_type evk_prior_tv;
const struct evk_prior_type evk_prior_tv = {
    .name = "tv",
    .summary = "penalise total variation: differences of neighbouring pixels, summed over channels",
    .reference = "Rudin 1992",
    .params = params,
    .size = sizeof(struct tv),
    .defaults = &defaults,
    .prepare = tv_prepare,
    .release = tv_release,
    .penalty = tv_penalty,
};
