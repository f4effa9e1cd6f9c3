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
 * Values are first resampled across, cut off at 0 and 255, and then resampled
 * down, as BICUBIC of PIL does, which also rounds in between.  Here weights are
 * whole numbers that sum to 2^22, sums are exact, and each value is rounded once,
 * at the end, half up: an image that is stored turned or mirrored gives the very
 * same pixels as one that is not.
 */
#ifndef EVK_IMAGE_RESAMPLE_H
#define EVK_IMAGE_RESAMPLE_H

#include <stdbool.h>

#include "base/error.h"

/* One direction of an image as it is stored. */
struct evk_axis {
    int64_t from, to; /* pixels, at least 1 */
    bool mirrored;    /* the last pixel of the picture comes first */
};

/* What is stored, and what becomes of it. */
struct evk_resampling {
    struct evk_axis rows, columns;
    bool swapped;     /* rows as they are stored are columns of the picture */
    int64_t channels; /* 1 or 3 */
};

struct evk_resampler;

/* About how many bytes a resampler holds. */
int64_t evk_resampler_bytes(const struct evk_resampling *what);

evk_status evk_resampler_new(struct evk_resampler **out, const struct evk_resampling *what,
                             evk_error *err);

/* The next of rows.from rows, of columns.from pixels; after it, pull until nothing comes. */
void evk_resampler_push(struct evk_resampler *r, const unsigned char *row);

/*
 * The next of rows.to finished rows, of columns.to pixels, valid until the next call; NULL: it
 * needs more rows, or all are done.
 */
const unsigned char *evk_resampler_pull(struct evk_resampler *r);

void evk_resampler_free(struct evk_resampler *r);

#endif /* EVK_IMAGE_RESAMPLE_H */
