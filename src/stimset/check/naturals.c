/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * naturals.c - comparisons with reference images (own_z, natural_z, ...), computed again from the
 * models
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "stimset/check/verify.h"
#include "stimset/record/set_file.h"
#include "stimset/score/natural.h"
#include "synth/settings.h"

/*
 * One model of the set, and a copy of all rows, in which the rows of this model get their cells
 * anew.
 */
struct natural_check {
    struct evk_verification *v;
    evk_model *model;
    const struct evk_described_model *described;
    struct evk_stimuli again;
};

/* Compares the cells, but not the names of files: the same images may have other names today. */
static evk_status compare_naturals(const struct natural_check *l, evk_error *err)
{
    static const char *const columns[] = {"own_z", "own_percentile", "natural_z", "beats_natural",
                                          "p_beats_natural"};

    for (int64_t i = 0; i < l->v->all.count; i++)
        for (size_t c = 0; c < sizeof(columns) / sizeof(columns[0]); c++)
            EVK_TRY(evk_verify_cell(l->v, &l->v->all.list[i].row, &l->again.list[i].row, columns[c],
                                    err));
    return EVK_OK;
}

static bool is_mine(const struct natural_check *l, const struct evk_row *row)
{
    return evk_verify_is_of(l->described, row) && !isnan(row->response_pred) &&
           !isnan(row->own_percentile);
}

/* Lists each output of the model that some row is of, once. */
static evk_status list_outputs(const struct natural_check *l, int64_t *outputs, size_t *count,
                               evk_error *err)
{
    evk_status s = EVK_OK;
    bool *seen;

    *count = 0;
    EVK_TRY(evk_alloc(&seen, evk_model_describe(l->model)->outputs, sizeof(*seen), "outputs", err));
    for (int64_t i = 0; i < l->again.count && !s; i++) {
        const struct evk_row *row = &l->again.list[i].row;
        int64_t output = 0;

        if (!is_mine(l, row))
            continue;
        s = evk_model_find_neuron(l->model, row->target_output, &output, err);
        if (!s && !seen[output])
            outputs[(*count)++] = output;
        if (!s)
            seen[output] = true;
    }
    free(seen);
    return s;
}

static evk_status score(struct natural_check *l, const evk_target *target, evk_error *err)
{
    const bool synthesized = l->v->kind->ascends;
    const evk_run run = {.threads = l->v->how->threads};
    struct evk_naturals n;
    evk_recipe recipe;
    evk_status s;

    EVK_TRY(evk_description_recipe(l->v->description, &recipe, err));
    s = evk_naturals_read(&n, target, 1, l->v->how->reference, 1, recipe.minimize, &run, err);
    for (int64_t i = 0; i < l->again.count && !s; i++) {
        struct evk_row *row = &l->again.list[i].row;

        if (!is_mine(l, row))
            continue;
        evk_natural_score(&n, evk_naturals_find(&n, l->model, row->target_output), synthesized,
                          row);
        evk_row_round(row);
    }
    evk_naturals_release(&n);
    return s;
}

static evk_status score_outputs(struct natural_check *l, evk_error *err)
{
    evk_target target = {.model = l->model};
    int64_t *outputs;
    evk_status s;

    EVK_TRY(evk_verify_copy(l->v, &l->again, err));
    EVK_TRY(evk_alloc(&outputs, evk_model_describe(l->model)->outputs, sizeof(*outputs), "outputs",
                      err));
    target.outputs = outputs;
    s = list_outputs(l, outputs, &target.count, err);
    if (!s && target.count)
        s = score(l, &target, err);
    free(outputs);
    return s;
}

static evk_status verify_model(struct evk_verification *v, const struct evk_described_model *m,
                               evk_error *err)
{
    struct natural_check l = {.v = v, .described = m};
    evk_error why = {EVK_OK, ""};
    evk_status s;

    EVK_TRY(evk_verify_open(v, m, &l.model, err));
    s = score_outputs(&l, &why);
    if (s == EVK_ENOMEM)
        s = evk_fail(err, s, "%s", why.msg);
    else if (s)
        evk_report_finding(v, "%s: model %s cannot be shown the reference images again: %s",
                           EVK_SET_DESCRIPTION, m->name, why.msg);
    else
        s = compare_naturals(&l, err);
    evk_stimuli_release(&l.again);
    evk_model_free(l.model);
    return s == EVK_ENOMEM ? s : EVK_OK;
}

evk_status evk_verify_naturals(struct evk_verification *v, evk_error *err)
{
    struct evk_described_model m;

    if (!v->how->reference || !evk_verify_same_version(v) || v->kind->streamed)
        return EVK_OK;
    for (size_t i = 0; evk_description_model_at(v->description, i, &m); i++)
        if (evk_model_files_are_whole(&v->models, &m))
            EVK_TRY(verify_model(v, &m, err));
    return EVK_OK;
}
