/* SPDX-License-Identifier: GPL-3.0-or-later */
/* transform.h - pictures of several sizes, what transforms make of them, and definitions in double */
#ifndef EVK_TESTS_TRANSFORM_H
#define EVK_TESTS_TRANSFORM_H

#include "gaudy/transform.h"
#include "test.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

enum { PICTURES = 7, PICTURE_LARGEST = PICTURES - 1, PICTURE_ROOM = 6000, FRACTIONS = 7 };

/* Fractions of 0 to 1. */
extern const double fractions[FRACTIONS];

/*
 * Waves with noise, so that edges differ and values repeat: from 1 x 1 to 40 x 50, one channel or
 * three, in one buffer that the next call overwrites.
 */
struct evk_pixels picture(int i);

int64_t value_count(const struct evk_pixels *x);

/* The transform of this text; evk_pixels_release it. */
struct evk_pixels transformed(const char *text, const struct evk_pixels *x,
                              const struct evk_rng_key *key);

/* NAME:VALUE of one that is not random. */
struct evk_pixels transformed_by(const char *name, double value, const struct evk_pixels *x);

/* numpy.quantile(x, q) */
double quantile(const double *x, int64_t n, double q);

/* Value i by the gaudy rule, and less its channel's fixed mean, and by which side of it it is. */
unsigned char gaudy_value(const struct evk_pixels *x, int64_t i);
double centred_value(const struct evk_pixels *x, int64_t i);
unsigned char rail_value(const struct evk_pixels *x, int64_t i);

/* i beyond 0..n-1, mirrored with the edge repeated. */
int64_t reflected(int64_t i, int64_t n);

#endif /* EVK_TESTS_TRANSFORM_H */
