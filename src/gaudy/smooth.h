/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * smooth.h - Gaussian smoothing of bytes in whole numbers
 *
 * What scipy.ndimage.gaussian_filter(x, (sigma, sigma, 0)) computes in floats: rows, then columns,
 * not across channels; weights exp(-d^2 / (2 sigma^2)) for |d| <= int(4 sigma + 0.5) that add up to
 * 1; beyond the edge the image is mirrored with the edge pixel repeated (mode "reflect").
 *
 * Here weights are whole multiples of 2^-30 that add up to exactly 1, so that a flat image stays
 * flat and ties stay ties, on every machine.  Smoothed values are multiples of 2^-52 levels; they
 * differ from those with real weights by at most 255 r 2^-28 + 2^-23 levels, r the radius in
 * pixels (below 10^-5 for sigma = 2).
 */
#ifndef EVK_GAUDY_SMOOTH_H
#define EVK_GAUDY_SMOOTH_H

#include "format/codec.h"

enum { EVK_SMOOTH_BITS = 52, EVK_SMOOTH_SIGMA_MAX = 100 };

struct evk_smooth {
    int64_t radius;    /* pixels; 0 leaves an image as it is */
    uint32_t *weights; /* (radius + 1), distance 0, 1, ..., multiples of 2^-30 */
};

/* sigma in pixels, 0 to EVK_SMOOTH_SIGMA_MAX; 0 gives one that does nothing. */
evk_status evk_smooth_init(struct evk_smooth *out, double sigma, evk_error *err);
void evk_smooth_release(struct evk_smooth *s);

/*
 * Values of x smoothed, times 2^EVK_SMOOTH_BITS, into out (h, w, c).  gray: the sum of the channels
 * of each pixel instead, (h, w).
 */
evk_status evk_smooth_apply(const struct evk_smooth *s, const struct evk_pixels *x, bool gray,
                            uint64_t *out, evk_error *err);

#endif /* EVK_GAUDY_SMOOTH_H */
