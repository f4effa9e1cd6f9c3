/* SPDX-License-Identifier: GPL-3.0-or-later */
/* poisson.c - readouts of spike counts, with cross-validation */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "fit/dual.h"
#include "fit/evidence.h"
#include "fit/features.h"
#include "fit/result.h"
#include "fit/spikes.h"
#include "fit/windows.h"
#include "linalg/product.h"

/* In units of the mean squared length of all features; from the largest down. */
static const double penalties[] = {100, 31.6, 10, 3.16, 1, 0.316, 0.1};
enum { PENALTIES = sizeof(penalties) / sizeof(*penalties) };

/* About how much memory all threads may take. */
static const double room_bytes = 600e6;

/* One core, and all units. */
struct fit {
    const struct evk_fit_data *d;
    const struct evk_smoothed *features;
    struct evk_fit_result *out;
    int64_t member;
    double mean;    /* the mean squared length of the features: the mean of the kernel's diagonal */
    double *kernel; /* (images, images) owned */
    double *alpha;  /* (images, units) owned */
    double *bias;   /* (units) what the response's argument is at the mean of the features; owned */
    int threads;
    struct worker *workers; /* (threads) owned */
    evk_status *status;     /* (units) owned */
    evk_error *err;         /* (units) owned */
};

/* Memory of one thread, and the unit that it fits. */
struct worker {
    struct evk_spikes_room room;
    struct evk_evidence_room evidence;
    struct evk_posterior posterior;
    int64_t *image, *start;  /* (images) those of the fit, by fold; (folds + 1) where folds begin */
    double *count;           /* (images) presentations; 0: no response */
    double *m;               /* (images, images) */
    double *y, *u, *centre;  /* (images) */
    double *held;            /* (images) f of left-out images under the penalty of their fold */
    double total[PENALTIES]; /* the loss of all folds, each left out */
};

static evk_status init_worker(struct worker *w, const struct evk_fit_data *d, evk_error *err)
{
    static const char what[] = "a Poisson fit";
    const int64_t n = d->images, whole[2] = {0, n};
    const struct evk_evidence largest = {n, 1, 1, whole, NULL, NULL};

    EVK_TRY(evk_spikes_room_init(&w->room, n, err));
    EVK_TRY(evk_evidence_room_init(&w->evidence, &largest, err));
    EVK_TRY(evk_alloc(&w->posterior.alpha, 2 * n + d->folds + 1, sizeof(double), what, err));
    w->posterior.missed = w->posterior.alpha + n;
    w->posterior.log = w->posterior.missed + n;
    EVK_TRY(evk_alloc(&w->image, n + d->folds + 1, sizeof(*w->image), what, err));
    w->start = w->image + n;
    EVK_TRY(evk_alloc(&w->count, 5 * n, sizeof(double), what, err));
    w->y = w->count + n;
    w->u = w->y + n;
    w->centre = w->u + n;
    w->held = w->centre + n;
    return evk_alloc(&w->m, n * n, sizeof(double), what, err);
}

static void release_worker(struct worker *w)
{
    evk_spikes_room_release(&w->room);
    evk_evidence_room_release(&w->evidence);
    free(w->posterior.alpha);
    free(w->image);
    free(w->count);
    free(w->m);
}

/* The images of a fit without fold f, sorted by fold; returns how many there are. */
static int64_t choose_images(const struct fit *t, struct worker *w, int64_t f)
{
    int64_t n = 0;

    for (int64_t g = 0; g < t->d->folds; g++) {
        w->start[g] = n;
        for (int64_t i = 0; g != f && i < t->d->images; i++)
            if (t->d->fold[i] == g && w->count[i] > 0)
                w->image[n++] = i;
    }
    w->start[t->d->folds] = n;
    return n;
}

/* The least-squares problem that has the fit as its solution, as evidence.h wants it. */
static double work(const struct fit *t, struct worker *w, const struct evk_spikes *s)
{
    double sum = 0, mean = 0;

    for (int64_t i = 0; i < s->n; i++) {
        const int64_t at = s->image[i];
        double weight;

        evk_spikes_working(w->room.f[at], s->y[at], &weight, &w->room.target[at]);
        weight *= s->count[at];
        w->room.root[at] = sqrt(weight);
        sum += weight;
        mean += weight * w->room.target[at];
    }
    for (int64_t i = 0; i < s->n; i++) {
        const double root = w->room.root[s->image[i]];

        w->y[i] = root * (w->room.target[s->image[i]] - mean / sum);
        w->u[i] = root / sqrt(sum);
        for (int64_t j = 0; j < s->n; j++)
            w->m[i * s->n + j] =
                root * w->room.root[s->image[j]] * t->kernel[s->image[i] * s->images + s->image[j]];
    }
    return evk_dual_centre(s->n, w->u, w->centre, w->m);
}

