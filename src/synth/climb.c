/* SPDX-License-Identifier: GPL-3.0-or-later */
/* climb.c - the objective and its gradient at an image, and reports of steps */
#include "synth/climb.h"

#include "base/error.h"
#include "model/session.h"

/* Returns the members' responses at an image, (members), or their values before the softmax. */
static const float *responses_at(const struct evk_climb *c, const float *image)
{
    float mean;

    if (c->before_softmax)
        return evk_session_before_softmax(c->session, image);
    evk_session_predict(c->session, image, &mean);
    return evk_session_members(c->session);
}

double evk_climb_value(struct evk_climb *c, const float *image)
{
    const float *responses = responses_at(c, image);
    double value;

    if (c->members == 1)
        value = (double)responses[0];
    else
        value = evk_objective_value(&c->objective, c->members, responses, c->slopes);
    for (int64_t i = 0; i < c->members; i++)
        c->slopes[i] = c->sign * (c->members == 1 ? 1 : c->slopes[i]);
    return value;
}

void evk_climb_gradient(struct evk_climb *c, float *gradient)
{
    if (c->before_softmax)
        evk_session_gradient_before_softmax(c->session, c->slopes, gradient);
    else
        evk_session_gradient(c->session, c->slopes, gradient);
}

evk_status evk_climb_report(const struct evk_climb *c, const evk_step *now, evk_error *err)
{
    if (c->watch && !c->watch->step(c->watch->arg, now))
        return evk_fail(err, EVK_ESTOPPED, "stopped after %lld steps", (long long)now->step);
    return EVK_OK;
}
