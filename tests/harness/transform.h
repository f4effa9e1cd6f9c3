/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * transform.h - pictures, image transforms of them, and parts of transforms by definition in double
 */
#ifndef EVK_TESTS_TRANSFORM_H
#define EVK_TESTS_TRANSFORM_H

#include "gaudy/transform.h"
#include "test.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

enum { PICTURES = 7, PICTURE_LARGEST = PICTURES - 1, PICTURE_ROOM = 6000, FRACTIONS = 7 };

/* Fractions from 0 to 1, for parameters of transforms. */
extern const double fractions[FRACTIONS];

/*
 * Returns picture i, of waves with noise, which has edges of many slopes, and equal values.
 * Pictures are from 1 x 1 to 40 x 50 pixels in one channel or three.  They share a buffer: the next
 * call overwrites the last picture.
 */
struct evk_pixels picture(int i);

int64_t value_count(const struct evk_pixels *x);

/* Returns x after the transform that text describes; evk_pixels_release it. */
struct evk_pixels transformed(const char *text, const struct evk_pixels *x,
                              const struct evk_rng_key *key);

/* Returns x after the transform NAME:VALUE, which is not random; evk_pixels_release it. */
struct evk_pixels transformed_by(const char *name, double value, const struct evk_pixels *x);

/* Returns numpy.quantile(x, q). */
double quantile(const double *x, int64_t n, double q);

/*
 * gaudy_value: what value i of x becomes by the gaudy rule; centred_value: value i less the fixed
 * mean of its channel (gaudy/study.h); rail_value: 255 where that is 0 or above, else 0.
 */
unsigned char gaudy_value(const struct evk_pixels *x, int64_t i);
double centred_value(const struct evk_pixels *x, int64_t i);
unsigned char rail_value(const struct evk_pixels *x, int64_t i);

/* Returns the index, 0 to n - 1, that i is mirrored to, with the edge repeated. */
int64_t reflected(int64_t i, int64_t n);

#endif /* EVK_TESTS_TRANSFORM_H */
