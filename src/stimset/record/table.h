/* SPDX-License-Identifier: GPL-3.0-or-later */
/* table.h - a tab-separated text: a line of column names, then one line a row */
#ifndef EVK_STIMSET_RECORD_TABLE_H
#define EVK_STIMSET_RECORD_TABLE_H

#include "base/dir.h"

struct evk_table {
    char *text;         /* owned; its tabs and newlines are zeros */
    const char **cells; /* (1 + rows, columns) names of columns, then rows; owned */
    int64_t rows, columns;
};

/*
 * Cut a text into cells; the caller releases *out.  EVK_EFORMAT: the last line does not end in a
 * newline, there is a zero byte, a line has another number of cells than the first, or two columns
 * have one name.
 */
evk_status evk_table_parse(struct evk_table *out, const struct evk_bytes *text, evk_error *err);

/*
 * Read the table in a file of a set, which messages then name.  Failures are those of
 * evk_table_parse, and EVK_EIO: the file cannot be read.
 */
evk_status evk_table_read(struct evk_table *out, const struct evk_dir *folder, const char *name,
                          evk_error *err);
void evk_table_release(struct evk_table *t);

/* Return the name of a column, and the cell of a row, both counted from 0. */
const char *evk_table_name(const struct evk_table *t, int64_t column);
const char *evk_table_cell(const struct evk_table *t, int64_t row, int64_t column);

/* Returns the number of the column with this name, from 0; -1 where there is none. */
int64_t evk_table_find(const struct evk_table *t, const char *name);

#endif /* EVK_STIMSET_RECORD_TABLE_H */
