/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linf.c - the largest difference of any value, in display levels */
#include <math.h>
#include <string.h>

#include "attack/norm.h"

static double linf_size(const struct evk_delta *d)
{
    return (double)d->largest;
}

static int64_t linf_measure(const struct evk_delta *d)
{
    return d->largest;
}

static int64_t linf_bound(double budget, int64_t n)
{
    (void)n;
    return (int64_t)floor(budget);
}

static double linf_length(const struct evk_ball *b, const float *v)
{
    double sums[3];

    b->k->magnitudes(b->n, v, sums);
    return sums[0];
}

static double linf_direct(const struct evk_ball *b, double size, float *g)
{
    (void)size;
    b->k->sign(b->n, g);
    return 1;
}

static void linf_project(const struct evk_ball *b, const float *v, float *x)
{
    b->k->apply_clamped(b->n, (float)b->budget, b->base, v, x);
}

static void linf_extend(const struct evk_ball *b, const float *g, float *v)
{
    memcpy(v, g, (size_t)b->n * sizeof(*v));
    b->k->sign(b->n, v);
    b->k->scale(b->n, (float)b->budget, v);
}

static void linf_shrink(const struct evk_ball *b, double shrunk, const float *v, float *d)
{
    const float most = (float)floor(b->budget * (1 - shrunk));

    for (int64_t i = 0; i < b->n; i++)
        d[i] = v[i] < -most ? -most : v[i] > most ? most : v[i];
}

extern const struct evk_norm_type evk_norm_linf;
const struct evk_norm_type evk_norm_linf = {
    .name = "linf",
    .summary = "the largest difference of any value",
    .unit = "display levels",
    .most = 255,
    .per_value = true,
    .size = linf_size,
    .measure = linf_measure,
    .bound = linf_bound,
    .direct = linf_direct,
    .project = linf_project,
    .extend = linf_extend,
    .length = linf_length,
    .shrink = linf_shrink,
};
