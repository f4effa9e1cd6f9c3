/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verify_starts.c - verify that each start of each neuron has a row, and each image its controls */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "stimset/check/verify.h"
#include "stimset/controls/control.h"
#include "stimset/folder/describe.h"
#include "stimset/make/plan.h"
#include "stimset/record/set_file.h"
#include "stimset/sets/maximize/verify.h"

/* A neuron that the set was made for. */
struct neuron {
    struct evk_described_model model;
    char name[EVK_NEURON_TEXT];
    int64_t starts, first; /* number of starts, and index of the first among the wanted rows */
};

struct starts_check {
    struct evk_verification *v;
    const evk_recipe *recipe;
    struct neuron *neurons; /* (count) */
    int64_t count, wanted_count;
    struct evk_row *wanted; /* (wanted_count) */
    /* (wanted_count) index of the row, at least all.count where there is none */
    int64_t *place;
};

static struct evk_row wanted_row(const struct starts_check *a, const struct neuron *n,
                                 int64_t start)
{
    struct evk_row r = evk_row_new();

    r.target_model = n->model.name;
    r.model_sha256 = n->model.sha256;
    snprintf(r.target_output, sizeof(r.target_output), "%s", n->name);
    evk_row_set_objective(&r, a->recipe, n->model.before_softmax);
    r.method = a->recipe->method;
    r.seed = a->recipe->seed;
    r.start = start;
    r.contrast = a->recipe->contrasts[0] ? 1 : (double)NAN;
    return r;
}

/* List all neurons, and count the rows that they have in all, up to a number above EVK_CODE_MAX. */
static void list_neurons(struct starts_check *a)
{
    struct evk_described_model m;

    for (size_t i = 0; evk_description_model_at(a->v->description, i, &m); i++)
        for (size_t o = 0; o < evk_json_count(m.outputs); o++) {
            struct neuron *n = &a->neurons[a->count++];

            n->model = m;
            evk_described_neuron(&m, o, n->name);
            n->starts = evk_described_starts(&m, n->name, a->recipe->starts);
            n->first = a->wanted_count;
            if (a->wanted_count <= EVK_CODE_MAX)
                a->wanted_count += n->starts;
        }
}

static evk_status find_rows(struct starts_check *a, evk_error *err)
{
    struct evk_stimuli all = {NULL, 0, NULL};
    evk_status s;

    EVK_TRY(evk_alloc(&a->wanted, a->wanted_count, sizeof(*a->wanted), "rows", err));
    EVK_TRY(evk_alloc(&a->place, a->wanted_count, sizeof(*a->place), "rows", err));
    for (int64_t n = 0; n < a->count; n++)
        for (int64_t k = 0; k < a->neurons[n].starts; k++)
            a->wanted[a->neurons[n].first + k] = wanted_row(a, &a->neurons[n], k);
    EVK_TRY(evk_verify_copy(a->v, &all, err));
    s = evk_plan(&all, a->wanted, a->wanted_count, a->place, err);
    evk_stimuli_release(&all);
    return s;
}

/*
 * Report starts without a row, and rows that belong to no start.  asked: (rows) all false; becomes
 * true for rows that belong to a start.
 */
static void check_starts(struct starts_check *a, bool *asked)
{
    for (int64_t n = 0; n < a->count; n++) {
        const struct neuron *of = &a->neurons[n];

        for (int64_t k = 0; k < of->starts; k++)
            if (a->place[of->first + k] < a->v->all.count)
                asked[a->place[of->first + k]] = true;
            else
                evk_report_finding(a->v,
                                   "%s: has no row of start %lld of output %s of %s, expected %lld "
                                   "starts",
                                   EVK_SET_TABLE, (long long)k, of->name, of->model.name,
                                   (long long)of->starts);
    }
    for (int64_t i = 0; i < a->v->all.count; i++)
        if (!asked[i] && !a->v->all.list[i].row.control)
            evk_report_finding(a->v, "%s: %s is not an image that the options in %s ask for",
                               EVK_SET_TABLE, a->v->all.list[i].row.stimulus_id,
                               EVK_SET_DESCRIPTION);
}

/* ---- how many images of a neuron are kept ----------------------------------------------------- */

/*
 * Report a neuron that has more images than it keeps, or from which one was dropped by its rank
 * though it has fewer.
 */
