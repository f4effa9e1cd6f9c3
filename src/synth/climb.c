/* SPDX-License-Identifier: GPL-3.0-or-later */
/* climb.c - the objective and its gradient at an image, and reports of steps */
#include "synth/climb.h"

#include "base/error.h"
#include "model/model.h"

double evk_climb_value(struct evk_climb *c, const float *image)
{
    float mean;
    double value;

    evk_session_predict(c->session, image, &mean);
    if (c->members == 1)
        value = (double)mean;
    else
        value = evk_objective_value(&c->objective, c->members, evk_session_members(c->session),
                                    c->slopes);
    for (int64_t i = 0; i < c->members; i++)
        c->slopes[i] = c->sign * (c->members == 1 ? 1 : c->slopes[i]);
    return value;
}

void evk_climb_gradient(struct evk_climb *c, float *gradient)
{
    evk_session_gradient(c->session, c->slopes, gradient);
}

evk_status evk_climb_report(const struct evk_climb *c, const evk_step *now, evk_error *err)
{
    if (c->watch && !c->watch->step(c->watch->arg, now))
        return evk_fail(err, EVK_ESTOPPED, "stopped after %lld steps", (long long)now->step);
    return EVK_OK;
}
