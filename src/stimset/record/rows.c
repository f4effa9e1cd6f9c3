/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rows.c - the rows of stimuli.tsv of a finished set, read from the disk as they are asked for */
#include "stimset/record/rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "stimset/record/set_file.h"

static evk_status find_columns(struct evk_set_rows *rows, evk_error *err)
{
    const struct evk_lines *t = &rows->lines;

    EVK_TRY(evk_alloc(&rows->column, t->columns, sizeof(*rows->column), "columns", err));
    for (int64_t c = 0; c < t->columns; c++)
        rows->column[c] = evk_row_find_column(t->names[c]);
    rows->id = evk_lines_find(t, "stimulus_id");
    rows->count = t->count;
    rows->missing = evk_row_new();
    return EVK_OK;
}

evk_status evk_set_rows_open(struct evk_set_rows *out, const struct evk_dir *folder, int64_t most,
                             evk_error *err)
{
    evk_status s;

    memset(out, 0, sizeof(*out));
    s = evk_lines_open(&out->lines, folder, EVK_SET_TABLE, most, err);
    if (!s)
        s = find_columns(out, err);
    if (s)
        evk_set_rows_close(out);
    return s;
}

void evk_set_rows_close(struct evk_set_rows *rows)
{
    evk_lines_close(&rows->lines);
    free(rows->column);
    memset(rows, 0, sizeof(*rows));
}

/* ---- from cells to a row -------------------------------------------------------------------- */

static evk_status read_values(const struct evk_set_rows *rows, const char *const *cells,
                              struct evk_row *row, evk_error *err)
{
    *row = rows->missing;
    for (int64_t c = 0; c < rows->lines.columns; c++)
        if (rows->column[c] >= 0)
            EVK_TRY(evk_row_read(row, (size_t)rows->column[c], cells[c], err));
    return EVK_OK;
}

static evk_status parse(const struct evk_set_rows *rows, int64_t i, const char *const *cells,
                        struct evk_row *row, evk_error *err)
{
    EVK_TRY(read_values(rows, cells, row, err));
    EVK_TRY(evk_row_check_names(row, err));
    if (row->stim_code != i + 1)
        return evk_fail(err, EVK_EFORMAT, "stim_code is %lld, expected %lld",
                        (long long)row->stim_code, (long long)i + 1);
    return EVK_OK;
}

/* Put the file and the line of row i before the message of a failure s, and return s. */
static evk_status in_row(const struct evk_set_rows *rows, int64_t i, evk_status s, evk_error *err)
{
    return s ? evk_wrap(err, s, "%s: line %lld", rows->lines.path, (long long)i + 2) : EVK_OK;
}

evk_status evk_set_rows_parse(const struct evk_set_rows *rows, int64_t i, const char *const *cells,
                              struct evk_row *row, evk_error *err)
{
    return in_row(rows, i, parse(rows, i, cells, row, err), err);
}

evk_status evk_set_rows_get(const struct evk_set_rows *rows, int64_t i, struct evk_row_line *line,
                            evk_error *err)
{
    EVK_TRY(evk_lines_get(&rows->lines, i, &line->line, err));
    return evk_set_rows_parse(rows, i, line->line.cells, &line->row, err);
}

void evk_row_line_release(struct evk_row_line *line)
{
    evk_line_release(&line->line);
}

/* ---- all rows ------------------------------------------------------------------------------- */

/*
 * What is wrong with codes and names.  It is reported after all rows were read, so that a cell that
 * cannot be read is reported first.
 */
struct faults {
    int64_t code;  /* the first row i whose code is not i + 1; -1: none */
    int64_t found; /* the row that has this code; -1: none */
    int64_t names; /* the first row that evk_row_check_names refuses; -1: none */
    evk_error why; /* the failure of that row */
};

static void check_row(const struct evk_row *row, int64_t i, struct faults *f)
{
    if (f->code < 0 && row->stim_code != i + 1)
        f->code = i;
    else if (f->code >= 0 && f->found < 0 && row->stim_code == f->code + 1)
        f->found = i;
    if (f->names < 0 && evk_row_check_names(row, &f->why))
        f->names = i;
}

static evk_status check_rows(const struct evk_set_rows *rows, struct evk_row_line *line,
                             struct faults *f, evk_error *err)
{
    for (int64_t i = 0; i < rows->count; i++) {
        EVK_TRY(evk_lines_get(&rows->lines, i, &line->line, err));
        EVK_TRY(in_row(rows, i, read_values(rows, line->line.cells, &line->row, err), err));
        check_row(&line->row, i, f);
    }
    return EVK_OK;
}

evk_status evk_set_rows_check(const struct evk_set_rows *rows, evk_error *err)
{
    struct faults f = {-1, -1, -1, {EVK_OK, ""}};
    struct evk_row_line line = {.line = {.cells = NULL}};
    evk_status s = check_rows(rows, &line, &f, err);

    evk_row_line_release(&line);
    EVK_TRY(s);
    if (f.code >= 0) {
        s = evk_row_fail_code(f.code, f.found, "its rows", err);
        return evk_wrap(err, s, "%s", rows->lines.path);
    }
    if (f.names >= 0)
        return evk_fail(err, f.why.code, "%s: line %lld: %s", rows->lines.path,
                        (long long)f.names + 2, f.why.msg);
    return EVK_OK;
}

/* ---- a row by its name ---------------------------------------------------------------------- */

/* Returns the number that a stimulus_id ends in; 0 where it does not end in a number. */
static int64_t code_of(const char *id)
{
    const char *digits = id;
    int64_t code;

    for (const char *c = id; *c; c++)
        if (*c < '0' || *c > '9')
            digits = c + 1;
    return evk_parse_int(digits, &code) ? code : 0;
}

int64_t evk_set_rows_find(const struct evk_set_rows *rows, const char *id)
{
    const int64_t i = id ? code_of(id) - 1 : -1;
    struct evk_line line = {.cells = NULL};
    bool found;

    if (i < 0 || i >= rows->count || rows->id < 0)
        return -1;
    found = !evk_lines_get(&rows->lines, i, &line, NULL) && strcmp(line.cells[rows->id], id) == 0;
    evk_line_release(&line);
    return found ? i : -1;
}
