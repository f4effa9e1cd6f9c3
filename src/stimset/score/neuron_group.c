/* SPDX-License-Identifier: GPL-3.0-or-later */
/* neuron_group.c - the joint response of several neurons of one model to an image */
#include "stimset/score/neuron_group.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "model/model.h"
#include "stimset/score/ranking.h"
#include "stimset/score/worker.h"

/* A session for one neuron has one output. */
static const int64_t only[1] = {0};

static evk_status open_parts(struct evk_neuron_group *g, evk_error *err)
{
    const evk_model *m = g->target->model;
    const bool one = g->target->count == 1;

    g->picked = one ? only : g->target->outputs;
    EVK_TRY(one ? evk_session_new_for(&g->session, m, g->target->outputs[0], err)
                : evk_session_new(&g->session, m, err));
    EVK_TRY(evk_alloc_floats(&g->image, evk_shape_count(evk_model_input(m)), "an image", err));
    return evk_alloc_floats(&g->responses, evk_session_outputs(g->session), "responses", err);
}

evk_status evk_neuron_group_open(struct evk_neuron_group *g, const evk_target *target,
                                 evk_error *err)
{
    evk_status s;

    if (g->session)
        return EVK_OK;
    *g = (struct evk_neuron_group){.target = target};
    s = open_parts(g, err);
    if (s)
        evk_neuron_group_release(g);
    return s;
}

void evk_neuron_group_release(struct evk_neuron_group *g)
{
    evk_session_free(g->session);
    free(g->image);
    free(g->responses);
    *g = (struct evk_neuron_group){.target = NULL};
}

evk_status evk_neuron_group_show(struct evk_neuron_group *g, const struct evk_pixels *pixels,
                                 struct evk_neuron_group_response *out, float *each, evk_error *err)
{
    const int64_t members = evk_model_describe(g->target->model)->members;
    const size_t n = g->target->count;
    double sum = 0;

    EVK_TRY(evk_worker_fit(g->target->model, pixels, g->image, err));
    evk_session_predict(g->session, g->image, g->responses);
    for (size_t i = 0; i < n; i++) {
        sum += (double)g->responses[g->picked[i]];
        if (each)
            each[i] = g->responses[g->picked[i]];
    }
    out->mean = sum / (double)n;
    out->disagreement = members > 1
                            ? evk_disagreement(members, evk_session_outputs(g->session),
                                               evk_session_members(g->session), g->picked, n)
                            : (double)NAN;
    return EVK_OK;
}
