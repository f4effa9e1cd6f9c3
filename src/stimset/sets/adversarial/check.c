/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check.c - can a set of perturbed images be made with these models, images and options? */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/model.h"
#include "stimset/inputs/source.h"
#include "stimset/record/stop.h"
#include "stimset/record/target.h"
#include "stimset/score/judges.h"
#include "stimset/sets/adversarial/adversarial.h"

static evk_status check_shapes(const struct evk_adversarial_call *c, evk_error *err)
{
    const evk_model_info *first = evk_model_describe(c->targets[0].model);

    for (size_t i = 1; i < c->count; i++) {
        const evk_model_info *m = evk_model_describe(c->targets[i].model);

        if (m->height != first->height || m->width != first->width ||
            m->channels != first->channels)
            return evk_fail(err, EVK_EINVAL,
                            "%s takes images of %lldx%lldx%lld, and %s of %lldx%lldx%lld, expected "
                            "models of one size, or a set for each",
                            first->path, (long long)first->height, (long long)first->width,
                            (long long)first->channels, m->path, (long long)m->height,
                            (long long)m->width, (long long)m->channels);
    }
    return EVK_OK;
}

/*
 * Returns the attack, with a tolerance of 0 where it has none yet: it is measured after these
 * checks.
 */
static evk_attack attack_of(const struct evk_adversarial_call *c)
{
    evk_attack a = c->asked.attack;

    a.tolerance = isnan(a.tolerance) ? 0 : a.tolerance;
    return a;
}

/* Can the held neurons be held while each target neuron changes?  Not where a neuron is both. */
static evk_status check_held(const struct evk_adversarial_call *c, evk_error *err)
{
    const evk_attack a = attack_of(c);

    for (size_t t = 0; t < c->count && a.hold[0]; t++)
        for (size_t o = 0; o < c->targets[t].count; o++) {
            const evk_model *m = c->targets[t].model;
            struct evk_hold hold;
            const evk_status s =
                evk_hold_open(&hold, m, a.hold, a.tolerance, NULL, c->targets[t].outputs[o], err);

            evk_hold_close(&hold);
            EVK_TRY(s);
        }
    return EVK_OK;
}

/* Does the budget let a single value change by one display level? */
static evk_status check_budget(const struct evk_search *p, double budget, evk_error *err)
{
    if (p->ball.norm->bound(budget, p->n) < 1)
        return evk_fail(err, EVK_EINVAL,
                        "budget %g (%s) lets no value change by a level, expected a larger one",
                        budget, p->ball.norm->name);
    return EVK_OK;
}

/* Can each model be searched with this attack and its smallest budget? */
static evk_status check_searches(const struct evk_adversarial_call *c, evk_error *err)
{
    const evk_attack a = attack_of(c);

    for (size_t t = 0; t < c->count; t++) {
        struct evk_search p;
        evk_session *session;
        evk_status s;

        EVK_TRY(evk_session_new_for(&session, c->targets[t].model, c->targets[t].outputs[0], err));
        s = evk_search_open(&p, session, &a, NULL, err);
        if (!s)
            s = check_budget(&p, c->asked.budgets[0], err);
        evk_search_close(&p);
        evk_session_free(session);
        EVK_TRY(s);
    }
    return EVK_OK;
}

static evk_status check_images(const struct evk_adversarial_call *c, evk_error *err)
{
    for (size_t i = 0; i < evk_image_list_count(c->images); i++) {
        if (evk_is_stopped(c->run))
            return evk_fail(err, EVK_ESTOPPED, "interrupted");
        EVK_TRY(evk_source_check_name(c->images, i, err));
    }
    return EVK_OK;
}

evk_status evk_adversarial_check(const struct evk_adversarial_call *c, evk_error *err)
{
    EVK_TRY(evk_targets_check(c->targets, c->count, err));
    EVK_TRY(check_shapes(c, err));
    if (c->judges)
        EVK_TRY(evk_judges_check(c->judges, c->targets, c->count, err));
    EVK_TRY(check_held(c, err));
    EVK_TRY(check_searches(c, err));
    return check_images(c, err);
}
