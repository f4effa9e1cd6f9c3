/* SPDX-License-Identifier: GPL-3.0-or-later */
/* grayscale.c - equal channels */
#include "synth/prior.h"

static float in_box(float v)
{
    const float above = v < 0 ? 0 : v;

    return above > 255 ? 255 : above;
}

/*
 * The mean over channels of the image in the box.  Where that is an end of the box, the mean of the
 * values themselves, which is beyond it: constraints to come see how far.
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

/* An image of equal channels goes along the mean of what each channel asks for. */
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

/* A prior has a struct; this one's holds nothing. */
static const char nothing;

extern const struct evk_prior_type evk_prior_grayscale;
const struct evk_prior_type evk_prior_grayscale = {
    .name = "grayscale",
    .summary = "the mean over channels, in all of them",
    .reference = "",
    .size = sizeof(nothing),
    .defaults = &nothing,
    .tangent = grayscale_tangent,
    .project = grayscale_project,
};
