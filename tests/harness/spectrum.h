/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spectrum.h - spectra by definition, in double, and images with known spectra */
#ifndef EVK_TESTS_SPECTRUM_H
#define EVK_TESTS_SPECTRUM_H

#include <stdint.h>

/*
 * Set out to the real and imaginary part of coefficient (u, v) of channel j of x (h, w, c), the sum
 * of x(y, x) exp(-2 pi i (u y / h + v x / w)).  Returns a bound on the error of a fast transform in
 * float.
 */
double naive_coefficient(const int64_t size[3], const float *x, int64_t u, int64_t v, int64_t j,
                         double out[2]);

/* Set out to the same coefficient of an image of doubles. */
void exact_coefficient(const int64_t size[3], const double *x, int64_t u, int64_t v, int64_t j,
                       double out[2]);

/*
 * Returns the frequency of coefficient (u, v) in cycles per shorter side; u - h is the same as u.
 */
double naive_frequency(const int64_t size[3], int64_t u, int64_t v);

/* Add a cos(2 pi (u y / h + v x / w) + phase) to channel j of x (h, w, c). */
void add_cosine(const int64_t size[3], int64_t u, int64_t v, int64_t j, double a, double phase,
                float *x);

/*
 * The orthonormal cosine transform, by definition: coefficient (u, v) of channel j; the frequency
 * of coefficient (u, v) in cycles per shorter side, which may be half cycles; and adding a times
 * its wave, whose largest value is 1, to channel j of x.
 */
double cosine_coefficient(const int64_t size[3], const float *x, int64_t u, int64_t v, int64_t j);
double cosine_frequency(const int64_t size[3], int64_t u, int64_t v);
void add_half_cosine(const int64_t size[3], int64_t u, int64_t v, int64_t j, double a, float *x);

enum { RINGS_SIDE = 112, RINGS_LOW = 4, RINGS_HIGH = 32 /* cycles per image: three octaves */ };

struct rings {
    double total[RINGS_HIGH + 1], count[RINGS_HIGH + 1];
};

/*
 * Add the amplitudes of the luminance of x (RINGS_SIDE, RINGS_SIDE, 3) at horizontal and vertical
 * frequencies of 0 to RINGS_HIGH cycles to the rings of their radial frequency.
 */
void add_rings(const float *x, struct rings *r);

/* Returns the least squares slope of log amplitude over log frequency. */
double rings_slope(const struct rings *r);

#endif /* EVK_TESTS_SPECTRUM_H */
