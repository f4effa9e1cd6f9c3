/* SPDX-License-Identifier: GPL-3.0-or-later */
/* find.h - the embedded cells by name */
#ifndef EVK_TESTS_FIND_H
#define EVK_TESTS_FIND_H

#include <string.h>

#include "../../models/cell.h"
#include "../harness/test.h"

static inline const struct cell *find(const char *name)
{
    for (size_t i = 0; i < cells_count; i++)
        if (strcmp(cells[i].name, name) == 0)
            return &cells[i];
    fail_msg("no cell is called %s", name);
    return NULL;
}

/* What a cell computes. */
static inline void describe(const struct cell *cell, struct compact *out)
{
    memset(out, 0, sizeof(*out));
    cell->describe(cell->parameters, out);
}

#endif /* EVK_TESTS_FIND_H */
