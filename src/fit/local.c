/* SPDX-License-Identifier: GPL-3.0-or-later */
/* local.c - linear readouts of neurons that look at one part of the image */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "fit/dual.h"
#include "fit/features.h"
#include "fit/mixture.h"
#include "fit/patterns.h"
#include "fit/result.h"
#include "fit/windows.h"
#include "linalg/product.h"

/*
 * In units of the mean eigenvalue of a window's kernel.  The smallest is for responses without
 * noise.
 */
static const double penalties[] = {1e-8, 1e-3, 1e-2, 1e-1, 1, 10};
enum { PENALTIES = sizeof(penalties) / sizeof(*penalties) };

/* About how much memory the kernels of several windows, and the systems of all threads, may take. */
static const double kernel_bytes = 256e6, room_bytes = 450e6;

/*
 * The work grows with the third power of the number of images.  Where there are more than these, the
 * responses say where a neuron looks without windows, and the only one is the whole image.
 */
enum { WINDOWED_IMAGES = 3000 };

/* The units that share a pattern of weights, and the images that have weight. */
struct local {
    const struct evk_fit_data *d;
    const struct evk_pattern *pattern;
    const struct evk_windowed *features; /* (smoothings) */
    int64_t smoothings, windows;         /* windows: of each smoothing */
    int64_t core;                        /* the number of the core in the data */
    struct evk_fit_result *out;
    int64_t n;
    int64_t *order, *start; /* (n) images by fold; (folds + 1); owned */
    double *root, *u;       /* (n) as in dual.h; owned */
    double *y;              /* (n, units) owned */
    double *centre;         /* (n) room; owned */
    struct evk_evidence evidence;
    struct evk_mixture mixture;
    int threads;
    struct evk_evidence_room *rooms;           /* (threads) owned */
    struct evk_posterior posterior[PENALTIES]; /* owned */
};

static evk_status allocate(struct local *l, evk_error *err)
{
    static const char what[] = "readouts under windows";
    const int64_t images = l->d->images, units = l->pattern->units;

    EVK_TRY(evk_alloc(&l->order, images, sizeof(*l->order), what, err));
    EVK_TRY(evk_alloc(&l->start, l->d->folds + 1, sizeof(*l->start), what, err));
    EVK_TRY(evk_alloc(&l->root, images, sizeof(double), what, err));
    EVK_TRY(evk_alloc(&l->u, images, sizeof(double), what, err));
    EVK_TRY(evk_alloc(&l->centre, images, sizeof(double), what, err));
    return evk_alloc(&l->y, images * units, sizeof(double), what, err);
}

static void sort(struct local *l)
{
    for (int64_t f = 0; f < l->d->folds; f++) {
        l->start[f] = l->n;
        for (int64_t i = 0; i < l->d->images; i++)
            if (l->d->fold[i] == f && l->pattern->weight[i] > 0)
                l->order[l->n++] = i;
    }
    l->start[l->d->folds] = l->n;
}

static void gather(struct local *l)
{
    const struct evk_pattern *p = l->pattern;

    for (int64_t i = 0; i < l->n; i++) {
        const int64_t image = l->order[i];

        l->root[i] = sqrt(p->weight[image]);
        l->u[i] = sqrt(p->share[image]);
        for (int64_t u = 0; u < p->units; u++)
            l->y[i * p->units + u] =
                l->root[i] * (l->d->y[p->unit[u] * l->d->images + image] - p->level[u]);
    }
}

static evk_status make_rooms(struct local *l, evk_error *err)
{
    static const char what[] = "readouts under windows";
    const double each = 8 * (double)l->n * (double)(2 * l->n + l->pattern->units);
    const int fit = each * PENALTIES < room_bytes ? PENALTIES : (int)(room_bytes / each);
    const int wanted = evk_thread_count(l->d->threads, PENALTIES);
    const int64_t size = l->n * l->pattern->units;

    l->threads = fit < 1 ? 1 : fit < wanted ? fit : wanted;
    EVK_TRY(evk_alloc(&l->rooms, l->threads, sizeof(*l->rooms), what, err));
    for (int i = 0; i < l->threads; i++)
        EVK_TRY(evk_evidence_room_init(&l->rooms[i], &l->evidence, err));
    for (int64_t p = 0; p < PENALTIES; p++) {
        EVK_TRY(evk_alloc(&l->posterior[p].alpha, size, sizeof(double), what, err));
        EVK_TRY(evk_alloc(&l->posterior[p].missed, size, sizeof(double), what, err));
        EVK_TRY(evk_alloc(&l->posterior[p].log, (1 + l->d->folds) * l->pattern->units,
                          sizeof(double), what, err));
    }
    return EVK_OK;
}

