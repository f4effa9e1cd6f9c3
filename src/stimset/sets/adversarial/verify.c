/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verify.c - verify rows of perturbed images against the options, each other and their files */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "stimset/check/verify.h"
#include "stimset/folder/describe.h"
#include "stimset/record/caption.h"
#include "stimset/record/set_file.h"
#include "stimset/sets/adversarial/adversarial.h"
#include "stimset/sets/adversarial/verify.h"

/* ---- the options ------------------------------------------------------------------------- */

static bool is_asked_budget(const struct evk_asked *a, double budget)
{
    for (size_t i = 0; i < a->budget_count; i++)
        if (a->budgets[i] == budget)
            return true;
    return false;
}

static bool is_asked_control(const struct evk_asked *a, const char *control)
{
    for (size_t i = 0; i < a->controls.count; i++)
        if (strcmp(a->controls.type[i]->name, control) == 0)
            return true;
    return false;
}

static void check_asked(struct evk_verification *v, const struct evk_asked *a,
                        const struct evk_row *row)
{
    const bool blank = evk_row_is(row, "blank");

    if (!blank && !is_asked_budget(a, row->budget))
        evk_report_finding(v, "%s: budget of %s is %.9g, which is none of the options' budgets",
                           EVK_SET_TABLE, row->stimulus_id, row->budget);
    if (row->control && !is_asked_control(a, row->control))
        evk_report_finding(v, "%s: control of %s is %s, which the options do not ask for",
                           EVK_SET_TABLE, row->stimulus_id, row->control);
    if (row->control ? !evk_stimuli_find(&v->all, row->control_of)
                     : !evk_row_is(row, "adversarial"))
        evk_report_finding(v, "%s: %s is a control of no stimulus of the set", EVK_SET_TABLE,
                           row->stimulus_id);
}

static evk_status check_row(struct evk_verification *v, const struct evk_asked *a,
                            const struct evk_row *row, evk_error *err)
{
    static const char *const known[] = {"stimulus_id", "filename", "type",        "target_model",
                                        "method",      "n_steps",  "budget_norm", NULL};
    static const char *const of_base[] = {"stimulus_id",   "filename", "type",    "target_model",
                                          "target_output", "method",   "n_steps", NULL};
    struct evk_row truth = *row, worded = *row;

    if (row->set_type)
        evk_caption_adversarial(&worded);
    EVK_TRY(evk_verify_caption(v, row, &worded, err));
    if (evk_row_is(row, "natural")) {
        truth.method = "natural";
        truth.n_steps = 0;
        truth.target_model = NULL;
        truth.target_output[0] = '\0';
        return evk_verify_cells(v, row, &truth, of_base, err);
    }
    if (!evk_row_is(row, "adversarial") && !evk_row_is(row, "control") &&
        !evk_row_is(row, "blank")) {
        evk_report_finding(
            v, "%s: set_type of %s is %s, expected natural, adversarial, control or blank",
            EVK_SET_TABLE, row->stimulus_id, row->set_type ? row->set_type : "n/a");
        return EVK_OK;
    }
    check_asked(v, a, row);
    truth.method = evk_row_is(row, "adversarial") ? a->attack.method : NULL;
    truth.n_steps = evk_row_is(row, "adversarial") ? a->attack.steps : EVK_INT_MISSING;
    truth.budget_norm = evk_row_is(row, "blank") ? NULL : a->attack.norm;
    return evk_verify_known(v, row, &truth, known, err);
}

/* ---- the files --------------------------------------------------------------------------- */

struct measuring {
    const struct evk_verification *v;
    int64_t channels;
    struct evk_row *truth; /* (rows) with the measured change */
    bool *done, *beyond;   /* (rows) was the change measured, and is it beyond the budget? */
};

