/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spectrum.c - the power of an image in half octaves of frequency, the same bits on every machine
 *
 * The Fourier transform is computed by its definition, along rows and then along columns, with a
 * kernel whose sums have one order.  At 128 pixels that takes less time than decoding the image.
 */
#include "image/spectrum.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmath.h"
#include "base/mem.h"

static const double TWO_PI = 6.28318530717958647693;

double evk_statistics_frequency(int b)
{
    double f = 0.5 * sqrt(sqrt(0.5));

    for (int i = 0; i < b; i++)
        f *= sqrt(0.5);
    return f;
}

evk_status evk_spectrum_init(struct evk_spectrum *out, const struct evk_kernels *k, evk_error *err)
{
    const int64_t n = EVK_SPECTRUM_SIDE;
    struct evk_spectrum s = {.k = k};
    evk_status e = evk_alloc_floats(&s.wave, 2 * n * n, "a spectrum", err);

    if (!e)
        e = evk_alloc_floats(&s.window, n, "a spectrum", err);
    if (!e)
        e = evk_alloc_floats(&s.square, n * n, "a spectrum", err);
    if (!e)
        e = evk_alloc_floats(&s.rows, 2 * n * n, "a spectrum", err);
    if (!e)
        e = evk_alloc_floats(&s.columns, 2 * n, "a spectrum", err);
    if (e)
        evk_spectrum_release(&s);
    else
        *out = s;
    return e;
}

void evk_spectrum_release(struct evk_spectrum *s)
{
    free(s->wave);
    free(s->window);
    free(s->square);
    free(s->rows);
    free(s->columns);
    *s = (struct evk_spectrum){0};
}

/* Compute the tables for a square of n x n pixels, unless they are those of this size already. */
static void set_side(struct evk_spectrum *s, int64_t n)
{
    if (s->side == n)
        return;
    s->side = n;
    for (int64_t i = 0; i < n; i++)
        s->window[i] = (float)(0.5 - 0.5 * evk_cos(TWO_PI * ((double)i + 0.5) / (double)n));
    for (int64_t x = 0; x < n; x++)
        for (int64_t v = 0; v < n; v++) {
            const double turn = TWO_PI * (double)(x * v % n) / (double)n;

            s->wave[x * n + v] = (float)evk_cos(turn);
            s->wave[n * n + x * n + v] = (float)evk_cos(turn - TWO_PI / 4);
        }
}

/*
 * Set s->square to the central square of x (h, w, c): the mean of its channels, less its weighted
 * mean, times the window.  Returns the sum of the window's squared weights.
 */
static double cut_square(struct evk_spectrum *s, int64_t h, int64_t w, int64_t c, const float *x)
{
    const int64_t n = s->side, top = (h - n) / 2, left = (w - n) / 2;
    double sum = 0, weights = 0, squares = 0, mean;

    for (int64_t i = 0; i < n * n; i++) {
        const float *p = x + ((top + i / n) * w + left + i % n) * c;
        const double weight = (double)s->window[i / n] * (double)s->window[i % n];

        s->square[i] = c == 3 ? (p[0] + p[1] + p[2]) / 3 : p[0];
        sum += weight * (double)s->square[i];
        weights += weight;
        squares += weight * weight;
    }
    mean = sum / weights;
    for (int64_t i = 0; i < n * n; i++)
        s->square[i] = (float)((double)s->square[i] - mean) * s->window[i / n] * s->window[i % n];
    return squares;
}

/*
 * Set s->rows (n, 2, half) to the first half coefficients of each row of the square: sums with
 * cosines, the real part, and sums with sines, minus the imaginary part.
 */
static void transform_rows(struct evk_spectrum *s, int64_t half)
{
    const int64_t n = s->side;

    memset(s->rows, 0, (size_t)(2 * n * half) * sizeof(*s->rows));
    for (int64_t y = 0; y < n; y++)
        for (int64_t x = 0; x < n; x++)
            for (int64_t part = 0; part < 2; part++)
                s->k->axpy(half, s->square[y * n + x], s->wave + (part * n + x) * n,
                           s->rows + (2 * y + part) * half);
}

/*
 * Set s->columns (2, half) to the coefficients of vertical frequency u, 0 to n - 1, where u and u -
 * n are the same frequency: real part, and minus the imaginary part.
 */
static void transform_columns(struct evk_spectrum *s, int64_t half, int64_t u)
{
    const int64_t n = s->side;

    memset(s->columns, 0, (size_t)(2 * half) * sizeof(*s->columns));
    for (int64_t y = 0; y < n; y++) {
        const float cosine = s->wave[y * n + u], sine = s->wave[(n + y) * n + u];
        const float *re = s->rows + 2 * y * half, *im = re + half;

        s->k->axpy(half, cosine, re, s->columns);
        s->k->axpy(half, -sine, im, s->columns);
        s->k->axpy(half, sine, re, s->columns + half);
        s->k->axpy(half, cosine, im, s->columns + half);
    }
}

/*
 * Returns the half octave of a frequency of u and v cycles per n pixels, each from -n / 2 to n / 2;
 * -1: it is in none.
 */
static int band(int64_t n, int64_t u, int64_t v)
{
    const double square = (double)(u * u + v * v) / (double)(n * n);
    double end = 0.25;

    if (square > end)
        return -1;
    for (int b = 0; b < EVK_STATISTICS_BANDS; b++) {
        end /= 2;
        if (square > end)
            return b;
    }
    return -1;
}

void evk_spectrum_power(struct evk_spectrum *s, int64_t h, int64_t w, int64_t c, const float *x,
                        double power[EVK_STATISTICS_BANDS])
{
    const int64_t least = h < w ? h : w, n = least < EVK_SPECTRUM_SIDE ? least : EVK_SPECTRUM_SIDE;
    const int64_t half = n / 2 + 1;
    double count[EVK_STATISTICS_BANDS] = {0}, squares;

    for (int b = 0; b < EVK_STATISTICS_BANDS; b++)
        power[b] = n < EVK_PATCH ? (double)NAN : 0;
    if (n < EVK_PATCH)
        return;
    set_side(s, n);
    squares = cut_square(s, h, w, c, x);
    transform_rows(s, half);
    for (int64_t u = 0; u < n; u++) {
        transform_columns(s, half, u);
        for (int64_t v = 0; v < half; v++) {
            const int b = band(n, u < half ? u : u - n, v);
            const double re = (double)s->columns[v], im = (double)s->columns[half + v];

            if (b >= 0) {
                power[b] += re * re + im * im;
                count[b]++;
            }
        }
    }
    for (int b = 0; b < EVK_STATISTICS_BANDS; b++)
        power[b] = count[b] > 0 ? power[b] / count[b] / squares : (double)NAN;
}
