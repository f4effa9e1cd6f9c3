/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linf.c - the largest difference of any value */
#include <math.h>
#include <string.h>

#include "attack/norm.h"

static double size(const struct evk_delta *d)
{
    return (double)d->largest;
}

static int64_t measure(const struct evk_delta *d)
{
    return d->largest;
}

static int64_t bound(double budget, int64_t n)
{
    (void)n;
    return (int64_t)floor(budget);
}

static double length(const struct evk_ball *b, const float *v)
{
    double sums[3];

    b->k->magnitudes(b->n, v, sums);
    return sums[0];
}

static double direct(const struct evk_ball *b, double size, float *g)
{
    (void)size;
    b->k->sign(b->n, g);
    return 1;
}

static void project(const struct evk_ball *b, const float *v, float *x)
{
    b->k->apply_clamped(b->n, (float)b->budget, b->base, v, x);
}

static void extend(const struct evk_ball *b, const float *g, float *v)
{
    memcpy(v, g, (size_t)b->n * sizeof(*v));
    b->k->sign(b->n, v);
    b->k->scale(b->n, (float)b->budget, v);
}

static void shrink(const struct evk_ball *b, double shrunk, const float *v, float *d)
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
    .size = size,
    .measure = measure,
    .bound = bound,
    .direct = direct,
    .project = project,
    .extend = extend,
    .length = length,
    .shrink = shrink,
};
