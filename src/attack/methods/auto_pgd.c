/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * auto_pgd.c - projected gradient ascent that sets its own step size (Croce & Hein 2020)
 *
 * The ascent has momentum, and its step size is twice the budget at first.  At a checkpoint
 * (checkpoint.h) the step size is halved if fewer than 3/4 of the steps since the last checkpoint
 * raised the value, or if neither the step size nor the best value has changed since then.  After
 * a halving the ascent goes on from the best image.
 */
#include <math.h>
#include <string.h>

#include "attack/checkpoint.h"
#include "attack/search.h"
#include "base/error.h"

static const float momentum = 0.75F;

struct ascent {
    struct evk_search *s;
    float *last, *spare;       /* (n) the image before x, and room for x */
    struct evk_checkpoints at; /* the checkpoints, at which the step size may change */
    double step;               /* step size, in the norm's unit */
    /* sums of squares of the gradient s->g, and of best_g, the gradient at the best image */
    double size, best_size;
    double previous, checked; /* value of the image before x; best value at the last checkpoint */
    bool halved;              /* the step size was halved at the last checkpoint */
};

/*
 * s->x becomes x + momentum (z - x) + (1 - momentum) (x - last), where z is one step from x.  Both
 * z and the result are projected to the ball.
 */
static void step_with_momentum(struct ascent *c, bool is_first)
{
    struct evk_search *s = c->s;
    float *x = c->spare;

    memcpy(x, s->x, (size_t)s->n * sizeof(*x));
    evk_search_step(s, c->step, c->size, &s->ball);
    if (!is_first) {
        s->climb.k->momentum(s->n, momentum, s->from, s->x, x, c->last, s->v);
        evk_search_project(s, &s->ball);
    }
    c->spare = c->last;
    c->last = x;
}

/* Keeps s->g, the gradient at the best image so far. */
static void keep_best_gradient(struct ascent *c)
{
    memcpy(c->s->best_g, c->s->g, (size_t)c->s->n * sizeof(*c->s->g));
    c->best_size = c->size;
}

/*
 * At a checkpoint, halves the step size where that is due and goes back to the best image, whose
 * gradient becomes s->g.  There is no best image as long as held responses were beyond their
 * tolerances at all images.
 */
static void auto_pgd_check(struct ascent *c)
{
    struct evk_search *s = c->s;
    const double best = s->found ? s->best : -HUGE_VAL;
    const bool halve = evk_checkpoint_poor(&c->at) || (!c->halved && c->checked >= best);

    c->halved = halve;
    c->checked = best;
    if (!halve)
        return;
    c->step /= 2;
    if (!s->found)
        return;
    memcpy(s->x, s->best_x, (size_t)s->n * sizeof(*s->x));
    memcpy(s->g, s->best_g, (size_t)s->n * sizeof(*s->g));
    c->size = c->best_size;
    memcpy(c->last, s->x, (size_t)s->n * sizeof(*s->x));
}

static evk_status auto_pgd_run(struct evk_search *s, evk_error *err)
{
    struct ascent c = {.s = s,
                       .last = s->spare[0],
                       .spare = s->spare[1],
                       .at = evk_checkpoints(s->steps),
                       .step = 2 * s->ball.budget,
                       .previous = HUGE_VAL,
                       .checked = -HUGE_VAL};
    double value;

    for (int64_t i = 0; i <= s->steps; i++) {
        const double best = s->found ? s->best : -HUGE_VAL;

        EVK_TRY(evk_search_evaluate(s, true, &value, err));
        if (i == s->steps)
            break;
        EVK_TRY(evk_search_gradient(s, &c.size, err));
        if (c.size == 0)
            return i == 0 ? evk_fail(err, EVK_EDEAD, "the gradient is zero at the start") : EVK_OK;
        if (s->found && s->best > best)
            keep_best_gradient(&c);
        if (i == 0)
            c.checked = value;
        if (evk_checkpoint_pass(&c.at, i, value > c.previous && s->held))
            auto_pgd_check(&c);
        c.previous = value;
        step_with_momentum(&c, i == 0);
    }
    return EVK_OK;
}

extern const struct evk_attack_method evk_attack_method_auto_pgd;
const struct evk_attack_method evk_attack_method_auto_pgd = {
    .name = "auto-pgd",
    .summary = "projected gradient ascent that sets its own step (Croce & Hein 2020)",
    .run = auto_pgd_run,
};