static evk_status prepare(struct local *l, evk_error *err)
{
    EVK_TRY(allocate(l, err));
    sort(l);
    gather(l);
    l->evidence = (struct evk_evidence){l->n, l->pattern->units, l->d->folds, l->start, l->y, l->u};
    EVK_TRY(make_rooms(l, err));
    return evk_mixture_init(&l->mixture, &l->evidence, l->smoothings * l->windows, err);
}

static void release(struct local *l)
{
    evk_mixture_release(&l->mixture);
    for (int i = 0; l->rooms && i < l->threads; i++)
        evk_evidence_room_release(&l->rooms[i]);
    for (int64_t p = 0; p < PENALTIES; p++) {
        free(l->posterior[p].alpha);
        free(l->posterior[p].missed);
        free(l->posterior[p].log);
    }
    free(l->rooms);
    free(l->order);
    free(l->start);
    free(l->root);
    free(l->u);
    free(l->centre);
    free(l->y);
}

/* The penalties of one window. */
struct weighing {
    struct local *l;
    const double *m;
    double trace;
    evk_status status[PENALTIES];
    evk_error err[PENALTIES];
};

static void weigh_job(void *arg, int worker, int64_t p)
{
    struct weighing *w = arg;
    struct local *l = w->l;
    const double top = w->trace > 0 ? w->trace : 1;

    w->status[p] =
        evk_evidence_weigh(&l->evidence, &l->rooms[worker], w->m, top,
                           penalties[p] * top / (double)l->n, &l->posterior[p], &w->err[p]);
}

static evk_status weigh_window(struct local *l, int64_t window, double *kernel, evk_error *err)
{
    struct weighing w = {.l = l, .m = kernel};

    for (int64_t i = 0; i < l->n; i++)
        for (int64_t j = 0; j < l->n; j++)
            kernel[i * l->n + j] *= l->root[i] * l->root[j];
    w.trace = evk_dual_centre(l->n, l->u, l->centre, kernel);
    evk_parallel_for(l->threads, PENALTIES, weigh_job, &w);
    for (int64_t p = 0; p < PENALTIES; p++)
        if (w.status[p])
            return evk_fail(err, w.status[p], "%s", w.err[p].msg);
    evk_mixture_take(&l->mixture, window, l->posterior, PENALTIES);
    return EVK_OK;
}

/* kernels: (at_once + 1, n, n), of which the last is room. */
static evk_status weigh_windows(struct local *l, int64_t smoothing, int64_t at_once,
                                double *kernels, evk_error *err)
{
    const int64_t size = l->n * l->n;

    for (int64_t first = 0; first < l->windows; first += at_once) {
        const int64_t left = l->windows - first, count = left < at_once ? left : at_once;

        EVK_TRY(evk_windowed_kernels(&l->features[smoothing], l->n, l->order, first, count, kernels,
                                     kernels + at_once * size, err));
        for (int64_t i = 0; i < count; i++) {
            EVK_TRY(evk_fit_check_stop(l->d, err));
            EVK_TRY(weigh_window(l, smoothing * l->windows + first + i, kernels + i * size, err));
        }
    }
    return EVK_OK;
}

static evk_status weigh(struct local *l, evk_error *err)
{
    const double fit = kernel_bytes / (8 * (double)l->n * (double)l->n);
    const int64_t at_once = fit < 1 ? 1 : fit < (double)l->windows ? (int64_t)fit : l->windows;
    evk_status status = EVK_OK;
    double *kernels;

    EVK_TRY(evk_alloc(&kernels, (at_once + 1) * l->n * l->n, sizeof(double), "kernels of features",
                      err));
    for (int64_t s = 0; !status && s < l->smoothings; s++)
        status = weigh_windows(l, s, at_once, kernels, err);
    evk_mixture_share(&l->mixture);
    free(kernels);
    return status;
}

