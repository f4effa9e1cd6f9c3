/* SPDX-License-Identifier: GPL-3.0-or-later */
/* responses.c - rows against what their models say of the files */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/parallel.h"
#include "stimset/check/verify.h"
#include "stimset/record/set_file.h"
#include "stimset/score/neuron_group.h"
#include "stimset/score/worker.h"

struct responding {
    const struct evk_verification *v;
    const evk_recipe *recipe;
    const evk_model *model;
    const struct evk_described_model *described;
    evk_target target;               /* all neurons, where a row is of several */
    struct evk_worker *makers;       /* (threads) */
    struct evk_neuron_group *panels; /* (threads) */
    struct evk_row *rows;            /* (rows) as their models say */
    bool *asked, *done;              /* (rows) their model is there; it answered */
    double *largest;                 /* (rows) magnitude of the responses of their model */
};

static evk_status ask(struct responding *r, int worker, const struct evk_pixels *pixels,
                      struct evk_row *row, evk_error *err)
{
    struct evk_neuron_group_response answer;

    if (row->target_output[0])
        return evk_worker_respond(&r->makers[worker], r->model, r->recipe, pixels, row, err);
    EVK_TRY(evk_neuron_group_open(&r->panels[worker], &r->target, err));
    EVK_TRY(evk_neuron_group_show(&r->panels[worker], pixels, &answer, NULL, err));
    row->response_pred = answer.mean;
    row->response_disagreement = answer.disagreement;
    return EVK_OK;
}

static void respond(void *arg, int worker, int64_t i)
{
    struct responding *r = arg;
    const struct evk_row *row = &r->v->all.list[i].row;
    struct evk_pixels pixels;

    if (!row->present || !evk_verify_is_of(r->described, row))
        return;
    r->asked[i] = true;
    if (evk_set_file_get_image(r->v->folder, row, NULL, &pixels, NULL))
        return;
    r->rows[i] = *row;
    r->done[i] = !ask(r, worker, &pixels, &r->rows[i], NULL);
    evk_pixels_release(&pixels);
}

/* Of another version, only the response itself counts, in the unit that the model's responses have. */
static evk_status compare_row(struct evk_verification *v, const struct evk_row *row,
                              const struct evk_row *truth, double largest, evk_error *err)
{
    static const char *const others[] = {"objective_pred",
                                         "response_sd",
                                         "response_min",
                                         "response_median",
                                         "response_disagreement",
                                         "response_members",
                                         "input_mean",
                                         "input_sd",
                                         "input_norm"};
    const bool same_version = evk_verify_same_version(v);
    const double response = truth->response_pred;
    const double most = same_version ? 0 : 1e-5 * largest;
    char a[EVK_REAL_TEXT], b[EVK_REAL_TEXT];

    v->sum.responses++;
    if (strcmp(evk_format_real(row->response_pred, a), evk_format_real(response, b)) != 0 &&
        !(fabs(row->response_pred - response) <= most))
        evk_report_finding(v, "%s: response_pred of %s is %s, its model says %s to the file",
                           EVK_SET_TABLE, row->stimulus_id, a, b);
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]) && same_version; i++)
        EVK_TRY(evk_verify_cell(v, row, truth, others[i], err));
    return EVK_OK;
}

static evk_status show_to(struct evk_verification *v, struct responding *r, evk_error *err)
{
    const int64_t n = v->all.count;
    const int threads = evk_thread_count(v->how->threads, n);
    evk_status s;

    s = evk_alloc(&r->makers, threads, sizeof(*r->makers), "threads", err);
    if (!s)
        s = evk_alloc(&r->panels, threads, sizeof(*r->panels), "threads", err);
    if (!s)
        evk_parallel_for(threads, n, respond, r);
    for (int t = 0; t < threads && !s; t++) {
        evk_worker_release(&r->makers[t]);
        evk_neuron_group_release(&r->panels[t]);
    }
    free(r->makers);
    free(r->panels);
    r->makers = NULL;
    r->panels = NULL;
    return s;
}

static bool is_of(const struct responding *r, int64_t i)
{
    return r->done[i] && evk_verify_is_of(r->described, &r->v->all.list[i].row);
}

/* Of all rows of the model at hand. */
static void find_largest(struct responding *r)
{
    double largest = 0;

    for (int64_t i = 0; i < r->v->all.count; i++)
        if (is_of(r, i))
            largest = fmax(largest, fabs(r->rows[i].response_pred));
    for (int64_t i = 0; i < r->v->all.count; i++)
        if (is_of(r, i))
            r->largest[i] = largest;
}

/* Model i of the set. */
static evk_status show_model(struct evk_verification *v, const struct evk_described_model *m,
                             size_t i, struct responding *r, evk_error *err)
{
    int64_t *outputs = NULL;
    evk_model *model;
    evk_status s = EVK_OK;

    EVK_TRY(evk_verify_open(v, m, &model, err));
    r->model = model;
    r->described = m;
    r->target = (evk_target){model, NULL, 0};
    if (evk_verify_outputs(v, m, model) && v->kind->streamed)
        s = evk_description_outputs(v->description, i, model, &outputs, &r->target.count, err);
    if (!s) {
        r->target.outputs = outputs;
        s = show_to(v, r, err);
        find_largest(r);
        free(outputs);
    }
    evk_model_free(model);
    return s;
}

/* Every model of the set whose files are given. */
static evk_status show(struct evk_verification *v, struct responding *r, evk_error *err)
{
    struct evk_described_model m;

    for (size_t i = 0; evk_description_model_at(v->description, i, &m); i++)
        if (evk_model_files_are_whole(&v->models, &m))
            EVK_TRY(show_model(v, &m, i, r, err));
    return EVK_OK;
}

static evk_status compare(struct evk_verification *v, const struct responding *r, evk_error *err)
{
    for (int64_t i = 0; i < v->all.count; i++) {
        const struct evk_row *row = &v->all.list[i].row;

        if (r->done[i])
            EVK_TRY(compare_row(v, row, &r->rows[i], r->largest[i], err));
        else
            v->sum.not_recomputed += row->present && row->model_sha256 && !r->asked[i];
    }
    return EVK_OK;
}

evk_status evk_verify_responses(struct evk_verification *v, evk_error *err)
{
    struct responding r = {.v = v};
    evk_recipe recipe;
    evk_status s;

    if (!v->models.paths.count || evk_description_recipe(v->description, &recipe, NULL))
        return EVK_OK;
    r.recipe = &recipe;
    s = evk_alloc(&r.rows, v->all.count, sizeof(*r.rows), "responses", err);
    if (!s)
        s = evk_alloc(&r.done, v->all.count, sizeof(*r.done), "responses", err);
    if (!s)
        s = evk_alloc(&r.asked, v->all.count, sizeof(*r.asked), "responses", err);
    if (!s)
        s = evk_alloc(&r.largest, v->all.count, sizeof(*r.largest), "responses", err);
    if (!s)
        s = show(v, &r, err);
    if (!s)
        s = compare(v, &r, err);
    free(r.rows);
    free(r.done);
    free(r.asked);
    free(r.largest);
    return s;
}
