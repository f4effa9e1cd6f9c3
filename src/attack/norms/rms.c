/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rms.c - the root mean square of the differences of all values, in display levels */
#include <math.h>

#include "attack/euclid.h"

/* Returns the largest sum of squared display levels in the ball. */
static double squares_in(const struct evk_ball *b)
{
    return (double)b->n * b->budget * b->budget;
}

static int64_t rms_bound(double budget, int64_t n)
{
    return evk_floor_square((double)n, budget);
}

static double rms_length(const struct evk_ball *b, const float *v)
{
    return sqrt(b->k->sum_squares(b->n, v) / (double)b->n);
}

static double rms_direct(const struct evk_ball *b, double size, float *g)
{
    (void)g;
    return sqrt((double)b->n / size);
}

static void rms_project(const struct evk_ball *b, const float *v, float *x)
{
    evk_euclid_project(b, squares_in(b), v, x);
}

static void rms_extend(const struct evk_ball *b, const float *g, float *v)
{
    evk_euclid_extend(b, squares_in(b), g, v);
}

extern const struct evk_norm_type evk_norm_rms;
const struct evk_norm_type evk_norm_rms = {
    .name = "rms",
    .summary = "root mean square over all values",
    .unit = "display levels",
    .most = 255,
    .size = evk_delta_rms,
    .measure = evk_euclid_measure,
    .bound = rms_bound,
    .direct = rms_direct,
    .project = rms_project,
    .extend = rms_extend,
    .length = rms_length,
    .shrink = evk_euclid_shrink,
};
