/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * factorized.c - readouts that are a product of space and features, with cross-validation
 *
 * Unlike a ridge readout, such a one is not linear in the responses: it is fitted anew without each
 * fold, and without each pair of folds, by which the penalty is chosen inside a fold.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "fit/dual.h"
#include "fit/parts.h"
#include "fit/rank1.h"
#include "linalg/cholesky.h"

static const double penalties[] = {0.03, 0.3, 3};
enum { PENALTIES = sizeof(penalties) / sizeof(*penalties) };

/* The ridge solution from which the search starts, in units of the kernel's mean eigenvalue. */
static const double start_penalty = 1;

/* The units that share a pattern of weights, on one core. */
struct fit {
    const struct evk_fit_data *d;
    const struct evk_pattern *pattern;
    const struct evk_fit_features *features;
    const float *z; /* (images, features) */
    const struct evk_dual *dual;
    double *y;      /* (images, units) responses from their level, times r */
    double *gy;     /* (images, units) g y */
    double *start;  /* (features, units) of the images that are not left out */
    double *weight; /* (images) 0: left out */
    double *error;  /* (PENALTIES, folds, folds, units) as in cross.h */
    double *missed; /* (PENALTIES, images, units) of the fit without the image's fold */
    int64_t *final; /* (units) the penalty that is chosen in the end */
    int64_t f, g;   /* the folds that are left out: the same where there is one, -1 for none */
    int threads;
    struct evk_rank1 *rank1;    /* (threads) */
    evk_status *status;         /* (units) */
    evk_error *err;             /* (units) */
    double *space, *of_channel; /* of the last fit: (units, places), (units, channels) */
};

static bool left_out(const struct fit *t, int64_t image)
{
    return t->d->fold[image] == t->f || t->d->fold[image] == t->g;
}

/*
 * The ridge solution without some images is that of all images, where the responses to these are
 * what it predicts for them.  y: (images, units), becomes such responses, times r.
 */
static evk_status predict_left_out(const struct fit *t, double *y, evk_error *err)
{
    const int64_t images = t->d->images, units = t->pattern->units;
    struct evk_system s;
    evk_status status;
    int64_t *at, n = 0;

    EVK_TRY(evk_alloc(&at, images, sizeof(*at), "images", err));
    for (int64_t i = 0; i < images; i++)
        if (left_out(t, i))
            at[n++] = i;
    status = evk_system_init(&s, n, units, err);
    if (status) {
        free(at);
        return status;
    }
    evk_system_begin(&s, n, units);
    for (int64_t i = 0; i < n; i++) {
        for (int64_t j = i; j < n; j++)
            *evk_system_a(&s, i, j) = t->dual->g[at[i] * images + at[j]];
        for (int64_t u = 0; u < units; u++)
            *evk_system_b(&s, i, u) = t->gy[at[i] * units + u];
    }
    if (evk_system_solve(&s))
        for (int64_t i = 0; i < n; i++)
            for (int64_t u = 0; u < units; u++)
                y[at[i] * units + u] -= *evk_system_b(&s, i, u);
    evk_system_release(&s);
    free(at);
    return EVK_OK;
}

/* Sets t->start. */
static evk_status find_start(struct fit *t, evk_error *err)
{
    const int64_t size = t->d->images * t->pattern->units;
    evk_status status;
    double *y, *alpha;

    EVK_TRY(evk_alloc(&y, 2 * size, sizeof(*y), "responses", err));
    alpha = y + size;
    memcpy(y, t->y, sizeof(*y) * (size_t)size);
    memset(t->start, 0, sizeof(*y) * (size_t)(t->features->core->features * t->pattern->units));
    status = predict_left_out(t, y, err);
    if (!status)
        status = evk_dual_apply(t->dual, t->pattern->units, y, alpha, err);
    for (int64_t i = 0; i < size; i++)
        alpha[i] *= t->dual->root[i / t->pattern->units];
    if (!status)
        status = evk_fit_features_project(t->features, t->pattern->units, alpha, t->start, err);
    free(y);
    return status;
}

/* What the fit misses in the folds that it did not see. */
static void note(const struct fit *t, const struct evk_rank1 *r, int64_t penalty, int64_t u)
{
    const struct evk_fit_data *d = t->d;
    const int64_t units = t->pattern->units;
    const double *y = d->y + t->pattern->unit[u] * d->images;

    for (int64_t i = 0; i < d->images; i++) {
        const int64_t in = d->fold[i], other = in == t->f ? t->g : t->f;
        const double miss =
            left_out(t, i) && t->pattern->weight[i] > 0 ? y[i] - r->predicted[i] : 0;

        if (!left_out(t, i))
            continue;
        if (t->f == t->g)
            t->missed[(penalty * d->images + i) * units + u] = miss;
        else
            t->error[((penalty * d->folds + other) * d->folds + in) * units + u] +=
                t->pattern->weight[i] * miss * miss;
    }
}

static void keep(const struct fit *t, const struct evk_rank1 *r, int64_t u)
{
    memcpy(t->space + u * r->places, r->space, sizeof(double) * (size_t)r->places);
    memcpy(t->of_channel + u * r->channels, r->of_channel, sizeof(double) * (size_t)r->channels);
}

