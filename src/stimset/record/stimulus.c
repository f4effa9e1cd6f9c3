/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stimulus.c - the stimuli of a set, in memory */
#include "stimset/record/stimulus.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "stimset/record/set_file.h"
#include "stimset/record/traces.h"

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

evk_status evk_stimuli_check_codes(const struct evk_stimuli *all, const char *from, evk_error *err)
{
    int64_t i = 0, found = -1;

    while (i < all->count && all->list[i].row.stim_code == i + 1)
        i++;
    for (int64_t j = all->count - 1; j > i; j--)
        if (all->list[j].row.stim_code == i + 1)
            found = j;
    return i < all->count ? evk_row_fail_code(i, found, from, err) : EVK_OK;
}

/* ---- from and to files ---------------------------------------------------------------------- */

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
