/* SPDX-License-Identifier: GPL-3.0-or-later */
/* responses.c - predicted responses, compared with what the models predict for the files again */
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
#include "synth/settings.h"

enum { CHUNK = 256 }; /* how many rows a model is shown before they are compared */

/* One model of the set while the images of its rows are shown to it. */
struct responding {
    struct evk_verification *v;
    const evk_recipe *recipe;
    const evk_model *model;
    const struct evk_described_model *described;
    evk_target target;               /* all neurons of the set, where one row is of several */
    struct evk_worker *workers;      /* (threads) */
    struct evk_neuron_group *groups; /* (threads) */
    struct evk_row_line *lines;      /* (threads) the row that each thread shows */
    int64_t first;                   /* the first row of the chunk */
    struct evk_row truth[CHUNK];     /* each row with the responses that the model predicts */
    bool done[CHUNK];                /* could the model be shown the image? */
    bool *asked;                     /* (rows) is the row of a model that is given? */
    double largest;                  /* the largest magnitude among responses */
    double *responses; /* (rows) of this model, NaN of others; NULL for a set of this version */
};

static evk_status ask(struct responding *r, int worker, const struct evk_pixels *pixels,
                      struct evk_row *row, evk_error *err)
{
    struct evk_neuron_group_response answer;

    if (row->target_output[0])
        return evk_worker_respond(&r->workers[worker], r->model, r->recipe, pixels, row, err);
    EVK_TRY(evk_neuron_group_open(&r->groups[worker], &r->target, err));
    EVK_TRY(evk_neuron_group_show(&r->groups[worker], pixels, &answer, NULL, err));
    row->response_pred = answer.mean;
    row->response_disagreement = answer.disagreement;
    return EVK_OK;
}

/* Shows the image of row i of the chunk to the model (evk_job_fn). */
static void respond(void *arg, int worker, int64_t i)
{
    struct responding *r = arg;
    const struct evk_row *row = &r->lines[worker].row;
    struct evk_pixels pixels;

    r->done[i] = false;
    if (evk_set_rows_get(&r->v->rows, r->first + i, &r->lines[worker], NULL) || !row->present ||
        !evk_verify_is_of(r->described, row))
        return;
    r->asked[r->first + i] = true;
    if (evk_set_file_get_image(r->v->folder, row, NULL, &pixels, NULL))
        return;
    r->truth[i] = *row;
    r->done[i] = !ask(r, worker, &pixels, &r->truth[i], NULL);
    evk_pixels_release(&pixels);
}

/* Compares response_pred, which may differ by `tolerance` in the unit of the model's responses. */
static void compare_response(struct evk_verification *v, const struct evk_row *row, double response,
                             double tolerance)
{
    char a[EVK_REAL_TEXT], b[EVK_REAL_TEXT];

    v->sum.responses++;
    if (strcmp(evk_format_real(row->response_pred, a), evk_format_real(response, b)) != 0 &&
        !(fabs(row->response_pred - response) <= tolerance))
        evk_report_finding(v, "%s: response_pred of %s is %s, its model says %s to the file",
                           EVK_SET_TABLE, row->stimulus_id, a, b);
}

static evk_status compare_row(struct evk_verification *v, const struct evk_row *row,
                              const struct evk_row *truth, evk_error *err)
{
    static const char *const others[] = {"objective_pred",
                                         "response_sd",
                                         "response_min",
                                         "response_median",
                                         "response_disagreement",
                                         "response_members",
                                         "input_mean",
                                         "input_sd",
                                         "input_norm",
                                         NULL};

    compare_response(v, row, truth->response_pred, 0);
    return evk_verify_cells(v, row, truth, others, err);
}

/*
 * Keeps the response to row i of the chunk: the tolerance depends on the largest response to all
 * rows.
 */
static void keep(struct responding *r, int64_t i)
{
    const double response = r->done[i] ? r->truth[i].response_pred : (double)NAN;

    r->responses[r->first + i] = response;
    r->largest = fmax(r->largest, fabs(response));
}

static evk_status show_chunk(struct responding *r, int64_t n, int threads,
                             struct evk_row_line *line, evk_error *err)
{
    evk_parallel_for(evk_thread_count(threads, n), n, respond, r);
    for (int64_t i = 0; i < n; i++) {
        if (r->responses)
            keep(r, i);
        if (r->responses || !r->done[i])
            continue;
        EVK_TRY(evk_set_rows_get(&r->v->rows, r->first + i, line, err));
        EVK_TRY(compare_row(r->v, &line->row, &r->truth[i], err));
    }
    return EVK_OK;
}