static evk_status measure_row(struct measuring *m, int64_t i, const struct evk_row *row,
                              const struct evk_row *source)
{
    struct evk_pixels a, b;
    evk_status s;
    bool keeps = false;

    EVK_TRY(evk_set_file_get_image(m->v->folder, row, NULL, &a, NULL));
    s = evk_set_file_get_image(m->v->folder, source, NULL, &b, NULL);
    if (s) {
        evk_pixels_release(&a);
        return s;
    }
    if (a.height == b.height && a.width == b.width && a.channels >= m->channels &&
        b.channels >= m->channels) {
        evk_row_measure_delta(&m->truth[i], &b, &a, m->channels);
        m->done[i] = true;
        m->beyond[i] =
            evk_row_keeps_budget(row, &b, &a, m->channels, &keeps, NULL) != EVK_OK || !keeps;
    }
    evk_pixels_release(&a);
    evk_pixels_release(&b);
    return EVK_OK;
}

static void measure_job(void *arg, int worker, int64_t i)
{
    struct measuring *m = arg;
    const struct evk_row *row = &m->v->all.list[i].row;
    const struct evk_row *source = evk_stimuli_find(&m->v->all, row->source_id);

    (void)worker;
    m->truth[i] = *row;
    if (row->present && source && evk_row_is(source, "natural") && source->present)
        (void)measure_row(m, i, row, source);
}

static evk_status compare_deltas(struct evk_verification *v, const struct measuring *m, int64_t i,
                                 evk_error *err)
{
    static const char *const columns[] = {"linf_delta", "rms_delta", "mean_abs_delta", "l2_delta",
                                          NULL};
    const struct evk_row *row = &v->all.list[i].row;

    if (evk_row_is(row, "natural") || evk_row_is(row, "blank") || !row->present)
        return EVK_OK;
    if (!m->done[i]) {
        evk_report_finding(
            v, "%s: source_id of %s is %s, which is no base image that it can be compared with",
            EVK_SET_TABLE, row->stimulus_id, row->source_id ? row->source_id : "n/a");
        return EVK_OK;
    }
    if (m->beyond[i])
        evk_report_finding(v, "%s: the image of %s differs from %s by more than its budget",
                           EVK_SET_TABLE, row->stimulus_id, row->source_id);
    return evk_verify_cells(v, row, &m->truth[i], columns, err);
}

static evk_status check_files(struct evk_verification *v, evk_error *err)
{
    const int64_t n = v->all.count;
    struct measuring m = {.v = v, .channels = evk_description_channels(v->description)};
    evk_status s;

    EVK_TRY(evk_alloc(&m.truth, n, sizeof(*m.truth), "rows", err));
    s = evk_alloc(&m.done, n, sizeof(*m.done), "rows", err);
    if (!s)
        s = evk_alloc(&m.beyond, n, sizeof(*m.beyond), "rows", err);
    if (!s)
        evk_parallel_for(evk_thread_count(v->how->threads, n), n, measure_job, &m);
    for (int64_t i = 0; i < n && !s; i++)
        s = compare_deltas(v, &m, i, err);
    free(m.truth);
    free(m.done);
    free(m.beyond);
    return s;
}

/*
 * Are there as many rows as the options ask for, with the base images and neurons of the
 * description?
 */
static evk_status check_counts(struct evk_verification *v, const struct evk_asked *asked,
                               evk_error *err)
{
    evk_verify_total(
        v, evk_adversarial_rows(asked, evk_verify_count_images(v), evk_verify_count_neurons(v)));
    return evk_verify_jobs(v, err);
}

evk_status evk_adversarial_verify_rows(struct evk_verification *v, evk_error *err)
{
    evk_adversarial_options options;
    evk_error why = {EVK_OK, ""};
    struct evk_asked asked;
    evk_status s = evk_description_adversarial(v->description, &options, &why);

    if (!s)
        s = evk_adversarial_resolve(&asked, &options, &why);
    if (s) {
        evk_report_finding(v, "%s: %s", EVK_SET_DESCRIPTION, why.msg);
        return evk_verify_duplicates(v, err);
    }
    EVK_TRY(check_counts(v, &asked, err));
    for (int64_t i = 0; i < v->all.count; i++)
        EVK_TRY(check_row(v, &asked, &v->all.list[i].row, err));
    EVK_TRY(check_files(v, err));
    return evk_verify_duplicates(v, err);
}
