/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * limit_levels.c - two levels for each channel, the fraction f of the way from its mean to 0 and
 * 255
 *
 * With the fixed mean m of the channel (study.h), a value below m becomes m - f m, any other value
 * m + f (255 - m), rounded to the nearest byte, halves to the even byte (numpy.rint; the study
 * leaves the result in floats).
 */
#include <math.h>

#include "gaudy/study.h"
#include "gaudy/transform.h"

struct limit_levels {
    double fraction;
};

static const evk_param params[] = {
    {"fraction", "F", "fraction of the full contrast", EVK_PARAM_REAL,
     offsetof(struct limit_levels, fraction), 0, 1},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

static const struct limit_levels defaults = {.fraction = 0.5};

static evk_status limit_levels_apply(const void *self, const struct evk_pixels *x,
                                     const struct evk_rng_key *key, unsigned char *y,
                                     evk_error *err)
{
    const struct limit_levels *t = self;
    unsigned char low[3], high[3];

    (void)key;
    (void)err;
    for (int64_t c = 0; c < 3; c++) { /* of a gray image, only the levels of c = 0 are used */
        const double mean = (double)evk_study_mean(x, c) / EVK_STUDY_UNIT;

        low[c] = (unsigned char)nearbyint(mean - mean * t->fraction);
        high[c] = (unsigned char)nearbyint(mean + (255 - mean) * t->fraction);
    }
    for (int64_t i = 0; i < x->height * x->width * x->channels; i++)
        y[i] = evk_study_level(x, i) < 0 ? low[i % x->channels] : high[i % x->channels];
    return EVK_OK;
}

extern const struct evk_transform_type evk_transform_limit_levels;
const struct evk_transform_type evk_transform_limit_levels = {
    .name = "limit-levels",
    .summary =
        "two levels per channel, a fraction of the way from its mean (123.68, 116.78, 103.94)",
    .reference = "Cowley & Pillow 2020",
    .params = params,
    .size = sizeof(struct limit_levels),
    .defaults = &defaults,
    .apply = limit_levels_apply,
};
