/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mean_abs.c - mean of magnitudes over all values
 *
 * The nearest to v in ball and box is v brought nearer to 0 by a threshold, and cut at the box
 * (Duchi et al. 2008 for the ball alone).  Along g, values go to the box one after the other, those
 * of the largest gradients first, and the last of them part of the way.
 */
#include <math.h>
#include <string.h>

#include "attack/norm.h"

enum { ROUNDS = 60 };

static int64_t mean_abs_measure(const struct evk_delta *d)
{
    return d->sum;
}

static int64_t mean_abs_bound(double budget, int64_t n)
{
    return evk_floor_product((double)n, budget);
}

static double sum_in(const struct evk_ball *b)
{
    return (double)b->n * b->budget;
}

/* The sum of magnitudes of all, brought nearer by t, in the box; in sums[1], its slope's size. */
static double sum_at(const struct evk_ball *b, double t, const float *v, double sums[2])
{
    b->k->soft_sums(b->n, (float)t, b->base, v, sums);
    return sums[0];
}

static double largest(const struct evk_ball *b, const float *v)
{
    double sums[3];

    b->k->magnitudes(b->n, v, sums);
    return sums[0];
}

/*
 * The threshold at which the sum is that of the ball, for v of a larger one.  It falls piecewise
 * linearly: Newton's step from either end of what brackets it, else halves.
 */
static float find_threshold(const struct evk_ball *b, const float *v)
{
    const double want = sum_in(b);
    double low = 0, high = largest(b, v), t = 0, sums[2];

    for (int i = 0; i < ROUNDS && high - low > 1e-7 * high; i++) {
        const double over = sum_at(b, t, v, sums) - want;

        if (over > 0)
            low = t;
        else
            high = t;
        if (fabs(over) <= 1e-7 * want)
            break;
        t = sums[1] > 0 ? t + over / sums[1] : low;
        if (!(t > low && t < high))
            t = (low + high) / 2;
    }
    return (float)t;
}

static void mean_abs_project(const struct evk_ball *b, const float *v, float *x)
{
    double sums[2];
    const bool inside = sum_at(b, 0, v, sums) <= sum_in(b);

    b->k->apply_soft(b->n, inside ? 0 : find_threshold(b, v), b->base, v, x);
}

/* How far value i may go along g. */
static double mean_abs_room(const struct evk_ball *b, const float *g, int64_t i)
{
    return g[i] > 0 ? 255 - (double)b->base[i] : g[i] < 0 ? (double)b->base[i] : 0;
}

/* A magnitude's place in an order of all: bits of a float that is not negative are. */
static uint32_t mean_abs_place(float g)
{
    const float magnitude = fabsf(g);
    uint32_t bits;

    memcpy(&bits, &magnitude, sizeof(bits));
    return bits;
}

enum { DIGITS = 11, BUCKETS = 1 << DIGITS };

/*
 * One digit of the threshold: of values whose bits above shift + DIGITS are those of known, the
 * room in each bucket, from the top until want is spent.  What is left of want, and the digit.
 */
static uint32_t next_digit(const struct evk_ball *b, const float *g, uint32_t known, int shift,
                           double *want)
{
    double rooms[BUCKETS] = {0};
    uint32_t digit = BUCKETS - 1;

    for (int64_t i = 0; i < b->n; i++) {
        const uint32_t p = mean_abs_place(g[i]);

        if ((uint64_t)p >> (shift + DIGITS) == (uint64_t)known >> (shift + DIGITS))
            rooms[p >> shift & (BUCKETS - 1)] += mean_abs_room(b, g, i);
    }
    while (digit > 0 && rooms[digit] <= *want)
        *want -= rooms[digit--];
    return digit;
}

static void mean_abs_extend(const struct evk_ball *b, const float *g, float *v)
{
    double left = sum_in(b);
    uint32_t last = 0; /* gradients whose values go part of the way */

    for (int shift = 22; shift >= 0; shift -= DIGITS)
        last |= next_digit(b, g, last, shift, &left) << shift;
    for (int64_t i = 0; i < b->n; i++) {
        const double all = mean_abs_room(b, g, i), some = all < left ? all : left;
        const double go = mean_abs_place(g[i]) > last   ? all
                          : mean_abs_place(g[i]) < last ? 0
                                                        : some;

        if (mean_abs_place(g[i]) == last)
            left -= some;
        v[i] = (float)(g[i] < 0 ? -go : go);
    }
}

static double mean_abs_length(const struct evk_ball *b, const float *v)
{
    double sums[3];

    b->k->magnitudes(b->n, v, sums);
    return sums[1] / (double)b->n;
}

static double mean_abs_direct(const struct evk_ball *b, double size, float *g)
{
    (void)size;
    return 1 / mean_abs_length(b, g);
}

static void mean_abs_shrink(const struct evk_ball *b, double shrunk, const float *v, float *d)
{
    const float t = (float)(shrunk * (largest(b, v) + 1));

    for (int64_t i = 0; i < b->n; i++) {
        const float near = v[i] < -t ? -t : v[i] > t ? t : v[i];

        d[i] = v[i] - near;
    }
}

extern const struct evk_norm_type evk_norm_mean_abs;
const struct evk_norm_type evk_norm_mean_abs = {
    .name = "mean-abs",
    .summary = "mean of magnitudes over all values (Cowley et al. 2026)",
    .unit = "display levels",
    .most = 255,
    .size = evk_delta_mean_abs,
    .measure = mean_abs_measure,
    .bound = mean_abs_bound,
    .direct = mean_abs_direct,
    .project = mean_abs_project,
    .extend = mean_abs_extend,
    .length = mean_abs_length,
    .shrink = mean_abs_shrink,
};
