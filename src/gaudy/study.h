/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * study.h - the fixed thresholds of some variants of gaudy images in Cowley & Pillow 2020
 *
 * These variants compare each value not with the image's own mean, but with the mean of ImageNet's
 * photographs in its channel: 123.68, 116.78 and 103.94 for R, G, B.  Here the means are in
 * hundredths of a display level, so that whole numbers are compared.  The study has no gray images;
 * their channel is compared with the mean of the three numbers.
 */
#ifndef EVK_GAUDY_STUDY_H
#define EVK_GAUDY_STUDY_H

#include "format/codec.h"

enum { EVK_STUDY_UNIT = 100 }; /* units of evk_study_mean and evk_study_level in a display level */

/*
 * Returns the fixed mean that values of a channel of x are compared with, in hundredths of a level.
 */
static inline int evk_study_mean(const struct evk_pixels *x, int64_t channel)
{
    static const int mean[3] = {12368, 11678, 10394};

    return x->channels == 3 ? mean[channel] : 11480;
}

/* Returns value i less its channel's fixed mean, in hundredths of a level. */
static inline int evk_study_level(const struct evk_pixels *x, int64_t i)
{
    return EVK_STUDY_UNIT * x->data[i] - evk_study_mean(x, i % x->channels);
}

/*
 * Returns the extreme that value i is moved to: 255 where it is at least its channel's fixed mean,
 * else 0.
 */
static inline unsigned char evk_study_rail(const struct evk_pixels *x, int64_t i)
{
    return evk_study_level(x, i) >= 0 ? 255 : 0;
}

#endif /* EVK_GAUDY_STUDY_H */
