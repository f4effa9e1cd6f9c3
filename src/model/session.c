/* SPDX-License-Identifier: GPL-3.0-or-later */
/* session.c - one thread's working memory, and the passes that use it */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/model.h"

evk_status evk_session_new(evk_session **out, const evk_model *model, evk_error *err)
{
    evk_session *session;
    evk_status s;

    EVK_TRY(evk_alloc(&session, 1, sizeof(*session), "a session", err));
    session->model = model;
    s = evk_alloc_floats(&session->arena, model->plan.arena, "a session", err);
    if (s) {
        free(session);
        return s;
    }
    evk_run_prepare(&model->plan, session->arena);
    *out = session;
    return EVK_OK;
}

void evk_session_free(evk_session *session)
{
    if (!session)
        return;
    free(session->arena);
    free(session);
}

const evk_model *evk_session_model(const evk_session *session)
{
    return session->model;
}

void evk_session_predict(evk_session *session, const float *image, float *responses)
{
    const struct evk_plan *p = &session->model->plan;

    evk_run_forward(p, session->arena, image);
    memcpy(responses, evk_run_output(p, session->arena),
           (size_t)session->model->outputs * sizeof(*responses));
}

void evk_session_gradient(evk_session *session, const float *weights, float *gradient)
{
    evk_run_backward(&session->model->plan, session->arena, weights, gradient);
}
