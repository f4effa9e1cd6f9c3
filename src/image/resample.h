/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * resample.h - bicubic resampling of 8-bit pixels, row by row
 *
 * Separable.  Output pixel i of n looks at input position
 *
 *     t = (i + 1/2) m / n        (m input pixels; centres are at k + 1/2)
 *
 * and takes every input pixel k in reach with weight K((k + 1/2 - t) / s),
 * s = max(1, m / n), normalised to 1: when shrinking, the kernel grows with
 * the pixel it fills, and so does not alias.  K is the cubic of Keys (IEEE
 * Trans. ASSP 29, 1981) with a = -1/2, which reproduces quadratics:
 *
 *     K(x) = 3/2 |x|^3 - 5/2 |x|^2 + 1                 |x| <= 1
 *     K(x) = -1/2 |x|^3 + 5/2 |x|^2 - 4 |x| + 2    1 < |x| <  2
 *
 * This is BICUBIC of PIL, but for the rounding.  Weights are whole numbers that
 * sum to 2^22, sums are exact, and each value is rounded once, at the end, half
 * up: rows and columns may change places, and an image that was turned or
 * mirrored first gives the very same pixels.
 */
#ifndef EVK_IMAGE_RESAMPLE_H
#define EVK_IMAGE_RESAMPLE_H

#include <stdbool.h>

#include "base/error.h"

/* One direction of an image. */
struct evk_axis {
    int64_t from, to; /* pixels, at least 1 */
    bool mirrored;    /* the last pixel comes first: the weights are those of the image turned */
};

struct evk_resampler;

/* Rows of across->from pixels of 1 or 3 channels become rows of across->to. */
evk_status evk_resampler_new(struct evk_resampler **out, const struct evk_axis *down,
                             const struct evk_axis *across, int64_t channels, evk_error *err);

/* The next of the down->from rows; after it, pull until nothing comes. */
void evk_resampler_push(struct evk_resampler *r, const unsigned char *row);

/* The next finished row, valid until the next call; NULL: it needs more rows, or all are done. */
const unsigned char *evk_resampler_pull(struct evk_resampler *r);

void evk_resampler_free(struct evk_resampler *r);

#endif /* EVK_IMAGE_RESAMPLE_H */
