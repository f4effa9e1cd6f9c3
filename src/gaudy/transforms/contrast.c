/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * contrast.c - more contrast, without making every value 0 or 255
 *
 * A quantile of all values is subtracted from each value; the difference is multiplied by a gain,
 * clipped to 0 to 255 and rounded to the nearest byte, halves to the even byte (numpy.rint; the
 * study leaves the result in floats).  The quantile is numpy.quantile's: interpolated linearly
 * between the two values around place (n - 1) q of the sorted values.
 */
#include <math.h>

#include "gaudy/transform.h"

struct contrast {
    double gain, quantile;
};

static const evk_param params[] = {
    {"gain", "K", "factor that multiplies the difference from the quantile", EVK_PARAM_REAL,
     offsetof(struct contrast, gain), 0, 1000},
    {"quantile", "Q", "quantile of all values that becomes 0", EVK_PARAM_REAL,
     offsetof(struct contrast, quantile), 0, 1},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

static const struct contrast defaults = {.gain = 2, .quantile = 0.05};

enum { LEVELS = 256 };

/* Returns the value at a place, from 0, of the sorted values, given how many there are of each. */
static int level_at(const int64_t count[LEVELS], int64_t place)
{
    int v = 0;

    while (place >= count[v])
        place -= count[v++];
    return v;
}

/*
 * Interpolates linearly from a to b as NumPy does: from the nearer end, which decides the last bit
 * of the result.
 */
static double between(double a, double b, double part)
{
    return part < 0.5 ? a + (b - a) * part : b - (b - a) * (1 - part);
}

static double quantile(const struct evk_pixels *x, double q)
{
    const int64_t n = x->height * x->width * x->channels;
    const double place = (double)(n - 1) * q;
    const int64_t below = (int64_t)floor(place), above = below + 1 < n ? below + 1 : below;
    int64_t count[LEVELS] = {0};

    for (int64_t i = 0; i < n; i++)
        count[x->data[i]]++;
    return between(level_at(count, below), level_at(count, above), place - (double)below);
}

static evk_status contrast_apply(const void *self, const struct evk_pixels *x,
                                 const struct evk_rng_key *key, unsigned char *y, evk_error *err)
{
    const struct contrast *t = self;
    const double zero = quantile(x, t->quantile);
    unsigned char becomes[LEVELS];

    (void)key;
    (void)err;
    for (int v = 0; v < LEVELS; v++)
        becomes[v] = (unsigned char)nearbyint(fmin(fmax((v - zero) * t->gain, 0), 255));
    for (int64_t i = 0; i < x->height * x->width * x->channels; i++)
        y[i] = becomes[x->data[i]];
    return EVK_OK;
}

extern const struct evk_transform_type evk_transform_contrast;
const struct evk_transform_type evk_transform_contrast = {
    .name = "contrast",
    .summary = "a low quantile is subtracted, then the rest multiplied, within 0 to 255",
    .reference = "Cowley & Pillow 2020",
    .params = params,
    .size = sizeof(struct contrast),
    .defaults = &defaults,
    .apply = contrast_apply,
};
