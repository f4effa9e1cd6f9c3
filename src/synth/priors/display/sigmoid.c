/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sigmoid.c - a latent image without limits, shown through a sigmoid that ends at 0 and 255
 *
 * Shown is 255 / (1 + exp(-4 (z - 127.5) / 255)) of the latent value z, so that at the middle a
 * level of z is a level of the image.  The nearer a value is to an end, the less a step moves it,
 * and none is ever clipped.
 */
#include <math.h>

#include "base/fmath.h"
#include "synth/prior.h"

static const double middle = 127.5, whole = 255, steepness = 4.0 / 255;

/* Of an image to start from: values beyond are as good as at the end. */
static const double darkest = 0.5, brightest = 254.5;

static double shown(float z)
{
    return whole / (1 + evk_exp(-steepness * ((double)z - middle)));
}

static void sigmoid_show(const void *self, const struct evk_frame *f, const float *x, float *y)
{
    (void)self;
    for (int64_t i = 0; i < f->h * f->w * f->c; i++)
        y[i] = (float)shown(x[i]);
}

/* The slope is 4 p (1 - p) of the part p of the whole that is shown. */
static void sigmoid_show_adjoint(const void *self, const struct evk_frame *f, const float *x,
                                 float *g)
{
    (void)self;
    for (int64_t i = 0; i < f->h * f->w * f->c; i++) {
        const double part = shown(x[i]) / whole;

        g[i] *= (float)(4 * part * (1 - part));
    }
}

static void sigmoid_latent(const void *self, const struct evk_frame *f, float *x)
{
    (void)self;
    for (int64_t i = 0; i < f->h * f->w * f->c; i++) {
        const double y = fmin(fmax((double)x[i], darkest), brightest);

        x[i] = (float)(middle + evk_log(y / (whole - y)) / steepness);
    }
}

/* A prior has a struct; this one's holds nothing. */
static const char nothing;

extern const struct evk_prior_type evk_prior_sigmoid;
const struct evk_prior_type evk_prior_sigmoid = {
    .name = "sigmoid",
    .summary = "values reach 0 and 255 along a sigmoid, in place of clipping",
    .reference = "Olah 2017",
    .size = sizeof(nothing),
    .defaults = &nothing,
    .show = sigmoid_show,
    .show_adjoint = sigmoid_show_adjoint,
    .latent = sigmoid_latent,
};
