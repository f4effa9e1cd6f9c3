/* SPDX-License-Identifier: GPL-3.0-or-later */
/* full_trace.c - the whole course of one ascent, written and read */
#include "stimset/record/full_trace.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "stimset/record/table.h"

static void put_real(struct evk_str *text, double r)
{
    char number[EVK_REAL_TEXT];

    evk_str_printf(text, "\t%s", evk_format_real(r, number));
}

static void begin(struct evk_full_trace *c, const evk_step *now)
{
    if (!c->text.data)
        c->text = (struct evk_str)EVK_STR_INIT;
    c->text.size = 0;
    c->penalties = now->penalty_count;
    evk_str_puts(&c->text, "iteration\tresponse");
    for (int i = 0; i < now->penalty_count; i++)
        evk_str_printf(&c->text, "\t%s", now->penalty_names[i]);
    evk_str_puts(&c->text, "\tgradient_norm\tstep\n");
}

void evk_full_trace_note(struct evk_full_trace *c, const evk_step *now)
{
    if (now->step == 0) {
        begin(c, now);
    } else {
        for (int i = 0; i < c->penalties; i++)
            put_real(&c->text, now->penalties[i]);
        put_real(&c->text, now->gradient_norm);
        put_real(&c->text, now->step_rms);
        evk_str_puts(&c->text, "\n");
    }
    evk_str_printf(&c->text, "%lld", (long long)now->step);
    put_real(&c->text, (double)now->response);
}

evk_status evk_full_trace_end(struct evk_full_trace *c, evk_error *err)
{
    for (int i = 0; i < c->penalties + 2; i++)
        put_real(&c->text, (double)NAN);
    evk_str_puts(&c->text, "\n");
    return evk_str_check(&c->text, err);
}

void evk_full_trace_release(struct evk_full_trace *c)
{
    evk_str_release(&c->text);
    c->penalties = 0;
}

/* ---- curves ----------------------------------------------------------------------------- */

static evk_status read_cell(const struct evk_table *t, int64_t row, int64_t column, double *out,
                            evk_error *err)
{
    const char *cell = evk_table_cell(t, row, column);

    *out = (double)NAN;
    if (strcmp(cell, "n/a") != 0 && !evk_parse_real(cell, out))
        return evk_fail(err, EVK_EFORMAT, "line %lld: %s is '%s', expected a number or n/a",
                        (long long)row + 2, evk_table_name(t, column), cell);
    return EVK_OK;
}

static evk_status read_points(struct evk_curves *out, const struct evk_table *t, evk_error *err)
{
    out->points = t->rows < EVK_CURVE_POINTS ? t->rows : EVK_CURVE_POINTS;
    for (int64_t i = 0; i < out->points; i++) {
        const int64_t row = out->points > 1 ? i * (t->rows - 1) / (out->points - 1) : 0;

        EVK_TRY(read_cell(t, row, 0, &out->step[i], err));
        if (!(out->step[i] >= 0 && out->step[i] < 1e15))
            return evk_fail(err, EVK_EFORMAT, "line %lld: %s is no number of steps",
                            (long long)row + 2, evk_table_cell(t, row, 0));
        out->steps = (int64_t)out->step[i];
        for (int64_t c = 0; c < out->count; c++)
            EVK_TRY(read_cell(t, row, c + 1, &out->value[c][i], err));
    }
    return EVK_OK;
}

static evk_status read_table(struct evk_curves *out, const struct evk_table *t, evk_error *err)
{
    out->count = t->columns - 1;
    if (strcmp(evk_table_name(t, 0), "iteration") != 0 || t->rows < 1 || out->count < 1 ||
        out->count > EVK_CURVES_MAX)
        return evk_fail(err, EVK_EFORMAT, "is not the course of an ascent");
    for (int64_t c = 0; c < out->count; c++)
        snprintf(out->name[c], EVK_CURVE_NAME, "%s", evk_table_name(t, c + 1));
    return read_points(out, t, err);
}

evk_status evk_curves_read(struct evk_curves *out, const struct evk_dir *folder, const char *name,
                           evk_error *err)
{
    struct evk_table t;
    evk_status s;

    memset(out, 0, sizeof(*out));
    EVK_TRY(evk_table_read(&t, folder, name, err));
    s = read_table(out, &t, err);
    evk_table_release(&t);
    return s ? evk_wrap(err, s, "%s/%s", folder->path, name) : EVK_OK;
}
