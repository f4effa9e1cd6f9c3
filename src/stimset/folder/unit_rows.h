/* SPDX-License-Identifier: GPL-3.0-or-later */
/* unit_rows.h - the rows of SET/units.tsv (unit_table.h), in memory */
#ifndef EVK_STIMSET_FOLDER_UNIT_ROWS_H
#define EVK_STIMSET_FOLDER_UNIT_ROWS_H

#include "stimset/record/lines.h"

/* The first columns, which the set itself writes. */
enum { EVK_UNIT_ROW_NAME, EVK_UNIT_ROW_MODEL, EVK_UNIT_ROW_OUTPUT, EVK_UNIT_ROW_OWN };

extern const char *const evk_unit_row_names[EVK_UNIT_ROW_OWN];

struct evk_unit_rows {
    struct evk_lines lines; /* the names of the columns, and how many rows there are */
    struct evk_line line;   /* the text of all rows */
    const char **cells;     /* (lines.count, lines.columns); owned */
};

/*
 * Read the table of a set; evk_unit_rows_release frees *out, also after a failure.  EVK_EFORMAT: it
 * is no table, or the first columns are others.  EVK_EIO: it cannot be read.
 */
evk_status evk_unit_rows_read(struct evk_unit_rows *out, const struct evk_dir *folder,
                              evk_error *err);
void evk_unit_rows_release(struct evk_unit_rows *r);

/* Returns the cells of row i, which is below lines.count. */
static inline const char *const *evk_unit_row_cells(const struct evk_unit_rows *r, int64_t i)
{
    return r->cells + i * r->lines.columns;
}

#endif /* EVK_STIMSET_FOLDER_UNIT_ROWS_H */
