/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * table.h - a table that a user made: CSV or TSV as R, Python, MATLAB and spreadsheets write them
 *
 * The first line names the columns, and every other line is a row; cells.h says how lines are cut
 * into cells.
 */
#ifndef EVK_BASE_TABLE_H
#define EVK_BASE_TABLE_H

#include <stdbool.h>

#include "base/cells.h"

struct evk_table {
    char *path;            /* of the file, for messages; owned */
    struct evk_cells text; /* the file, which the cells point into */
    char **cells;          /* (lines, columns) the names of the columns, then the rows; owned */
    int64_t *line;         /* (lines) number of the line on which the row begins, from 1; owned */
    size_t lines, rows, columns; /* lines: that of the names, and the rows */
};

/*
 * Read a table; evk_table_release() frees *out.  EVK_EFORMAT, with the line and what to do: the
 * file is a workbook, or not UTF-8; a row has more or fewer cells than the first line; a quote is
 * not closed; a column has no name, or the name of another one; there is no row.  EVK_EIO: the file
 * cannot be read.
 */
evk_status evk_table_read(struct evk_table *out, const char *path, evk_error *err);

/* Do as evk_table_read, for a table that may have no row below the line of names. */
evk_status evk_table_read_any(struct evk_table *out, const char *path, evk_error *err);

/* Do as evk_table_read, from the bytes of a file that is read already; path: for messages. */
evk_status evk_table_parse(struct evk_table *out, const struct evk_bytes *file, const char *path,
                           evk_error *err);

void evk_table_release(struct evk_table *t);

/* Returns the name of a column, which is below t->columns. */
static inline const char *evk_table_name(const struct evk_table *t, size_t column)
{
    return t->cells[column];
}

/* Returns the column with this name; t->columns where there is none. */
size_t evk_table_find(const struct evk_table *t, const char *name);

/* Returns a cell; NULL where column is t->columns, of a column that the table does not have. */
static inline const char *evk_table_cell(const struct evk_table *t, size_t row, size_t column)
{
    return column < t->columns ? t->cells[(row + 1) * t->columns + column] : NULL;
}

/* Says a cell that there is no value?  NULL, "", n/a, NA and NaN do, as programs write them. */
bool evk_is_missing(const char *cell);

#endif /* EVK_BASE_TABLE_H */
