/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spikes.c - one unit's spike counts, by Newton's method in as many unknowns as there are images */
#include "fit/spikes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmath.h"
#include "base/mem.h"

enum { STEPS = 60, HALVINGS = 30 };

static const double converged = 1e-14; /* of the loss, relative */
static const double silent = -30;      /* f of a unit without spikes: a rate of 1e-13 */
static const double least_weight = 1e-9;

double evk_softplus(double x)
{
    return x > 0 ? x + evk_log1p(evk_exp(-x)) : evk_log1p(evk_exp(x));
}

static double log_rate(double f)
{
    return f < silent ? f : evk_log(evk_softplus(f));
}

double evk_spikes_loss(double f, double y, double n)
{
    return n * (evk_softplus(f) - (y > 0 ? y * log_rate(f) : 0));
}

/*
 * With s = 1 / (1 + exp(-f)), the rate's slope is s, and its curvature s (1 - s).  Far below 0, s and
 * the rate are the same, and both may be 0.
 */
void evk_spikes_working(double f, double y, double *weight, double *target)
{
    const double s = 1 / (1 + evk_exp(-f)), ratio = f < silent ? 1 : s / evk_softplus(f);
    const double slope = s - y * ratio;
    const double curvature = s * (1 - s) - y * ratio * (1 - s - ratio);

    *weight = curvature > least_weight ? curvature : least_weight;
    *target = f - slope / *weight;
}

evk_status evk_spikes_room_init(struct evk_spikes_room *r, int64_t images, evk_error *err)
{
    evk_status status;

    *r = (struct evk_spikes_room){0};
    EVK_TRY(evk_alloc(&r->f, 5 * images, sizeof(double), "a Poisson fit", err));
    r->alpha = r->f + images;
    r->root = r->alpha + images;
    r->target = r->root + images;
    r->next = r->target + images;
    status = evk_system_init(&r->system, images, 2, err);
    if (status)
        evk_spikes_room_release(r);
    return status;
}

void evk_spikes_room_release(struct evk_spikes_room *r)
{
    evk_system_release(&r->system);
    free(r->f);
    r->f = NULL;
}

void evk_spikes_start(struct evk_spikes_room *r, const struct evk_spikes *s)
{
    double spikes = 0, presentations = 0, rate;

    for (int64_t i = 0; i < s->n; i++) {
        spikes += s->count[s->image[i]] * s->y[s->image[i]];
        presentations += s->count[s->image[i]];
    }
    rate = presentations > 0 ? spikes / presentations : 0;
    /* softplus(f) = rate */
    r->constant = rate > 30 ? rate : rate > 1e-12 ? evk_log(evk_exp(rate) - 1) : silent;
    for (int64_t i = 0; i < s->images; i++) {
        r->f[i] = r->constant;
        r->alpha[i] = 0;
    }
}

/* The loss of the images of the fit at f, without the penalty. */
static double loss_at(const struct evk_spikes *s, const double *f)
{
    double sum = 0;

    for (int64_t i = 0; i < s->n; i++)
        sum += evk_spikes_loss(f[s->image[i]], s->y[s->image[i]], s->count[s->image[i]]);
    return sum;
}

/* to = constant + kernel alpha; returns alpha' kernel alpha. */
static double evaluate(const struct evk_spikes *s, const double *alpha, double constant, double *to)
{
    double square = 0;

    for (int64_t i = 0; i < s->images; i++) {
        to[i] = 0;
        for (int64_t j = 0; j < s->n; j++)
            to[i] += s->kernel[i * s->images + s->image[j]] * alpha[s->image[j]];
        square += alpha[i] * to[i];
        to[i] += constant;
    }
    return square;
}

/* The weighted problem at f: its columns are the targets and ones, times r. */
static void fill(struct evk_spikes_room *r, const struct evk_spikes *s, double penalty)
{
    evk_system_begin(&r->system, s->n, 2);
    for (int64_t i = 0; i < s->n; i++) {
        const int64_t at = s->image[i];

        evk_spikes_working(r->f[at], s->y[at], &r->root[at], &r->target[at]);
        r->root[at] = sqrt(s->count[at] * r->root[at]);
        *evk_system_b(&r->system, i, 0) = r->root[at] * r->target[at];
        *evk_system_b(&r->system, i, 1) = r->root[at];
    }
    for (int64_t i = 0; i < s->n; i++) {
        const double *row = s->kernel + s->image[i] * s->images;

        for (int64_t j = i; j < s->n; j++)
            *evk_system_a(&r->system, i, j) =
                r->root[s->image[i]] * r->root[s->image[j]] * row[s->image[j]];
        *evk_system_a(&r->system, i, i) += penalty;
    }
}

/*
 * Sets alpha and the constant to the solution of the weighted problem: alpha sums to 0.  False:
 * there is none.
 */
static bool solve(struct evk_spikes_room *r, const struct evk_spikes *s, double penalty,
                  double *alpha, double *constant)
{
    double of_target = 0, of_ones = 0;

    fill(r, s, penalty);
    if (!evk_system_solve(&r->system))
        return false;
    for (int64_t i = 0; i < s->n; i++) {
        of_target += r->root[s->image[i]] * *evk_system_b(&r->system, i, 0);
        of_ones += r->root[s->image[i]] * *evk_system_b(&r->system, i, 1);
    }
    *constant = of_target / of_ones;
    for (int64_t i = 0; i < s->n; i++)
        alpha[s->image[i]] = r->root[s->image[i]] * (*evk_system_b(&r->system, i, 0) -
                                                     *constant * *evk_system_b(&r->system, i, 1));
    return isfinite(*constant);
}

/* Goes from the fit towards alpha and the constant, less far until the loss is less. */
static bool move(struct evk_spikes_room *r, const struct evk_spikes *s, double penalty,
                 double *alpha, double constant, double *loss)
{
    double by = 1;

    for (int i = 0; i < HALVINGS; i++, by /= 2) {
        const double c = r->constant + by * (constant - r->constant);
        double next;

        for (int64_t j = 0; j < s->images; j++)
            alpha[j] = r->alpha[j] + (i == 0 ? 1 : 0.5) * (alpha[j] - r->alpha[j]);
        next = penalty / 2 * evaluate(s, alpha, c, r->target) + loss_at(s, r->target);
        if (next <= *loss) {
            const bool more = *loss - next > converged * fabs(*loss);

            memcpy(r->alpha, alpha, sizeof(*alpha) * (size_t)s->images);
            memcpy(r->f, r->target, sizeof(*alpha) * (size_t)s->images);
            r->constant = c;
            *loss = next;
            return more;
        }
    }
    return false;
}

void evk_spikes_fit(struct evk_spikes_room *r, const struct evk_spikes *s, double penalty)
{
    double loss = penalty / 2 * evaluate(s, r->alpha, r->constant, r->f) + loss_at(s, r->f);
    double constant = r->constant;

    if (r->constant <= silent)
        return;
    for (int i = 0; i < STEPS; i++) {
        memset(r->next, 0, sizeof(double) * (size_t)s->images);
        if (!solve(r, s, penalty, r->next, &constant) ||
            !move(r, s, penalty, r->next, constant, &loss))
            return;
    }
}