static evk_status show_rows(struct responding *r, int threads, evk_error *err)
{
    struct evk_row_line line = {.line = {.cells = NULL}};
    evk_status s;

    EVK_TRY(evk_alloc(&r->workers, threads, sizeof(*r->workers), "threads", err));
    EVK_TRY(evk_alloc(&r->groups, threads, sizeof(*r->groups), "threads", err));
    s = evk_alloc(&r->lines, threads, sizeof(*r->lines), "threads", err);
    for (r->first = 0; r->first < r->v->rows.count && !s; r->first += CHUNK) {
        const int64_t left = r->v->rows.count - r->first;

        s = show_chunk(r, left < CHUNK ? left : CHUNK, threads, &line, err);
    }
    evk_row_line_release(&line);
    return s;
}

/*
 * Compares a row of a set of another version, whose responses may differ by 1e-5 of the model's
 * largest.
 */
static evk_status compare_older(struct evk_verification *v, void *arg, const struct evk_row *row,
                                evk_error *err)
{
    const struct responding *r = arg;
    const double response = r->responses[row->stim_code - 1];

    (void)err;
    if (!isnan(response))
        compare_response(v, row, response, 1e-5 * r->largest);
    return EVK_OK;
}

static evk_status show_to(struct responding *r, evk_error *err)
{
    const int threads = evk_thread_count(r->v->how->threads, CHUNK);
    evk_status s = show_rows(r, threads, err);

    for (int t = 0; t < threads; t++) {
        if (r->workers)
            evk_worker_release(&r->workers[t]);
        if (r->groups)
            evk_neuron_group_release(&r->groups[t]);
        if (r->lines)
            evk_row_line_release(&r->lines[t]);
    }
    free(r->workers);
    free(r->groups);
    free(r->lines);
    r->workers = NULL;
    r->groups = NULL;
    r->lines = NULL;
    return !s && r->responses ? evk_verify_each(r->v, compare_older, r, err) : s;
}

/* Opens model i of the set, and compares all rows of that model. */
static evk_status show_model(struct evk_verification *v, const struct evk_described_model *m,
                             size_t i, struct responding *r, evk_error *err)
{
    int64_t *outputs = NULL;
    evk_model *model;
    evk_status s = EVK_OK;

    EVK_TRY(evk_verify_open(v, m, &model, err));
    r->model = model;
    r->described = m;
    r->largest = 0;
    r->target = (evk_target){model, NULL, 0};
    if (evk_verify_outputs(v, m, model) && v->kind->streamed)
        s = evk_description_outputs(v->description, i, model, &outputs, &r->target.count, err);
    if (!s) {
        r->target.outputs = outputs;
        s = show_to(r, err);
        free(outputs);
    }
    evk_model_free(model);
    return s;
}

/*
 * Shows images to every model of the set whose files the user gave, and compares the rows of each.
 */
static evk_status show(struct evk_verification *v, struct responding *r, evk_error *err)
{
    struct evk_described_model m;

    for (size_t i = 0; evk_description_model_at(v->description, i, &m); i++)
        if (evk_model_files_are_whole(&v->models, &m))
            EVK_TRY(show_model(v, &m, i, r, err));
    return EVK_OK;
}

static evk_status count_unasked(struct evk_verification *v, void *arg, const struct evk_row *row,
                                evk_error *err)
{
    const struct responding *r = arg;

    (void)err;
    v->sum.not_recomputed += row->present && row->model_sha256 && !r->asked[row->stim_code - 1];
    return EVK_OK;
}

static evk_status respond_all(struct evk_verification *v, struct responding *r, evk_error *err)
{
    EVK_TRY(evk_alloc(&r->asked, v->rows.count, sizeof(*r->asked), "responses", err));
    if (!evk_verify_same_version(v))
        EVK_TRY(evk_alloc(&r->responses, v->rows.count, sizeof(*r->responses), "responses", err));
    EVK_TRY(show(v, r, err));
    return evk_verify_each(v, count_unasked, r, err);
}

evk_status evk_verify_responses(struct evk_verification *v, evk_error *err)
{
    struct responding *r;
    evk_recipe recipe;
    evk_status s;

    if (!v->models.paths.count || evk_description_recipe(v->description, &recipe, NULL))
        return EVK_OK;
    EVK_TRY(evk_alloc(&r, 1, sizeof(*r), "responses", err));
    r->v = v;
    r->recipe = &recipe;
    s = respond_all(v, r, err);
    free(r->asked);
    free(r->responses);
    free(r);
    return s;
}
