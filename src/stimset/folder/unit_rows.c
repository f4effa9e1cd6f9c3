/* SPDX-License-Identifier: GPL-3.0-or-later */
/* unit_rows.c - the rows of SET/units.tsv, in memory */
#include "stimset/folder/unit_rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "stimset/record/row.h"
#include "stimset/record/set_file.h"

const char *const evk_unit_row_names[] = {"unit", "target_model", "target_output"};

static evk_status check_columns(const struct evk_lines *t, evk_error *err)
{
    for (int c = 0; c < EVK_UNIT_ROW_OWN; c++)
        if (c >= t->columns || strcmp(t->names[c], evk_unit_row_names[c]) != 0)
            return evk_fail(err, EVK_EFORMAT, "%s: column %d is not %s", t->path, c + 1,
                            evk_unit_row_names[c]);
    return EVK_OK;
}

evk_status evk_unit_rows_read(struct evk_unit_rows *out, const struct evk_dir *folder,
                              evk_error *err)
{
    const struct evk_lines *t = &out->lines;

    *out = (struct evk_unit_rows){.cells = NULL};
    EVK_TRY(evk_lines_open(&out->lines, folder, EVK_SET_UNITS, EVK_CODE_MAX, err));
    EVK_TRY(check_columns(t, err));
    EVK_TRY(
        evk_alloc((void *)&out->cells, t->count * t->columns, sizeof(*out->cells), "units", err));
    EVK_TRY(evk_lines_read_ahead(t, t->count, &out->line, err));
    for (int64_t i = 0; i < t->count; i++) {
        EVK_TRY(evk_lines_get(t, i, &out->line, err));
        memcpy((void *)(out->cells + i * t->columns), (const void *)out->line.cells,
               (size_t)t->columns * sizeof(*out->cells));
    }
    return EVK_OK;
}

void evk_unit_rows_release(struct evk_unit_rows *r)
{
    free((void *)r->cells);
    evk_line_release(&r->line);
    evk_lines_close(&r->lines);
    *r = (struct evk_unit_rows){.cells = NULL};
}
