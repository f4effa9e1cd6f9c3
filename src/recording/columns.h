/* SPDX-License-Identifier: GPL-3.0-or-later */
/* columns.h - what the columns of a table of responses are, by its first line */
#ifndef EVK_RECORDING_COLUMNS_H
#define EVK_RECORDING_COLUMNS_H

#include "base/cells.h"
#include "recording/reading.h"

struct evk_columns {
    int64_t count; /* cells of the first line */
    int64_t shown; /* the column that says what was shown */
    bool code;     /* that column has codes of stimuli, not names of images */
    int64_t units;
    int64_t *unit; /* (units) the column of each unit; owned */
    char **name;   /* (count) names of the columns; owned */
};

/*
 * Decides what the columns are, and names the units of g->r.  The columns of units are those that
 * were named, or else all but the ones with a known word such as trial, onset or block; a note of
 * g->r says which of these were left out.  evk_columns_close frees *out.
 */
evk_status evk_columns_choose(struct evk_columns *out, const struct evk_cells *head,
                              struct evk_reading *g, evk_error *err);
void evk_columns_close(struct evk_columns *c);

#endif /* EVK_RECORDING_COLUMNS_H */
