/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dict.c - state dictionaries of cores with readouts, in memory, and what they should compute */
#include "dict.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "test.h"

enum { NAME = 96 };

float *dict_put(struct dict *d, const char *name, int axes, const int64_t *dim)
{
    struct evk_named_tensor *t = &d->tensors[d->count];

    assert_true(d->count < DICT_TENSORS);
    assert_ok(evk_strdup(&t->name, name, err));
    assert_ok(evk_tensor_new(&t->values, axes, dim, err));
    t->place = d->count++;
    for (int64_t i = 0; i < evk_tensor_count(&t->values); i++)
        t->values.data[i] = random_float(&d->seed) / 2;
    return t->values.data;
}

static int number_of(struct dict *d, const char *name)
{
    for (int i = 0; i < d->count; i++)
        if (strcmp(d->tensors[i].name, name) == 0)
            return i;
    fail_msg("no tensor %s", name);
    return 0;
}

struct evk_tensor *dict_get(struct dict *d, const char *name)
{
    return &d->tensors[number_of(d, name)].values;
}

void dict_drop(struct dict *d, const char *name)
{
    const int i = number_of(d, name);

    free(d->tensors[i].name);
    evk_tensor_release(&d->tensors[i].values);
    d->tensors[i] = d->tensors[--d->count];
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct evk_named_tensor *)a)->name,
                  ((const struct evk_named_tensor *)b)->name);
}

void dict_sort(struct dict *d)
{
    qsort(d->tensors, (size_t)d->count, sizeof(d->tensors[0]), by_name);
    d->t = (struct evk_tensors){.tensors = d->tensors, .count = d->count};
}

void dict_release(struct dict *d)
{
    while (d->count > 0)
        dict_drop(d, d->tensors[0].name);
}

/* prefix.name */
static float *put(struct dict *d, const char *prefix, const char *name, int axes,
                  const int64_t *dim)
{
    char whole[2 * NAME];

    snprintf(whole, sizeof(whole), "%s.%s", prefix, name);
    return dict_put(d, whole, axes, dim);
}

static void replace(struct map *x, struct map y)
{
    map_release(x);
    *x = y;
}

/* ---- the core --------------------------------------------------------------------- */

/* Returns the values w (o, i, h, w), where h w is area, in the order (h, w, i, o); free() them. */
static float *turned(const float *w, int64_t o, int64_t i, int64_t area)
{
    float *out = calloc((size_t)(o * i * area), sizeof(*out));

    assert_non_null(out);
    for (int64_t a = 0; a < o; a++)
        for (int64_t b = 0; b < i; b++)
            for (int64_t p = 0; p < area; p++)
                out[(p * i + b) * o + a] = w[(a * i + b) * area + p];
    return out;
}

void dict_conv(struct dict *d, const char *prefix, struct map *x, const struct oracle_window *v,
               int64_t outputs, bool biased)
{
    const float *w = put(d, prefix, "weight", 4, (int64_t[]){outputs, x->c, v->h, v->w});
    const float *b = biased ? put(d, prefix, "bias", 1, &outputs) : NULL;
    float *kernel = turned(w, outputs, x->c, v->h * v->w);

    replace(x, oracle_conv2d(x, v, outputs, kernel, b));
    free(kernel);
}

void dict_depthwise(struct dict *d, const char *prefix, struct map *x,
                    const struct oracle_window *v)
{
    const float *w = put(d, prefix, "weight", 4, (int64_t[]){x->c, 1, v->h, v->w});
    float *kernel = turned(w, x->c, 1, v->h * v->w);

    replace(x, oracle_depthwise(x, v, 1, kernel, NULL));
    free(kernel);
}