static void write_predictions(const struct local *l)
{
    const struct evk_mixture *m = &l->mixture;
    const int64_t stride = (1 + m->folds) * m->units;

    for (int64_t f = 0; f < m->folds; f++)
        for (int64_t i = l->start[f]; i < l->start[f + 1]; i++)
            for (int64_t u = 0; u < m->units; u++) {
                const int64_t at = l->pattern->unit[u] * l->d->images + l->order[i];
                const bool alone = l->start[f + 1] - l->start[f] == l->n;
                double missed = 0;

                for (int64_t k = 0; k < m->kernels; k++)
                    missed += m->share[k * stride + (1 + f) * m->units + u] *
                              m->missed[(k * m->n + i) * m->units + u];
                l->out->predicted[at] +=
                    alone ? (double)NAN
                          : (l->d->y[at] - missed / l->root[i]) / (double)l->d->core_count;
            }
}

/* One place of a block of a core: its features, and what the mixture gives an image there. */
struct place {
    const struct local *l;
    const struct evk_smoothed *core;
    int64_t first;    /* the place's first feature */
    int64_t model;    /* the smoothing's first kernel in the mixture */
    const double *by; /* (windows) variances */
};

static void fill_features(const void *of, int64_t term, int64_t terms, int64_t column,
                          int64_t width, double *panel)
{
    const struct place *p = of;

    for (int64_t r = 0; r < terms; r++) {
        const float *z = p->core->z + p->l->order[term + r] * p->core->core->features + p->first;

        for (int64_t s = 0; s < width; s++)
            panel[r * EVK_PANEL + s] = (double)z[column + s];
    }
}

static void fill_alpha(const void *of, int64_t term, int64_t terms, int64_t column, int64_t width,
                       double *panel)
{
    const struct place *p = of;
    const struct evk_mixture *m = &p->l->mixture;

    for (int64_t r = 0; r < terms; r++)
        for (int64_t s = 0; s < width; s++) {
            const int64_t u = column + s;
            double sum = 0;

            for (int64_t k = p->model; k < p->model + p->l->windows; k++)
                sum += p->by[k - p->model] * m->share[k * (1 + m->folds) * m->units + u] *
                       m->alpha[(k * m->n + term + r) * m->units + u];
            panel[r * EVK_PANEL + s] = p->l->root[term + r] * sum;
        }
}

/* w: (features, units), for z; it adds to the channels of one block. */
static evk_status add_block(const struct local *l, const struct evk_smoothed *core,
                            int64_t smoothing, int64_t block, int64_t first, double *w,
                            evk_error *err)
{
    const int64_t rows = core->core->rows[block], columns = core->core->columns[block];
    const int64_t channels = core->core->channels[block];
    double by[EVK_WINDOWS];

    for (int64_t p = 0; p < rows * columns; p++) {
        const struct place place = {l, core, first + p * channels, smoothing * l->windows, by};
        const struct evk_operand z = {fill_features, &place, channels};
        const struct evk_operand a = {fill_alpha, &place, l->pattern->units};
        double *to = w + place.first * l->pattern->units;

        for (int64_t k = 0; k < l->windows; k++)
            by[k] = evk_window_at(smoothing, k, rows, columns, p / columns, p % columns);
        EVK_TRY(evk_add_product(l->d->threads, l->n, &z, &a, to, err));
    }
    return EVK_OK;
}

/* Sets w, (features, units), to the weights for x of one smoothing. */
static evk_status find_weights(const struct local *l, int64_t smoothing, double *w, evk_error *err)
{
    const struct evk_smoothed *s = l->features[smoothing].features;
    const struct evk_fit_core *core = s->core;
    int64_t first = 0;

    memset(w, 0, sizeof(*w) * (size_t)(core->features * l->pattern->units));
    for (int64_t b = 0; b < core->blocks; b++) {
        EVK_TRY(add_block(l, s, smoothing, b, first, w, err));
        first += core->rows[b] * core->columns[b] * core->channels[b];
    }
    return evk_smoothed_weights(s, l->pattern->units, w, err);
}

