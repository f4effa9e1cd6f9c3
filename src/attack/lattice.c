/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lattice.c - perturbations of whole levels within the budget */
#include "attack/lattice.h"

#include <math.h>
#include <string.h>

static int64_t measure(const struct evk_pursuit *p, const float *d)
{
    double sums[3];

    p->climb.k->magnitudes(p->n, d, sums);
    return p->ball.norm->measure(
        &(struct evk_delta){p->n, (int64_t)sums[0], (int64_t)sums[1], (int64_t)sums[2]});
}

/* p->d of v, shrunk and rounded: does it fit? */
static bool try_shrunk(struct evk_pursuit *p, double shrunk, const float *v)
{
    p->ball.norm->shrink(&p->ball, shrunk, v, p->d);
    p->climb.k->round_in_box(p->n, p->from, p->d);
    evk_pursuit_even(p, p->d);
    return measure(p, p->d) <= p->bound;
}

void evk_lattice_fit(struct evk_pursuit *p, const float *v)
{
    double low = 0, high = 0x1p-10, last = 0;

    if (try_shrunk(p, 0, v))
        return;
    while (high < 1 && !try_shrunk(p, last = high, v)) {
        low = high;
        high *= 4;
    }
    while (high - low > 1e-6 * (1 - low)) {
        const double middle = (low + high) / 2;

        if (try_shrunk(p, last = middle, v))
            high = middle;
        else
            low = middle;
    }
    if (last != high)
        (void)try_shrunk(p, high, v);
}

bool evk_lattice_fits(struct evk_pursuit *p, const float *x)
{
    p->climb.k->nudge(p->n, 0, p->from, p->from, x, p->v);
    return measure(p, p->v) <= p->bound;
}

int64_t evk_lattice_bound(const struct evk_pursuit *p, const unsigned char *image)
{
    const struct evk_delta d = evk_delta_measure(p->n, p->base, image);
    const int64_t own = p->ball.norm->measure(&d);
    const int64_t most = p->ball.norm->bound(p->budget, p->n);

    return own < most ? own : most;
}

/* The measure of factor v, rounded, in p->d. */
static int64_t scaled(struct evk_pursuit *p, double factor, const float *v)
{
    memcpy(p->d, v, (size_t)p->n * sizeof(*v));
    p->climb.k->scale(p->n, (float)factor, p->d);
    p->climb.k->round_in_box(p->n, p->from, p->d);
    evk_pursuit_even(p, p->d);
    return measure(p, p->d);
}

void evk_lattice_scale(struct evk_pursuit *p, int64_t bound, const float *v)
{
    double low = 0, high = 1;

    if (scaled(p, 1, v) == bound)
        return;
    while (high < 1e6 && scaled(p, high, v) <= bound) {
        low = high;
        high *= 2;
    }
    for (int i = 0; i < 40 && high - low > 1e-7 * high; i++) {
        const double middle = (low + high) / 2;

        if (scaled(p, middle, v) <= bound)
            low = middle;
        else
            high = middle;
    }
    (void)scaled(p, low, v);
}

void evk_lattice_bytes(const struct evk_pursuit *p, unsigned char *out)
{
    for (int64_t i = 0; i < p->n; i++)
        out[i] = (unsigned char)(p->from[i] + p->d[i]);
}

void evk_lattice_apply(struct evk_pursuit *p)
{
    p->climb.k->apply_scaled(p->n, 1, p->from, p->d, p->x);
}

/* The best so far as a perturbation, into p->v. */
static void take_best(struct evk_pursuit *p)
{
    p->climb.k->nudge(p->n, 0, p->from, p->from, p->best_x, p->v);
}

/* Look at base + p->d; where rounding moved held responses too far, at what settles them again. */
static evk_status look(struct evk_pursuit *p, double *value, evk_error *err)
{
    enum { TRIES = 3 };

    evk_lattice_apply(p);
    EVK_TRY(evk_pursuit_look(p, true, value, err));
    for (int i = 0; i < TRIES && !p->held; i++) {
        evk_hold_gradients(&p->hold, p->open);
        evk_hold_settle(&p->hold, p->d);
        evk_lattice_apply(p);
        EVK_TRY(evk_pursuit_look(p, true, value, err));
    }
    return EVK_OK;
}

/* The gradient at the image looked at last, which is the best, of RMS 1. */
static evk_status take_gradient(struct evk_pursuit *p, bool *flat, evk_error *err)
{
    double size;

    EVK_TRY(evk_pursuit_gradient(p, &size, err));
    *flat = size == 0;
    if (!*flat)
        p->climb.k->scale(p->n, (float)sqrt((double)p->n / size), p->g);
    memcpy(p->best_g, p->g, (size_t)p->n * sizeof(*p->g));
    return EVK_OK;
}

/* So many times the gradient further, rounded, as the budget allows. */
static void propose(struct evk_pursuit *p, double step)
{
    p->climb.k->nudge(p->n, (float)step, p->best_g, p->from, p->best_x, p->v);
    evk_lattice_fit(p, p->v);
}

/* What would be best if the response were linear. */
static void propose_linear(struct evk_pursuit *p)
{
    p->ball.norm->extend(&p->ball, p->best_g, p->v);
    evk_lattice_fit(p, p->v);
}

/* Look at p->d; where it is the best so far, take the gradient there. */
static evk_status judge(struct evk_pursuit *p, bool *better, bool *flat, evk_error *err)
{
    const double before = p->best;
    double value;

    EVK_TRY(look(p, &value, err));
    *better = p->best > before;
    return *better ? take_gradient(p, flat, err) : EVK_OK;
}

/* Where held responses stay too far off, less and less of it: the base would do. */
static evk_status retreat(struct evk_pursuit *p, evk_error *err)
{
    enum { TRIES = 16 };
    double value;

    for (int i = 0; i < TRIES && !p->found; i++) {
        p->climb.k->nudge(p->n, 0, p->from, p->from, p->x, p->v);
        p->climb.k->scale(p->n, 0.75F, p->v);
        evk_lattice_fit(p, p->v);
        EVK_TRY(look(p, &value, err));
    }
    return EVK_OK;
}

evk_status evk_lattice_refine(struct evk_pursuit *p, int64_t passes, double *plain, evk_error *err)
{
    double step = 1;
    bool flat, better;

    take_best(p);
    evk_lattice_fit(p, p->v);
    p->found = false;
    EVK_TRY(look(p, plain, err));
    EVK_TRY(retreat(p, err));
    if (p->banded || passes < 1 || !p->found)
        return EVK_OK;
    EVK_TRY(take_gradient(p, &flat, err));
    for (int64_t i = 0; i < passes && !flat; i++) {
        if (i == 0)
            propose_linear(p);
        else
            propose(p, step);
        EVK_TRY(judge(p, &better, &flat, err));
        if (i > 0)
            step *= better ? 1.5 : 0.5;
    }
    return EVK_OK;
}
