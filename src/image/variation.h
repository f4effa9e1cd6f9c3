/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * variation.h - how much neighbouring pixels differ, and the gradient
 *
 * dx is the difference to the pixel on the right, dy to the one below, 0 at the
 * last column and row; sums are over pixels and channels, each channel by
 * itself.  An image and its transpose have the same variation.
 */
#ifndef EVK_IMAGE_VARIATION_H
#define EVK_IMAGE_VARIATION_H

#include "kernel/kernel.h"

/* An image (h, w, c). */
struct evk_extent {
    int64_t h, w, c;
};

/*
 * Isotropic total variation: the sum of sqrt(dx^2 + dy^2 + epsilon^2) - epsilon, epsilon > 0.
 *   gradient  (h, w, c), written
 *   scratch   2 w c floats
 */
double evk_variation(const struct evk_kernels *k, const struct evk_extent *e, float epsilon,
                     const float *x, float *gradient, float *scratch);

/* The sum of dx^2 + dy^2. */
double evk_variation_squared(const struct evk_kernels *k, const struct evk_extent *e,
                             const float *x, float *gradient, float *scratch);

#endif /* EVK_IMAGE_VARIATION_H */
