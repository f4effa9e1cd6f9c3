/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cosine.h - filters of images that have edges: the cosine transform of each channel
 *
 *     X(u, v) = a(u) b(v) sum over rows y and columns x of x(y, x) cos(pi (y + 1/2) u / h)
 *               cos(pi (x + 1/2) v / w)
 *
 * of real (h, w, c) images of any size: DCT-II (Ahmed, Natarajan & Rao 1974), orthonormal, so a(0)
 * is sqrt(1 / h) and other a(u) are sqrt(2 / h).  Beyond its edges an image goes on by reflection,
 * each edge pixel twice: no filter carries anything from one edge to the opposite edge, as the
 * Fourier transform does, to which opposite edges are neighbours.
 *
 * Frequency is radial, in cycles per image; where the image is not square, per its shorter side:
 * min(h, w) sqrt((u / 2h)^2 + (v / 2w)^2) cycles.  Half cycles are possible.
 *
 * A filter is four products with matrices: n^3 operations where a fast transform takes n^2 log n, but at
 * 112 pixels that is a twelfth of a step of an ascent, and the products give the same bits with every
 * instruction set.
 */
#ifndef EVK_IMAGE_COSINE_H
#define EVK_IMAGE_COSINE_H

#include "base/error.h"
#include "kernel/kernel.h"

struct evk_cosine {
    const struct evk_kernels *k;
    int64_t h, w, c;
    double *frequency;       /* (h, w) */
    float *rows, *rows_back; /* (h, h) the matrix of columns' transforms, and its transpose */
    float *columns,
        *columns_back;       /* (w, w) the transpose of that of rows' transforms, and itself */
    float *planes, *scratch; /* (c, h, w) */
};

/* For one thread at a time.  The caller releases *out; a zeroed one may be released as well. */
evk_status evk_cosine_init(struct evk_cosine *out, const struct evk_kernels *k, int64_t h,
                           int64_t w, int64_t c, evk_error *err);
void evk_cosine_release(struct evk_cosine *t);

/*
 * gain (h, w) = frequency^-alpha; frequencies below one cycle per longer side, and the mean, have
 * the gain of one cycle.
 */
void evk_cosine_power_law(const struct evk_cosine *t, double alpha, float *gain);

/* x (h, w, c), in place: each channel's coefficients times gain (h, w). */
void evk_cosine_filter(struct evk_cosine *t, const float *gain, float *x);

/* The same, then scaled to the RMS that x came with; 0 stays 0. */
void evk_cosine_precondition(struct evk_cosine *t, const float *gain, float *x);

#endif /* EVK_IMAGE_COSINE_H */
