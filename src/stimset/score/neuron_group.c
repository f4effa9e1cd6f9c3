/* SPDX-License-Identifier: GPL-3.0-or-later */
/* neuron_group.c - what some neurons of one model say of an image, together */
#include "stimset/score/neuron_group.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "model/model.h"
#include "stimset/score/ranking.h"
#include "stimset/score/worker.h"

static const int64_t only[1] = {0};

static evk_status open_parts(struct evk_neuron_group *p, evk_error *err)
{
    const evk_model *m = p->target->model;
    const bool one = p->target->count == 1;

    p->picked = one ? only : p->target->outputs;
    EVK_TRY(one ? evk_session_new_for(&p->session, m, p->target->outputs[0], err)
                : evk_session_new(&p->session, m, err));
    EVK_TRY(evk_alloc_floats(&p->image, evk_shape_count(evk_model_input(m)), "an image", err));
    return evk_alloc_floats(&p->responses, evk_session_outputs(p->session), "responses", err);
}

evk_status evk_neuron_group_open(struct evk_neuron_group *p, const evk_target *target,
                                 evk_error *err)
{
    evk_status s;

    if (p->session)
        return EVK_OK;
    *p = (struct evk_neuron_group){.target = target};
    s = open_parts(p, err);
    if (s)
        evk_neuron_group_release(p);
    return s;
}

void evk_neuron_group_release(struct evk_neuron_group *p)
{
    evk_session_free(p->session);
    free(p->image);
    free(p->responses);
    *p = (struct evk_neuron_group){.target = NULL};
}

evk_status evk_neuron_group_show(struct evk_neuron_group *p, const struct evk_pixels *pixels,
                                 struct evk_neuron_group_response *out, float *each, evk_error *err)
{
    const int64_t members = evk_model_describe(p->target->model).members;
    const size_t n = p->target->count;
    double sum = 0;

    EVK_TRY(evk_worker_fit(p->target->model, pixels, p->image, err));
    evk_session_predict(p->session, p->image, p->responses);
    for (size_t i = 0; i < n; i++) {
        sum += (double)p->responses[p->picked[i]];
        if (each)
            each[i] = p->responses[p->picked[i]];
    }
    out->mean = sum / (double)n;
    out->disagreement = members > 1
                            ? evk_disagreement(members, evk_session_outputs(p->session),
                                               evk_session_members(p->session), p->picked, n)
                            : (double)NAN;
    return EVK_OK;
}
