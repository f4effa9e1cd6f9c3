/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * traces.c - traces.tsv and the full traces in traces/, compared with the rows, the options and
 * each other
 */
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "stimset/check/verify.h"
#include "stimset/folder/describe.h"
#include "stimset/record/lines.h"
#include "stimset/record/set_file.h"
#include "synth/settings.h"

/* What all checks of traces need. */
struct tracing {
    struct evk_verification *v;
    struct evk_lines table;   /* traces.tsv */
    const char *const *cells; /* (table.columns) the line of traces.tsv that is checked now */
    evk_recipe recipe;
    bool ascents;  /* did ascents make the images of the set? */
    int64_t steps; /* the steps of an ascent by the options; 0 where no ascents made the images */
};

/* Did an ascent make the row's image, or an image that was dropped afterwards? */
static bool is_climbed(const struct tracing *t, const struct evk_row *row)
{
    return t->ascents && !row->control &&
           (row->present || (row->dropped[0] && strcmp(row->dropped, EVK_DROPPED_LATE) != 0));
}

static bool is_failed(const struct tracing *t, const struct evk_row *row)
{
    return t->ascents && !row->control && !row->present && !row->dropped[0];
}

/* ---- traces.tsv ------------------------------------------------------------------------------ */

static bool check_header(const struct tracing *t)
{
    const int64_t points = evk_response_trace_count(t->steps);
    int64_t step;

    if (t->table.columns == points + 1 && strcmp(t->table.names[0], "stimulus_id") == 0) {
        int64_t i = 0;

        while (i < points && evk_parse_int(t->table.names[i + 1], &step) &&
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

/*
 * Returns the number of points in the trace of a row: one for each thinned step that its ascent
 * made.
 */
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

/*
 * Compares the last point of a trace with response_pred_prequant.  Both are the response of a
 * single model to the last image of the ascent, where the options make that image the result.
 */
static void check_last(const struct tracing *t, const struct evk_row *row, int64_t points)
{
    char text[EVK_REAL_TEXT];
    const char *last, *want = evk_format_real(row->response_pred_prequant, text);

    if (points == 0 || row->response_members[0] || t->recipe.image_blur_late ||
        strcmp(t->recipe.result, "last") != 0 ||
        evk_response_trace_step(t->steps, points - 1) != row->n_steps)
        return;
    last = t->cells[points];
    if (strcmp(last, want) != 0)
        evk_report_finding(t->v,
                           "%s: the last response of %s is %s, its response_pred_prequant is %s",
                           EVK_SET_TRACES, row->stimulus_id, last, want);
}

/* Reports responses after the last step of an ascent, where traces.tsv has to say n/a. */
static void check_points(const struct tracing *t, const struct evk_row *row)
{
    const int64_t points = count_points(t, row);
    int64_t last = evk_response_trace_count(t->steps);

    if (is_failed(t, row))
        return;
    while (last > points && strcmp(t->cells[last], "n/a") == 0)
        last--;
    if (last > points)
        evk_report_finding(t->v, "%s: %s has a response after step %s, but its ascent made %lld",
                           EVK_SET_TRACES, row->stimulus_id, t->table.names[last],
                           (long long)(points ? row->n_steps : 0));
    else
        check_last(t, row, points);
}

/* ---- traces/ID.tsv --------------------------------------------------------------------------- */

/* Is the name of a column of a full trace that of an image prior of the options? */
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

static bool has_columns(const struct tracing *t, const struct evk_lines *full)
{
    const int64_t n = full->columns;
    bool good = n >= 4 && strcmp(full->names[0], "iteration") == 0 &&
                strcmp(full->names[1], "response") == 0 &&
                strcmp(full->names[n - 2], "gradient_norm") == 0 &&
                strcmp(full->names[n - 1], "step") == 0;

    for (int64_t i = 2; i + 2 < n && good; i++)
        good = is_penalty(t, full->names[i]);
    return good;
}

/*
 * Are the cells those of line i of a full trace?  The last line has no gradient and no step: no
 * step follows it.
 */
static bool is_line(const struct evk_lines *full, const char *const *cells, int64_t i, bool is_last)
{
    int64_t iteration;
    double r;

    if (!evk_parse_int(cells[0], &iteration) || iteration != i)
        return false;
    for (int64_t k = 1; k < full->columns; k++) {
        const bool missing = strcmp(cells[k], "n/a") == 0;

        if (is_last && k > 1 ? !missing : !missing && !evk_parse_real(cells[k], &r))
            return false;
    }
    return true;
}

/*
 * Reads the lines of a full trace of an ascent of `steps` steps.  Returns false where a line is not
 * one of such a trace. *other becomes the first step whose response differs from that in
 * traces.tsv, and stays as it is without one.
 */
static bool check_lines(const struct tracing *t, const struct evk_lines *full, int64_t steps,
                        int64_t points, int64_t *other)
{
    struct evk_line line = {.cells = NULL};
    bool good = full->count == steps + 1;
    int64_t p = 0;

    for (int64_t i = 0; i < full->count && good; i++) {
        good = !evk_lines_get(full, i, &line, NULL) && is_line(full, line.cells, i, i == steps);
        if (!good || p >= points || evk_response_trace_step(t->steps, p) != i)
            continue;
        if (*other < 0 && strcmp(line.cells[1], t->cells[p + 1]) != 0)
            *other = i;
        p++;
    }
    evk_line_release(&line);
    return good;
}

static void check_full(const struct tracing *t, const struct evk_row *row, const char *name,
                       const struct evk_lines *full)
{
    int64_t other = -1;

    if (!has_columns(t, full))
        evk_report_finding(
            t->v, "%s: its columns are not those of an ascent with the options' priors", name);
    else if (!check_lines(t, full, row->n_steps, count_points(t, row), &other))
        evk_report_finding(t->v, "%s: is not the trace of %lld steps, one line each from 0 on",
                           name, (long long)row->n_steps);
    else if (other >= 0)
        evk_report_finding(t->v, "%s: its response after step %lld is not that of %s", name,
                           (long long)other, EVK_SET_TRACES);
}

static void check_file(const struct tracing *t, const struct evk_row *row)
{
    evk_error why = {EVK_OK, ""};
    char name[EVK_IMAGE_NAME];
    struct evk_lines full;

    evk_set_file_trace_name(row, name);
    if (!row->trace_sha256[0] || !is_climbed(t, row) || !evk_set_file_has(t->v->folder, name))
        return;
    if (evk_lines_open(&full, t->v->folder, name, INT32_MAX, &why)) {
        evk_report_finding(t->v, "%s", why.msg);
        return;
    }
    check_full(t, row, name, &full);
    evk_lines_close(&full);
}

/* ---- the set --------------------------------------------------------------------------------- */

/* The argument of traces_check_row: `line` is room for the line of traces.tsv. */
struct reading {
    struct tracing t;
    struct evk_line line;
};

static evk_status traces_check_row(struct evk_verification *v, void *arg, const struct evk_row *row,
                                   evk_error *err)
{
    struct reading *r = arg;
    const int64_t i = row->stim_code - 1;

    (void)v;
    if (i >= r->t.table.count)
        return EVK_OK;
    EVK_TRY(evk_lines_get(&r->t.table, i, &r->line, err));
    r->t.cells = r->line.cells;
    check_points(&r->t, row);
    check_file(&r->t, row);
    return EVK_OK;
}

/*
 * Returns false where traces are not checked: the options cannot be read, or another version made
 * the set.
 */
static bool open_tracing(struct tracing *t, struct evk_verification *v)
{
    *t = (struct tracing){.v = v, .ascents = v->kind->ascends};
    if (t->ascents && evk_description_recipe(v->description, &t->recipe, NULL))
        return false;
    t->steps = t->ascents ? t->recipe.steps : 0;
    return evk_verify_same_version(v) &&
           !evk_lines_open(&t->table, v->folder, EVK_SET_TRACES, EVK_STREAM_MAX, NULL);
}

evk_status evk_verify_traces(struct evk_verification *v, evk_error *err)
{
    struct reading r = {.line = {.cells = NULL}};
    evk_status s = EVK_OK;

    if (!open_tracing(&r.t, v))
        return EVK_OK;
    if (check_header(&r.t))
        s = evk_verify_each(v, traces_check_row, &r, err);
    evk_line_release(&r.line);
    evk_lines_close(&r.t.table);
    return s;
}