void dict_norm(struct dict *d, const char *prefix, struct map *x)
{
    const float *gamma = put(d, prefix, "weight", 1, &x->c);
    const float *beta = put(d, prefix, "bias", 1, &x->c);
    const float *mean = put(d, prefix, "running_mean", 1, &x->c);
    float *variance = put(d, prefix, "running_var", 1, &x->c);

    for (int64_t c = 0; c < x->c; c++)
        variance[c] = 0.5f + fabsf(variance[c]);
    put(d, prefix, "num_batches_tracked", 0, NULL);
    replace(x, oracle_batchnorm(x, gamma, beta, mean, variance, 1e-5));
}

void dict_function(struct map *x, const char *name)
{
    replace(x, oracle_activation(x, name));
}

/* Replace x by W x + b, and put W (o, i) and b into the dictionary. */
static void dense(struct dict *d, const char *prefix, int64_t outputs, struct map *x)
{
    const float *w = put(d, prefix, "weight", 2, (int64_t[]){outputs, x->c});
    const float *b = put(d, prefix, "bias", 1, &outputs);
    float *kernel = turned(w, outputs, x->c, 1);

    replace(x, oracle_dense(x, outputs, kernel, b));
    free(kernel);
}

void dict_squeeze(struct dict *d, const char *prefix, struct map *x, int64_t hidden)
{
    struct map f = oracle_globalpool(x);
    char part[NAME];

    snprintf(part, sizeof(part), "%s.se.1", prefix);
    dense(d, part, hidden, &f);
    replace(&f, oracle_relu(&f, 0, 0, INFINITY));
    snprintf(part, sizeof(part), "%s.se.3", prefix);
    dense(d, part, x->c, &f);
    replace(&f, oracle_activation(&f, "sigmoid"));
    for (int64_t i = 0; i < map_count(x); i++) {
        const int64_t c = i % x->c;

        x->e[i] =
            fabs(f.v[c]) * x->e[i] + fabs(x->v[i]) * f.e[c] + sum_bound(1, fabs(f.v[c] * x->v[i]));
        x->v[i] *= f.v[c];
    }
    map_release(&f);
}

/* ---- readouts --------------------------------------------------------------------- */

/* A sum of weights times values, computed term by term. */
struct sum {
    double value, error, magnitude;
    int64_t terms;
};

static void add(struct sum *s, double w, double v, double e)
{
    s->value += w * v;
    s->error += fabs(w) * e;
    s->magnitude += fabs(w * v);
    s->terms++;
}

static void finish(const struct sum *s, struct map *y, int i)
{
    y->v[i] = s->value;
    y->e[i] = s->error + sum_bound(s->terms + 4, s->magnitude);
}

static const char *prefix_of(const char *key)
{
    static char prefix[NAME];

    snprintf(prefix, sizeof(prefix), "readout.%s", key);
    return prefix;
}

/*
 * Add w times channel c of x at position xy, interpolated bilinearly with aligned corners, where
 * values outside the map are zeros.
 */
static void add_point(struct sum *s, const struct map *x, int64_t c, const double xy[2], double w)
{
    const double column = (xy[0] + 1) / 2 * (double)(x->w - 1);
    const double row = (xy[1] + 1) / 2 * (double)(x->h - 1);

    for (int64_t i = 0; i < x->h; i++)
        for (int64_t j = 0; j < x->w; j++) {
            const double part =
                fmax(0, 1 - fabs(row - (double)i)) * fmax(0, 1 - fabs(column - (double)j));

            if (part > 0)
                add(s, w * part, x->v[(i * x->w + j) * x->c + c], x->e[(i * x->w + j) * x->c + c]);
        }
}

/* Returns the sums of n neurons at positions xy, with features (1, channels of all maps, 1, n). */
static struct map read_points(const struct map *maps, int count, int n, const double *xy,
                              const float *features, const float *bias)
{
    struct map y = map_new(1, 1, n);

    for (int i = 0; i < n; i++) {
        struct sum s = {0};
        int64_t at = 0;

        for (int j = 0; j < count; j++)
            for (int64_t c = 0; c < maps[j].c; c++, at++)
                add_point(&s, &maps[j], c, xy + 2 * i, (double)features[at * n + i]);
        add(&s, (double)bias[i], 1, 0);
        finish(&s, &y, i);
    }
    return y;
}

