/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * apart.c - a penalty that drives the image away from the nearest earlier image of the same neuron
 *
 * The penalty is the negative of the smallest RMS difference from the earlier images; the ascents
 * of one neuron so give diverse preferred stimuli, which Cadena et al. 2018 make in one batch.
 * Without earlier images the prior does nothing.
 */
#include <math.h>
#include <string.h>

#include "synth/prior.h"

/* Returns the RMS difference of two images of n values. */
static double distance(int64_t n, const float *x, const float *y)
{
    double sum = 0;

    for (int64_t i = 0; i < n; i++) {
        const double d = (double)x[i] - (double)y[i];

        sum += d * d;
    }
    return sqrt(sum / (double)n);
}

static double apart_penalty(void *self, const struct evk_frame *f, const float *x, float *gradient)
{
    const int64_t n = f->h * f->w * f->c;
    const float *nearest = NULL;
    double least = HUGE_VAL;

    (void)self;
    for (size_t i = 0; i < f->others_count; i++) {
        const double d = distance(n, x, f->others[i]);

        nearest = d < least ? f->others[i] : nearest;
        least = fmin(least, d);
    }
    memset(gradient, 0, (size_t)n * sizeof(*gradient));
    if (!(least > 0) || !nearest)
        return nearest ? 0 : (double)NAN;
    for (int64_t i = 0; i < n; i++)
        gradient[i] = (float)(((double)nearest[i] - (double)x[i]) / (least * (double)n));
    return -least;
}

struct apart {
    char none; /* every prior has a struct; this prior has no parameters */
};

static const struct apart defaults = {0};

extern const struct evk_prior_type evk_prior_apart;
const struct evk_prior_type evk_prior_apart = {
    .name = "apart",
    .summary = "stay away from the nearest image of the neuron's earlier starts; --diverse adds "
               "this prior",
    .reference = "Cadena 2018",
    .size = sizeof(struct apart),
    .defaults = &defaults,
    .penalty = apart_penalty,
};
