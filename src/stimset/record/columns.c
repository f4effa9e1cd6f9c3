/* SPDX-License-Identifier: GPL-3.0-or-later */
/* columns.c - the columns of stimuli.tsv, for listings */
#include <stddef.h>

#include "evoke/types.h"

/* The types of columns.def, in the words of evk_column.kind. */
#define KIND_CHARS "text"
#define KIND_TEXT  "text"
#define KIND_BOOL  "boolean"
#define KIND_INT   "integer"
#define KIND_REAL  "real"

static const evk_column columns[] = {
#define EVK_COLUMN(name, kind, title, units, description) \
    {#name, KIND_##kind, title, units, description},
#include "stimset/record/columns.def"
#undef EVK_COLUMN
};

bool evk_column_info(int i, evk_column *out)
{
    if (i < 0 || i >= (int)(sizeof(columns) / sizeof(columns[0])))
        return false;
    *out = columns[i];
    return true;
}
