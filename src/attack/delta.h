/* SPDX-License-Identifier: GPL-3.0-or-later */
/* delta.h - the difference of two images of bytes, in whole numbers */
#ifndef EVK_ATTACK_DELTA_H
#define EVK_ATTACK_DELTA_H

#include <stdbool.h>
#include <stdint.h>

struct evk_delta {
    int64_t n;       /* values */
    int64_t largest; /* magnitude */
    int64_t sum;     /* of magnitudes */
    int64_t squares; /* sum of them */
};

struct evk_delta evk_delta_measure(int64_t n, const unsigned char *base, const unsigned char *x);

/* Display levels; l2 of values from 0 to 1.  0 of no values. */
double evk_delta_rms(const struct evk_delta *d);
double evk_delta_mean_abs(const struct evk_delta *d);
double evk_delta_l2(const struct evk_delta *d);

/* The largest whole number that is at most a b, exactly, both of them 0 or more and the product below 2^53. */
int64_t evk_floor_product(double a, double b);
/* The same of a b b. */
int64_t evk_floor_square(double a, double b);

#endif /* EVK_ATTACK_DELTA_H */
