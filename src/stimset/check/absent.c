/* SPDX-License-Identifier: GPL-3.0-or-later */
/* absent.c - cells that have to be "n/a", since nothing in the set could have given them a value */
#include <math.h>
#include <string.h>

#include "stimset/check/verify.h"
#include "stimset/folder/describe.h"
#include "stimset/record/set_file.h"

static const struct rule {
    const char *column;
    /*
     * bits EVK_CELLS_* (record/kind.h): a row of one of these groups may have a value in the column
     */
    unsigned needs;
} rules[] = {
    {"license", EVK_CELLS_NONE},
    {"copyright", EVK_CELLS_NONE},
    {"target_model", EVK_CELLS_MODEL},
    {"target_output", EVK_CELLS_MODEL},
    {"objective", EVK_CELLS_AIM},
    {"seed", EVK_CELLS_SEEDED},
    {"start", EVK_CELLS_ASCENT | EVK_CELLS_CONTROL},
    {"source_id", EVK_CELLS_PARENT | EVK_CELLS_CONTROL},
    {"source_file", EVK_CELLS_SOURCE | EVK_CELLS_CONTROL},
    {"response_pred", EVK_CELLS_MODEL},
    {"response_pred_prequant", EVK_CELLS_ASCENT},
    {"response_source", EVK_CELLS_PERTURBED | EVK_CELLS_SERIES},
    {"objective_pred", EVK_CELLS_MODEL},
    {"response_sd", EVK_CELLS_MEMBERS},
    {"response_min", EVK_CELLS_MEMBERS},
    {"response_median", EVK_CELLS_MEMBERS},
    {"response_disagreement", EVK_CELLS_MEMBERS | EVK_CELLS_SEVERAL},
    {"response_members", EVK_CELLS_MEMBERS},
    {"response_low", EVK_CELLS_CALIBRATED},
    {"response_high", EVK_CELLS_CALIBRATED},
    {"heldout_z", EVK_CELLS_SCORED},
    {"percentile_natural", EVK_CELLS_SCORED},
    {"selectivity", EVK_CELLS_SCORED},
    {"heldout_delta_z", EVK_CELLS_SCORED},
    {"judges", EVK_CELLS_JUDGES},
    {"judge_roles", EVK_CELLS_JUDGES},
    {"judge_responses", EVK_CELLS_JUDGES},
    {"judge_z", EVK_CELLS_JUDGES},
    {"judge_percentile", EVK_CELLS_JUDGES},
    {"judge_selectivity", EVK_CELLS_JUDGES},
    {"own_z", EVK_CELLS_REFERENCE},
    {"own_percentile", EVK_CELLS_REFERENCE},
    {"natural_z", EVK_CELLS_COMPARED},
    {"natural_file", EVK_CELLS_COMPARED},
    {"beats_natural", EVK_CELLS_COMPARED},
    {"p_beats_natural", EVK_CELLS_REFERENCE},
    {"keep_value", EVK_CELLS_ASCENT},
    {"rank", EVK_CELLS_RANKED},
    {"budget", EVK_CELLS_PERTURBED},
    {"budget_norm", EVK_CELLS_PERTURBED},
    {"linf_delta", EVK_CELLS_PERTURBED},
    {"rms_delta", EVK_CELLS_PERTURBED},
    {"mean_abs_delta", EVK_CELLS_PERTURBED},
    {"l2_delta", EVK_CELLS_PERTURBED},
    {"delta_z", EVK_CELLS_PERTURBED},
    {"held_delta", EVK_CELLS_PERTURBED},
    {"reached", EVK_CELLS_PERTURBED},
    {"control", EVK_CELLS_CONTROL | EVK_CELLS_PERTURBED},
    {"control_of", EVK_CELLS_CONTROL | EVK_CELLS_PERTURBED},
    {"contrast", EVK_CELLS_CONTRASTS},
    {"input_mean", EVK_CELLS_MODEL},
    {"input_sd", EVK_CELLS_MODEL},
    {"input_norm", EVK_CELLS_MODEL},
    {"gaudiness", EVK_CELLS_TRANSFORMED},
    {"model_sha256", EVK_CELLS_MODEL},
    {"restarts", EVK_CELLS_ASCENT},
    {"stopped", EVK_CELLS_ASCENT},
    {"start_image", EVK_CELLS_ASCENT},
    {"start_sha256", EVK_CELLS_ASCENT},
    {"dropped", EVK_CELLS_ASCENT | EVK_CELLS_SERIES},
    {"trace_sha256", EVK_CELLS_ASCENT},
};

