/* SPDX-License-Identifier: GPL-3.0-or-later */
/* worker.c - synthesize an image for a row, and fill in responses to an image */
#include "stimset/score/worker.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/parallel.h"
#include "image/image.h"
#include "model/model.h"
#include "model/session.h"
#include "stimset/record/stop.h"
#include "synth/constraint.h"
#include "synth/objective.h"

void evk_worker_release(struct evk_worker *m)
{
    evk_session_free(m->session);
    free(m->image);
    evk_full_trace_release(&m->full_trace);
    *m = (struct evk_worker){.team = m->team};
}

evk_status evk_workers_new(struct evk_worker **out, int threads, int64_t jobs, int64_t at_once,
                           evk_error *err)
{
    const int count = evk_thread_count(threads, jobs);
    struct evk_worker *workers;
    evk_status s = EVK_OK;

    EVK_TRY(evk_alloc(&workers, count, sizeof(*workers), "threads", err));
    for (int i = 0; i < count && i < at_once && !s; i++)
        s = evk_team_new(&workers[i].team, evk_team_share(threads, at_once), err);
    if (s)
        evk_workers_free(workers, count);
    else
        *out = workers;
    return s;
}

void evk_workers_free(struct evk_worker *workers, int count)
{
    for (int i = 0; workers && i < count; i++) {
        evk_worker_release(&workers[i]);
        evk_team_free(workers[i].team);
    }
    free(workers);
}

evk_status evk_worker_turn(struct evk_worker *m, const evk_model *model, int64_t output,
                           evk_error *err)
{
    evk_status s;

    if (m->session && evk_session_model(m->session) == model &&
        evk_session_output(m->session) == output)
        return EVK_OK;
    evk_worker_release(m);
    s = evk_session_new_team(&m->session, model, output, m->team, err);
    if (!s)
        s = evk_alloc_floats(&m->image, evk_shape_count(evk_model_input(model)), "an image", err);
    if (s)
        evk_worker_release(m);
    return s;
}

/* What is told of each step of an ascent. */
struct watcher {
    struct evk_stimulus *stimulus;
    const evk_recipe *recipe;
    struct evk_full_trace *full_trace; /* the table of all steps; NULL: none is asked for */
    const evk_run *run;
};

static bool watch(void *arg, const evk_step *now)
{
    const struct watcher *w = arg;

    evk_response_trace_note(&w->stimulus->trace, w->recipe->steps, now->step, now->response);
    if (w->full_trace)
        evk_full_trace_note(w->full_trace, now);
    return !evk_is_stopped(w->run);
}

evk_status evk_worker_synthesize(struct evk_worker *m, const evk_model *model,
                                 const evk_recipe *recipe, const evk_given *given,
                                 const evk_run *run, struct evk_stimulus *s, struct evk_pixels *out,
                                 evk_error *err)
{
    const struct evk_shape *in = evk_model_input(model);
    struct watcher watcher = {s, recipe, recipe->trace ? &m->full_trace : NULL, run};
    const evk_watch w = {watch, &watcher, recipe->trace};
    evk_ascent ascent;
    int64_t output;

    EVK_TRY(evk_model_find_neuron(model, s->row.target_output, &output, err));
    EVK_TRY(evk_worker_turn(m, model, output, err));
    EVK_TRY(evk_synthesize(m->session, recipe, s->row.start, given, &w, m->image, &ascent, err));
    if (recipe->trace)
        EVK_TRY(evk_full_trace_end(&m->full_trace, err));
    s->row.restarts = ascent.restarts;
    s->row.n_steps = ascent.steps;
    s->row.stopped = ascent.stopped;
    s->row.response_pred_prequant = ascent.response;
    s->row.response_start = isfinite(ascent.objective_start) ? ascent.objective_start : (double)NAN;
    return evk_image_quantise(out, in->h, in->w, in->c, m->image, err);
}

