/* SPDX-License-Identifier: GPL-3.0-or-later */
/* features.c - the features of a core, each in units of its SD */
#include "fit/features.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "linalg/product.h"

enum { AT_ONCE = 64 }; /* features of a job */

/* What varies by less than this part of its largest value is the rounding of floats. */
static const double rounding = 1e-6;

/* Sums over the images, in their order, of features from `first` on. */
struct sums {
    double of[AT_ONCE], squares[AT_ONCE], most[AT_ONCE];
};

static void add_image(const struct evk_fit_features *f, int64_t first, int64_t n, int64_t i,
                      bool squares, struct sums *s)
{
    const float *x = f->core->x + i * f->core->features + first;

    for (int64_t e = 0; e < n; e++) {
        const double v = (double)x[e], from = v - f->mean[first + e];

        if (squares)
            s->squares[e] += from * from;
        else
            s->of[e] += v;
        s->most[e] = fabs(v) > s->most[e] ? fabs(v) : s->most[e];
    }
}

/* Two passes: the mean, and the SD about it, whose divisor is the number of images less 1. */
static void measure_job(void *arg, int worker, int64_t job)
{
    const struct evk_fit_features *f = arg;
    const int64_t first = job * AT_ONCE, left = f->core->features - first;
    const int64_t n = left < AT_ONCE ? left : AT_ONCE;
    struct sums s = {{0}, {0}, {0}};

    (void)worker;
    for (int64_t i = 0; i < f->images; i++)
        add_image(f, first, n, i, false, &s);
    for (int64_t e = 0; e < n; e++)
        f->mean[first + e] = s.of[e] / (double)f->images;
    for (int64_t i = 0; i < f->images; i++)
        add_image(f, first, n, i, true, &s);
    for (int64_t e = 0; e < n; e++) {
        const double sd = f->images > 1 ? sqrt(s.squares[e] / (double)(f->images - 1)) : 0;

        f->scale[first + e] = sd > rounding * s.most[e] ? 1 / sd : 0;
    }
}

static evk_status refuse_infinite(const struct evk_fit_features *f, evk_error *err)
{
    for (int64_t e = 0; e < f->core->features; e++)
        if (!isfinite(f->mean[e]))
            return evk_fail(err, EVK_EINVAL,
                            "feature %lld of a core is not a finite number for each image; please "
                            "choose another layer",
                            (long long)e);
    return EVK_OK;
}

evk_status evk_fit_features_init(struct evk_fit_features *f, const struct evk_fit_core *core,
                                 int64_t images, int threads, evk_error *err)
{
    const int64_t jobs = (core->features + AT_ONCE - 1) / AT_ONCE;
    evk_status status;

    *f = (struct evk_fit_features){.core = core, .images = images, .threads = threads};
    EVK_TRY(evk_alloc(&f->mean, 2 * core->features, sizeof(double), "means of features", err));
    f->scale = f->mean + core->features;
    evk_parallel_for(evk_thread_count(threads, jobs), jobs, measure_job, f);
    status = refuse_infinite(f, err);
    if (status)
        evk_fit_features_release(f);
    return status;
}

void evk_fit_features_release(struct evk_fit_features *f)
{
    free(f->mean);
    f->mean = f->scale = NULL;
}

static double value(const struct evk_fit_features *f, int64_t image, int64_t e)
{
    return f->scale[e] * ((double)f->core->x[image * f->core->features + e] - f->mean[e]);
}

/* Terms are features, and columns are images. */
static void fill_images(const void *of, int64_t term, int64_t terms, int64_t column, int64_t width,
                        double *panel)
{
    for (int64_t s = 0; s < width; s++)
        for (int64_t r = 0; r < terms; r++)
            panel[r * EVK_PANEL + s] = value(of, column + s, term + r);
}

/* Terms are images, and columns are features. */
static void fill_features(const void *of, int64_t term, int64_t terms, int64_t column,
                          int64_t width, double *panel)
{
    for (int64_t r = 0; r < terms; r++)
        for (int64_t s = 0; s < width; s++)
            panel[r * EVK_PANEL + s] = value(of, term + r, column + s);
}

evk_status evk_fit_features_gram(const struct evk_fit_features *f, double *gram, evk_error *err)
{
    const struct evk_operand z = {fill_images, f, f->images};

    return evk_add_product(f->threads, f->core->features, &z, &z, gram, err);
}

evk_status evk_fit_write(const struct evk_fit_core *core, int64_t images,
                         const struct evk_fit_units *u, const double *w, evk_error *err)
{
    double *bias;

    EVK_TRY(evk_alloc(&bias, u->units, sizeof(*bias), "biases", err));
    for (int64_t i = 0; i < u->units; i++)
        bias[i] = u->level[i];
    for (int64_t e = 0; e < core->features; e++) {
        double mean = 0;

        for (int64_t i = 0; i < images; i++)
            mean += u->share[i] * (double)core->x[i * core->features + e];
        for (int64_t i = 0; i < u->units; i++) {
            bias[i] -= mean * w[e * u->units + i];
            u->weights[e * u->columns + u->unit[i]] = (float)w[e * u->units + i];
        }
    }
    for (int64_t i = 0; i < u->units; i++)
        u->bias[u->unit[i]] = (float)bias[i];
    free(bias);
    return EVK_OK;
}

evk_status evk_fit_features_project(const struct evk_fit_features *f, int64_t units,
                                    const double *alpha, double *w, evk_error *err)
{
    const struct evk_dense dense = {alpha, NULL, units, 1};
    const struct evk_operand z = {fill_features, f, f->core->features};
    const struct evk_operand a = {evk_fill_dense, &dense, units};

    return evk_add_product(f->threads, f->images, &z, &a, w, err);
}

void evk_fit_features_unscale(const struct evk_fit_features *f, int64_t units, double *w)
{
    for (int64_t e = 0; e < f->core->features; e++)
        for (int64_t u = 0; u < units; u++)
            w[e * units + u] *= f->scale[e];
}

evk_status evk_fit_features_weights(const struct evk_fit_features *f, const struct evk_fit_units *u,
                                    const double *alpha, evk_error *err)
{
    evk_status status;
    double *w;

    EVK_TRY(evk_alloc(&w, f->core->features * u->units, sizeof(double), "weights", err));
    status = evk_fit_features_project(f, u->units, alpha, w, err);
    if (!status) {
        evk_fit_features_unscale(f, u->units, w);
        status = evk_fit_write(f->core, f->images, u, w, err);
    }
    free(w);
    return status;
}
