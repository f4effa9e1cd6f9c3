/* SPDX-License-Identifier: GPL-3.0-or-later */
/* traces.h - traces.tsv of a finished set: the predicted responses along each ascent */
#ifndef EVK_STIMSET_RECORD_TRACES_H
#define EVK_STIMSET_RECORD_TRACES_H

#include "stimset/record/rows.h"
#include "stimset/record/stimulus.h"

/*
 * Read traces.tsv of the set whose rows were opened and checked: list (rows->count) gets the trace
 * of each row, into traces that are empty; NULL: the file is only checked.  EVK_EFORMAT: the file is
 * no table, has other rows than stimuli.tsv, or a cell that is neither a number nor n/a; EVK_EIO: it
 * cannot be read.
 */
evk_status evk_traces_read(const struct evk_dir *folder, const struct evk_set_rows *rows,
                           struct evk_stimulus *list, evk_error *err);

#endif /* EVK_STIMSET_RECORD_TRACES_H */