static evk_status fit_unit(const struct fit *t, struct evk_rank1 *r, int64_t u, evk_error *err)
{
    const int64_t features = t->features->core->features;
    struct evk_rank1_task task = {t->features, t->z, t->d->y + t->pattern->unit[u] * t->d->images,
                                  t->weight, 0};
    double *w;

    EVK_TRY(evk_alloc(&w, features, sizeof(*w), "weights", err));
    for (int64_t e = 0; e < features; e++)
        w[e] = t->start[e * t->pattern->units + u];
    for (int64_t p = 0; p < PENALTIES; p++) {
        evk_status status = EVK_OK;

        if (t->f < 0 && p != t->final[u])
            continue;
        task.penalty = penalties[p];
        evk_rank1_start(r, t->features, w);
        status = evk_rank1_fit(r, &task, err);
        if (status) {
            free(w);
            return status;
        }
        note(t, r, p, u);
    }
    free(w);
    return EVK_OK;
}

static void unit_job(void *arg, int worker, int64_t u)
{
    struct fit *t = arg;

    t->status[u] = evk_fit_check_stop(t->d, &t->err[u]);
    if (!t->status[u])
        t->status[u] = fit_unit(t, &t->rank1[worker], u, &t->err[u]);
    if (!t->status[u] && t->f < 0)
        keep(t, &t->rank1[worker], u);
}

/* Is there anything to fit without the folds f and g? */
static bool has_images(const struct fit *t)
{
    for (int64_t i = 0; i < t->d->images; i++)
        if (t->weight[i] > 0)
            return true;
    return false;
}

/* Fits all units without the folds f and g. */
static evk_status fit_without(struct fit *t, int64_t f, int64_t g, evk_error *err)
{
    t->f = f;
    t->g = g;
    for (int64_t i = 0; i < t->d->images; i++)
        t->weight[i] = left_out(t, i) ? 0 : t->pattern->weight[i];
    if (!has_images(t))
        return EVK_OK;
    EVK_TRY(find_start(t, err));
    evk_parallel_for(t->threads, t->pattern->units, unit_job, t);
    for (int64_t u = 0; u < t->pattern->units; u++)
        if (t->status[u])
            return evk_fail(err, t->status[u], "%s", t->err[u].msg);
    return EVK_OK;
}

/* The last of the smallest of the sums that `error_of` gives. */
static int64_t best(const struct fit *t, int64_t f, int64_t u)
{
    const int64_t folds = t->d->folds, images = t->d->images, units = t->pattern->units;
    double least = INFINITY;
    int64_t chosen = PENALTIES - 1;

    for (int64_t p = 0; p < PENALTIES; p++) {
        double sum = 0;

        for (int64_t g = 0; f >= 0 && g < folds; g++)
            sum += t->error[((p * folds + f) * folds + g) * units + u];
        for (int64_t i = 0; f < 0 && i < images; i++) {
            const double miss = t->missed[(p * images + i) * units + u];

            sum += t->pattern->weight[i] * miss * miss;
        }
        chosen = sum <= least ? p : chosen;
        least = sum <= least ? sum : least;
    }
    return chosen;
}

/* Do other folds than f have a response? */
static bool predicts(const struct fit *t, int64_t f)
{
    for (int64_t i = 0; i < t->d->images; i++)
        if (t->d->fold[i] != f && t->pattern->weight[i] > 0)
            return true;
    return false;
}

static void write_predictions(const struct fit *t, struct evk_fit_result *out)
{
    const int64_t images = t->d->images, units = t->pattern->units;

    for (int64_t f = 0; f < t->d->folds; f++)
        for (int64_t u = 0; u < units; u++) {
            const int64_t p = best(t, f, u);
            const bool known = predicts(t, f);

            for (int64_t i = 0; i < images; i++) {
                const int64_t at = t->pattern->unit[u] * images + i;

                if (t->d->fold[i] == f)
                    out->predicted[at] +=
                        known ? (t->d->y[at] - t->missed[(p * images + i) * units + u]) /
                                    (double)t->d->core_count
                              : (double)NAN;
            }
        }
}

/* The products of space and features, as weights for z: (features, units). */
static void expand(const struct fit *t, int64_t places, int64_t channels, double *w)
{
    const struct evk_fit_core *c = t->features->core;
    const int64_t units = t->pattern->units;
    int64_t space = 0, of_channel = 0;

    for (int64_t b = 0; b < c->blocks; b++) {
        const int64_t here = c->rows[b] * c->columns[b], n = c->channels[b];

        for (int64_t e = 0; e < here * n; e++, w += units)
            for (int64_t u = 0; u < units; u++)
                w[u] = t->space[u * places + space + e / n] *
                       t->of_channel[u * channels + of_channel + e % n];
        space += here;
        of_channel += n;
    }
}

