/* SPDX-License-Identifier: GPL-3.0-or-later */
/* grayscale.c - an image whose channels are equal */
#include "synth/prior.h"

static float in_box(float v)
{
    const float above = v < 0 ? 0 : v;

    return above > 255 ? 255 : above;
}

/*
 * Each channel becomes the mean over channels, each value cut to the box 0..255 first.  Where that
 * mean is 0 or 255, the channels become the mean of the uncut values: so constraints that act later
 * still see how far beyond the box the pixel is.
 */
static void grayscale_project(void *self, const struct evk_frame *f, float *x)
{
    const float c = (float)f->c;

    (void)self;
    for (int64_t i = 0; i < f->h * f->w; i++) {
        float *pixel = x + i * f->c, sum = 0, whole = 0;

        for (int64_t j = 0; j < f->c; j++) {
            sum += in_box(pixel[j]);
            whole += pixel[j];
        }
        if (sum <= 0 || sum >= 255 * c)
            sum = whole;
        for (int64_t j = 0; j < f->c; j++)
            pixel[j] = sum / c;
    }
}

/* A gray image can only follow the mean over channels of the gradient. */
static void grayscale_tangent(void *self, const struct evk_frame *f, float *g)
{
    (void)self;
    for (int64_t i = 0; i < f->h * f->w; i++) {
        float *pixel = g + i * f->c, sum = 0;

        for (int64_t j = 0; j < f->c; j++)
            sum += pixel[j];
        for (int64_t j = 0; j < f->c; j++)
            pixel[j] = sum / (float)f->c;
    }
}

/* Every prior has a struct; this prior has no parameters, and its struct is one byte. */
static const char nothing;

extern const struct evk_prior_type evk_prior_grayscale;
const struct evk_prior_type evk_prior_grayscale = {
    .name = "grayscale",
    .summary = "make channels equal: each becomes the mean over channels",
    .reference = "",
    .size = sizeof(nothing),
    .defaults = &nothing,
    .tangent = grayscale_tangent,
    .project = grayscale_project,
};
