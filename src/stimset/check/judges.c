/* SPDX-License-Identifier: GPL-3.0-or-later */
/* judges.c - the columns of judges, compared with what the judges predict for the files again */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "stimset/check/verify.h"
#include "stimset/folder/describe.h"
#include "stimset/inputs/digest.h"
#include "stimset/inputs/frame.h"
#include "stimset/record/set_file.h"
#include "stimset/score/judges.h"
#include "stimset/score/reference.h"

struct judge_models {
    evk_model **models;    /* (count), and the models; owned */
    evk_judge_model *list; /* (count); owned */
    size_t count;
};

static void close_judges(struct judge_models *c)
{
    for (size_t i = 0; i < c->count; i++)
        evk_model_free(c->models[i]);
    free(c->models);
    free(c->list);
}

/* Opens all judges of the description, in its order: some columns are means over all judges. */
static evk_status open_judges(struct judge_models *c, const struct evk_verification *v,
                              evk_error *err)
{
    struct evk_described_model m;
    const evk_json *outputs;
    int64_t judges = 0;

    while (evk_description_judge_at(v->description, (size_t)judges, &m, &outputs))
        judges++;
    EVK_TRY(evk_alloc(&c->models, judges, sizeof(*c->models), "judges", err));
    EVK_TRY(evk_alloc(&c->list, judges, sizeof(*c->list), "judges", err));
    while (evk_description_judge_at(v->description, c->count, &m, &outputs)) {
        const size_t i = c->count;

        EVK_TRY(evk_verify_open(v, &m, &c->models[i], err));
        c->list[i].model = c->models[i];
        c->count++;
    }
    return EVK_OK;
}

static evk_status compare_judged(struct evk_verification *v, const struct evk_stimuli *again,
                                 evk_error *err)
{
    static const char *const columns[] = {"heldout_delta_z",  "heldout_z", "percentile_natural",
                                          "selectivity",      "judges",    "judge_roles",
                                          "judge_responses",  "judge_z",   "judge_percentile",
                                          "judge_selectivity"};

    for (int64_t i = 0; i < v->all.count; i++) {
        v->sum.judged += again->list[i].row.present && again->list[i].row.judges[0];
        for (size_t c = 0; c < sizeof(columns) / sizeof(columns[0]); c++)
            EVK_TRY(evk_verify_cell(v, &v->all.list[i].row, &again->list[i].row, columns[c], err));
    }
    return EVK_OK;
}

/*
 * Scores all images as the command that made the set did, and compares.  A failure other than
 * EVK_ENOMEM is reported as a finding, since it comes from what the description or a row says.
 */
static evk_status score_again(struct evk_verification *v, struct evk_stimuli *again, evk_error *err)
{
    const evk_run run = {.threads = v->how->threads};
    struct judge_models c = {.models = NULL};
    evk_error why = {EVK_OK, ""};
    evk_status s = open_judges(&c, v, &why);

    if (!s) {
        const evk_judges judges = {c.list, c.count, v->how->reference};

        s = evk_judges_score(&judges, v->folder, v->description, again, &run, &why);
    }
    close_judges(&c);
    if (s == EVK_ENOMEM)
        return evk_fail(err, s, "%s", why.msg);
    if (s)
        evk_report_finding(v, "%s: its judges cannot score the images again: %s",
                           EVK_SET_DESCRIPTION, why.msg);
    return s ? EVK_OK : compare_judged(v, again, err);
}

/*
 * EVK_EINVAL unless the reference images that are given are those that the judges of the set were
 * shown.
 */
static evk_status check_reference(const struct evk_verification *v, evk_error *err)
{
    const evk_run run = {.threads = v->how->threads};
    const char *want = evk_description_reference(v->description);
    char hash[EVK_SHA256_TEXT];
    struct evk_photograph_frame frame;
    struct evk_size size;

    if (!v->how->reference)
        return EVK_OK;
    if (!want)
        return evk_fail(err, EVK_EINVAL, "%s: has no reference images, expected no --reference",
                        v->folder->path);
    EVK_TRY(evk_description_size(v->description, &size, err));
    EVK_TRY(evk_frame_of_set(&frame, v->description, err));
    evk_image_list_set_frame(v->how->reference, &frame);
    EVK_TRY(evk_image_list_prepare(v->how->reference, &size, &run, err));
    EVK_TRY(evk_images_digest(v->how->reference, &size, &run, hash, NULL, err));
    if (strcmp(hash, want) != 0)
        return evk_fail(err, EVK_EINVAL,
                        "the reference images are not those of %s: found pixels with SHA-256 "
                        "%.12s..., expected %.12s...",
                        v->folder->path, hash, want);
    return EVK_OK;
}

/*
 * Writes into the summary why the judges cannot score the images again; returns false where they
 * can.
 */
static bool cannot_judge(struct evk_verification *v)
{
    char *why = v->not_judged;
    const size_t size = sizeof(v->not_judged);
    struct evk_described_model m;
    const evk_json *outputs;

    if (!evk_verify_same_version(v))
        snprintf(why, size, "evoke %.32s made them", evk_description_version(v->description));
    else if (evk_description_reference(v->description) && !v->how->reference)
        snprintf(why, size, "the reference images are not given");
    else if (!evk_verify_has_images(v))
        snprintf(why, size, "not every image can be read");
    for (size_t i = 0; evk_description_judge_at(v->description, i, &m, &outputs) && !why[0]; i++)
        if (!evk_model_files_are_whole(&v->models, &m))
            snprintf(why, size, "judge %.200s is not given", m.name);
        else if (!outputs)
            snprintf(why, size,
                     "the set does not say which outputs of judge %.150s are its neurons", m.name);
    return why[0] != '\0';
}

evk_status evk_verify_judges(struct evk_verification *v, evk_error *err)
{
    struct evk_stimuli again = {NULL, 0, NULL};
    struct evk_described_model first;
    const evk_json *outputs;
    evk_status s;

    EVK_TRY(check_reference(v, err));
    if (!evk_description_judge_at(v->description, 0, &first, &outputs) || cannot_judge(v))
        return EVK_OK;
    s = evk_verify_copy(v, &again, err);
    if (!s)
        s = score_again(v, &again, err);
    evk_stimuli_release(&again);
    return s;
}
