/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * auto_pgd.c - projected gradient ascent that sets its own step (Croce & Hein 2020)
 *
 * With momentum; the step, twice the budget at first, is halved at a checkpoint if fewer than 0.75
 * of the steps since the last one were progress, or if neither step nor best changed since; the
 * ascent then goes on from the best.
 */
#include <math.h>
#include <string.h>

#include "attack/checkpoint.h"
#include "attack/pursuit.h"
#include "base/error.h"

static const float momentum = 0.75F;

struct course {
    struct evk_pursuit *p;
    float *last, *other;       /* (n) the image before x, and room for x */
    struct evk_checkpoints at; /* where the step may change */
    double step;               /* in the norm's unit */
    double size, best_size;    /* sums of squares of the gradient p->g, and of that at the best */
    double previous, checked;  /* the value before; the best at the last checkpoint */
    bool halved;               /* at the last checkpoint */
};

/* x + momentum (z - x) + (1 - momentum) (x - last), where z is one step from x; both settled. */
static void advance(struct course *c, bool is_first)
{
    struct evk_pursuit *p = c->p;
    float *x = c->other;

    memcpy(x, p->x, (size_t)p->n * sizeof(*x));
    evk_pursuit_advance(p, c->step, c->size, &p->ball);
    if (!is_first) {
        p->climb.k->momentum(p->n, momentum, p->from, p->x, x, c->last, p->v);
        evk_pursuit_settle(p, &p->ball);
    }
    c->other = c->last;
    c->last = x;
}

/* The gradient at the best. */
static void keep_gradient(struct course *c)
{
    memcpy(c->p->best_g, c->p->g, (size_t)c->p->n * sizeof(*c->p->g));
    c->best_size = c->size;
}

/*
 * At a checkpoint: halve the step, and go back to the best?  Then the gradient there is p->g.  There
 * is no best while held responses are off.
 */
static void check(struct course *c)
{
    struct evk_pursuit *p = c->p;
    const double best = p->found ? p->best : -HUGE_VAL;
    const bool halve = evk_checkpoint_poor(&c->at) || (!c->halved && c->checked >= best);

    c->halved = halve;
    c->checked = best;
    if (!halve)
        return;
    c->step /= 2;
    if (!p->found)
        return;
    memcpy(p->x, p->best_x, (size_t)p->n * sizeof(*p->x));
    memcpy(p->g, p->best_g, (size_t)p->n * sizeof(*p->g));
    c->size = c->best_size;
    memcpy(c->last, p->x, (size_t)p->n * sizeof(*p->x));
}

static evk_status run(struct evk_pursuit *p, evk_error *err)
{
    struct course c = {.p = p,
                       .last = p->spare[0],
                       .other = p->spare[1],
                       .at = evk_checkpoints(p->steps),
                       .step = 2 * p->ball.budget,
                       .previous = HUGE_VAL,
                       .checked = -HUGE_VAL};
    double value;

    for (int64_t i = 0; i <= p->steps; i++) {
        const double best = p->found ? p->best : -HUGE_VAL;

        EVK_TRY(evk_pursuit_look(p, true, &value, err));
        if (i == p->steps)
            break;
        EVK_TRY(evk_pursuit_gradient(p, &c.size, err));
        if (c.size == 0)
            return i == 0 ? evk_fail(err, EVK_EDEAD, "the gradient is zero at the start") : EVK_OK;
        if (p->found && p->best > best)
            keep_gradient(&c);
        if (i == 0)
            c.checked = value;
        if (evk_checkpoint_pass(&c.at, i, value > c.previous && p->held))
            check(&c);
        c.previous = value;
        advance(&c, i == 0);
    }
    return EVK_OK;
}

extern const struct evk_attack_method evk_attack_method_auto_pgd;
const struct evk_attack_method evk_attack_method_auto_pgd = {
    .name = "auto-pgd",
    .summary = "projected gradient ascent that sets its own step (Croce & Hein 2020)",
    .run = run,
};
