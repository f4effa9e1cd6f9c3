/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cosine.h - filters that do not wrap around an image's edges: the cosine transform of each channel
 *
 *     X(u, v) = a(u) b(v) sum over rows y and columns x of x(y, x) cos(pi (y + 1/2) u / h)
 *               cos(pi (x + 1/2) v / w)
 *
 * of real (h, w, c) images of any size: DCT-II (Ahmed, Natarajan & Rao 1974), orthonormal, so a(0)
 * is sqrt(1 / h) and other a(u) are sqrt(2 / h), and likewise b(v) with w.  To this transform an
 * image continues beyond its edges by reflection, with each edge pixel repeated.  Filters therefore
 * carry nothing from one edge to the opposite edge, as filters in the Fourier domain do.
 *
 * Frequency is radial, in cycles per image; where the image is not square, in cycles per its
 * shorter side: min(h, w) sqrt((u / 2h)^2 + (v / 2w)^2) cycles.  It need not be whole: half a cycle
 * is the lowest of a square image above 0.
 *
 * A filter is products with matrices, in which even and odd waves have halves of their own.  For
 * n x n pixels these take n^3 operations where a fast transform takes n^2 log n, but at 112 pixels
 * they take a small part of the time of one step of an ascent, and give the same bits with every
 * instruction set.
 */
#ifndef EVK_IMAGE_COSINE_H
#define EVK_IMAGE_COSINE_H

#include "base/error.h"
#include "kernel/kernel.h"

struct evk_cosine {
    const struct evk_kernels *k;
    int64_t h, w, c;
    double *frequency; /* (h, w) */
    int32_t *order;    /* (h, w) which coefficient stands where in gain */
    float *gain;       /* (h, w) the gain of the filter that is under way, in that order */
    /*
     * Waves that are even and odd about the middle, on the first half of their places: of rows,
     * multiplied from the left, and of columns, from the right; with their transposes, which are
     * the inverse transforms.
     */
    float *rows[2], *rows_back[2], *columns[2], *columns_back[2];
    float *planes, *scratch; /* (c, h, w) */
};

/*
 * Make the matrices and memory for images (h, w, c).  EVK_EINVAL: h, w or c is not from 1 to 32767.
 * *out may be used by one thread at a time.  The caller releases it; a zeroed structure may be
 * released as well.
 */
evk_status evk_cosine_init(struct evk_cosine *out, const struct evk_kernels *k, int64_t h,
                           int64_t w, int64_t c, evk_error *err);
void evk_cosine_release(struct evk_cosine *t);

/*
 * Set gain (h, w) to frequency^-alpha.  The mean, and frequencies below one cycle per longer side,
 * get the gain of one cycle per longer side.
 */
void evk_cosine_power_law(const struct evk_cosine *t, double alpha, float *gain);

/* Filter x (h, w, c) in place: multiply the coefficients of each channel by gain (h, w). */
void evk_cosine_filter(struct evk_cosine *t, const float *gain, float *x);

/*
 * Filter x (h, w, c) in place, then scale it so that its RMS is what it was before.  A zero x stays
 * zero.
 */
void evk_cosine_precondition(struct evk_cosine *t, const float *gain, float *x);

#endif /* EVK_IMAGE_COSINE_H */
