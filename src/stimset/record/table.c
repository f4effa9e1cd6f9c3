/* SPDX-License-Identifier: GPL-3.0-or-later */
/* table.c - a tab-separated text, cut into cells */
#include "stimset/record/table.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "stimset/record/set_file.h"

void evk_table_release(struct evk_table *t)
{
    free(t->text);
    free(t->cells);
    *t = (struct evk_table){0};
}

static int64_t count_char(const char *text, size_t size, char what)
{
    int64_t n = 0;

    for (size_t i = 0; i < size; i++)
        n += text[i] == what;
    return n;
}

static evk_status cut_line(struct evk_table *t, int64_t line, char **at, evk_error *err)
{
    char *cell = *at, *end = strchr(cell, '\n');
    const int64_t cells = count_char(cell, (size_t)(end - cell), '\t') + 1;

    if (cells != t->columns)
        return evk_fail(err, EVK_EFORMAT, "line %lld has %lld cells, expected %lld",
                        (long long)line + 1, (long long)cells, (long long)t->columns);
    *end = '\0';
    for (int64_t c = 0; c < cells; c++) {
        char *tab = strchr(cell, '\t');

        t->cells[line * t->columns + c] = cell;
        if (tab) {
            *tab = '\0';
            cell = tab + 1;
        }
    }
    *at = end + 1;
    return EVK_OK;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Two columns with one name are refused: programs disagree on which of the two they read. */
static evk_status check_names(const struct evk_table *t, evk_error *err)
{
    evk_status s = EVK_OK;
    const char **names;

    EVK_TRY(evk_alloc(&names, t->columns, sizeof(*names), "columns", err));
    memcpy(names, t->cells, (size_t)t->columns * sizeof(*names));
    qsort(names, (size_t)t->columns, sizeof(*names), by_name);
    for (int64_t c = 1; c < t->columns && !s; c++)
        if (strcmp(names[c - 1], names[c]) == 0)
            s = evk_fail(err, EVK_EFORMAT, "has two columns of the name '%.64s', expected one",
                         names[c]);
    free(names);
    return s;
}

static evk_status cut_lines(struct evk_table *t, int64_t lines, evk_error *err)
{
    char *at = t->text;
    int64_t cells;

    t->columns = count_char(at, strcspn(at, "\n"), '\t') + 1;
    t->rows = lines - 1;
    if (!evk_size_mul(lines, t->columns, &cells))
        return evk_fail(err, EVK_EFORMAT, "has too many cells");
    EVK_TRY(evk_alloc(&t->cells, cells, sizeof(*t->cells), "a table", err));
    for (int64_t i = 0; i < lines; i++)
        EVK_TRY(cut_line(t, i, &at, err));
    return check_names(t, err);
}

evk_status evk_table_parse(struct evk_table *out, const struct evk_bytes *text, evk_error *err)
{
    struct evk_table t = {0};
    evk_status s;

    if (text->size == 0 || text->data[text->size - 1] != '\n' || memchr(text->data, 0, text->size))
        return evk_fail(err, EVK_EFORMAT, "is not a table: expected lines of text, all ended");
    EVK_TRY(evk_alloc(&t.text, (int64_t)text->size + 1, 1, "a table", err));
    memcpy(t.text, text->data, text->size);
    s = cut_lines(&t, count_char(t.text, text->size, '\n'), err);
    if (s)
        evk_table_release(&t);
    else
        *out = t;
    return s;
}

evk_status evk_table_read(struct evk_table *out, const struct evk_dir *folder, const char *name,
                          evk_error *err)
{
    struct evk_bytes file;
    evk_status s;

    EVK_TRY(evk_set_file_get(folder, name, &file, err));
    s = evk_table_parse(out, &file, err);
    evk_bytes_release(&file);
    return s ? evk_wrap(err, s, "%s/%s", folder->path, name) : EVK_OK;
}

const char *evk_table_name(const struct evk_table *t, int64_t column)
{
    return t->cells[column];
}

const char *evk_table_cell(const struct evk_table *t, int64_t row, int64_t column)
{
    return t->cells[(1 + row) * t->columns + column];
}

int64_t evk_table_find(const struct evk_table *t, const char *name)
{
    for (int64_t c = 0; c < t->columns; c++)
        if (strcmp(evk_table_name(t, c), name) == 0)
            return c;
    return -1;
}
