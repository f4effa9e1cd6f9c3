/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * receptive_field.c - the image stays as it was outside of the neuron's receptive field
 *
 * Filters spread a gradient beyond the pixels on which the response depends, and penalties act on
 * all pixels: both would change parts of a photograph that no response depends on.  So the power of
 * the gradient at each pixel, over its mean over pixels, is summed over the steps and blurred.  A
 * pixel whose power is r times the mean makes r / (r + threshold) of its step.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "image/blur.h"
#include "synth/prior.h"

/*
 * The part of its step that a pixel makes is computed anew after each of the first ALL steps, then
 * after every EVERY-th, since a sum over many steps changes little in one.
 */
enum { ALL = 8, EVERY = 8 };

struct receptive_field {
    double threshold, sigma;
    struct evk_blur blur;
    int64_t steps;            /* number of steps that were made */
    float *power;             /* (h, w, c) over the steps so far */
    float *relative;          /* (h, w, c) a gradient over the root of its mean power */
    float *blurred, *scratch; /* (h, w) */
    float *part;              /* (h, w, c) the part of its step that each value makes */
};

static const evk_param params[] = {
    {"threshold", "R", "power of the gradient, over its mean, at which steps are half as long",
     EVK_PARAM_REAL, offsetof(struct receptive_field, threshold), 1e-12, 1e6},
    {"sigma", "S", "SD of the Gaussian on the power, pixels", EVK_PARAM_REAL,
     offsetof(struct receptive_field, sigma), 0, 1000},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

static const struct receptive_field defaults = {.threshold = 0.01, .sigma = 4};

static evk_status receptive_field_prepare(void *self, const struct evk_frame *f, evk_error *err)
{
    struct receptive_field *p = self;

    EVK_TRY(evk_blur_init(&p->blur, p->sigma, err));
    EVK_TRY(evk_alloc_floats(&p->power, f->h * f->w * f->c, "a receptive field", err));
    EVK_TRY(evk_alloc_floats(&p->relative, f->h * f->w * f->c, "a receptive field", err));
    EVK_TRY(evk_alloc_floats(&p->blurred, f->h * f->w, "a receptive field", err));
    EVK_TRY(evk_alloc_floats(&p->scratch, f->h * f->w, "a receptive field", err));
    EVK_TRY(evk_alloc_floats(&p->part, f->h * f->w * f->c, "a receptive field", err));
    for (int64_t i = 0; i < f->h * f->w * f->c; i++)
        p->part[i] = 1;
    return EVK_OK;
}

static void receptive_field_release(void *self)
{
    struct receptive_field *p = self;

    evk_blur_release(&p->blur);
    free(p->power);
    free(p->relative);
    free(p->blurred);
    free(p->scratch);
    free(p->part);
}

static void receptive_field_retune(void *self, const struct evk_frame *f)
{
    struct receptive_field *p = self;

    (void)f;
    evk_blur_set(&p->blur, p->sigma);
}

/* p->part = the part of its step that each value makes, from the blurred power. */
static void set_part(struct receptive_field *p, const struct evk_frame *f)
{
    const int64_t pixels = f->h * f->w;
    double sum = 0;

    for (int64_t i = 0; i < pixels; i++) {
        p->blurred[i] = 0;
        for (int64_t j = 0; j < f->c; j++)
            p->blurred[i] += p->power[i * f->c + j];
    }
    evk_blur_apply(&p->blur, f->k, f->h, f->w, 1, p->blurred, p->scratch);
    for (int64_t i = 0; i < pixels; i++)
        sum += (double)p->blurred[i];
    for (int64_t i = 0; i < pixels; i++) {
        const double r = sum > 0 ? (double)p->blurred[i] * (double)pixels / sum : 1;

        for (int64_t j = 0; j < f->c; j++)
            p->part[i * f->c + j] = (float)(r / (r + p->threshold));
    }
}

/* Adds the power of the gradient to the sum; the gradient stays as it is. */
static void receptive_field_tangent(void *self, const struct evk_frame *f, float *g)
{
    struct receptive_field *p = self;
    const int64_t n = f->h * f->w * f->c;
    const double mean = f->k->sum_squares(n, g) / (double)(f->h * f->w);

    if (mean > 0) {
        memcpy(p->relative, g, (size_t)n * sizeof(*g));
        f->k->scale(n, (float)(1 / sqrt(mean)), p->relative);
        f->k->multiply(n, p->relative, p->relative, true, p->power);
    }
    if (++p->steps <= ALL || p->steps % EVERY == 0)
        set_part(p, f);
}

static void receptive_field_push(void *self, const struct evk_frame *f, float *d)
{
    const struct receptive_field *p = self;

    f->k->multiply(f->h * f->w * f->c, p->part, d, false, d);
}

extern const struct evk_prior_type evk_prior_receptive_field;
const struct evk_prior_type evk_prior_receptive_field = {
    .name = "receptive-field",
    .summary = "leave the image as it was outside of the neuron's receptive field",
    .reference = "",
    .params = params,
    .size = sizeof(struct receptive_field),
    .defaults = &defaults,
    .prepare = receptive_field_prepare,
    .release = receptive_field_release,
    .retune = receptive_field_retune,
    .tangent = receptive_field_tangent,
    .push = receptive_field_push,
};
