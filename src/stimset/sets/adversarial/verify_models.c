/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verify_models.c - verify changes of responses against what models predict for the files */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/parallel.h"
#include "stimset/check/verify.h"
#include "stimset/folder/describe.h"
#include "stimset/record/set_file.h"
#include "stimset/score/reference.h"
#include "stimset/sets/adversarial/adversarial.h"
#include "stimset/sets/adversarial/verify.h"

/* The memory of one thread. */
struct thread_memory {
    struct evk_worker worker;
    struct evk_hold hold;
    float *image; /* (h, w, c) */
};

/* One model of the set, whose rows are verified. */
struct model_check {
    struct evk_verification *v;
    evk_recipe recipe;
    evk_adversarial_options options;
    const evk_model *model;
    const struct evk_described_model *described;
    struct evk_reference scale;   /* unit of delta_z; it has no images where it is not known */
    struct evk_held held;         /* tolerances of the description, where they were measured */
    struct thread_memory *memory; /* (threads) */
    struct evk_row *truth;        /* (rows) with the responses of the model */
    bool *responded;              /* (rows) was the row's image shown to the model? */
    bool *beyond;                 /* (rows) did a held response move further than its tolerance? */
};

/* ---- the unit of delta_z --------------------------------------------------------------------- */

static bool is_base(const struct evk_row *row)
{
    return row->present && evk_row_is(row, "natural");
}

/*
 * Show the files of the base images, in the order of their codes, to all outputs, and summarise the
 * responses.
 */
static evk_status show_bases(struct model_check *c, evk_session *session, float *image,
                             evk_error *err)
{
    float *responses = c->scale.responses;

    for (int64_t i = 0; i < c->v->all.count; i++) {
        const struct evk_row *row = &c->v->all.list[i].row;
        struct evk_pixels p;
        evk_status s;

        if (!is_base(row))
            continue;
        EVK_TRY(evk_set_file_get_image(c->v->folder, row, NULL, &p, err));
        s = evk_worker_fit(c->model, &p, image, err);
        evk_pixels_release(&p);
        EVK_TRY(s);
        evk_session_predict(session, image, responses);
        responses += c->scale.outputs;
    }
    evk_reference_summarise(&c->scale);
    return EVK_OK;
}

static evk_status measure_bases(struct model_check *c, evk_error *err)
{
    const evk_model_info *m = evk_model_describe(c->model);
    evk_session *session = NULL;
    float *image = NULL;
    int64_t bases = 0;
    evk_status s;

    for (int64_t i = 0; i < c->v->all.count; i++)
        bases += is_base(&c->v->all.list[i].row);
    if (bases < EVK_REFERENCE_MIN)
        return EVK_OK;
    EVK_TRY(evk_reference_new(&c->scale, bases, m->outputs, err));
    s = evk_session_new(&session, c->model, err);
    if (!s)
        s = evk_alloc_floats(&image, m->height * m->width * m->channels, "an image", err);
    if (!s)
        s = show_bases(c, session, image, err);
    evk_session_free(session);
    free(image);
    return s;
}

/*
 * Find the unit of delta_z: responses to the reference images of the set where it has any, which
 * the user has to give, else to its base images.
 */
static evk_status measure_scale(struct model_check *c, evk_error *err)
{
    const evk_run run = {.threads = c->v->how->threads};

    if (!evk_description_reference(c->v->description))
        return measure_bases(c, err);
    if (!c->v->how->reference)
        return EVK_OK;
    return evk_reference_read(&c->scale, c->model, c->v->how->reference, &run, err);
}

/* ---- one row ------------------------------------------------------------------------------- */

static evk_status measure_held(struct thread_memory *w, const evk_model *model,
                               const struct evk_pixels *source, const struct evk_pixels *file,
                               double *most, bool *beyond)
{
    EVK_TRY(evk_worker_fit(model, source, w->image, NULL));
    evk_hold_base(&w->hold, w->image);
    EVK_TRY(evk_worker_fit(model, file, w->image, NULL));
    *beyond = !evk_hold_check(&w->hold, w->image, most);
    return EVK_OK;
}

static evk_status respond_to_row(const struct model_check *c, struct thread_memory *w,
                                 struct evk_row *row, const struct evk_pixels *source,
                                 const struct evk_pixels *file, bool *beyond)
{
    const bool image = evk_row_is(row, "adversarial");
    struct evk_row from = evk_row_new();
    int64_t output;

    memcpy(from.target_output, row->target_output, sizeof(from.target_output));
    EVK_TRY(evk_worker_respond(&w->worker, c->model, &c->recipe, file, row, NULL));
    EVK_TRY(evk_worker_respond(&w->worker, c->model, &c->recipe, source, &from, NULL));
    EVK_TRY(evk_model_find_neuron(c->model, row->target_output, &output, NULL));
    evk_row_compare_source(row, &from, image ? c->options.attack.target : (double)NAN,
                           c->scale.images ? c->scale.sd[output] : (double)NAN);
    if (image && w->hold.count > 0)
        EVK_TRY(measure_held(w, c->model, source, file, &row->held_delta, beyond));
    return EVK_OK;
}

static void respond_job(void *arg, int worker, int64_t i)
{
    struct model_check *c = arg;
    const struct evk_row *row = &c->v->all.list[i].row;
    const struct evk_row *source = evk_stimuli_find(&c->v->all, row->source_id);
    struct evk_pixels a, b;

    if (!row->present || !row->set_type || !source || !source->present ||
        !evk_verify_is_of(c->described, row) ||
        evk_set_file_get_image(c->v->folder, row, NULL, &a, NULL))
        return;
    if (!evk_set_file_get_image(c->v->folder, source, NULL, &b, NULL)) {
        c->truth[i] = *row;
        c->responded[i] =
            !respond_to_row(c, &c->memory[worker], &c->truth[i], &b, &a, &c->beyond[i]);
        evk_pixels_release(&b);
    }
    evk_pixels_release(&a);
}

