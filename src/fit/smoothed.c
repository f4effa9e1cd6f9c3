/* SPDX-License-Identifier: GPL-3.0-or-later */
/* smoothed.c - the features of a core, smoothed over its grids */
#include "fit/smoothed.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmath.h"
#include "base/mem.h"
#include "base/parallel.h"
#include "fit/features.h"
#include "kernel/kernel.h"

/* A grid of rows x columns places, of n numbers each. */
struct grid {
    int64_t rows, columns, n;
};

/* to = the sum, over the count places along one axis, of a Gaussian of their distance. */
static void smooth_axis(double smoothing, int64_t outer, int64_t count, int64_t inner,
                        const double *x, double *to)
{
    const double sd = smoothing * (double)count;

    memset(to, 0, sizeof(*to) * (size_t)(outer * count * inner));
    for (int64_t o = 0; o < outer; o++)
        for (int64_t i = 0; i < count; i++)
            for (int64_t j = 0; j < count; j++) {
                const double d = (double)(i - j) / sd, by = evk_exp(-d * d / 2);
                const double *from = x + (o * count + j) * inner;
                double *at = to + (o * count + i) * inner;

                for (int64_t e = 0; e < inner; e++)
                    at[e] += by * from[e];
            }
}

/* Smooths in place, along columns and then along rows; room: as large as x. */
static void smooth_grid(double smoothing, struct grid g, double *x, double *room)
{
    smooth_axis(smoothing, g.rows, g.columns, g.n, x, room);
    smooth_axis(smoothing, 1, g.rows, g.columns * g.n, room, x);
}

/* Applies smooth_grid to each block of features; each feature has n numbers. */
static void smooth_blocks(const struct evk_smoothed *s, int64_t n, double *x, double *room)
{
    const struct evk_fit_core *c = s->core;

    for (int64_t b = 0; b < c->blocks; b++) {
        const struct grid g = {c->rows[b], c->columns[b], c->channels[b] * n};

        smooth_grid(s->smoothing, g, x, room);
        x += g.rows * g.columns * g.n;
    }
}

/* One image: room has two rows of features for each worker. */
struct job {
    const struct evk_smoothed *s;
    double *room;
};

static void smooth_job(void *arg, int worker, int64_t i)
{
    const struct job *j = arg;
    const struct evk_smoothed *s = j->s;
    const int64_t features = s->core->features;
    double *x = j->room + 2 * worker * features;

    for (int64_t e = 0; e < features; e++)
        x[e] = s->scale[e] * ((double)s->core->x[i * features + e] - s->mean[e]);
    smooth_blocks(s, 1, x, x + features);
    for (int64_t e = 0; e < features; e++)
        s->z[i * features + e] = (float)x[e];
}

/*
 * A channel's scale is the inverse of the square root of its SD, whose square is a mean over places:
 * channels with large responses count more, but less than by their size.
 */
static void pool_scales(const struct evk_fit_core *c, const double *inverse_sd, double *scale)
{
    for (int64_t b = 0; b < c->blocks; b++) {
        const int64_t places = c->rows[b] * c->columns[b], n = c->channels[b];

        for (int64_t k = 0; k < n; k++) {
            double variance = 0;

            for (int64_t p = 0; p < places; p++)
                if (inverse_sd[p * n + k] > 0)
                    variance += 1 / (inverse_sd[p * n + k] * inverse_sd[p * n + k]);
            variance /= (double)places;
            for (int64_t p = 0; p < places; p++)
                scale[p * n + k] = inverse_sd[p * n + k] > 0 ? 1 / sqrt(sqrt(variance)) : 0;
        }
        inverse_sd += places * n;
        scale += places * n;
    }
}

static evk_status fill(struct evk_smoothed *s, const struct evk_fit_features *f, evk_error *err)
{
    const int threads = evk_thread_count(s->threads, s->images);
    const int64_t features = s->core->features;
    struct job j = {s, NULL};

    EVK_TRY(evk_alloc(&s->scale, 2 * features, sizeof(double), "scales of features", err));
    s->mean = s->scale + features;
    EVK_TRY(evk_alloc_floats(&s->z, s->images * features, "smoothed features", err));
    EVK_TRY(evk_alloc(&j.room, 2 * threads * features, sizeof(double), "smoothed features", err));
    memcpy(s->mean, f->mean, sizeof(double) * (size_t)features);
    pool_scales(s->core, f->scale, s->scale);
    evk_parallel_for(threads, s->images, smooth_job, &j);
    free(j.room);
    return EVK_OK;
}

evk_status evk_smoothed_init(struct evk_smoothed *s, const struct evk_fit_core *core,
                             int64_t images, double smoothing, int threads, evk_error *err)
{
    struct evk_fit_features f;
    evk_status status;

    *s = (struct evk_smoothed){
        .core = core, .images = images, .threads = threads, .smoothing = smoothing};
    EVK_TRY(evk_fit_features_init(&f, core, images, threads, err));
    status = fill(s, &f, err);
    evk_fit_features_release(&f);
    if (status)
        evk_smoothed_release(s);
    return status;
}

void evk_smoothed_release(struct evk_smoothed *s)
{
    free(s->scale);
    free(s->z);
    s->scale = s->mean = NULL;
    s->z = NULL;
}

void evk_smoothed_fill(const void *of, int64_t term, int64_t terms, int64_t column, int64_t width,
                       double *panel)
{
    const struct evk_smoothed *s = of;

    for (int64_t r = 0; r < terms; r++)
        for (int64_t e = 0; e < width; e++)
            panel[r * EVK_PANEL + e] = (double)s->z[(term + r) * s->core->features + column + e];
}

void evk_smoothed_fill_images(const void *of, int64_t term, int64_t terms, int64_t column,
                              int64_t width, double *panel)
{
    const struct evk_smoothed *s = of;

    for (int64_t i = 0; i < width; i++)
        for (int64_t r = 0; r < terms; r++)
            panel[r * EVK_PANEL + i] = (double)s->z[(column + i) * s->core->features + term + r];
}

/* The kernel of the smoothing is symmetric: what smooths features smooths weights. */
evk_status evk_smoothed_weights(const struct evk_smoothed *s, int64_t units, double *w,
                                evk_error *err)
{
    double *room;

    EVK_TRY(evk_alloc(&room, s->core->features * units, sizeof(double), "weights", err));
    smooth_blocks(s, units, w, room);
    for (int64_t e = 0; e < s->core->features; e++)
        for (int64_t u = 0; u < units; u++)
            w[e * units + u] *= s->scale[e];
    free(room);
    return EVK_OK;
}
