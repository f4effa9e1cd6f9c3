/* SPDX-License-Identifier: GPL-3.0-or-later */
/* delta.c - the difference of two images of bytes, measured exactly in whole numbers */
#include "attack/delta.h"

#include <math.h>

/* Values that are summed in 32 bits at a time: 2^14 squares of 255 fit into 31 bits. */
enum { BLOCK = 1 << 14 };

static void add_block(struct evk_delta *out, int n, const unsigned char *base,
                      const unsigned char *x)
{
    int32_t largest = 0, sum = 0, squares = 0;

    for (int i = 0; i < n; i++) {
        const int32_t d = x[i] - base[i], magnitude = d < 0 ? -d : d;

        largest = magnitude > largest ? magnitude : largest;
        sum += magnitude;
        squares += d * d;
    }
    out->largest = largest > out->largest ? largest : out->largest;
    out->sum += sum;
    out->squares += squares;
}

struct evk_delta evk_delta_measure(int64_t n, const unsigned char *base, const unsigned char *x)
{
    struct evk_delta out = {.n = n};

    for (int64_t i = 0; i < n; i += BLOCK)
        add_block(&out, (int)(n - i < BLOCK ? n - i : BLOCK), base + i, x + i);
    return out;
}

double evk_delta_rms(const struct evk_delta *d)
{
    return d->n ? sqrt((double)d->squares / (double)d->n) : 0;
}

double evk_delta_mean_abs(const struct evk_delta *d)
{
    return d->n ? (double)d->sum / (double)d->n : 0;
}

double evk_delta_l2(const struct evk_delta *d)
{
    return sqrt((double)d->squares) / 255;
}

/* Returns floor(high + low), where low is the rounding error of high, so that |low| is below 1. */
static int64_t floor_sum(double high, double low)
{
    const double whole = floor(high);

    return (int64_t)whole - (high - whole + low < 0) + (high - whole + low >= 1);
}

int64_t evk_floor_product(double a, double b)
{
    const double p = a * b;

    return floor_sum(p, fma(a, b, -p));
}

int64_t evk_floor_square(double a, double b)
{
    const double square = b * b, rest = fma(b, b, -square), p = a * square;

    return floor_sum(p, fma(a, square, -p) + a * rest);
}
