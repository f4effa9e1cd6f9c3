/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * resample.h - bicubic resampling of 8-bit pixels, row by row
 *
 * Resampling is separable: rows and columns are resampled one after the other.  The centre of
 * output pixel i of n lies, in the coordinates of m input pixels whose centres are at k + 1/2, at
 *
 *     t = (i + 1/2) m / n
 *
 * The output pixel is the sum of all input pixels k times weights K((k + 1/2 - t) / s), normalised
 * to 1, where s = max(1, m / n): when an image shrinks, the kernel is as much wider as output
 * pixels are, which avoids aliasing.  K is the cubic kernel of Keys (IEEE Trans. ASSP 29, 1981)
 * with a = -1/2, which reproduces quadratic functions:
 *
 *     K(x) = 3/2 |x|^3 - 5/2 |x|^2 + 1                 |x| <= 1
 *     K(x) = -1/2 |x|^3 + 5/2 |x|^2 - 4 |x| + 2    1 < |x| <  2
 *
 * Each row of the picture is resampled to the new width first, and clipped to 0 to 255; then
 * columns are resampled to the new height.  BICUBIC of PIL has the same order, but also rounds in
 * between.  Here weights are whole numbers that sum to 2^22, sums are exact, and each value is
 * rounded once, at the end, halves up.  So a picture that a file stores turned or mirrored
 * (format/exif.h) becomes the very same pixels as one that is stored upright.
 */
#ifndef EVK_IMAGE_RESAMPLE_H
#define EVK_IMAGE_RESAMPLE_H

#include <stdbool.h>

#include "base/error.h"

/* The rows, or the columns, of an image as it is stored. */
struct evk_axis {
    int64_t from, to; /* how many pixels there are, and how many they become; at least 1 each */
    bool mirrored;    /* they are stored in the reverse of the picture's order */
};

/* An image as it is stored, and the size that it is resampled to. */
struct evk_resampling {
    struct evk_axis rows, columns;
    bool swapped;     /* stored rows are columns of the picture */
    int64_t channels; /* 1 or 3 */
};

struct evk_resampler;

/* Returns about how many bytes a resampler holds. */
int64_t evk_resampler_bytes(const struct evk_resampling *what);

/* Make a resampler, which the caller frees.  EVK_ENOMEM. */
evk_status evk_resampler_new(struct evk_resampler **out, const struct evk_resampling *what,
                             evk_error *err);

/*
 * Give the resampler the next stored row, of columns.from pixels.  rows.from rows are given in all;
 * after each, the caller pulls finished rows until there is none.
 */
void evk_resampler_push(struct evk_resampler *r, const unsigned char *row);

/*
 * Returns the next of rows.to finished rows, of columns.to pixels, in the stored direction and
 * order.  The row belongs to the resampler and is valid until the next call.  NULL: the next row
 * needs more input, or all rows were returned.
 */
const unsigned char *evk_resampler_pull(struct evk_resampler *r);

void evk_resampler_free(struct evk_resampler *r);

#endif /* EVK_IMAGE_RESAMPLE_H */
