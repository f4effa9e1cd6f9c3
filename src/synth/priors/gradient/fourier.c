/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fourier.c - the gradient times frequency^-alpha: coarse structure grows first
 *
 * The gradient is continued beyond its edges by reflection (image/cosine.h).
 */
#include <stdlib.h>

#include "base/mem.h"
#include "image/cosine.h"
#include "synth/prior.h"

struct fourier {
    double alpha;
    struct evk_cosine transform;
    float *gain; /* (h, w) */
};

static const evk_param params[] = {
    {"alpha", "A", "exponent: the gradient at frequency f is multiplied by f^-A", EVK_PARAM_REAL,
     offsetof(struct fourier, alpha), -4, 4},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

static const struct fourier defaults = {.alpha = 1};

static void fourier_retune(void *self, const struct evk_frame *f)
{
    struct fourier *p = self;

    (void)f;
    evk_cosine_power_law(&p->transform, p->alpha, p->gain);
}

static evk_status fourier_prepare(void *self, const struct evk_frame *f, evk_error *err)
{
    struct fourier *p = self;

    EVK_TRY(evk_cosine_init(&p->transform, f->k, f->h, f->w, f->c, err));
    EVK_TRY(evk_alloc_floats(&p->gain, f->h * f->w, "gains of frequencies", err));
    fourier_retune(p, f);
    return EVK_OK;
}

static void fourier_release(void *self)
{
    struct fourier *p = self;

    evk_cosine_release(&p->transform);
    free(p->gain);
}

static void fourier_filter(void *self, const struct evk_frame *f, float *g)
{
    struct fourier *p = self;

    (void)f;
    evk_cosine_precondition(&p->transform, p->gain, g);
}

extern const struct evk_prior_type evk_prior_fourier;
const struct evk_prior_type evk_prior_fourier = {
    .name = "fourier",
    .summary = "multiply the gradient by frequency^-alpha; its RMS stays the same",
    .reference = "Walker 2019",
    .params = params,
    .size = sizeof(struct fourier),
    .defaults = &defaults,
    .prepare = fourier_prepare,
    .release = fourier_release,
    .retune = fourier_retune,
    .filter = fourier_filter,
};
