/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stimulus.c - the stimuli of a set, in memory */
#include "stimset/record/stimulus.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "stimset/record/set_file.h"
#include "stimset/record/table.h"

evk_status evk_stimuli_grow(struct evk_stimuli *s, int64_t more, evk_error *err)
{
    struct evk_stimulus *list;

    EVK_TRY(evk_alloc(&list, s->count + more, sizeof(*list), "stimuli", err));
    if (s->count)
        memcpy(list, s->list, (size_t)s->count * sizeof(*list));
    free(s->list);
    s->list = list;
    s->count += more;
    return EVK_OK;
}

void evk_stimuli_release(struct evk_stimuli *s)
{
    free(s->list);
    free(s->text);
    *s = (struct evk_stimuli){NULL, 0, NULL};
}

const struct evk_row *evk_stimuli_find(const struct evk_stimuli *all, const char *id)
{
    const char *digits = id;
    int64_t code;

    for (const char *c = id; c && *c; c++)
        if (*c < '0' || *c > '9')
            digits = c + 1;
    if (!id || !evk_parse_int(digits, &code) || code < 1 || code > all->count ||
        strcmp(all->list[code - 1].row.stimulus_id, id) != 0)
        return NULL;
    return &all->list[code - 1].row;
}

/* Row i has not the code that belongs there: some other row, or none. */
static evk_status bad_code(const struct evk_stimuli *all, int64_t i, const char *from,
                           evk_error *err)
{
    for (int64_t j = i + 1; j < all->count; j++)
        if (all->list[j].row.stim_code == i + 1)
            return evk_fail(
                err, EVK_EFORMAT,
                "%s: stim_code %lld is in row %lld, expected in row %lld: rows are out of "
                "order",
                from, (long long)i + 1, (long long)j + 1, (long long)i + 1);
    return evk_fail(err, EVK_EFORMAT, "%s: stim_code %lld is missing or damaged", from,
                    (long long)i + 1);
}

evk_status evk_stimuli_check_codes(const struct evk_stimuli *all, const char *from, evk_error *err)
{
    for (int64_t i = 0; i < all->count; i++)
        if (all->list[i].row.stim_code != i + 1)
            return bad_code(all, i, from, err);
    return EVK_OK;
}

static evk_status read_rows(const struct evk_table *t, struct evk_stimuli *out, evk_error *err)
{
    EVK_TRY(evk_stimuli_grow(out, t->rows, err));
    for (int64_t i = 0; i < t->rows; i++) {
        struct evk_row *row = &out->list[i].row;

        *row = evk_row_new();
        for (int64_t c = 0; c < t->columns; c++) {
            const evk_status s =
                evk_row_read(row, evk_table_name(t, c), evk_table_cell(t, i, c), err);

            if (s)
                return evk_wrap(err, s, "line %lld", (long long)i + 2);
        }
        out->list[i].failed = !row->present && !row->dead && !row->dropped[0];
    }
    EVK_TRY(evk_stimuli_check_codes(out, "its rows", err));
    for (int64_t i = 0; i < t->rows; i++) {
        const evk_status s = evk_row_check_names(&out->list[i].row, err);

        if (s)
            return evk_wrap(err, s, "line %lld", (long long)i + 2);
    }
    return EVK_OK;
}

static evk_status read_traces(const struct evk_table *t, struct evk_stimuli *out, evk_error *err)
{
    if (t->rows != out->count)
        return evk_fail(err, EVK_EFORMAT, "has %lld rows, expected %lld, as many as %s",
                        (long long)t->rows, (long long)out->count, EVK_SET_TABLE);
    for (int64_t i = 0; i < t->rows; i++) {
        if (strcmp(evk_table_cell(t, i, 0), out->list[i].row.stimulus_id) != 0)
            return evk_fail(err, EVK_EFORMAT, "line %lld is of %s, expected %s", (long long)i + 2,
                            evk_table_cell(t, i, 0), out->list[i].row.stimulus_id);
        for (int64_t c = 1; c < t->columns; c++)
            if (!evk_response_trace_read(&out->list[i].trace, evk_table_cell(t, i, c)))
                return evk_fail(err, EVK_EFORMAT, "line %lld: '%s' is not a response",
                                (long long)i + 2, evk_table_cell(t, i, c));
    }
    return EVK_OK;
}

evk_status evk_stimuli_read(const struct evk_dir *folder, struct evk_stimuli *out, evk_error *err)
{
    struct evk_stimuli all = {NULL, 0, NULL};
    struct evk_table table, traces = {0};
    evk_status s;

    EVK_TRY(evk_table_read(&table, folder, EVK_SET_TABLE, err));
    s = read_rows(&table, &all, err);
    if (s)
        s = evk_wrap(err, s, "%s/%s", folder->path, EVK_SET_TABLE);
    all.text = table.text;
    table.text = NULL;
    if (!s)
        s = evk_table_read(&traces, folder, EVK_SET_TRACES, err);
    if (!s) {
        s = read_traces(&traces, &all, err);
        if (s)
            s = evk_wrap(err, s, "%s/%s", folder->path, EVK_SET_TRACES);
    }
    evk_table_release(&table);
    evk_table_release(&traces);
    if (s)
        evk_stimuli_release(&all);
    else
        *out = all;
    return s;
}

evk_status evk_stimuli_read_first(const struct evk_dir *folder, int64_t rows,
                                  struct evk_stimuli *out, evk_error *err)
{
    struct evk_stimuli all = {NULL, 0, NULL};
    struct evk_table table;
    evk_status s;

    EVK_TRY(evk_table_read_first(&table, folder, EVK_SET_TABLE, rows, err));
    s = read_rows(&table, &all, err);
    if (s)
        s = evk_wrap(err, s, "%s/%s", folder->path, EVK_SET_TABLE);
    all.text = table.text;
    table.text = NULL;
    evk_table_release(&table);
    if (s)
        evk_stimuli_release(&all);
    else
        *out = all;
    return s;
}

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

/* Columns are steps; an ascent that stopped early has n/a from there on. */
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
