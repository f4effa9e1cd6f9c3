/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linf.c - the largest difference of any value */
#include <math.h>

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
    float most = 0;

    for (int64_t i = 0; i < b->n; i++)
        most = fabsf(v[i]) > most ? fabsf(v[i]) : most;
    return (double)most;
}

static void direct(const struct evk_ball *b, float *g)
{
    b->k->sign(b->n, g);
}

static void project(const struct evk_ball *b, const float *v, float *x)
{
    b->k->apply_clamped(b->n, (float)b->budget, b->base, v, x);
}

static void maximise(const struct evk_ball *b, const float *g, float *scratch, float *x)
{
    for (int64_t i = 0; i < b->n; i++)
        scratch[i] = g[i];
    b->k->sign(b->n, scratch);
    b->k->apply_scaled(b->n, (float)b->budget, b->base, scratch, x);
}

static void shrink(const struct evk_ball *b, double shrunk, const float *v, float *d)
{
    const float most = (float)floor(b->budget * (1 - shrunk));

    for (int64_t i = 0; i < b->n; i++)
        d[i] = v[i] < -most ? -most : v[i] > most ? most : v[i];
}

/* Within the bound a value costs nothing. */
static int64_t cost(int64_t magnitude)
{
    (void)magnitude;
    return 0;
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
    .maximise = maximise,
    .length = length,
    .shrink = shrink,
    .cost = cost,
};
