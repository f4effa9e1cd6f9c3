/* SPDX-License-Identifier: GPL-3.0-or-later */
/* traces.c - traces.tsv and the files in traces/ against the rows, the options and each other */
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "stimset/check/verify.h"
#include "stimset/folder/describe.h"
#include "stimset/record/set_file.h"
#include "stimset/record/table.h"

/* What traces are looked at with. */
struct tracing {
    struct evk_verification *v;
    struct evk_table table; /* traces.tsv */
    evk_recipe recipe;
    bool ascents;  /* its images are ascents' */
    int64_t steps; /* of one */
};

/* Was the row's image climbed to?  Of one that gave none, what there is of a trace is not known. */
static bool is_climbed(const struct tracing *t, const struct evk_row *row)
{
    return t->ascents && !row->control &&
           (row->present || (row->dropped[0] && strcmp(row->dropped, EVK_DROPPED_LATE) != 0));
}

static bool is_failed(const struct tracing *t, const struct evk_row *row)
{
    return t->ascents && !row->control && !row->present && !row->dropped[0];
}

/* ---- traces.tsv ------------------------------------------------------------------------------- */

static bool check_header(const struct tracing *t)
{
    const int64_t points = evk_response_trace_count(t->steps);
    int64_t step;

    if (t->table.columns == points + 1 &&
        strcmp(evk_table_name(&t->table, 0), "stimulus_id") == 0) {
        int64_t i = 0;

        while (i < points && evk_parse_int(evk_table_name(&t->table, i + 1), &step) &&
               step == evk_response_trace_step(t->steps, i))
            i++;
        if (i == points)
            return true;
    }
    evk_report_finding(
        t->v, "%s: its columns are not stimulus_id and the %lld steps that a trace of %lld has",
        EVK_SET_TRACES, (long long)points, (long long)t->steps);
    return false;
}

/* Points of a row's trace: of the steps that were made. */
static int64_t count_points(const struct tracing *t, const struct evk_row *row)
{
    int64_t points = 0;

    if (!is_climbed(t, row))
        return 0;
    while (points < evk_response_trace_count(t->steps) &&
           evk_response_trace_step(t->steps, points) <= row->n_steps)
        points++;
    return points;
}

/* The last response of a single model is that to the image, where the result is the last one. */
static void check_last(const struct tracing *t, int64_t i, const struct evk_row *row,
                       int64_t points)
{
    char text[EVK_REAL_TEXT];
    const char *last, *want = evk_format_real(row->response_pred_prequant, text);

    if (points == 0 || row->response_members[0] || t->recipe.image_blur_late ||
        strcmp(t->recipe.result, "last") != 0 ||
        evk_response_trace_step(t->steps, points - 1) != row->n_steps)
        return;
    last = evk_table_cell(&t->table, i, points);
    if (strcmp(last, want) != 0)
        evk_report_finding(t->v,
                           "%s: the last response of %s is %s, its response_pred_prequant is %s",
                           EVK_SET_TRACES, row->stimulus_id, last, want);
}

/* Responses up to the last step, and n/a from there on. */
static void check_points(const struct tracing *t, int64_t i, const struct evk_row *row)
{
    const int64_t points = count_points(t, row);
    int64_t last = evk_response_trace_count(t->steps);

    if (is_failed(t, row))
        return;
    while (last > points && strcmp(evk_table_cell(&t->table, i, last), "n/a") == 0)
        last--;
    if (last > points)
        evk_report_finding(t->v, "%s: %s has a response after step %s, but its ascent made %lld",
                           EVK_SET_TRACES, row->stimulus_id, evk_table_name(&t->table, last),
                           (long long)(points ? row->n_steps : 0));
    else
        check_last(t, i, row, points);
}

/* ---- traces/ID.tsv ---------------------------------------------------------------------------- */

/* Column c of a course: is it the penalty of a prior of the options? */
static bool is_penalty(const struct tracing *t, const char *name)
{
    const size_t n = strlen(name);

    for (size_t i = 0; i < t->recipe.priors.count; i++) {
        const char *prior = t->recipe.priors.text[i];

        if (strncmp(prior, name, n) == 0 && (prior[n] == '\0' || prior[n] == ':'))
            return true;
    }
    return false;
}

