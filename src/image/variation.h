/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * variation.h - the total variation of an image (how much neighbouring pixels differ) and its
 * gradient
 *
 * dx is the difference between a value and its neighbour on the right, dy that between it and its
 * neighbour below, in the same channel; dx is 0 in the last column, dy in the last row.  Sums are
 * over all pixels and channels.  An image and its transpose have the same variation.
 */
#ifndef EVK_IMAGE_VARIATION_H
#define EVK_IMAGE_VARIATION_H

#include "kernel/kernel.h"

/* The size of an image (h, w, c). */
struct evk_extent {
    int64_t h, w, c;
};

/*
 * Returns the isotropic total variation of x (h, w, c): the sum of
 * sqrt(dx^2 + dy^2 + epsilon^2) - epsilon, for an epsilon above 0.
 *   gradient  (h, w, c), set to the gradient with respect to x
 *   scratch   2 w c floats, overwritten
 */
double evk_variation(const struct evk_kernels *k, const struct evk_extent *e, float epsilon,
                     const float *x, float *gradient, float *scratch);

/* Returns the sum of dx^2 + dy^2 over x; gradient and scratch are as for evk_variation. */
double evk_variation_squared(const struct evk_kernels *k, const struct evk_extent *e,
                             const float *x, float *gradient, float *scratch);

#endif /* EVK_IMAGE_VARIATION_H */