/* The loss of each fold when it is left out, too: one step of Newton's method from the fit. */
static evk_status inner_loss(const struct fit *t, struct worker *w, const struct evk_spikes *s,
                             double penalty, double *loss, evk_error *err)
{
    const struct evk_evidence e = {s->n, 1, t->d->folds, w->start, w->y, w->u};
    const double trace = work(t, w, s);

    EVK_TRY(evk_evidence_weigh(&e, &w->evidence, w->m, trace > 0 ? trace : 1, penalty,
                               &w->posterior, err));
    *loss = 0;
    for (int64_t i = 0; i < s->n; i++) {
        const int64_t at = s->image[i];
        const double f = w->room.target[at] - w->posterior.missed[i] / w->room.root[at];

        *loss += evk_spikes_loss(f, s->y[at], s->count[at]);
    }
    return EVK_OK;
}

/* Keeps what the fit says of fold f, where `best` is true, and adds its loss. */
static void note_fold(const struct fit *t, struct worker *w, const struct evk_spikes *s, int64_t f,
                      int64_t penalty, bool best)
{
    for (int64_t i = 0; i < t->d->images; i++) {
        if (t->d->fold[i] != f)
            continue;
        if (w->count[i] > 0)
            w->total[penalty] += evk_spikes_loss(w->room.f[i], s->y[i], s->count[i]);
        if (best)
            w->held[i] = w->room.f[i];
    }
}

/* All penalties without fold f. */
static evk_status fit_fold(const struct fit *t, struct worker *w, struct evk_spikes *s, int64_t f,
                           evk_error *err)
{
    double least = INFINITY;

    s->n = choose_images(t, w, f);
    evk_spikes_start(&w->room, s);
    for (int64_t p = 0; p < PENALTIES; p++) {
        double loss = 0;
        bool best;

        evk_spikes_fit(&w->room, s, penalties[p] * t->mean);
        EVK_TRY(inner_loss(t, w, s, penalties[p] * t->mean, &loss, err));
        best = p == 0 || loss < least;
        least = best ? loss : least;
        note_fold(t, w, s, f, p, best);
    }
    return EVK_OK;
}

/* The fit of all images under the penalty that predicts left-out folds best. */
static void fit_final(const struct fit *t, struct worker *w, struct evk_spikes *s, int64_t u)
{
    int64_t best = 0;

    for (int64_t p = 1; p < PENALTIES; p++)
        best = w->total[p] < w->total[best] ? p : best;
    s->n = choose_images(t, w, -1);
    evk_spikes_start(&w->room, s);
    for (int64_t p = 0; p <= best; p++)
        evk_spikes_fit(&w->room, s, penalties[p] * t->mean);
    for (int64_t i = 0; i < t->d->images; i++)
        t->alpha[i * t->d->units + u] = w->room.alpha[i];
    t->bias[u] = w->room.constant;
    t->out->penalty[t->member * t->d->units + u] = penalties[best];
}

static void write_predictions(const struct fit *t, const struct worker *w, int64_t u, int64_t n)
{
    const int64_t images = t->d->images;

    for (int64_t i = 0; i < images; i++) {
        int64_t others = n;

        if (!(w->count[i] > 0))
            continue;
        for (int64_t j = 0; j < images; j++)
            others -= t->d->fold[j] == t->d->fold[i] && w->count[j] > 0;
        t->out->predicted[u * images + i] +=
            others > 0 ? evk_softplus(w->held[i]) / (double)t->d->core_count : (double)NAN;
    }
}

static evk_status fit_unit(const struct fit *t, struct worker *w, int64_t u, evk_error *err)
{
    const int64_t images = t->d->images;
    struct evk_spikes s = {images, 0, t->kernel, w->image, t->d->y + u * images, w->count};

    for (int64_t i = 0; i < images; i++)
        w->count[i] = isfinite(s.y[i]) && t->d->count[u * images + i] > 0
                          ? (double)t->d->count[u * images + i]
                          : 0;
    memset(w->total, 0, sizeof(w->total));
    if (choose_images(t, w, -1) == 0)
        return EVK_OK;
    for (int64_t f = 0; f < t->d->folds; f++)
        if (choose_images(t, w, f) > 0)
            EVK_TRY(fit_fold(t, w, &s, f, err));
    fit_final(t, w, &s, u);
    write_predictions(t, w, u, s.n);
    return EVK_OK;
}

static void unit_job(void *arg, int worker, int64_t u)
{
    struct fit *t = arg;

    t->status[u] = evk_fit_check_stop(t->d, &t->err[u]);
    if (!t->status[u])
        t->status[u] = fit_unit(t, &t->workers[worker], u, &t->err[u]);
}

