/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tables.c - stimuli.tsv and traces.tsv of a set, read into memory and written from it */
#include "stimset/record/tables.h"

#include <string.h>

#include "stimset/record/set_file.h"

/* ---- traces.tsv ----------------------------------------------------------------------------- */

/* Both tables of a set while they are read, line by line. */
struct reading {
    const struct evk_set_rows *rows;
    const struct evk_lines *traces;
    struct evk_line row, trace; /* of the same stimulus */
};

static evk_status read_cells(const struct evk_lines *t, int64_t i, const char *const *cells,
                             struct evk_response_trace *out, evk_error *err)
{
    for (int64_t c = 1; c < t->columns; c++)
        if (!evk_response_trace_read(out, cells[c]))
            return evk_fail(err, EVK_EFORMAT, "%s: line %lld: '%s' is not a response", t->path,
                            (long long)i + 2, cells[c]);
    return EVK_OK;
}

static evk_status read_line(struct reading *r, int64_t i, struct evk_response_trace *out,
                            evk_error *err)
{
    const struct evk_lines *t = r->traces;
    const char *id;

    EVK_TRY(evk_lines_get(&r->rows->lines, i, &r->row, err));
    EVK_TRY(evk_lines_get(t, i, &r->trace, err));
    id = r->row.cells[r->rows->id];
    if (strcmp(r->trace.cells[0], id) != 0)
        return evk_fail(err, EVK_EFORMAT, "%s: line %lld is of %s, expected %s", t->path,
                        (long long)i + 2, r->trace.cells[0], id);
    return read_cells(t, i, r->trace.cells, out, err);
}

static evk_status read_all(struct reading *r, struct evk_stimulus *list, evk_error *err)
{
    const int64_t count = r->traces->count;

    if (count != r->rows->count)
        return evk_fail(err, EVK_EFORMAT, "%s: has %lld rows, expected %lld, as many as %s",
                        r->traces->path, (long long)count, (long long)r->rows->count,
                        EVK_SET_TABLE);
    for (int64_t i = 0; i < count; i++) {
        struct evk_response_trace checked = {.count = 0};

        EVK_TRY(read_line(r, i, list ? &list[i].trace : &checked, err));
    }
    return EVK_OK;
}

evk_status evk_traces_read(const struct evk_dir *folder, const struct evk_set_rows *rows,
                           struct evk_stimulus *list, evk_error *err)
{
    struct evk_lines traces;
    struct reading r = {.rows = rows, .traces = &traces};
    evk_status s;

    EVK_TRY(evk_lines_open(&traces, folder, EVK_SET_TRACES, EVK_STREAM_MAX, err));
    s = read_all(&r, list, err);
    evk_line_release(&r.row);
    evk_line_release(&r.trace);
    evk_lines_close(&traces);
    return s;
}

/* ---- both tables in memory ------------------------------------------------------------------ */

static evk_status take_rows(const struct evk_set_rows *rows, struct evk_line *line,
                            struct evk_stimuli *out, evk_error *err)
{
    EVK_TRY(evk_lines_read_ahead(&rows->lines, out->count, line, err));
    for (int64_t i = 0; i < out->count; i++) {
        struct evk_row *row = &out->list[i].row;

        EVK_TRY(evk_lines_get(&rows->lines, i, line, err));
        EVK_TRY(evk_set_rows_parse(rows, i, line->cells, row, err));
        out->list[i].failed = !row->present && !row->dead && !row->dropped[0];
    }
    return EVK_OK;
}

evk_status evk_stimuli_take(const struct evk_set_rows *rows, int64_t n, struct evk_stimuli *out,
                            evk_error *err)
{
    struct evk_stimuli all = {NULL, 0, NULL};
    struct evk_line line = {.cells = NULL};
    evk_status s = evk_stimuli_grow(&all, n, err);

    if (!s)
        s = take_rows(rows, &line, &all, err);
    all.text = line.text; /* what rows point into */
    line.text = NULL;
    evk_line_release(&line);
    if (s)
        evk_stimuli_release(&all);
    else
        *out = all;
    return s;
}

static evk_status read_tables(const struct evk_dir *folder, const struct evk_set_rows *rows,
                              struct evk_stimuli *out, evk_error *err)
{
    evk_status s;

    EVK_TRY(evk_set_rows_check(rows, err));
    EVK_TRY(evk_stimuli_take(rows, rows->count, out, err));
    s = evk_traces_read(folder, rows, out->list, err);
    if (s)
        evk_stimuli_release(out);
    return s;
}

evk_status evk_stimuli_read(const struct evk_dir *folder, int64_t most, struct evk_stimuli *out,
                            evk_error *err)
{
    struct evk_set_rows rows;
    evk_status s;

    EVK_TRY(evk_set_rows_open(&rows, folder, most, err));
    s = read_tables(folder, &rows, out, err);
    evk_set_rows_close(&rows);
    return s;
}

/* ---- writing -------------------------------------------------------------------------------- */

static evk_status write_rows(const struct evk_dir *folder, const struct evk_stimuli *all,
                             evk_error *err)
{
    struct evk_str text = EVK_STR_INIT;
    evk_status s = EVK_OK;

    evk_row_header(&text);
    for (int64_t i = 0; i < all->count && !s; i++)
        s = evk_row_write(&all->list[i].row, &text, err);
    if (!s)
        s = evk_dir_write(folder, EVK_SET_TABLE, text.data, text.size, err);
    evk_str_release(&text);
    return s;
}

/* Columns are steps; an ascent that stopped early has n/a in the columns of later steps. */
static evk_status write_traces(const struct evk_dir *folder, const struct evk_stimuli *all,
                               int64_t steps, evk_error *err)
{
    const int64_t points = evk_response_trace_count(steps);
    struct evk_str text = EVK_STR_INIT;
    evk_status s;

    evk_str_puts(&text, "stimulus_id");
    for (int64_t i = 0; i < points; i++)
        evk_str_printf(&text, "\t%lld", (long long)evk_response_trace_step(steps, i));
    evk_str_puts(&text, "\n");
    for (int64_t i = 0; i < all->count; i++) {
        evk_str_puts(&text, all->list[i].row.stimulus_id);
        evk_response_trace_write(&all->list[i].trace, points, '\t', &text);
        evk_str_puts(&text, "\n");
    }
    s = evk_str_check(&text, err);
    if (!s)
        s = evk_dir_write(folder, EVK_SET_TRACES, text.data, text.size, err);
    evk_str_release(&text);
    return s;
}

evk_status evk_stimuli_write(const struct evk_dir *folder, const struct evk_stimuli *all,
                             int64_t steps, evk_error *err)
{
    EVK_TRY(write_rows(folder, all, err));
    return write_traces(folder, all, steps, err);
}
