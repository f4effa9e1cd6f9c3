/* SPDX-License-Identifier: GPL-3.0-or-later */
/* session.c - responses and gradients of a model, with the memory that they need */
#include <stdlib.h>
#include <string.h>

#include "base/host.h"
#include "base/mem.h"
#include "model/model.h"
#include "model/session.h"

/* What an ensemble's session has for one member. */
struct part {
    evk_session *session; /* a session of the member; owned */
    float *responses;     /* (outputs of that session); owned */
    float *weights;       /* (outputs of that session) weights of its gradient; owned */
};

struct evk_session {
    const struct evk_model *model; /* borrowed */
    int64_t only;                  /* the output that the session is for; -1: all of them */
    int64_t outputs;               /* how many outputs the session has: 1, or the model's */
    struct evk_team *team;         /* that makes the passes; borrowed; NULL: one thread */
    struct evk_passes passes;      /* where the model is a network */
    /* passes up to the softmax that the network ends in, where the session is for one output */
    struct evk_passes unnormalised;
    float *values; /* (members) before the softmax, of the last image; owned; NULL: no softmax */
    struct part *parts; /* (members) where the model is an ensemble; owned */
    float *responses;   /* (members, outputs) of the last image; owned */
    float *gradient;    /* (h, w, c) of one member of an ensemble; owned */
};

static evk_status open_part(const evk_session *s, struct part *part, const struct evk_member *m,
                            evk_error *err)
{
    int64_t n;

    EVK_TRY(evk_session_new_team(&part->session, m->model, s->only < 0 ? -1 : m->output[s->only],
                                 s->team, err));
    n = evk_session_outputs(part->session);
    EVK_TRY(evk_alloc_floats(&part->responses, n, "a session", err));
    return evk_alloc_floats(&part->weights, n, "a session", err);
}

static evk_status open_parts(evk_session *s, evk_error *err)
{
    const evk_model *m = s->model;

    EVK_TRY(evk_alloc(&s->parts, m->member_count, sizeof(*s->parts), "a session", err));
    EVK_TRY(evk_alloc_floats(&s->gradient, evk_shape_count(evk_model_input(m)), "a session", err));
    for (int64_t i = 0; i < m->member_count; i++)
        EVK_TRY(open_part(s, &s->parts[i], &m->members[i], err));
    return EVK_OK;
}

static evk_status open_before_softmax(evk_session *s, evk_error *err)
{
    const evk_model *m = s->model;

    EVK_TRY(evk_alloc_floats(&s->values, m->member_count ? m->member_count : 1, "a session", err));
    if (m->member_count)
        return EVK_OK; /* the sessions of the members have the passes */
    return evk_passes_init(&s->unnormalised, &m->unnormalised_plan, s->only, s->team, err);
}

static evk_status open_session(evk_session **out, const evk_model *m, int64_t only,
                               struct evk_team *team, evk_error *err)
{
    evk_session *session;
    int64_t n;
    evk_status s;

    EVK_TRY(evk_alloc(&session, 1, sizeof(*session), "a session", err));
    session->model = m;
    session->only = only;
    session->team = team;
    session->outputs = only < 0 ? m->outputs : 1;
    n = (m->member_count ? m->member_count : 1) * session->outputs;
    s = evk_alloc_floats(&session->responses, n, "a session", err);
    if (!s && m->member_count)
        s = open_parts(session, err);
    else if (!s)
        s = evk_passes_init(&session->passes, &m->plan, only, team, err);
    if (!s && only >= 0 && evk_model_ends_in_softmax(m))
        s = open_before_softmax(session, err);
    if (s) {
        evk_session_free(session);
        return s;
    }
    *out = session;
    return EVK_OK;
}

evk_status evk_session_new(evk_session **out, const evk_model *model, evk_error *err)
{
    return open_session(out, model, -1, NULL, err);
}

evk_status evk_session_new_for(evk_session **out, const evk_model *model, int64_t output,
                               evk_error *err)
{
    EVK_TRY(evk_model_check_output(model, output, err));
    return open_session(out, model, output, NULL, err);
}

evk_status evk_session_new_team(evk_session **out, const evk_model *model, int64_t output,
                                struct evk_team *team, evk_error *err)
{
    if (output != -1)
        EVK_TRY(evk_model_check_output(model, output, err));
    return open_session(out, model, output, team, err);
}

void evk_session_free(evk_session *session)
{
    if (!session)
        return;
    for (int64_t i = 0; session->parts && i < session->model->member_count; i++) {
        evk_session_free(session->parts[i].session);
        free(session->parts[i].responses);
        free(session->parts[i].weights);
    }
    free(session->parts);
    evk_passes_release(&session->passes);
    evk_passes_release(&session->unnormalised);
    free(session->values);
    free(session->responses);
    free(session->gradient);
    free(session);
}

const evk_model *evk_session_model(const evk_session *session)
{
    return session->model;
}

struct evk_team *evk_session_team(const evk_session *session)
{
    return session->team;
}

int64_t evk_session_output(const evk_session *session)
{
    return session->only;
}

int64_t evk_session_outputs(const evk_session *session)
{
    return session->outputs;
}

const float *evk_session_members(const evk_session *session)
{
    return session->responses;
}

/* ---- ensembles ------------------------------------------------------------------------------ */