static bool check_columns(const struct tracing *t, const struct evk_table *c)
{
    bool good = c->columns >= 4 && strcmp(evk_table_name(c, 0), "iteration") == 0 &&
                strcmp(evk_table_name(c, 1), "response") == 0 &&
                strcmp(evk_table_name(c, c->columns - 2), "gradient_norm") == 0 &&
                strcmp(evk_table_name(c, c->columns - 1), "step") == 0;

    for (int64_t i = 2; i + 2 < c->columns && good; i++)
        good = is_penalty(t, evk_table_name(c, i));
    return good;
}

/* Is every cell what a course of so many steps has there? The last image has no step from there. */
static bool check_cells(const struct evk_table *c, int64_t steps)
{
    int64_t iteration;
    double r;

    for (int64_t i = 0; i < c->rows; i++) {
        if (!evk_parse_int(evk_table_cell(c, i, 0), &iteration) || iteration != i)
            return false;
        for (int64_t k = 1; k < c->columns; k++) {
            const char *cell = evk_table_cell(c, i, k);
            const bool missing = strcmp(cell, "n/a") == 0;

            if ((i == steps && k > 1) ? !missing : !missing && !evk_parse_real(cell, &r))
                return false;
        }
    }
    return c->rows == steps + 1;
}

static void check_course(const struct tracing *t, int64_t i, const struct evk_row *row,
                         const char *name, const struct evk_table *c)
{
    const int64_t points = count_points(t, row);

    if (!check_columns(t, c)) {
        evk_report_finding(
            t->v, "%s: its columns are not those of an ascent with the options' priors", name);
        return;
    }
    if (!check_cells(c, row->n_steps)) {
        evk_report_finding(t->v, "%s: is not the course of %lld steps, one line each from 0 on",
                           name, (long long)row->n_steps);
        return;
    }
    for (int64_t p = 0; p < points; p++)
        if (strcmp(evk_table_cell(c, evk_response_trace_step(t->steps, p), 1),
                   evk_table_cell(&t->table, i, p + 1)) != 0) {
            evk_report_finding(t->v, "%s: its response after step %lld is not that of %s", name,
                               (long long)evk_response_trace_step(t->steps, p), EVK_SET_TRACES);
            return;
        }
}

static void check_file(const struct tracing *t, int64_t i, const struct evk_row *row)
{
    evk_error why = {EVK_OK, ""};
    char name[EVK_IMAGE_NAME];
    struct evk_table course;

    evk_set_file_trace_name(row, name);
    if (!row->trace_sha256[0] || !is_climbed(t, row) || !evk_set_file_has(t->v->folder, name))
        return;
    if (evk_table_read(&course, t->v->folder, name, &why)) {
        evk_report_finding(t->v, "%s", why.msg);
        return;
    }
    check_course(t, i, row, name, &course);
    evk_table_release(&course);
}

/* ---- the set ------------------------------------------------------------------------------------ */

static bool open_tracing(struct tracing *t, struct evk_verification *v)
{
    const evk_json *d = v->description;

    *t = (struct tracing){.v = v};
    t->ascents = v->kind->ascends;
    if (t->ascents && evk_description_recipe(d, &t->recipe, NULL))
        return false; /* found already */
    t->steps = t->ascents ? t->recipe.steps : 0;
    return evk_verify_same_version(v) &&
           !evk_table_read(&t->table, v->folder, EVK_SET_TRACES, NULL);
}

void evk_verify_traces(struct evk_verification *v)
{
    struct tracing t;

    if (!open_tracing(&t, v))
        return;
    if (check_header(&t))
        for (int64_t i = 0; i < t.table.rows && i < v->all.count; i++) {
            check_points(&t, i, &v->all.list[i].row);
            check_file(&t, i, &v->all.list[i].row);
        }
    evk_table_release(&t.table);
}
