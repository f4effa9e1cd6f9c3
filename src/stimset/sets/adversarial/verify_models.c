/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verify_models.c - changes of responses against what models say of the files */
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
struct witness {
    struct evk_worker maker;
    struct evk_hold hold;
    float *image; /* (h, w, c) */
};

/* A model of the set, and the rows that are its. */
struct hearing {
    struct evk_verification *v;
    evk_recipe recipe;
    evk_adversarial_options options;
    const evk_model *model;
    const struct evk_described_model *described;
    struct evk_reference scale; /* of no images: it is not known */
    struct evk_held held;       /* where tolerances were measured */
    struct witness *witnesses;  /* (threads) */
    struct evk_row *truth;      /* (rows) */
    bool *heard;                /* (rows) */
    bool *strayed;              /* (rows) a held response moved too far */
};

/* ---- the unit of delta_z ----------------------------------------------------------------- */

static bool is_base(const struct evk_row *row)
{
    return row->present && evk_row_is(row, "natural");
}

/* Responses of all outputs to the files of the base images, in the order of their codes. */
static evk_status show_bases(struct hearing *h, evk_session *session, float *image, evk_error *err)
{
    float *responses = h->scale.responses;

    for (int64_t i = 0; i < h->v->all.count; i++) {
        const struct evk_row *row = &h->v->all.list[i].row;
        struct evk_pixels p;
        evk_status s;

        if (!is_base(row))
            continue;
        EVK_TRY(evk_set_file_get_image(h->v->folder, row, NULL, &p, err));
        s = evk_worker_fit(h->model, &p, image, err);
        evk_pixels_release(&p);
        EVK_TRY(s);
        evk_session_predict(session, image, responses);
        responses += h->scale.outputs;
    }
    evk_reference_summarise(&h->scale);
    return EVK_OK;
}

static evk_status measure_bases(struct hearing *h, evk_error *err)
{
    const evk_model_info m = evk_model_describe(h->model);
    evk_session *session = NULL;
    float *image = NULL;
    int64_t bases = 0;
    evk_status s;

    for (int64_t i = 0; i < h->v->all.count; i++)
        bases += is_base(&h->v->all.list[i].row);
    if (bases < EVK_REFERENCE_MIN)
        return EVK_OK;
    EVK_TRY(evk_reference_new(&h->scale, bases, m.outputs, err));
    s = evk_session_new(&session, h->model, err);
    if (!s)
        s = evk_alloc_floats(&image, m.height * m.width * m.channels, "an image", err);
    if (!s)
        s = show_bases(h, session, image, err);
    evk_session_free(session);
    free(image);
    return s;
}

/* Over the reference images of the set where it has any, else over its base images. */
static evk_status measure_scale(struct hearing *h, evk_error *err)
{
    const evk_run run = {.threads = h->v->how->threads};

    if (!evk_description_reference(h->v->description))
        return measure_bases(h, err);
    if (!h->v->how->reference)
        return EVK_OK;
    return evk_reference_read(&h->scale, h->model, h->v->how->reference, &run, err);
}

/* ---- one row ------------------------------------------------------------------------------- */

static evk_status look_held(struct witness *w, const evk_model *model,
                            const struct evk_pixels *source, const struct evk_pixels *file,
                            double *most, bool *strayed)
{
    EVK_TRY(evk_worker_fit(model, source, w->image, NULL));
    evk_hold_base(&w->hold, w->image);
    EVK_TRY(evk_worker_fit(model, file, w->image, NULL));
    *strayed = !evk_hold_check(&w->hold, w->image, most);
    return EVK_OK;
}

static evk_status ask(const struct hearing *h, struct witness *w, struct evk_row *row,
                      const struct evk_pixels *source, const struct evk_pixels *file, bool *strayed)
{
    const bool image = evk_row_is(row, "adversarial");
    struct evk_row from = evk_row_new();
    int64_t output;

    memcpy(from.target_output, row->target_output, sizeof(from.target_output));
    EVK_TRY(evk_worker_respond(&w->maker, h->model, &h->recipe, file, row, NULL));
    EVK_TRY(evk_worker_respond(&w->maker, h->model, &h->recipe, source, &from, NULL));
    EVK_TRY(evk_model_find_neuron(h->model, row->target_output, &output, NULL));
    evk_row_compare_source(row, &from, image ? h->options.attack.target : (double)NAN,
                           h->scale.images ? h->scale.sd[output] : (double)NAN);
    if (image && w->hold.count > 0)
        EVK_TRY(look_held(w, h->model, source, file, &row->held_delta, strayed));
    return EVK_OK;
}

static void hear(void *arg, int worker, int64_t i)
{
    struct hearing *h = arg;
    const struct evk_row *row = &h->v->all.list[i].row;
    const struct evk_row *source = evk_stimuli_find(&h->v->all, row->source_id);
    struct evk_pixels a, b;

    if (!row->present || !row->set_type || !source || !source->present ||
        !evk_verify_is_of(h->described, row) ||
        evk_set_file_get_image(h->v->folder, row, NULL, &a, NULL))
        return;
    if (!evk_set_file_get_image(h->v->folder, source, NULL, &b, NULL)) {
        h->truth[i] = *row;
        h->heard[i] = !ask(h, &h->witnesses[worker], &h->truth[i], &b, &a, &h->strayed[i]);
        evk_pixels_release(&b);
    }
    evk_pixels_release(&a);
}

