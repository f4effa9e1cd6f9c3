/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * smooth.h - Gaussian smoothing of bytes in whole numbers
 *
 * This is what scipy.ndimage.gaussian_filter(x, (sigma, sigma, 0)) computes in floats: each channel
 * is smoothed along rows, then along columns, with weights proportional to exp(-d^2 / (2 sigma^2))
 * for distances |d| <= int(4 sigma + 0.5) that add up to 1; beyond its edge an image is continued
 * by reflection with the edge pixel repeated (mode "reflect").
 *
 * Here weights are whole multiples of 2^-30 that add up to exactly 1, so that on every machine a
 * flat image stays flat and equal values stay equal.  Smoothed values are multiples of 2^-52
 * levels.  They differ from values computed with real weights by at most 255 r 2^-28 + 2^-23
 * levels, where r is the radius in pixels (below 10^-5 levels for sigma = 2).
 */
#ifndef EVK_GAUDY_SMOOTH_H
#define EVK_GAUDY_SMOOTH_H

#include "format/codec.h"

enum { EVK_SMOOTH_BITS = 52, EVK_SMOOTH_SIGMA_MAX = 100 };

struct evk_smooth {
    int64_t radius;    /* pixels; 0 leaves an image as it is */
    uint32_t *weights; /* (radius + 1) for distance 0, 1, ..., in units of 2^-30; owned */
};

/*
 * Make a smoothing filter.  sigma is in pixels, 0 to EVK_SMOOTH_SIGMA_MAX (else EVK_EINVAL); 0
 * makes a filter that leaves images as they are.  The caller releases *out; a zeroed filter may be
 * released as well.
 */
evk_status evk_smooth_init(struct evk_smooth *out, double sigma, evk_error *err);
void evk_smooth_release(struct evk_smooth *s);

/*
 * Smooth x (h, w, c) and write the smoothed values, times 2^EVK_SMOOTH_BITS, to out (h, w, c).
 * gray: the sum of each pixel's channels is smoothed instead, and out is (h, w).  EVK_ENOMEM.
 */
evk_status evk_smooth_apply(const struct evk_smooth *s, const struct evk_pixels *x, bool gray,
                            uint64_t *out, evk_error *err);

#endif /* EVK_GAUDY_SMOOTH_H */