/* room: as large as w, which is zeros at first. */
static evk_status add_smoothings(const struct local *l, double *w, double *room, evk_error *err)
{
    for (int64_t s = 0; s < l->smoothings; s++) {
        EVK_TRY(find_weights(l, s, room, err));
        for (int64_t e = 0; e < l->d->cores[l->core].features * l->pattern->units; e++)
            w[e] += room[e];
    }
    return EVK_OK;
}

static evk_status write_readouts(const struct local *l, evk_error *err)
{
    const struct evk_pattern *p = l->pattern;
    const struct evk_fit_units units = {p->units,
                                        l->d->units,
                                        p->share,
                                        p->level,
                                        p->unit,
                                        l->out->weights[l->core],
                                        l->out->bias[l->core]};
    const struct evk_fit_core *of = &l->d->cores[l->core];
    evk_status status;
    double *w;

    EVK_TRY(evk_alloc(&w, 2 * of->features * p->units, sizeof(*w), "weights", err));
    status = add_smoothings(l, w, w + of->features * p->units, err);
    if (!status)
        status = evk_fit_write(of, l->d->images, &units, w, err);
    free(w);
    for (int64_t u = 0; u < p->units; u++)
        l->out->penalty[l->core * l->d->units + p->unit[u]] = penalties[l->mixture.best_penalty[u]];
    return status;
}

static evk_status fit_pattern(struct local *l, evk_error *err)
{
    evk_status status = prepare(l, err);

    if (!status)
        status = weigh(l, err);
    if (!status) {
        write_predictions(l);
        status = write_readouts(l, err);
    }
    release(l);
    return status;
}

static evk_status fit_patterns(struct evk_fit_result *out, const struct evk_fit_data *d,
                               int64_t core, const struct evk_windowed *features,
                               int64_t smoothings, evk_error *err)
{
    struct evk_pattern *patterns;
    evk_status status = EVK_OK;
    int64_t count;

    EVK_TRY(evk_patterns_find(&patterns, &count, d, err));
    for (int64_t i = 0; !status && i < count; i++) {
        struct local l = {.d = d,
                          .core = core,
                          .pattern = &patterns[i],
                          .features = features,
                          .smoothings = smoothings,
                          .windows = smoothings == 1 ? 1 : EVK_WINDOWS,
                          .out = out};

        status = fit_pattern(&l, err);
    }
    evk_patterns_release(patterns, count);
    return status;
}

/* Has the core a grid of more than one place? */
static bool has_places(const struct evk_fit_core *core)
{
    for (int64_t b = 0; b < core->blocks; b++)
        if (core->rows[b] * core->columns[b] > 1)
            return true;
    return false;
}

static evk_status fit_core(struct evk_fit_result *out, const struct evk_fit_data *d, int64_t core,
                           evk_error *err)
{
    const bool windowed = d->images <= WINDOWED_IMAGES && has_places(&d->cores[core]);
    const int64_t smoothings = windowed ? EVK_SMOOTHINGS : 1;
    struct evk_smoothed smoothed[EVK_SMOOTHINGS] = {{NULL}};
    struct evk_windowed features[EVK_SMOOTHINGS];
    evk_status status = EVK_OK;

    for (int64_t s = 0; !status && s < smoothings; s++) {
        status = evk_smoothed_init(&smoothed[s], &d->cores[core], d->images,
                                   evk_window_smoothing(s), d->threads, err);
        features[s] = (struct evk_windowed){s, &smoothed[s], d->threads};
    }
    if (!status)
        status = fit_patterns(out, d, core, features, smoothings, err);
    for (int64_t s = 0; s < smoothings; s++)
        evk_smoothed_release(&smoothed[s]);
    return status;
}

evk_status evk_fit_local(struct evk_fit_result *out, const struct evk_fit_data *d, evk_error *err)
{
    evk_status status = EVK_OK;

    EVK_TRY(evk_fit_result_init(out, d, "linear", err));
    for (int64_t c = 0; !status && c < d->core_count; c++)
        status = fit_core(out, d, c, err);
    if (status)
        evk_fit_result_release(out, d->core_count);
    return status;
}
