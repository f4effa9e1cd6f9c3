/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spectrum.c - spectra by definition, in double, and images of which they are known */
#include "spectrum.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

static const double two_pi = 6.28318530717958647693;

/* Of turns u y / h + v x / w, the whole ones taken away before they cost digits. */
static double angle(const int64_t size[3], int64_t u, int64_t v, int64_t y, int64_t x)
{
    return two_pi * ((double)(u * y % size[0]) / (double)size[0] +
                     (double)(v * x % size[1]) / (double)size[1]);
}

void exact_coefficient(const int64_t size[3], const double *x, int64_t u, int64_t v, int64_t j,
                       double out[2])
{
    out[0] = out[1] = 0;
    for (int64_t row = 0; row < size[0]; row++)
        for (int64_t column = 0; column < size[1]; column++) {
            const double value = x[(row * size[1] + column) * size[2] + j];
            const double a = angle(size, u, v, row, column);

            out[0] += value * cos(a);
            out[1] -= value * sin(a);
        }
}

/*
 * Higham 2002, theorem 24.2: the error of a spectrum is at most log2(n) eta of its length, eta a
 * few roundings; a prime length is done as three transforms of up to four times the length.
 */
double naive_coefficient(const int64_t size[3], const float *x, int64_t u, int64_t v, int64_t j,
                         double out[2])
{
    const int64_t n = size[0] * size[1] * size[2];
    double *exact = malloc((size_t)n * sizeof(*exact)), squares = 0;

    for (int64_t i = 0; i < n; i++) {
        exact[i] = (double)x[i];
        squares += i % size[2] == j ? exact[i] * exact[i] : 0;
    }
    exact_coefficient(size, exact, u, v, j, out);
    free(exact);
    return (double)FLT_EPSILON * 3 * (log2((double)(size[0] * size[1])) + 4) *
           sqrt((double)(size[0] * size[1]) * squares);
}

double naive_frequency(const int64_t size[3], int64_t u, int64_t v)
{
    const int64_t h = size[0], w = size[1];
    const double y = (double)(2 * u > h ? u - h : u) / (double)h;
    const double x = (double)(2 * v > w ? v - w : v) / (double)w;

    return (double)(h < w ? h : w) * sqrt(y * y + x * x);
}

void add_cosine(const int64_t size[3], int64_t u, int64_t v, int64_t j, double a, double phase,
                float *x)
{
    for (int64_t row = 0; row < size[0]; row++)
        for (int64_t column = 0; column < size[1]; column++)
            x[(row * size[1] + column) * size[2] + j] +=
                (float)(a * cos(angle(size, u, v, row, column) + phase));
}