/* ---- one model ------------------------------------------------------------------------------ */

static evk_status open_witnesses(struct hearing *h, int threads, evk_error *err)
{
    const evk_model_info m = evk_model_describe(h->model);

    EVK_TRY(evk_alloc(&h->witnesses, threads, sizeof(*h->witnesses), "threads", err));
    for (int t = 0; t < threads; t++) {
        struct witness *w = &h->witnesses[t];

        EVK_TRY(evk_alloc_floats(&w->image, m.height * m.width * m.channels, "an image", err));
        EVK_TRY(evk_hold_open(&w->hold, h->model, h->options.attack.hold,
                              h->options.attack.tolerance, h->held.tolerances, -1, err));
    }
    return EVK_OK;
}

static void close_witnesses(struct hearing *h, int threads)
{
    for (int t = 0; h->witnesses && t < threads; t++) {
        evk_worker_release(&h->witnesses[t].maker);
        evk_hold_close(&h->witnesses[t].hold);
        free(h->witnesses[t].image);
    }
    free(h->witnesses);
    h->witnesses = NULL;
}

static evk_status show(struct hearing *h, evk_error *err)
{
    const int threads = evk_thread_count(h->v->how->threads, h->v->all.count);
    evk_status s = open_witnesses(h, threads, err);

    if (!s)
        evk_parallel_for(threads, h->v->all.count, hear, h);
    close_witnesses(h, threads);
    return s;
}

static evk_status compare(const struct hearing *h, evk_error *err)
{
    static const char *const columns[] = {"response_source", "reached", "held_delta", NULL};

    for (int64_t i = 0; i < h->v->all.count; i++) {
        const struct evk_row *row = &h->v->all.list[i].row;

        if (!h->heard[i])
            continue;
        EVK_TRY(evk_verify_cells(h->v, row, &h->truth[i], columns, err));
        if (h->scale.images)
            EVK_TRY(evk_verify_cell(h->v, row, &h->truth[i], "delta_z", err));
        if (h->strayed[i])
            evk_report_finding(h->v, "%s: a held response moved further to %s than its tolerance",
                               EVK_SET_TABLE, row->stimulus_id);
    }
    return EVK_OK;
}

/* ---- tolerances ----------------------------------------------------------------------------- */

/* What the set says of them is what responses to the images say. */
static evk_status compare_held(struct hearing *h, evk_error *err)
{
    char name[EVK_NEURON_TEXT], a[EVK_REAL_TEXT], b[EVK_REAL_TEXT];
    struct evk_held truth;
    const evk_status s =
        evk_held_of(&truth, h->model, &h->options.attack, h->scale.sd, h->scale.images, err);

    for (size_t i = 0; i < truth.count && !s; i++)
        if (strcmp(evk_format_real(h->held.tolerances[i], a),
                   evk_format_real(truth.tolerances[i], b)) != 0)
            evk_report_finding(h->v, "%s: HeldTolerance of neuron %s of %s is %s, expected %s",
                               EVK_SET_DESCRIPTION,
                               evk_model_neuron(h->model, truth.outputs[i], name),
                               evk_model_describe(h->model).name, a, b);
    evk_held_release(&truth);
    return s;
}

static evk_status check_held(struct hearing *h, evk_error *err)
{
    if (!evk_held_is_measured(&h->options.attack))
        return EVK_OK;
    EVK_TRY(evk_held_read(&h->held, h->v->description, h->model, &h->options.attack, err));
    return h->scale.images ? compare_held(h, err) : EVK_OK;
}

static evk_status verify_model(struct evk_verification *v, const struct evk_described_model *m,
                               evk_error *err)
{
    struct hearing h = {.v = v, .described = m};
    evk_model *model;
    evk_status s;

    EVK_TRY(evk_description_recipe(v->description, &h.recipe, err));
    EVK_TRY(evk_description_adversarial(v->description, &h.options, err));
    EVK_TRY(evk_verify_open(v, m, &model, err));
    h.model = model;
    s = evk_alloc(&h.truth, v->all.count, sizeof(*h.truth), "rows", err);
    if (!s)
        s = evk_alloc(&h.heard, v->all.count, sizeof(*h.heard), "rows", err);
    if (!s)
        s = evk_alloc(&h.strayed, v->all.count, sizeof(*h.strayed), "rows", err);
    if (!s)
        s = measure_scale(&h, err);
    if (!s)
        s = check_held(&h, err);
    if (!s)
        s = show(&h, err);
    if (!s)
        s = compare(&h, err);
    evk_reference_release(&h.scale);
    free(h.truth);
    free(h.heard);
    free(h.strayed);
    evk_held_release(&h.held);
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