/* Returns the index in the model's outputs of output o of the session. */
static int64_t neuron_of(const evk_session *s, int64_t o)
{
    return s->only < 0 ? o : s->only;
}

/* Returns the index in the outputs of member m's session of output o of the ensemble's session. */
static int64_t place_of(const evk_session *s, const struct evk_member *m, int64_t o)
{
    return s->only < 0 ? m->output[o] : 0;
}

/* Returns what response r of a member counts as for a neuron of the ensemble. */
static float scaled(const struct evk_member *m, int64_t neuron, float r)
{
    return m->gain ? (float)(((double)r - m->mean[neuron]) * m->gain[neuron]) : r;
}

static void predict_members(evk_session *s, const float *image)
{
    for (int64_t i = 0; i < s->model->member_count; i++) {
        const struct evk_member *m = &s->model->members[i];
        const struct part *part = &s->parts[i];
        float *r = s->responses + i * s->outputs;

        evk_session_predict(part->session, image, part->responses);
        for (int64_t o = 0; o < s->outputs; o++)
            r[o] = scaled(m, neuron_of(s, o), part->responses[place_of(s, m, o)]);
    }
}

static void mean_of_members(const evk_session *s, float *responses)
{
    for (int64_t o = 0; o < s->outputs; o++) {
        double sum = 0;

        for (int64_t i = 0; i < s->model->member_count; i++)
            sum += (double)s->responses[i * s->outputs + o];
        responses[o] = (float)(sum / (double)s->model->member_count);
    }
}

void evk_ensemble_respond(const evk_model *m, const float *const *networks, float *responses)
{
    for (int64_t o = 0; o < m->outputs; o++) {
        double sum = 0;

        for (int64_t i = 0; i < m->member_count; i++)
            sum += (double)scaled(&m->members[i], o, networks[i][m->members[i].output[o]]);
        responses[o] = (float)(sum / (double)m->member_count);
    }
}

/* Sets the weights of the session of member i from weights (members, outputs) of the ensemble;
   returns false where all of them are zero. */
static bool spread_weights(const evk_session *s, int64_t i, const float *weights)
{
    const struct evk_member *m = &s->model->members[i];
    const struct part *part = &s->parts[i];
    bool any = false;

    memset(part->weights, 0, (size_t)evk_session_outputs(part->session) * sizeof(float));
    for (int64_t o = 0; o < s->outputs; o++) {
        const float w = weights[i * s->outputs + o];
        const int64_t n = neuron_of(s, o);

        if (w == 0)
            continue;
        any = true;
        part->weights[place_of(s, m, o)] += m->gain ? (float)((double)w * m->gain[n]) : w;
    }
    return any;
}

static void add_gradients(evk_session *s, const float *weights, float *gradient)
{
    const struct evk_kernels *k = evk_model_kernels(s->model);
    const int64_t n = evk_shape_count(evk_model_input(s->model));

    memset(gradient, 0, (size_t)n * sizeof(*gradient));
    for (int64_t i = 0; i < s->model->member_count; i++)
        if (spread_weights(s, i, weights)) {
            evk_session_gradient(s->parts[i].session, s->parts[i].weights, s->gradient);
            k->axpy(n, 1, s->gradient, gradient);
        }
}

/* ---- networks and ensembles ----------------------------------------------------------------- */

void evk_session_predict(evk_session *session, const float *image, float *responses)
{
    EVK_ENTER();
    const evk_model *m = session->model;

    if (m->member_count) {
        predict_members(session, image);
        mean_of_members(session, responses);
        return;
    }
    evk_passes_forward(&session->passes, image, session->responses);
    memcpy(responses, session->responses, (size_t)session->outputs * sizeof(*responses));
}

void evk_session_gradient(evk_session *session, const float *weights, float *gradient)
{
    EVK_ENTER();

    if (session->model->member_count)
        add_gradients(session, weights, gradient);
    else
        evk_passes_backward(&session->passes, weights, gradient);
}

/* ---- before a softmax ----------------------------------------------------------------------- */

bool evk_model_ends_in_softmax(const evk_model *m)
{
    bool all = true;

    if (!m->member_count)
        return m->unnormalised.count > 0;
    for (int64_t i = 0; i < m->member_count && all; i++)
        all = !m->members[i].gain && evk_model_ends_in_softmax(m->members[i].model);
    return all;
}

const float *evk_session_before_softmax(evk_session *s, const float *image)
{
    for (int64_t i = 0; i < s->model->member_count; i++)
        s->values[i] = *evk_session_before_softmax(s->parts[i].session, image);
    if (!s->model->member_count)
        evk_passes_forward(&s->unnormalised, image, s->values);
    return s->values;
}

void evk_session_gradient_before_softmax(evk_session *s, const float *weights, float *gradient)
{
    const struct evk_kernels *k = evk_model_kernels(s->model);
    const int64_t n = evk_shape_count(evk_model_input(s->model));

    if (!s->model->member_count) {
        evk_passes_backward(&s->unnormalised, weights, gradient);
        return;
    }
    memset(gradient, 0, (size_t)n * sizeof(*gradient));
    for (int64_t i = 0; i < s->model->member_count; i++)
        if (weights[i] != 0) {
            evk_session_gradient_before_softmax(s->parts[i].session, &weights[i], s->gradient);
            k->axpy(n, 1, s->gradient, gradient);
        }
}