/* The kernel is of features about their means, so that the bias for x has these taken away. */
static evk_status write_core(const struct fit *t, evk_error *err)
{
    const int64_t units = t->d->units, features = t->features->core->features;
    const struct evk_dense alpha = {t->alpha, NULL, units, 1};
    const struct evk_operand a = {evk_fill_dense, &alpha, units};
    const struct evk_operand z = {evk_smoothed_fill, t->features, features};
    float *weights = t->out->weights[t->member];
    evk_status status;
    double *w;

    EVK_TRY(evk_alloc(&w, features * units, sizeof(*w), "weights", err));
    status = evk_add_product(t->d->threads, t->d->images, &z, &a, w, err);
    if (!status)
        status = evk_smoothed_weights(t->features, units, w, err);
    for (int64_t e = 0; e < features * units; e++) {
        weights[e] = (float)w[e];
        t->bias[e % units] -= t->features->mean[e / units] * w[e];
    }
    for (int64_t u = 0; u < units; u++)
        t->out->bias[t->member][u] = (float)t->bias[u];
    free(w);
    return status;
}

static evk_status make_workers(struct fit *t, evk_error *err)
{
    const double each = 8 * 6 * (double)t->d->images * (double)t->d->images;
    const int fit = each * 256 < room_bytes ? 256 : (int)(room_bytes / each);
    const int wanted = evk_thread_count(t->d->threads, t->d->units);

    t->threads = fit < 1 ? 1 : fit < wanted ? fit : wanted;
    EVK_TRY(evk_alloc(&t->workers, t->threads, sizeof(*t->workers), "Poisson fits", err));
    for (int i = 0; i < t->threads; i++)
        EVK_TRY(init_worker(&t->workers[i], t->d, err));
    return EVK_OK;
}

static evk_status prepare(struct fit *t, evk_error *err)
{
    static const char what[] = "Poisson fits";
    const int64_t images = t->d->images, units = t->d->units;
    const struct evk_operand z = {evk_smoothed_fill_images, t->features, images};

    EVK_TRY(evk_alloc(&t->kernel, images * images, sizeof(double), what, err));
    EVK_TRY(evk_alloc(&t->alpha, images * units, sizeof(double), what, err));
    EVK_TRY(evk_alloc(&t->bias, units, sizeof(double), what, err));
    EVK_TRY(evk_alloc(&t->status, units, sizeof(*t->status), what, err));
    EVK_TRY(evk_alloc(&t->err, units, sizeof(*t->err), what, err));
    EVK_TRY(make_workers(t, err));
    EVK_TRY(evk_add_product(t->d->threads, t->features->core->features, &z, &z, t->kernel, err));
    for (int64_t i = 0; i < images; i++)
        t->mean += t->kernel[i * images + i] / (double)images;
    t->mean = t->mean > 0 ? t->mean : 1;
    return EVK_OK;
}

static void release(struct fit *t)
{
    for (int i = 0; t->workers && i < t->threads; i++)
        release_worker(&t->workers[i]);
    free(t->workers);
    free(t->kernel);
    free(t->alpha);
    free(t->bias);
    free(t->status);
    free(t->err);
}

static evk_status fit_core(struct fit *t, evk_error *err)
{
    evk_status status = prepare(t, err);

    if (!status) {
        evk_parallel_for(t->threads, t->d->units, unit_job, t);
        for (int64_t u = 0; !status && u < t->d->units; u++)
            if (t->status[u])
                status = evk_fail(err, t->status[u], "%s", t->err[u].msg);
    }
    if (!status)
        status = write_core(t, err);
    release(t);
    return status;
}

static evk_status fit_cores(struct evk_fit_result *out, const struct evk_fit_data *d,
                            evk_error *err)
{
    evk_status status = EVK_OK;

    for (int64_t c = 0; !status && c < d->core_count; c++) {
        struct evk_smoothed features;
        struct fit t = {.d = d, .features = &features, .out = out, .member = c};

        EVK_TRY(evk_smoothed_init(&features, &d->cores[c], d->images, evk_window_smoothing(0),
                                  d->threads, err));
        status = fit_core(&t, err);
        evk_smoothed_release(&features);
    }
    return status;
}

static evk_status refuse_negative(const struct evk_fit_data *d, evk_error *err)
{
    for (int64_t i = 0; i < d->units * d->images; i++)
        if (d->y[i] < 0)
            return evk_fail(err, EVK_EINVAL,
                            "the response of unit %lld to image %lld is %g, and a Poisson readout "
                            "needs counts of spikes, which are 0 or more",
                            (long long)(i / d->images), (long long)(i % d->images), d->y[i]);
    return EVK_OK;
}

evk_status evk_fit_poisson(struct evk_fit_result *out, const struct evk_fit_data *d, evk_error *err)
{
    evk_status status;

    EVK_TRY(refuse_negative(d, err));
    EVK_TRY(evk_fit_result_init(out, d, "softplus", err));
    status = fit_cores(out, d, err);
    if (status)
        evk_fit_result_release(out, d->core_count);
    return status;
}
