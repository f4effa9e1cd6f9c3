/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spectrum.h - spectra by definition, in double, and images of which they are known */
#ifndef EVK_TESTS_SPECTRUM_H
#define EVK_TESTS_SPECTRUM_H

#include <stdint.h>

/*
 * Coefficient (u, v) of channel j of x (h, w, c): sum of x(y, x) exp(-2 pi i (u y / h + v x / w)).
 * Returns what a transform in float may be away: of n log n order, whatever the algorithm.
 */
double naive_coefficient(const int64_t size[3], const float *x, int64_t u, int64_t v, int64_t j,
                         double out[2]);

/* The same of doubles. */
void exact_coefficient(const int64_t size[3], const double *x, int64_t u, int64_t v, int64_t j,
                       double out[2]);

/* Cycles per shorter side of coefficient (u, v), u and v of any sign or from 0 to h - 1, w - 1. */
double naive_frequency(const int64_t size[3], int64_t u, int64_t v);

/* x (h, w, c) += a cos(2 pi (u y / h + v x / w) + phase) in channel j. */
void add_cosine(const int64_t size[3], int64_t u, int64_t v, int64_t j, double a, double phase,
                float *x);

/*
 * Of images that go on beyond their edges by reflection: coefficient (u, v) of channel j, orthonormal,
 * the frequency of it, half cycles per shorter side, and x += a times its wave, 1 at most.
 */
double cosine_coefficient(const int64_t size[3], const float *x, int64_t u, int64_t v, int64_t j);
double cosine_frequency(const int64_t size[3], int64_t u, int64_t v);
void add_half_cosine(const int64_t size[3], int64_t u, int64_t v, int64_t j, double a, float *x);

enum { RINGS_SIDE = 112, RINGS_LOW = 4, RINGS_HIGH = 32 /* cycles per image: three octaves */ };

struct rings {
    double total[RINGS_HIGH + 1], count[RINGS_HIGH + 1];
};

/* Add |F(fy, fx)| of the luminance of x (side, side, 3), fx and fy 0 to high, to rings of |f|. */
void add_rings(const float *x, struct rings *r);

/* Least squares of log amplitude on log frequency. */
double rings_slope(const struct rings *r);

#endif /* EVK_TESTS_SPECTRUM_H */
