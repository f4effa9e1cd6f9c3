/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ridge.c - linear readouts: one decomposition for all penalties and units of a core */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "fit/cross.h"
#include "fit/parts.h"

/*
 * In units of the mean eigenvalue of the kernel, which is the mean, over images, of the squared
 * length of all features about their mean.  The smallest are for responses without noise.
 */
static const double penalties[] = {1e-7, 1e-6,
                                   1e-5, 1e-4,
                                   1e-3, 3.162277660168379e-3,
                                   1e-2, 3.162277660168379e-2,
                                   1e-1, 3.162277660168379e-1,
                                   1,    3.162277660168379,
                                   10,   31.62277660168379,
                                   100};
enum { PENALTIES = sizeof(penalties) / sizeof(*penalties) };

/* y: (images, units of the pattern), zeros at first: responses from their level, times r. */
static void gather(const struct evk_fit_part *f, const double *root, double *y)
{
    const struct evk_pattern *p = f->pattern;

    for (int64_t u = 0; u < p->units; u++)
        for (int64_t i = 0; i < f->d->images; i++)
            if (root[i] > 0)
                y[i * p->units + u] =
                    root[i] * (f->d->y[p->unit[u] * f->d->images + i] - p->level[u]);
}

static evk_status offer_all(const struct evk_fit_data *d, struct evk_dual *dual, const double *y,
                            struct evk_cross *cross, evk_error *err)
{
    for (int64_t p = 0; p < PENALTIES; p++) {
        EVK_TRY(evk_fit_check_stop(d, err));
        EVK_TRY(evk_dual_penalise(dual, penalties[p] * dual->mean, err));
        EVK_TRY(evk_cross_offer(cross, dual, y, p, err));
    }
    return EVK_OK;
}

/* The response less what the fit without the image's fold misses; a mean over cores. */
static void write_predictions(const struct evk_fit_part *f, const double *root,
                              const struct evk_cross *c)
{
    const struct evk_pattern *p = f->pattern;
    const int64_t images = f->d->images;

    for (int64_t u = 0; u < p->units; u++)
        for (int64_t i = 0; i < images; i++) {
            const int64_t at = p->unit[u] * images + i;
            const bool known = root[i] > 0 && evk_cross_predicts(c, f->d->fold[i]);
            const double missed = known ? c->held[i * p->units + u] / root[i] : (double)NAN;

            f->out->predicted[at] += (f->d->y[at] - missed) / (double)f->d->core_count;
        }
}

static evk_status write_readouts(const struct evk_fit_part *f, const double *root,
                                 struct evk_cross *c, evk_error *err)
{
    const struct evk_pattern *p = f->pattern;
    const struct evk_fit_units units = {p->units,
                                        f->d->units,
                                        p->share,
                                        p->level,
                                        p->unit,
                                        f->out->weights[f->member],
                                        f->out->bias[f->member]};

    for (int64_t i = 0; i < f->d->images; i++)
        for (int64_t u = 0; u < p->units; u++)
            c->alpha[i * p->units + u] *= root[i];
    for (int64_t u = 0; u < p->units; u++)
        f->out->penalty[f->member * f->d->units + p->unit[u]] = penalties[c->best[u]];
    return evk_fit_features_weights(f->features, &units, c->alpha, err);
}

static evk_status fit_with(const struct evk_fit_part *f, struct evk_dual *dual,
                           struct evk_cross *cross, evk_error *err)
{
    evk_status status;
    double *y;

    EVK_TRY(evk_alloc(&y, f->d->images * f->pattern->units, sizeof(*y), "responses", err));
    gather(f, dual->root, y);
    status = offer_all(f->d, dual, y, cross, err);
    free(y);
    EVK_TRY(status);
    write_predictions(f, dual->root, cross);
    return write_readouts(f, dual->root, cross, err);
}

static evk_status fit_pattern(const struct evk_fit_part *f, evk_error *err)
{
    const struct evk_fit_data *d = f->d;
    struct evk_dual dual;
    struct evk_cross cross;
    evk_status status;

    EVK_TRY(evk_dual_init(&dual, d->images, f->gram, f->pattern->weight, d->threads, err));
    status = evk_cross_init(&cross, d->images, f->pattern->units, d->folds, d->fold,
                            f->pattern->weight, d->threads, err);
    if (!status) {
        status = fit_with(f, &dual, &cross, err);
        evk_cross_release(&cross);
    }
    evk_dual_release(&dual);
    return status;
}

evk_status evk_fit_ridge(struct evk_fit_result *out, const struct evk_fit_data *d, evk_error *err)
{
    return evk_fit_parts(out, d, fit_pattern, err);
}
