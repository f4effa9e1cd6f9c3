/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spectrum.c - spectra by definition, in double, and images with known spectra */
#include "spectrum.h"

#include <complex.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>

static const double two_pi = 6.28318530717958647693;

/* Returns 2 pi (u y / h + v x / w), less whole turns, which would cost digits. */
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
 * By theorem 24.2 of Higham 2002, the error of a fast transform of n values is at most log2(n) eta
 * times the spectrum's L2 norm, where eta is a few roundings.  A transform of a prime length is
 * computed by three transforms of up to four times that length.
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

/* ---- rings -------------------------------------------------------------------------------- */

/*
 * Set out (n, RINGS_HIGH + 1) to coefficients 0 to RINGS_HIGH of n lines of RINGS_SIDE numbers.
 * Line j begins at x[j * line], and its numbers are step elements apart.
 */
static void transform(int64_t n, int64_t line, int64_t step, const double complex *x,
                      double complex *out)
{
    static double complex table[RINGS_SIDE];
    const double turn = 2 * acos(-1) / RINGS_SIDE;

    for (int i = 0; i < RINGS_SIDE; i++)
        table[i] = cos(turn * i) - sin(turn * i) * (double complex)I;
    for (int64_t j = 0; j < n; j++)
        for (int64_t f = 0; f <= RINGS_HIGH; f++) {
            double complex sum = 0;

            for (int64_t i = 0; i < RINGS_SIDE; i++)
                sum += x[j * line + i * step] * table[i * f % RINGS_SIDE];
            out[j * (RINGS_HIGH + 1) + f] = sum;
        }
}

void add_rings(const float *x, struct rings *r)
{
    static double complex grey[RINGS_SIDE * RINGS_SIDE], rows[RINGS_SIDE * (RINGS_HIGH + 1)];
    static double complex both[(RINGS_HIGH + 1) * (RINGS_HIGH + 1)];

    for (int i = 0; i < RINGS_SIDE * RINGS_SIDE; i++)
        grey[i] = (double)x[3 * i] + (double)x[3 * i + 1] + (double)x[3 * i + 2];
    transform(RINGS_SIDE, RINGS_SIDE, 1, grey, rows);
    transform(RINGS_HIGH + 1, 1, RINGS_HIGH + 1, rows, both);
    for (int i = 0; i < (RINGS_HIGH + 1) * (RINGS_HIGH + 1); i++) {
        const long ring = lround(hypot(i / (RINGS_HIGH + 1), i % (RINGS_HIGH + 1)));

        if (ring >= RINGS_LOW && ring <= RINGS_HIGH) {
            r->total[ring] += cabs(both[i]);
            r->count[ring]++;
        }
    }
}

double rings_slope(const struct rings *r)
{
    double n = 0, x = 0, y = 0, xx = 0, xy = 0;

    for (int f = RINGS_LOW; f <= RINGS_HIGH; f++) {
        const double u = log(f), v = log(r->total[f] / r->count[f]);

        n++;
        x += u;
        y += v;
        xx += u * u;
        xy += u * v;
    }
    return (n * xy - x * y) / (n * xx - x * x);
}

/* ---- reflected edges --------------------------------------------------------------------- */

static double half_cosine(const int64_t size[3], int64_t u, int64_t v, int64_t y, int64_t x)
{
    return cos(two_pi / 4 * (double)((2 * y + 1) * u) / (double)size[0]) *
           cos(two_pi / 4 * (double)((2 * x + 1) * v) / (double)size[1]);
}

double cosine_coefficient(const int64_t size[3], const float *x, int64_t u, int64_t v, int64_t j)
{
    double sum = 0;

    for (int64_t row = 0; row < size[0]; row++)
        for (int64_t column = 0; column < size[1]; column++)
            sum += (double)x[(row * size[1] + column) * size[2] + j] *
                   half_cosine(size, u, v, row, column);
    return sum * sqrt((u ? 2.0 : 1) * (v ? 2.0 : 1) / (double)(size[0] * size[1]));
}

double cosine_frequency(const int64_t size[3], int64_t u, int64_t v)
{
    const int64_t h = size[0], w = size[1];

    return (double)(h < w ? h : w) * hypot((double)u / (double)h, (double)v / (double)w) / 2;
}

void add_half_cosine(const int64_t size[3], int64_t u, int64_t v, int64_t j, double a, float *x)
{
    for (int64_t row = 0; row < size[0]; row++)
        for (int64_t column = 0; column < size[1]; column++)
            x[(row * size[1] + column) * size[2] + j] +=
                (float)(a * half_cosine(size, u, v, row, column));
}
