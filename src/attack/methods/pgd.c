/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pgd.c - projected gradient ascent, as Guo et al. (2022) perturbed images for single neurons
 *
 * The first quarter of the steps is taken in a ball of twice the budget, the rest in the ball of
 * the budget.  In each phase the step size starts at the budget, and is multiplied by 0.9 after
 * every step that does not reach a new highest value.
 */
#include <math.h>

#include "attack/search.h"
#include "base/error.h"

static evk_status pgd_run(struct evk_search *s, evk_error *err)
{
    const int64_t steps = s->steps, wide_steps = steps / 4;
    struct evk_ball wide = s->ball;
    double step = s->ball.budget, highest = -HUGE_VAL, value, size;

    wide.budget *= 2;
    for (int64_t i = 0; i <= steps; i++) {
        EVK_TRY(evk_search_evaluate(s, i == 0 || i > wide_steps, &value, err));
        if (i == steps)
            break;
        if (i == wide_steps + 1) {
            step = s->ball.budget;
            highest = -HUGE_VAL;
        }
        if (value > highest && s->held)
            highest = value;
        else
            step *= 0.9;
        EVK_TRY(evk_search_gradient(s, &size, err));
        if (size == 0)
            return i == 0 ? evk_fail(err, EVK_EDEAD, "the gradient is zero at the start") : EVK_OK;
        evk_search_step(s, step, size, i < wide_steps ? &wide : &s->ball);
    }
    return EVK_OK;
}

extern const struct evk_attack_method evk_attack_method_pgd;
const struct evk_attack_method evk_attack_method_pgd = {
    .name = "pgd",
    .summary = "projected gradient ascent (Madry et al. 2018), step schedule of Guo et al. 2022",
    .run = pgd_run,
};