/* ---- one model ------------------------------------------------------------------------------ */

static evk_status open_memory(struct model_check *c, int threads, evk_error *err)
{
    const evk_model_info *m = evk_model_describe(c->model);

    EVK_TRY(evk_alloc(&c->memory, threads, sizeof(*c->memory), "threads", err));
    for (int t = 0; t < threads; t++) {
        struct thread_memory *w = &c->memory[t];

        EVK_TRY(evk_alloc_floats(&w->image, m->height * m->width * m->channels, "an image", err));
        EVK_TRY(evk_hold_open(&w->hold, c->model, c->options.attack.hold,
                              c->options.attack.tolerance, c->held.tolerances, -1, err));
    }
    return EVK_OK;
}

static void close_memory(struct model_check *c, int threads)
{
    for (int t = 0; c->memory && t < threads; t++) {
        evk_worker_release(&c->memory[t].worker);
        evk_hold_close(&c->memory[t].hold);
        free(c->memory[t].image);
    }
    free(c->memory);
    c->memory = NULL;
}

static evk_status respond_to_rows(struct model_check *c, evk_error *err)
{
    const int threads = evk_thread_count(c->v->how->threads, c->v->all.count);
    evk_status s = open_memory(c, threads, err);

    if (!s)
        evk_parallel_for(threads, c->v->all.count, respond_job, c);
    close_memory(c, threads);
    return s;
}

static evk_status compare_responses(const struct model_check *c, evk_error *err)
{
    static const char *const columns[] = {"response_source", "reached", "held_delta", NULL};

    for (int64_t i = 0; i < c->v->all.count; i++) {
        const struct evk_row *row = &c->v->all.list[i].row;

        if (!c->responded[i])
            continue;
        EVK_TRY(evk_verify_cells(c->v, row, &c->truth[i], columns, err));
        if (c->scale.images)
            EVK_TRY(evk_verify_cell(c->v, row, &c->truth[i], "delta_z", err));
        if (c->beyond[i])
            evk_report_finding(c->v, "%s: a held response to %s moved by more than its tolerance",
                               EVK_SET_TABLE, row->stimulus_id);
    }
    return EVK_OK;
}

/* ---- tolerances ----------------------------------------------------------------------------- */

/* Compare the tolerances that the description has with those of the measured responses. */
static evk_status compare_held(struct model_check *c, evk_error *err)
{
    char name[EVK_NEURON_TEXT], a[EVK_REAL_TEXT], b[EVK_REAL_TEXT];
    struct evk_held truth;
    const evk_status s =
        evk_held_of(&truth, c->model, &c->options.attack, c->scale.sd, c->scale.images, err);

    for (size_t i = 0; i < truth.count && !s; i++)
        if (strcmp(evk_format_real(c->held.tolerances[i], a),
                   evk_format_real(truth.tolerances[i], b)) != 0)
            evk_report_finding(c->v, "%s: HeldTolerance of neuron %s of %s is %s, expected %s",
                               EVK_SET_DESCRIPTION,
                               evk_model_neuron(c->model, truth.outputs[i], name),
                               evk_model_describe(c->model)->name, a, b);
    evk_held_release(&truth);
    return s;
}

static evk_status check_held(struct model_check *c, evk_error *err)
{
    if (!evk_held_is_measured(&c->options.attack))
        return EVK_OK;
    EVK_TRY(evk_held_read(&c->held, c->v->description, c->model, &c->options.attack, err));
    return c->scale.images ? compare_held(c, err) : EVK_OK;
}

static evk_status verify_model(struct evk_verification *v, const struct evk_described_model *m,
                               evk_error *err)
{
    struct model_check c = {.v = v, .described = m};
    evk_model *model;
    evk_status s;

    EVK_TRY(evk_description_recipe(v->description, &c.recipe, err));
    EVK_TRY(evk_description_adversarial(v->description, &c.options, err));
    EVK_TRY(evk_verify_open(v, m, &model, err));
    c.model = model;
    s = evk_alloc(&c.truth, v->all.count, sizeof(*c.truth), "rows", err);
    if (!s)
        s = evk_alloc(&c.responded, v->all.count, sizeof(*c.responded), "rows", err);
    if (!s)
        s = evk_alloc(&c.beyond, v->all.count, sizeof(*c.beyond), "rows", err);
    if (!s)
        s = measure_scale(&c, err);
    if (!s)
        s = check_held(&c, err);
    if (!s)
        s = respond_to_rows(&c, err);
    if (!s)
        s = compare_responses(&c, err);
    evk_reference_release(&c.scale);
    free(c.truth);
    free(c.responded);
    free(c.beyond);
    evk_held_release(&c.held);
    evk_model_free(model);
    return s;
}

evk_status evk_adversarial_verify_models(struct evk_verification *v, evk_error *err)
{
    struct evk_described_model m;
    evk_error why = {EVK_OK, ""};
    evk_status s = EVK_OK;

    if (!evk_verify_same_version(v) || !evk_verify_has_images(v) || !v->models.paths.count)
        return EVK_OK;
    for (size_t i = 0; !s && evk_description_model_at(v->description, i, &m); i++)
        if (evk_model_files_are_whole(&v->models, &m))
            s = verify_model(v, &m, &why);
    if (s == EVK_ENOMEM)
        return evk_fail(err, s, "%s", why.msg);
    if (s)
        evk_report_finding(v, "%s: responses cannot be compared with those to their sources: %s",
                           EVK_SET_TABLE, why.msg);
    return EVK_OK;
}
