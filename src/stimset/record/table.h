/* SPDX-License-Identifier: GPL-3.0-or-later */
/* table.h - a tab-separated text: a line of column names, then one line a row */
#ifndef EVK_STIMSET_RECORD_TABLE_H
#define EVK_STIMSET_RECORD_TABLE_H

#include "base/dir.h"

struct evk_table {
    char *text;         /* owned; its tabs and newlines are zeros */
    const char **cells; /* (1 + rows, columns), names first; owned */
    int64_t rows, columns;
};

/*
 * Cut a text into cells.  All lines have as many, the last one ends too, and
 * there is no zero byte: else EVK_EFORMAT, with the line's number.  So is a name of two columns.
 */
evk_status evk_table_parse(struct evk_table *out, const struct evk_bytes *text, evk_error *err);
/* The table in a file of a set; messages name it. */
evk_status evk_table_read(struct evk_table *out, const struct evk_dir *folder, const char *name,
                          evk_error *err);
void evk_table_release(struct evk_table *t);

const char *evk_table_name(const struct evk_table *t, int64_t column);
const char *evk_table_cell(const struct evk_table *t, int64_t row, int64_t column);
int64_t evk_table_find(const struct evk_table *t, const char *name); /* -1: no such column */

#endif /* EVK_STIMSET_RECORD_TABLE_H */