static void check_kept(const struct starts_check *a, const struct neuron *n)
{
    const int64_t keep = evk_described_images(n->model.keep, n->name, a->recipe->keep);
    int64_t kept = 0, by_rank = 0;

    for (int64_t k = 0; k < n->starts; k++) {
        const int64_t i = a->place[n->first + k];

        if (i >= a->v->all.count)
            continue;
        kept += a->v->all.list[i].row.present;
        by_rank += strcmp(a->v->all.list[i].row.dropped, "rank") == 0;
    }
    if (keep ? kept > keep || (by_rank && kept < keep) : by_rank)
        evk_report_finding(a->v,
                           "%s: output %s of %s has %lld images, and %lld dropped by rank, "
                           "but keeps %lld",
                           EVK_SET_TABLE, n->name, n->model.name, (long long)kept,
                           (long long)by_rank, (long long)keep);
    else
        evk_maximize_verify_order(a->v, a->recipe, a->place + n->first, n->starts, keep);
}

/* ---- controls of ascents --------------------------------------------------------------------- */

/* Count the controls of each kind that each image has: (rows, EVK_CONTROLS_MAX). */
static void count_controls(const struct evk_verification *v, const struct evk_controls *kinds,
                           int32_t *has)
{
    for (int64_t i = 0; i < v->all.count; i++) {
        const struct evk_row *row = &v->all.list[i].row;
        const struct evk_row *of = evk_stimuli_find(&v->all, row->control_of);

        for (size_t k = 0; k < kinds->count && row->control && of; k++)
            if (strcmp(row->control, kinds->type[k]->name) == 0)
                has[(of->stim_code - 1) * EVK_CONTROLS_MAX + (int64_t)k]++;
    }
}

/*
 * Report a wrong number of controls of one kind: one an image, or one for all images of a neuron.
 */
static void check_kind(const struct starts_check *a, const struct neuron *n,
                       const struct evk_control_type *type, const int32_t *has)
{
    int64_t images = 0, controls = 0, want;

    for (int64_t k = 0; k < n->starts; k++) {
        const int64_t i = a->place[n->first + k];

        if (i >= a->v->all.count)
            continue;
        /* controls of images that were dropped afterwards count, too */
        controls += has[i * EVK_CONTROLS_MAX];
        if (!a->v->all.list[i].row.present)
            continue;
        images++;
        if (!type->best_natural && !type->blank && has[i * EVK_CONTROLS_MAX] != 1)
            evk_report_finding(a->v, "%s: %s has %d controls %s, expected 1", EVK_SET_TABLE,
                               a->v->all.list[i].row.stimulus_id, (int)has[i * EVK_CONTROLS_MAX],
                               type->name);
    }
    want = images > 0;
    if ((type->best_natural || type->blank) && controls != want)
        evk_report_finding(a->v, "%s: output %s of %s has %lld controls %s, expected %lld",
                           EVK_SET_TABLE, n->name, n->model.name, (long long)controls, type->name,
                           (long long)want);
}

static evk_status check_controls(struct starts_check *a, evk_error *err)
{
    struct evk_controls kinds;
    int32_t *has;

    if (!a->recipe->controls[0] || evk_controls_parse(&kinds, a->recipe->controls, NULL))
        return EVK_OK;
    EVK_TRY(evk_alloc(&has, a->v->all.count * EVK_CONTROLS_MAX, sizeof(*has), "controls", err));
    count_controls(a->v, &kinds, has);
    for (int64_t n = 0; n < a->count; n++)
        for (size_t k = 0; k < kinds.count; k++)
            check_kind(a, &a->neurons[n], kinds.type[k], has + k);
    free(has);
    return EVK_OK;
}

/* ---- the set --------------------------------------------------------------------------------- */

static evk_status check_asked(struct starts_check *a, evk_error *err)
{
    evk_status s;
    bool *asked;

    EVK_TRY(evk_alloc(&a->neurons, evk_verify_count_neurons(a->v), sizeof(*a->neurons), "neurons",
                      err));
    list_neurons(a);
    if (a->wanted_count > EVK_CODE_MAX) {
        evk_report_finding(
            a->v, "%s: asks for more images than a set of them can have, expected at most %d",
            EVK_SET_DESCRIPTION, EVK_CODE_MAX);
        return EVK_OK;
    }
    EVK_TRY(find_rows(a, err));
    EVK_TRY(evk_alloc(&asked, a->v->all.count, sizeof(*asked), "rows", err));
    check_starts(a, asked);
    free(asked);
    for (int64_t n = 0; n < a->count; n++)
        check_kept(a, &a->neurons[n]);
    s = check_controls(a, err);
    return s;
}

evk_status evk_maximize_verify_starts(struct evk_verification *v, const evk_recipe *recipe,
                                      evk_error *err)
{
    struct starts_check a = {.v = v, .recipe = recipe};
    const evk_status s = check_asked(&a, err);

    free(a.neurons);
    free(a.wanted);
    free(a.place);
    return s;
}
