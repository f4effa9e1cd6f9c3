/* SPDX-License-Identifier: GPL-3.0-or-later */
/* full_trace.c - every step of one ascent, as a table: written, and read as curves */
#include "stimset/record/full_trace.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "stimset/record/lines.h"

static void put_real(struct evk_str *text, double r)
{
    char number[EVK_REAL_TEXT];

    evk_str_printf(text, "\t%s", evk_format_real(r, number));
}

static void full_trace_begin(struct evk_full_trace *t, const evk_step *now)
{
    if (!t->text.data)
        t->text = (struct evk_str)EVK_STR_INIT;
    t->text.size = 0;
    t->penalties = now->penalty_count;
    evk_str_puts(&t->text, "iteration\tresponse");
    for (int i = 0; i < now->penalty_count; i++)
        evk_str_printf(&t->text, "\t%s", now->penalty_names[i]);
    evk_str_puts(&t->text, "\tgradient_norm\tstep\n");
}

void evk_full_trace_note(struct evk_full_trace *t, const evk_step *now)
{
    if (now->step == 0) {
        full_trace_begin(t, now);
    } else {
        for (int i = 0; i < t->penalties; i++)
            put_real(&t->text, now->penalties[i]);
        put_real(&t->text, now->gradient_norm);
        put_real(&t->text, now->step_rms);
        evk_str_puts(&t->text, "\n");
    }
    evk_str_printf(&t->text, "%lld", (long long)now->step);
    put_real(&t->text, (double)now->response);
}

evk_status evk_full_trace_end(struct evk_full_trace *t, evk_error *err)
{
    for (int i = 0; i < t->penalties + 2; i++)
        put_real(&t->text, (double)NAN);
    evk_str_puts(&t->text, "\n");
    return evk_str_check(&t->text, err);
}

void evk_full_trace_release(struct evk_full_trace *t)
{
    evk_str_release(&t->text);
    t->penalties = 0;
}

/* ---- curves ----------------------------------------------------------------------------- */

/* Read the number in a cell of row i, whose cells are given, into *out; NAN: n/a. */
static evk_status read_cell(const struct evk_lines *t, int64_t i, const char *const *cells,
                            int64_t column, double *out, evk_error *err)
{
    const char *cell = cells[column];

    *out = (double)NAN;
    if (strcmp(cell, "n/a") != 0 && !evk_parse_real(cell, out))
        return evk_fail(err, EVK_EFORMAT, "%s: line %lld: %s is '%s', expected a number or n/a",
                        t->path, (long long)i + 2, t->names[column], cell);
    return EVK_OK;
}

/* Fill in point `to` of all curves from row i. */
static evk_status read_point(struct evk_curves *out, int64_t to, const struct evk_lines *t,
                             int64_t i, const char *const *cells, evk_error *err)
{
    EVK_TRY(read_cell(t, i, cells, 0, &out->step[to], err));
    if (!(out->step[to] >= 0 && out->step[to] < 1e15))
        return evk_fail(err, EVK_EFORMAT, "%s: line %lld: %s is no number of steps", t->path,
                        (long long)i + 2, cells[0]);
    out->steps = (int64_t)out->step[to];
    for (int64_t c = 0; c < out->count; c++)
        EVK_TRY(read_cell(t, i, cells, c + 1, &out->value[c][to], err));
    return EVK_OK;
}

static evk_status read_points(struct evk_curves *out, const struct evk_lines *t, evk_error *err)
{
    struct evk_line line = {.cells = NULL};
    evk_status s = EVK_OK;

    out->points = t->count < EVK_CURVE_POINTS ? t->count : EVK_CURVE_POINTS;
    for (int64_t p = 0; p < out->points && !s; p++) {
        const int64_t i = out->points > 1 ? p * (t->count - 1) / (out->points - 1) : 0;

        s = evk_lines_get(t, i, &line, err);
        if (!s)
            s = read_point(out, p, t, i, line.cells, err);
    }
    evk_line_release(&line);
    return s;
}

static evk_status read_table(struct evk_curves *out, const struct evk_lines *t, evk_error *err)
{
    out->count = t->columns - 1;
    if (strcmp(t->names[0], "iteration") != 0 || t->count < 1 || out->count < 1 ||
        out->count > EVK_CURVES_MAX)
        return evk_fail(err, EVK_EFORMAT, "%s: is not the full trace of an ascent", t->path);
    for (int64_t c = 0; c < out->count; c++)
        snprintf(out->name[c], EVK_CURVE_NAME, "%s", t->names[c + 1]);
    return read_points(out, t, err);
}

evk_status evk_curves_read(struct evk_curves *out, const struct evk_dir *folder, const char *name,
                           evk_error *err)
{
    struct evk_lines t;
    evk_status s;

    memset(out, 0, sizeof(*out));
    EVK_TRY(evk_lines_open(&t, folder, name, INT64_MAX - 1, err));
    s = read_table(out, &t, err);
    evk_lines_close(&t);
    return s;
}
