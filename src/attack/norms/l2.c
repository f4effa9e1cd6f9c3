/* SPDX-License-Identifier: GPL-3.0-or-later */
/* l2.c - the Euclidean norm of values from 0 to 1, which studies of object classification use */
#include <math.h>

#include "attack/euclid.h"

static const double levels = 255;

/* Returns the largest sum of squared display levels in the ball. */
static double squares_in(const struct evk_ball *b)
{
    return levels * levels * b->budget * b->budget;
}

static int64_t l2_bound(double budget, int64_t n)
{
    (void)n;
    return evk_floor_square(levels * levels, budget);
}

static double l2_length(const struct evk_ball *b, const float *v)
{
    return sqrt(b->k->sum_squares(b->n, v)) / levels;
}

static double l2_direct(const struct evk_ball *b, double size, float *g)
{
    (void)b;
    (void)g;
    return levels / sqrt(size);
}

static void l2_project(const struct evk_ball *b, const float *v, float *x)
{
    evk_euclid_project(b, squares_in(b), v, x);
}

static void l2_extend(const struct evk_ball *b, const float *g, float *v)
{
    evk_euclid_extend(b, squares_in(b), g, v);
}

extern const struct evk_norm_type evk_norm_l2;
const struct evk_norm_type evk_norm_l2 = {
    .name = "l2",
    .summary = "Euclidean norm of values from 0 to 1",
    .unit = "values from 0 to 1",
    .most = 1e4,
    .size = evk_delta_l2,
    .measure = evk_euclid_measure,
    .bound = l2_bound,
    .direct = l2_direct,
    .project = l2_project,
    .extend = l2_extend,
    .length = l2_length,
    .shrink = evk_euclid_shrink,
};