/* Were images asked for at several contrasts? */
static bool has_contrasts(const evk_json *description)
{
    const evk_json *options = evk_json_get(evk_json_get(description, "StimulusSet"), "Options");
    const char *list = evk_json_text(evk_json_get(options, "contrasts"));

    return list && list[0];
}

/* Returns the groups of columns that rows of the set may have, by its kind and its description. */
static unsigned has(const struct evk_verification *v)
{
    const evk_json *d = v->description, *outputs;
    struct evk_described_model m;
    unsigned all = v->kind->cells;
    int64_t keep = 1;

    for (size_t i = 0; evk_description_model_at(d, i, &m); i++) {
        all |= EVK_CELLS_MODEL;
        if (v->kind->streamed && evk_json_count(m.outputs) > 1)
            all |= EVK_CELLS_SEVERAL;
    }
    if (evk_description_judge_at(d, 0, &m, &outputs))
        all |= EVK_CELLS_JUDGES | EVK_CELLS_SCORED;
    if (evk_description_reference(d))
        all |= EVK_CELLS_REFERENCE;
    else
        all &= ~(unsigned)(EVK_CELLS_COMPARED | EVK_CELLS_SCORED);
    if (has_contrasts(d))
        all |= EVK_CELLS_CONTRASTS;
    if (all & EVK_CELLS_TRANSFORMED && evk_description_int(d, "keep", &keep) && keep == 0)
        all &= ~(unsigned)EVK_CELLS_RANKED;
    return all;
}

/* Returns the groups of columns that only an ensemble, or a model with a calibration, has. */
static unsigned card_has(const struct evk_verification *v, const struct evk_row *row)
{
    struct evk_described_model m;

    for (size_t i = 0; evk_description_model_at(v->description, i, &m); i++)
        if (m.card && evk_verify_is_of(&m, row))
            return EVK_CELLS_MEMBERS |
                   (evk_json_get(m.card, "calibration") ? (unsigned)EVK_CELLS_CALIBRATED : 0);
    return 0;
}

/* The argument of absent_check_row. */
struct looking {
    unsigned there;      /* groups of columns that rows of the set may have */
    struct evk_str cell; /* the text of one cell */
};

static evk_status absent_check_row(struct evk_verification *v, void *arg, const struct evk_row *row,
                                   evk_error *err)
{
    struct looking *l = arg;
    struct evk_str *cell = &l->cell;
    unsigned there = l->there | card_has(v, row);

    if (v->kind->row_cells)
        there = v->kind->row_cells(row, there);
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        if (rules[i].needs & there)
            continue;
        cell->size = 0;
        evk_row_cell(row, rules[i].column, cell);
        if (!cell->failed && strcmp(cell->data, "n/a") != 0)
            evk_report_finding(v, "%s: %s of %s is %s, but nothing in %s has such", EVK_SET_TABLE,
                               rules[i].column, row->stimulus_id, cell->data, EVK_SET_DESCRIPTION);
    }
    return evk_str_check(cell, err);
}

evk_status evk_verify_absent(struct evk_verification *v, evk_error *err)
{
    struct looking l = {has(v), EVK_STR_INIT};
    evk_status s;

    if (!evk_verify_same_version(v))
        return EVK_OK;
    s = evk_verify_each(v, absent_check_row, &l, err);
    evk_str_release(&l.cell);
    if (!s)
        s = evk_verify_words(v, err);
    return s ? s : evk_verify_sizes(v, err);
}
