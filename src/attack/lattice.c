/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lattice.c - perturbations of whole display levels within the budget */
#include "attack/lattice.h"

#include <math.h>
#include <string.h>

/* Returns the measure (evk_norm_type) of the perturbation d (n whole levels). */
static int64_t lattice_measure(const struct evk_search *s, const float *d)
{
    double sums[3];

    s->climb.k->magnitudes(s->n, d, sums);
    return s->ball.norm->measure(
        &(struct evk_delta){s->n, (int64_t)sums[0], (int64_t)sums[1], (int64_t)sums[2]});
}

/*
 * Sets s->d to v, shrunk (evk_norm_type.shrink) and rounded.  Returns whether s->d is within the
 * bound.
 */
static bool try_shrunk(struct evk_search *s, double shrunk, const float *v)
{
    s->ball.norm->shrink(&s->ball, shrunk, v, s->d);
    s->climb.k->round_in_box(s->n, s->from, s->d);
    evk_search_equal_channels(s, s->d);
    return lattice_measure(s, s->d) <= s->bound;
}

void evk_lattice_fit(struct evk_search *s, const float *v)
{
    double low = 0, high = 0x1p-10, last = 0;

    if (try_shrunk(s, 0, v))
        return;
    while (high < 1 && !try_shrunk(s, last = high, v)) {
        low = high;
        high *= 4;
    }
    while (high - low > 1e-6 * (1 - low)) {
        const double middle = (low + high) / 2;

        if (try_shrunk(s, last = middle, v))
            high = middle;
        else
            low = middle;
    }
    if (last != high)
        (void)try_shrunk(s, high, v);
}

bool evk_lattice_fits(struct evk_search *s, const float *x)
{
    s->climb.k->nudge(s->n, 0, s->from, s->from, x, s->v);
    return lattice_measure(s, s->v) <= s->bound;
}

int64_t evk_lattice_bound(const struct evk_search *s, const unsigned char *image)
{
    const struct evk_delta d = evk_delta_measure(s->n, s->base, image);
    const int64_t own = s->ball.norm->measure(&d);
    const int64_t most = s->ball.norm->bound(s->budget, s->n);

    return own < most ? own : most;
}

/* s->d = factor times v, rounded.  Returns its measure. */
static int64_t try_scaled(struct evk_search *s, double factor, const float *v)
{
    memcpy(s->d, v, (size_t)s->n * sizeof(*v));
    s->climb.k->scale(s->n, (float)factor, s->d);
    s->climb.k->round_in_box(s->n, s->from, s->d);
    evk_search_equal_channels(s, s->d);
    return lattice_measure(s, s->d);
}

void evk_lattice_scale(struct evk_search *s, int64_t bound, const float *v)
{
    double low = 0, high = 1;

    if (try_scaled(s, 1, v) == bound)
        return;
    while (high < 1e6 && try_scaled(s, high, v) <= bound) {
        low = high;
        high *= 2;
    }
    for (int i = 0; i < 40 && high - low > 1e-7 * high; i++) {
        const double middle = (low + high) / 2;

        if (try_scaled(s, middle, v) <= bound)
            low = middle;
        else
            high = middle;
    }
    (void)try_scaled(s, low, v);
}

void evk_lattice_bytes(const struct evk_search *s, unsigned char *out)
{
    for (int64_t i = 0; i < s->n; i++)
        out[i] = (unsigned char)(s->from[i] + s->d[i]);
}

void evk_lattice_apply(struct evk_search *s)
{
    s->climb.k->apply_scaled(s->n, 1, s->from, s->d, s->x);
}

/* s->v = the perturbation of the best image so far. */
static void take_best(struct evk_search *s)
{
    s->climb.k->nudge(s->n, 0, s->from, s->from, s->best_x, s->v);
}

/*
 * Evaluates base + s->d.  Where rounding has moved held responses beyond their tolerances, changes
 * s->d to restore them and evaluates again, up to TRIES times.
 */
static evk_status evaluate_restored(struct evk_search *s, double *value, evk_error *err)
{
    enum { TRIES = 3 };

    evk_lattice_apply(s);
    EVK_TRY(evk_search_evaluate(s, true, value, err));
    for (int i = 0; i < TRIES && !s->held; i++) {
        evk_hold_gradients(&s->hold, s->open);
        evk_hold_restore(&s->hold, s->d);
        evk_lattice_apply(s);
        EVK_TRY(evk_search_evaluate(s, true, value, err));
    }
    return EVK_OK;
}

/* s->best_g = the gradient at the best image, which was evaluated last, scaled to an RMS of 1. */
static evk_status take_gradient(struct evk_search *s, bool *flat, evk_error *err)
{
    double size;

    EVK_TRY(evk_search_gradient(s, &size, err));
    *flat = size == 0;
    if (!*flat)
        s->climb.k->scale(s->n, (float)sqrt((double)s->n / size), s->g);
    memcpy(s->best_g, s->g, (size_t)s->n * sizeof(*s->g));
    return EVK_OK;
}

/* s->d = the best perturbation plus step times the gradient there, rounded within the budget. */
static void propose(struct evk_search *s, double step)
{
    s->climb.k->nudge(s->n, (float)step, s->best_g, s->from, s->best_x, s->v);
    evk_lattice_fit(s, s->v);
}

/* s->d = the perturbation that would be best if the response were linear. */
static void propose_linear(struct evk_search *s)
{
    s->ball.norm->extend(&s->ball, s->best_g, s->v);
    evk_lattice_fit(s, s->v);
}

/*
 * Evaluates s->d.  *better: it is the best image so far; then the gradient there is taken, and
 * *flat says whether that is zero.
 */
static evk_status try_candidate(struct evk_search *s, bool *better, bool *flat, evk_error *err)
{
    const double before = s->best;
    double value;

    EVK_TRY(evaluate_restored(s, &value, err));
    *better = s->best > before;
    return *better ? take_gradient(s, flat, err) : EVK_OK;
}

/*
 * Where held responses stay beyond their tolerances, scales the perturbation down until they do
 * not; with no perturbation at all they would be at their targets.
 */
static evk_status retreat(struct evk_search *s, evk_error *err)
{
    enum { TRIES = 16 };
    double value;

    for (int i = 0; i < TRIES && !s->found; i++) {
        s->climb.k->nudge(s->n, 0, s->from, s->from, s->x, s->v);
        s->climb.k->scale(s->n, 0.75F, s->v);
        evk_lattice_fit(s, s->v);
        EVK_TRY(evaluate_restored(s, &value, err));
    }
    return EVK_OK;
}

evk_status evk_lattice_refine(struct evk_search *s, int64_t passes, double *plain, evk_error *err)
{
    double step = 1;
    bool flat, better;

    take_best(s);
    evk_lattice_fit(s, s->v);
    s->found = false;
    EVK_TRY(evaluate_restored(s, plain, err));
    EVK_TRY(retreat(s, err));
    if (s->banded || passes < 1 || !s->found)
        return EVK_OK;
    EVK_TRY(take_gradient(s, &flat, err));
    for (int64_t i = 0; i < passes && !flat; i++) {
        if (i == 0)
            propose_linear(s);
        else
            propose(s, step);
        EVK_TRY(try_candidate(s, &better, &flat, err));
        if (i > 0)
            step *= better ? 1.5 : 0.5;
    }
    return EVK_OK;
}
