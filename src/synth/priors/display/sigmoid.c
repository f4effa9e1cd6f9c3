/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sigmoid.c - a latent image without limits, shown through a sigmoid that ends at 0 and 255
 *
 * Of a latent value z the display value 255 / (1 + exp(-4 (z - 127.5) / 255)) is shown, whose slope
 * at the middle is 1.  The nearer a value is to 0 or 255, the less a step moves it, and no value is
 * ever clipped.
 */
#include <math.h>

#include "base/fmath.h"
#include "synth/prior.h"

static const double middle = 127.5, whole = 255, steepness = 4.0 / 255;

/* Values of a start beyond these are taken to be at them, since those of 0 and 255 are infinite. */
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

/* The slope of the sigmoid is 4 p (1 - p), where p is the shown value over 255. */
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

/* Every prior has a struct; this prior has no parameters, and its struct is one byte. */
static const char nothing;

extern const struct evk_prior_type evk_prior_sigmoid;
const struct evk_prior_type evk_prior_sigmoid = {
    .name = "sigmoid",
    .summary = "keep values within 0 to 255 by a sigmoid, in place of clipping",
    .reference = "Olah 2017",
    .size = sizeof(nothing),
    .defaults = &nothing,
    .show = sigmoid_show,
    .show_adjoint = sigmoid_show_adjoint,
    .latent = sigmoid_latent,
};
