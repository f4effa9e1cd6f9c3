/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * study.h - the fixed channel means about which the study's variants compare
 *
 * Those of ImageNet's photographs, 123.68, 116.78 and 103.94 (R, G, B), in hundredths of a display
 * level, so that comparisons are of whole numbers.  The study has no gray images; their only
 * channel is compared with the mean of the three.
 */
#ifndef EVK_GAUDY_STUDY_H
#define EVK_GAUDY_STUDY_H

#include "format/codec.h"

enum { EVK_STUDY_UNIT = 100 };

static inline int evk_study_mean(const struct evk_pixels *x, int64_t channel)
{
    static const int mean[3] = {12368, 11678, 10394};

    return x->channels == 3 ? mean[channel] : 11480;
}

/* How far value i is above its channel's mean, hundredths of a level. */
static inline int evk_study_level(const struct evk_pixels *x, int64_t i)
{
    return EVK_STUDY_UNIT * x->data[i] - evk_study_mean(x, i % x->channels);
}

/* The rail on the side of value i: 255 at the mean or above. */
static inline unsigned char evk_study_rail(const struct evk_pixels *x, int64_t i)
{
    return evk_study_level(x, i) >= 0 ? 255 : 0;
}

#endif /* EVK_GAUDY_STUDY_H */