static evk_status write_readouts(const struct fit *t, struct evk_fit_result *out, int64_t member,
                                 evk_error *err)
{
    const struct evk_pattern *p = t->pattern;
    const struct evk_fit_units units = {p->units, t->d->units,          p->share,         p->level,
                                        p->unit,  out->weights[member], out->bias[member]};
    evk_status status;
    double *w;

    EVK_TRY(evk_alloc(&w, t->features->core->features * p->units, sizeof(*w), "weights", err));
    expand(t, t->rank1->places, t->rank1->channels, w);
    evk_fit_features_unscale(t->features, p->units, w);
    status = evk_fit_write(t->features->core, t->d->images, &units, w, err);
    for (int64_t u = 0; u < p->units; u++)
        out->penalty[member * t->d->units + p->unit[u]] = penalties[t->final[u]];
    free(w);
    return status;
}

static evk_status allocate(struct fit *t, evk_error *err)
{
    static const char what[] = "factorized readouts";
    const int64_t images = t->d->images, folds = t->d->folds, units = t->pattern->units;

    EVK_TRY(evk_alloc(&t->y, images * units, sizeof(double), what, err));
    EVK_TRY(evk_alloc(&t->gy, images * units, sizeof(double), what, err));
    EVK_TRY(evk_alloc(&t->start, t->features->core->features * units, sizeof(double), what, err));
    EVK_TRY(evk_alloc(&t->weight, images, sizeof(double), what, err));
    EVK_TRY(evk_alloc(&t->error, PENALTIES * folds * folds * units, sizeof(double), what, err));
    EVK_TRY(evk_alloc(&t->missed, PENALTIES * images * units, sizeof(double), what, err));
    EVK_TRY(evk_alloc(&t->final, units, sizeof(*t->final), what, err));
    EVK_TRY(evk_alloc(&t->status, units, sizeof(*t->status), what, err));
    EVK_TRY(evk_alloc(&t->err, units, sizeof(*t->err), what, err));
    t->threads = evk_thread_count(t->d->threads, units);
    EVK_TRY(evk_alloc(&t->rank1, t->threads, sizeof(*t->rank1), what, err));
    for (int i = 0; i < t->threads; i++)
        EVK_TRY(evk_rank1_init(&t->rank1[i], t->features, err));
    EVK_TRY(evk_alloc(&t->space, units * t->rank1->places, sizeof(double), what, err));
    return evk_alloc(&t->of_channel, units * t->rank1->channels, sizeof(double), what, err);
}

static void release(struct fit *t)
{
    for (int i = 0; t->rank1 && i < t->threads; i++)
        evk_rank1_release(&t->rank1[i]);
    free(t->y);
    free(t->gy);
    free(t->start);
    free(t->weight);
    free(t->error);
    free(t->missed);
    free(t->final);
    free(t->status);
    free(t->err);
    free(t->rank1);
    free(t->space);
    free(t->of_channel);
}

static evk_status prepare(struct fit *t, struct evk_dual *dual, evk_error *err)
{
    const int64_t images = t->d->images, units = t->pattern->units;

    EVK_TRY(allocate(t, err));
    for (int64_t i = 0; i < images; i++)
        for (int64_t u = 0; u < units; u++)
            if (dual->root[i] > 0)
                t->y[i * units + u] = dual->root[i] * (t->d->y[t->pattern->unit[u] * images + i] -
                                                       t->pattern->level[u]);
    EVK_TRY(evk_dual_penalise(dual, start_penalty * dual->mean, err));
    return evk_dual_apply(dual, units, t->y, t->gy, err);
}

static evk_status fit_all(struct fit *t, struct evk_fit_result *out, int64_t member, evk_error *err)
{
    for (int64_t f = 0; f < t->d->folds; f++)
        for (int64_t g = f; g < t->d->folds; g++)
            EVK_TRY(fit_without(t, f, g, err));
    for (int64_t u = 0; u < t->pattern->units; u++)
        t->final[u] = best(t, -1, u);
    EVK_TRY(fit_without(t, -1, -1, err));
    write_predictions(t, out);
    return write_readouts(t, out, member, err);
}

static evk_status fit_part(struct fit *t, const struct evk_fit_part *part, evk_error *err)
{
    struct evk_dual dual;
    evk_status status;

    EVK_TRY(evk_dual_init(&dual, t->d->images, part->gram, t->pattern->weight, t->d->threads, err));
    t->dual = &dual;
    status = prepare(t, &dual, err);
    if (!status)
        status = fit_all(t, part->out, part->member, err);
    release(t);
    evk_dual_release(&dual);
    return status;
}

static evk_status fit_pattern(const struct evk_fit_part *part, evk_error *err)
{
    const struct evk_fit_features *features = part->features;
    struct fit t = {.d = part->d, .pattern = part->pattern, .features = features};
    evk_status status;
    float *z;

    EVK_TRY(evk_alloc_floats(&z, part->d->images * features->core->features, "features", err));
    evk_fit_features_floats(features, z);
    t.z = z;
    status = fit_part(&t, part, err);
    free(z);
    return status;
}

evk_status evk_fit_factorized(struct evk_fit_result *out, const struct evk_fit_data *d,
                              evk_error *err)
{
    return evk_fit_parts(out, d, fit_pattern, err);
}
