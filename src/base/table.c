/* SPDX-License-Identifier: GPL-3.0-or-later */
/* table.c - a table that a user made: CSV or TSV as R, Python, MATLAB and spreadsheets write them */
#include "base/table.h"

#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/named.h"
#include "base/shown.h"

#define TABLE_MAX ((size_t)1 << 28) /* bytes of a file */

/* Fails where the file is a workbook, or is not UTF-8, and says how to save it as a table. */
static evk_status check_text(const struct evk_bytes *file, const char *text, evk_error *err)
{
    const char *const end = text + file->size;
    int64_t line = 1;
    uint32_t code;

    if (file->size > 3 && memcmp(text, "PK\3\4", 4) == 0)
        return evk_fail(err, EVK_EFORMAT,
                        "is a workbook or another zip archive, expected a table as text: save it "
                        "as CSV UTF-8");
    for (size_t n; text < end; text += n) {
        n = evk_utf8_step(text, &code);
        if (n == 0)
            return evk_fail(err, EVK_EFORMAT, "line %lld is not UTF-8; save the table as CSV UTF-8",
                            (long long)line);
        line += *text == '\n';
    }
    return EVK_OK;
}

/* Adds the line that was read last to the table. */
static evk_status add_line(struct evk_table *t, evk_error *err)
{
    const size_t columns = (size_t)t->text.count, lines = t->lines + 1;
    char **cells = realloc((void *)t->cells, lines * columns * sizeof(*cells));
    int64_t *line;

    if (cells)
        t->cells = cells;
    line = realloc(t->line, lines * sizeof(*line));
    if (line)
        t->line = line;
    if (!cells || !line)
        return evk_fail(err, EVK_ENOMEM, "out of memory for a table of %zu lines", lines);
    memcpy((void *)(cells + t->lines * columns), (void *)t->text.cell, columns * sizeof(*cells));
    line[t->lines++] = t->text.line;
    t->columns = columns;
    return EVK_OK;
}

static evk_status check_names(const struct evk_table *t, evk_error *err)
{
    for (size_t c = 0; c < t->columns; c++) {
        if (!t->cells[c][0])
            return evk_fail(err, EVK_EFORMAT,
                            "line %lld: column %zu has no name; expected a table without row names "
                            "(pandas: index=False, R: row.names=FALSE)",
                            (long long)t->line[0], c + 1);
        if (evk_table_find(t, t->cells[c]) != c)
            return evk_fail(err, EVK_EFORMAT, "line %lld: two columns have one name, '%s'",
                            (long long)t->line[0], t->cells[c]);
    }
    return EVK_OK;
}

static evk_status read_lines(struct evk_table *t, size_t least_rows, evk_error *err)
{
    bool more;

    EVK_TRY(evk_cells_next(&t->text, &more, err));
    for (; more; t->rows = t->lines - 1) {
        if (t->lines && t->text.count != (int64_t)t->columns)
            return evk_fail(err, EVK_EFORMAT,
                            "line %lld: has %lld cells, expected %zu as on the line that names the "
                            "columns",
                            (long long)t->text.line, (long long)t->text.count, t->columns);
        EVK_TRY(add_line(t, err));
        if (t->lines == 1)
            EVK_TRY(check_names(t, err));
        EVK_TRY(evk_cells_next(&t->text, &more, err));
    }
    if (t->lines && t->rows >= least_rows)
        return EVK_OK;
    return evk_fail(err, EVK_EFORMAT, "has no %s, expected a line of names and rows below it",
                    t->lines || least_rows ? "row" : "line");
}

static evk_status parse(struct evk_table *t, const struct evk_bytes *file, size_t least_rows,
                        evk_error *err)
{
    EVK_TRY(evk_cells_open(&t->text, file, 0, err));
    EVK_TRY(check_text(file, t->text.text, err));
    return read_lines(t, least_rows, err);
}

static evk_status parse_table(struct evk_table *out, const struct evk_bytes *file, const char *path,
                              size_t least_rows, evk_error *err)
{
    evk_status s;

    *out = (struct evk_table){.path = NULL};
    EVK_TRY(evk_strdup(&out->path, path, err));
    s = parse(out, file, least_rows, err);
    if (!s)
        return EVK_OK;
    evk_table_release(out);
    return evk_wrap(err, s, "%s", path);
}

static evk_status open_table(struct evk_table *out, const char *path, size_t least_rows,
                             evk_error *err)
{
    struct evk_bytes file;
    evk_status s;

    *out = (struct evk_table){.path = NULL};
    EVK_TRY(evk_fs_read(&file, path, TABLE_MAX, err));
    s = parse_table(out, &file, path, least_rows, err);
    evk_bytes_release(&file);
    return s;
}

evk_status evk_table_read(struct evk_table *out, const char *path, evk_error *err)
{
    return open_table(out, path, 1, err);
}

evk_status evk_table_read_any(struct evk_table *out, const char *path, evk_error *err)
{
    return open_table(out, path, 0, err);
}

evk_status evk_table_parse(struct evk_table *out, const struct evk_bytes *file, const char *path,
                           evk_error *err)
{
    return parse_table(out, file, path, 1, err);
}

void evk_table_release(struct evk_table *t)
{
    free(t->path);
    evk_cells_close(&t->text);
    free((void *)t->cells);
    free(t->line);
    *t = (struct evk_table){.path = NULL};
}

size_t evk_table_find(const struct evk_table *t, const char *name)
{
    size_t c = 0;

    while (c < t->columns && strcmp(t->cells[c], name) != 0)
        c++;
    return c;
}

bool evk_is_missing(const char *cell)
{
    static const char *const words[] = {"", "n/a", "N/A", "NA", "NaN", "nan", NULL};

    return !cell || evk_is_word(cell, words);
}