struct map dict_gaussian(struct dict *d, const char *key, const struct map *x, int n,
                         const double *xy)
{
    const char *prefix = prefix_of(key);
    const float *features = put(d, prefix, "_features", 4, (int64_t[]){1, x->c, 1, n});
    const float *bias = put(d, prefix, "bias", 1, (int64_t[]){n});
    double *drawn = calloc((size_t)n, 2 * sizeof(*drawn));
    struct map y;

    assert_non_null(drawn);
    put(d, prefix, "sigma", 4, (int64_t[]){1, n, 2, 2});
    if (!xy) {
        const float *mu = put(d, prefix, "_mu", 4, (int64_t[]){1, n, 1, 2});

        for (int i = 0; i < 2 * n; i++)
            drawn[i] = (double)mu[i];
    }
    y = read_points(x, 1, n, xy ? xy : drawn, features, bias);
    free(drawn);
    return y;
}

struct map dict_pooled(struct dict *d, const char *key, const struct map *maps, int count, int n)
{
    const char *prefix = prefix_of(key);
    const float *grid = put(d, prefix, "grid", 4, (int64_t[]){1, n, 1, 2});
    const float *f = put(d, prefix, "features", 4, (int64_t[]){1, count * maps[0].c, 1, n});
    const float *bias = put(d, prefix, "bias", 1, (int64_t[]){n});
    double *xy = calloc((size_t)n, 2 * sizeof(*xy));
    struct map y;

    assert_non_null(xy);
    for (int i = 0; i < 2 * n; i++)
        xy[i] = (double)grid[i];
    y = read_points(maps, count, n, xy, f, bias);
    free(xy);
    return y;
}

/* Returns v, or 0 where v is negative and positive is set. */
static double cut(double v, bool positive)
{
    return positive ? fmax(v, 0) : v;
}

struct map dict_factorized(struct dict *d, const char *key, const struct map *x, int n,
                           bool positive)
{
    const char *prefix = prefix_of(key);
    const float *mask = put(d, prefix, "spatial", 3, (int64_t[]){n, x->h, x->w});
    const float *f = put(d, prefix, "_features", 2, (int64_t[]){n, x->c});
    const float *bias = put(d, prefix, "bias", 1, (int64_t[]){n});
    const int64_t places = x->h * x->w;
    struct map y = map_new(1, 1, n);

    for (int i = 0; i < n; i++) {
        struct sum s = {0};
        double norm = 0;

        for (int64_t p = 0; p < places; p++)
            norm += (double)mask[i * places + p] * (double)mask[i * places + p];
        norm = sqrt(norm) + 1e-6;
        for (int64_t p = 0; p < places; p++)
            for (int64_t c = 0; c < x->c; c++)
                add(&s,
                    cut((double)mask[i * places + p], positive) / norm *
                        cut((double)f[i * x->c + c], positive),
                    x->v[p * x->c + c], x->e[p * x->c + c]);
        add(&s, (double)bias[i], 1, 0);
        finish(&s, &y, i);
    }
    return y;
}

struct map dict_full(struct dict *d, const char *key, const struct map *x, int n)
{
    const char *prefix = prefix_of(key);
    const int64_t places = x->h * x->w;
    const float *w = put(d, prefix, "weight", 2, (int64_t[]){n, x->c * places});
    const float *bias = put(d, prefix, "bias", 1, (int64_t[]){n});
    struct map y = map_new(1, 1, n);

    for (int i = 0; i < n; i++) {
        struct sum s = {0};

        for (int64_t c = 0; c < x->c; c++)
            for (int64_t p = 0; p < places; p++)
                add(&s, (double)w[(i * x->c + c) * places + p], x->v[p * x->c + c],
                    x->e[p * x->c + c]);
        add(&s, (double)bias[i], 1, 0);
        finish(&s, &y, i);
    }
    return y;
}
