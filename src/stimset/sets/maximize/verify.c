/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verify.c - verify the rows of a set of ascents and their controls against its options */
#include "stimset/sets/maximize/verify.h"

#include <math.h>
#include <string.h>

#include "stimset/controls/control.h"
#include "stimset/controls/series.h"
#include "stimset/folder/describe.h"
#include "stimset/record/caption.h"
#include "stimset/record/neuron.h"
#include "stimset/record/set_file.h"
#include "stimset/score/start_image.h"

/* Report controls in the options that are no kinds of controls, and contrasts that are none. */
static void check_controls(struct evk_verification *v)
{
    struct evk_controls controls;
    struct evk_contrasts contrasts;
    evk_error why = {EVK_OK, ""};
    evk_recipe recipe;

    if (evk_description_recipe(v->description, &recipe, NULL))
        return;
    if (evk_controls_parse(&controls, recipe.controls, &why) ||
        evk_contrasts_parse(&contrasts, recipe.contrasts, &why))
        evk_report_finding(v, "%s: %s", EVK_SET_DESCRIPTION, why.msg);
}

void evk_maximize_verify_options(struct evk_verification *v, const evk_json *set)
{
    static const char *const none[] = {NULL};

    evk_verify_options(v, evk_json_get(set, "Options"), evk_recipe_params(), none);
    check_controls(v);
}

static void check_start(struct evk_verification *v, const struct evk_row *row,
                        const evk_recipe *recipe)
{
    const enum evk_start_image_kind kind = evk_start_image_kind(recipe);
    const bool noise = kind == EVK_START_NOISE;
    const char *hash = row->start_sha256;

    if (hash[0] && !evk_verify_is_hash(hash))
        evk_report_finding(v, "%s: start_sha256 of %s is %s, expected a SHA-256 or n/a",
                           EVK_SET_TABLE, row->stimulus_id, hash);
    else if (noise && (hash[0] || row->start_image))
        evk_report_finding(
            v, "%s: start_image of %s is %s, with SHA-256 %s, but starts of the set are noise",
            EVK_SET_TABLE, row->stimulus_id, row->start_image ? row->start_image : "n/a",
            hash[0] ? hash : "n/a");
    else if (!noise && row->present && !row->control &&
             (!row->start_image || !hash[0] ||
              (kind == EVK_START_FILE && strcmp(row->start_image, recipe->start) != 0)))
        evk_report_finding(v, "%s: start_image of %s is %s, but starts of the set are %s",
                           EVK_SET_TABLE, row->stimulus_id,
                           row->start_image ? row->start_image : "n/a", recipe->start);
}

static bool is_made(const struct evk_row *row)
{
    return row->present || (row->dropped[0] && strcmp(row->dropped, EVK_DROPPED_LATE) != 0);
}

/*
 * Could a rule of the options have ended the ascent after the steps, and for the reason, that the
 * row has?
 */
static bool may_stop(const evk_recipe *r, const struct evk_row *row)
{
    const int64_t n = row->n_steps;
    const char *why = row->stopped;

    if (!is_made(row) || !why || n < 0)
        return false;
    if (strcmp(why, "target") == 0)
        return !isnan(r->target_response) && n <= r->steps;
    if (strcmp(why, "plateau") == 0)
        return r->plateau > 0 && n >= r->plateau && n < r->steps;
    return strcmp(why, "pixel-change") == 0 && r->pixel_change > 0 && n >= EVK_STILL_STEPS &&
           n < r->steps;
}

/* Compare the row of a control of a synthesized image. */
static evk_status check_control(struct evk_verification *v, const struct evk_row *row,
                                const evk_recipe *recipe, evk_error *err)
{
    static const char *const known[] = {"stimulus_id", "filename",     "type",    "set_type",
                                        "seed",        "target_model", "method",  "n_steps",
                                        "stopped",     "trace_sha256", "control", "contrast",
                                        NULL};
    const struct evk_control_type *type = evk_control_find(row->control);
    const struct evk_row *of = evk_stimuli_find(&v->all, row->control_of);
    struct evk_row truth = *row, worded = *row;

    truth.set_type = type && type->blank ? "blank" : "control";
    truth.method = truth.stopped = NULL;
    truth.n_steps = EVK_INT_MISSING;
    truth.seed = recipe->seed;
    truth.control = type && strstr(recipe->controls, type->name) ? type->name : NULL;
    truth.trace_sha256[0] = '\0';
    truth.contrast = type && type->best_natural && recipe->contrasts[0] ? 1 : (double)NAN;
    if (!of || of->control || !evk_is_same_neuron(of, row))
        evk_report_finding(v, "%s: %s is a control of %s, which is no image of its neuron",
                           EVK_SET_TABLE, row->stimulus_id,
                           row->control_of ? row->control_of : "n/a");
    evk_caption_control(&worded);
    EVK_TRY(evk_verify_caption(v, row, &worded, err));
    return evk_verify_known(v, row, &truth, known, err);
}

static evk_status maximize_check_row(struct evk_verification *v, const struct evk_row *row,
                                     const evk_recipe *recipe, evk_error *err)
{
    static const char *const known[] = {"stimulus_id",  "filename",  "type",     "set_type",
                                        "target_model", "objective", "method",   "seed",
                                        "n_steps",      "stopped",   "contrast", NULL};
    struct evk_row truth = *row, worded = *row;
    struct evk_described_model m;

    if (evk_row_is_series(row))
        return evk_maximize_verify_series(v, row, recipe, err);
    if (row->control)
        return check_control(v, row, recipe, err);
    truth.contrast = recipe->contrasts[0] ? 1 : (double)NAN;
    evk_row_set_objective(&truth, recipe,
                          evk_description_model(v->description, row->model_sha256, &m) &&
                              m.before_softmax);
    truth.method = recipe->method;
    truth.seed = recipe->seed;
    if (!may_stop(recipe, row)) {
        truth.n_steps = recipe->steps;
        truth.stopped = is_made(row) ? "steps" : NULL;
    }
    if (is_made(row) && recipe->trace != (row->trace_sha256[0] != '\0'))
        evk_report_finding(v, "%s: trace_sha256 of %s is %s, expected %s", EVK_SET_TABLE,
                           row->stimulus_id, recipe->trace ? "n/a" : "there",
                           recipe->trace ? "a hash" : "n/a");
    EVK_TRY(evk_maximize_verify_choice(v, row, recipe, err));
    evk_caption_ascent(&worded, recipe);
    EVK_TRY(evk_verify_caption(v, row, &worded, err));
    return evk_verify_known(v, row, &truth, known, err);
}

evk_status evk_maximize_verify_rows(struct evk_verification *v, evk_error *err)
{
    evk_error why = {EVK_OK, ""};
    evk_recipe recipe;

    if (evk_description_recipe(v->description, &recipe, &why)) {
        evk_report_finding(v, "%s: %s", EVK_SET_DESCRIPTION, why.msg);
        return evk_verify_duplicates(v, err);
    }
    EVK_TRY(evk_maximize_verify_starts(v, &recipe, err));
    EVK_TRY(evk_maximize_verify_has_series(v, &recipe, err));
    EVK_TRY(evk_verify_jobs(v, err));
    for (int64_t i = 0; i < v->all.count; i++) {
        const struct evk_row *row = &v->all.list[i].row;

        if (evk_verify_same_version(v))
            check_start(v, row, &recipe);
        EVK_TRY(maximize_check_row(v, row, &recipe, err));
    }
    return evk_verify_duplicates(v, err);
}
