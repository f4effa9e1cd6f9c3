/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mixture.c - the mean over kernels and penalties, each counted by its probability */
#include "fit/mixture.h"

#include <math.h>
#include <stdlib.h>

#include "base/fmath.h"
#include "base/mem.h"

static evk_status allocate(struct evk_mixture *m, evk_error *err)
{
    static const char what[] = "readouts under windows";
    const int64_t logs = m->kernels * (1 + m->folds) * m->units;

    EVK_TRY(evk_alloc(&m->alpha, m->kernels * m->n * m->units, sizeof(double), what, err));
    EVK_TRY(evk_alloc(&m->missed, m->kernels * m->n * m->units, sizeof(double), what, err));
    EVK_TRY(evk_alloc(&m->log, logs, sizeof(double), what, err));
    EVK_TRY(evk_alloc(&m->share, logs, sizeof(double), what, err));
    EVK_TRY(evk_alloc(&m->best, m->units, sizeof(double), what, err));
    return evk_alloc(&m->best_penalty, m->units, sizeof(int64_t), what, err);
}

evk_status evk_mixture_init(struct evk_mixture *m, const struct evk_evidence *e, int64_t kernels,
                            evk_error *err)
{
    evk_status status;

    *m = (struct evk_mixture){
        .n = e->n, .units = e->units, .folds = e->folds, .kernels = kernels, .start = e->start};
    status = allocate(m, err);
    if (status)
        evk_mixture_release(m);
    for (int64_t u = 0; !status && u < e->units; u++)
        m->best[u] = -INFINITY;
    return status;
}

void evk_mixture_release(struct evk_mixture *m)
{
    free(m->alpha);
    free(m->missed);
    free(m->log);
    free(m->share);
    free(m->best);
    free(m->best_penalty);
    *m = (struct evk_mixture){0};
}

/* exp(log - most); 0 where log is -infinity. */
static double relative(double log, double most)
{
    return isinf(log) ? 0 : evk_exp(log - most);
}

/*
 * Writes the mean over penalties of rows `first` to `end` of x, alpha or missed, for one unit, and
 * returns the logarithm of the sum of the evidences.  at: the index of the logarithms.
 */
static double average(const struct evk_mixture *m, const struct evk_posterior *of,
                      int64_t penalties, int64_t at,
                      const double *(*x)(const struct evk_posterior *), int64_t first, int64_t end,
                      int64_t unit, double *to)
{
    double most = -INFINITY, sum = 0;

    for (int64_t p = 0; p < penalties; p++)
        most = of[p].log[at] > most ? of[p].log[at] : most;
    for (int64_t p = 0; p < penalties; p++)
        sum += relative(of[p].log[at], most);
    for (int64_t p = 0; p < penalties; p++) {
        const double share = sum > 0 ? relative(of[p].log[at], most) / sum : 0;

        for (int64_t i = first; i < end; i++)
            to[i * m->units + unit] += share * x(&of[p])[i * m->units + unit];
    }
    return sum > 0 ? most + evk_log(sum) : -(double)INFINITY;
}

static const double *alpha_of(const struct evk_posterior *p)
{
    return p->alpha;
}

static const double *missed_of(const struct evk_posterior *p)
{
    return p->missed;
}

static void note_best(struct evk_mixture *m, const struct evk_posterior *of, int64_t penalties,
                      int64_t unit)
{
    for (int64_t p = 0; p < penalties; p++)
        if (of[p].log[unit] > m->best[unit]) {
            m->best[unit] = of[p].log[unit];
            m->best_penalty[unit] = p;
        }
}

void evk_mixture_take(struct evk_mixture *m, int64_t kernel, const struct evk_posterior *of,
                      int64_t penalties)
{
    const int64_t size = m->n * m->units;
    double *log = m->log + kernel * (1 + m->folds) * m->units;

    for (int64_t u = 0; u < m->units; u++) {
        log[u] = average(m, of, penalties, u, alpha_of, 0, m->n, u, m->alpha + kernel * size);
        note_best(m, of, penalties, u);
        for (int64_t f = 0; f < m->folds; f++) {
            const int64_t at = (1 + f) * m->units + u;

            log[at] = average(m, of, penalties, at, missed_of, m->start[f], m->start[f + 1], u,
                              m->missed + kernel * size);
        }
    }
}

void evk_mixture_share(struct evk_mixture *m)
{
    const int64_t stride = (1 + m->folds) * m->units;

    for (int64_t at = 0; at < stride; at++) {
        double most = -INFINITY, sum = 0;

        for (int64_t k = 0; k < m->kernels; k++)
            most = m->log[k * stride + at] > most ? m->log[k * stride + at] : most;
        for (int64_t k = 0; k < m->kernels; k++)
            sum += relative(m->log[k * stride + at], most);
        for (int64_t k = 0; k < m->kernels; k++)
            m->share[k * stride + at] = sum > 0 ? relative(m->log[k * stride + at], most) / sum : 0;
    }
}
