/* SPDX-License-Identifier: GPL-3.0-or-later */
/* values.c - what a step of an ascent does with each value of an image, on one thread or several */
#include "synth/values.h"

struct change {
    const struct evk_values *v;
    float a;
    float *g, *x;
    const float *along;
};

struct range {
    int64_t first, n;
};

static struct range range_of(const struct evk_values *v, int part)
{
    const int threads = evk_team_threads(v->team);
    const int64_t first = v->n * part / threads;

    return (struct range){first, v->n * (part + 1) / threads - first};
}

static void scale_part(void *arg, int part)
{
    const struct change *c = arg;
    const struct range r = range_of(c->v, part);

    c->v->k->scale(r.n, c->a, c->g + r.first);
}

void evk_values_scale(const struct evk_values *v, float a, float *g)
{
    struct change c = {.v = v, .a = a, .g = g};

    evk_team_do(v->team, scale_part, &c);
}

static void advance_part(void *arg, int part)
{
    const struct change *c = arg;
    const struct range r = range_of(c->v, part);

    c->v->k->scale(r.n, c->a, c->g + r.first);
    c->v->k->axpy(r.n, 1, c->g + r.first, c->x + r.first);
}

void evk_values_advance(const struct evk_values *v, float a, float *g, float *x)
{
    struct change c = {.v = v, .a = a, .g = g, .x = x};

    evk_team_do(v->team, advance_part, &c);
}

static void cut_part(void *arg, int part)
{
    const struct change *c = arg;
    const struct range r = range_of(c->v, part);

    /* a step of length 0 changes nothing else */
    c->v->k->step(r.n, 0, c->along + r.first, c->x + r.first);
}

void evk_values_cut(const struct evk_values *v, const float *g, float *x)
{
    struct change c = {.v = v, .along = g, .x = x};

    evk_team_do(v->team, cut_part, &c);
}