evk_status evk_worker_fit(const evk_model *model, const struct evk_pixels *pixels, float *image,
                          evk_error *err)
{
    const struct evk_shape *in = evk_model_input(model);
    const int64_t step = pixels->channels;

    if (pixels->height != in->h || pixels->width != in->w || (in->c != step && in->c != 1))
        return evk_fail(err, EVK_EINVAL, "is %lldx%lldx%lld, but %s expects %lldx%lldx%lld",
                        (long long)pixels->height, (long long)pixels->width, (long long)step,
                        model->path, (long long)in->h, (long long)in->w, (long long)in->c);
    for (int64_t i = 0; i < in->h * in->w; i++)
        for (int64_t c = 0; c < in->c; c++)
            image[i * in->c + c] = pixels->data[i * step + c];
    return EVK_OK;
}

/* Fill in responses of the members of an ensemble, and their statistics.  r: (members). */
static void put_members(struct evk_row *row, int64_t members, const float *r)
{
    const struct evk_member_summary all = evk_member_summarise(members, r);
    char number[EVK_REAL_TEXT];
    size_t at = 0;

    row->response_sd = all.sd;
    row->response_min = all.min;
    row->response_median = all.median;
    row->response_disagreement = all.disagreement;
    for (int64_t i = 0; i < members; i++)
        at += (size_t)snprintf(row->response_members + at, sizeof(row->response_members) - at,
                               "%s%s", i ? ";" : "", evk_format_real((double)r[i], number));
}

/* Fill in the interval of the recorded response, where the model's card knows it. */
static void put_interval(struct evk_row *row, const evk_model *model, int64_t output)
{
    const struct evk_calibration *c = evk_model_calibration(model, output);
    struct evk_expected e = {.low = (double)NAN, .high = (double)NAN};

    if (c)
        e = evk_calibration_expect(c, row->response_pred);
    row->response_low = e.low;
    row->response_high = e.high;
}

/* Fill in mean, SD and norm of the image as the model normalises it. */
static void put_input(struct evk_row *row, const evk_model *model, const float *image)
{
    const struct evk_shape *in = evk_model_input(model);
    const struct evk_units units = {in->c, model->mean, model->scale};
    const struct evk_normalised n =
        evk_measure_normalised(evk_model_kernels(model), &units, evk_shape_count(in), image);

    row->input_mean = n.mean;
    row->input_sd = n.sd;
    row->input_norm = n.norm;
}

/*
 * Parse the objective, unless it was parsed for this recipe already.  The worker is zeroed whenever
 * its model or neuron changes, and then parses again.
 */
static evk_status read_objective(struct evk_worker *m, const evk_recipe *recipe, int64_t members,
                                 evk_error *err)
{
    if (m->recipe == recipe)
        return EVK_OK;
    EVK_TRY(evk_objective_parse(&m->objective, recipe->objective, err));
    EVK_TRY(evk_objective_check(&m->objective, members, err));
    m->recipe = recipe;
    return EVK_OK;
}

/* Returns the objective at m->image, of which the session has predicted the responses. */
static double objective_of(const struct evk_worker *m, int64_t members, bool before_softmax)
{
    const float *values = before_softmax ? evk_session_before_softmax(m->session, m->image)
                                         : evk_session_members(m->session);

    return members == 1 ? (double)values[0]
                        : evk_objective_value(&m->objective, members, values, NULL);
}

evk_status evk_worker_respond(struct evk_worker *m, const evk_model *model,
                              const evk_recipe *recipe, const struct evk_pixels *pixels,
                              struct evk_row *row, evk_error *err)
{
    const int64_t members = evk_model_describe(model)->members;
    int64_t output;
    float response;

    EVK_TRY(evk_model_find_neuron(model, row->target_output, &output, err));
    EVK_TRY(evk_worker_turn(m, model, output, err));
    EVK_TRY(read_objective(m, recipe, members, err));
    EVK_TRY(evk_worker_fit(model, pixels, m->image, err));
    evk_session_predict(m->session, m->image, &response);
    row->response_pred = (double)response;
    put_interval(row, model, output);
    if (members > 1)
        put_members(row, members, evk_session_members(m->session));
    row->objective_pred = objective_of(m, members, evk_row_is_before_softmax(row));
    put_input(row, model, m->image);
    return EVK_OK;
}
