/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tv_squared.c - squared differences of neighbours as a penalty: smooth slopes cost least */
#include <stdlib.h>

#include "base/mem.h"
#include "image/variation.h"
#include "synth/prior.h"

struct tv_squared {
    float *scratch; /* (2, w, c) */
};

static const struct tv_squared defaults = {.scratch = NULL};

static evk_status tv_squared_prepare(void *self, const struct evk_frame *f, evk_error *err)
{
    struct tv_squared *t = self;

    return evk_alloc_floats(&t->scratch, 2 * f->w * f->c, "total variation", err);
}

static void tv_squared_release(void *self)
{
    struct tv_squared *t = self;

    free(t->scratch);
}

static double tv_squared_penalty(void *self, const struct evk_frame *f, const float *x,
                                 float *gradient)
{
    struct tv_squared *t = self;
    const struct evk_extent e = {f->h, f->w, f->c};

    return evk_variation_squared(f->k, &e, x, gradient, t->scratch);
}

extern const struct evk_prior_type evk_prior_tv_squared;
const struct evk_prior_type evk_prior_tv_squared = {
    .name = "tv-squared",
    .summary = "penalise squared differences of neighbouring pixels, summed over channels",
    .reference = "Mahendran 2015",
    .size = sizeof(struct tv_squared),
    .defaults = &defaults,
    .prepare = tv_squared_prepare,
    .release = tv_squared_release,
    .penalty = tv_squared_penalty,
};
