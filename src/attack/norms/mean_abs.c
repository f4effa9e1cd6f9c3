/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mean_abs.c - the mean of the magnitudes of the differences of all values, in display levels
 *
 * The perturbation in ball and box that is nearest to v is v with every magnitude lowered by one
 * threshold (at least to 0), then cut at the box; Duchi et al. 2008 have it for the ball alone.
 *
 * The perturbation with the largest inner product with g takes values to the box 0..255 one after
 * the other, in the order of their gradients' magnitudes, the largest first, until the budget is
 * spent; the last value goes part of the way.
 */
#include <math.h>
#include <string.h>

#include "attack/norm.h"

enum { ROUNDS = 60 }; /* most rounds of the search for the threshold */

static int64_t mean_abs_measure(const struct evk_delta *d)
{
    return d->sum;
}

static int64_t mean_abs_bound(double budget, int64_t n)
{
    return evk_floor_product((double)n, budget);
}

/* Returns the largest sum of magnitudes in the ball. */
static double sum_in(const struct evk_ball *b)
{
    return (double)b->n * b->budget;
}

/*
 * Returns the sum of all magnitudes of v after lowering them by t and cutting at the box.  sums[1]
 * is the magnitude of its slope with respect to t.
 */
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
 * Returns the threshold at which the sum of magnitudes is the ball's; the sum of v itself is
 * larger.  The sum falls piecewise linearly with the threshold, which Newton steps find; a step
 * that leaves the bracket is replaced by its middle.
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

/* Returns how far value i can go in the direction of g until it reaches the box. */
static double mean_abs_room(const struct evk_ball *b, const float *g, int64_t i)
{
    return g[i] > 0 ? 255 - (double)b->base[i] : g[i] < 0 ? (double)b->base[i] : 0;
}

/*
 * Returns an integer that orders magnitudes: the bits of a float that is not negative, read as an
 * integer, have the order of the floats.
 */
static uint32_t mean_abs_place(float g)
{
    const float magnitude = fabsf(g);
    uint32_t bits;

    memcpy(&bits, &magnitude, sizeof(bits));
    return bits;
}

enum { DIGITS = 11, BUCKETS = 1 << DIGITS };

/*
 * Returns the next digit (DIGITS bits, at shift) of the place up to which values go to the box;
 * known has the digits above it.  Only values whose places have these higher digits matter: how far
 * they can go is summed for each digit, and subtracted from *want, beginning with the largest
 * digit, until the next subtraction would make *want negative.
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
    uint32_t last = 0; /* the place of the gradients at which the budget is spent */

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
        const float near = v[i] < -t ? -t : v[i] > t ? t : v[i]; /* v[i] clamped to -t..t */

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
