/* SPDX-License-Identifier: GPL-3.0-or-later */
/* delta.h - the difference of two images of bytes, measured exactly in whole numbers */
#ifndef EVK_ATTACK_DELTA_H
#define EVK_ATTACK_DELTA_H

#include <stdbool.h>
#include <stdint.h>

/* Statistics of the differences d_i = x_i - base_i of n values, in display levels. */
struct evk_delta {
    int64_t n;
    int64_t largest; /* max |d_i| */
    int64_t sum;     /* sum of |d_i| */
    int64_t squares; /* sum of d_i^2 */
};

/* Measures the difference of two images of n bytes. */
struct evk_delta evk_delta_measure(int64_t n, const unsigned char *base, const unsigned char *x);

/* Norms of a difference.  RMS and mean magnitude are in display levels, and 0 where n is 0. */
double evk_delta_rms(const struct evk_delta *d);
double evk_delta_mean_abs(const struct evk_delta *d);
/* Returns the Euclidean norm of values from 0 to 1: the root of the sum of squares, over 255. */
double evk_delta_l2(const struct evk_delta *d);

/*
 * Returns the largest whole number that is at most a * b, computed exactly.  a and b are at least
 * 0, and their product is below 2^53.
 */
int64_t evk_floor_product(double a, double b);
/* Returns the largest whole number that is at most a * b * b, under the same conditions. */
int64_t evk_floor_square(double a, double b);

#endif /* EVK_ATTACK_DELTA_H */
