/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tables.h - stimuli.tsv and traces.tsv of a set, read into memory and written from it
 *
 * rows.h reads the same rows one at a time, in less memory.
 */
#ifndef EVK_STIMSET_RECORD_TABLES_H
#define EVK_STIMSET_RECORD_TABLES_H

#include "stimset/record/rows.h"
#include "stimset/record/stimulus.h"

/*
 * Read stimuli.tsv and traces.tsv of a finished set into memory, 5 kB a row; most: the largest
 * number of rows that the set may have, see evk_set_rows_open.  Failures are those of
 * evk_set_rows_open, evk_set_rows_check and evk_traces_read.  The caller releases *out.
 */
evk_status evk_stimuli_read(const struct evk_dir *folder, int64_t most, struct evk_stimuli *out,
                            evk_error *err);

/*
 * Read the first n of rows that were opened, n <= rows->count, into memory, without their traces.
 * Failures are those of evk_set_rows_get.  The caller releases *out.
 */
evk_status evk_stimuli_take(const struct evk_set_rows *rows, int64_t n, struct evk_stimuli *out,
                            evk_error *err);

/*
 * Read traces.tsv of the set whose rows were opened and checked.  list (rows->count) gets the
 * response trace of each row, where it must have an empty trace before; NULL: the file is only
 * checked.  EVK_EFORMAT: the file is no table, has other rows than stimuli.tsv, or a cell that is
 * neither a number nor n/a; EVK_EIO: the file cannot be read.
 */
evk_status evk_traces_read(const struct evk_dir *folder, const struct evk_set_rows *rows,
                           struct evk_stimulus *list, evk_error *err);

/* Write both tables; steps: of the recipe, by which the response traces were thinned. */
evk_status evk_stimuli_write(const struct evk_dir *folder, const struct evk_stimuli *all,
                             int64_t steps, evk_error *err);

#endif /* EVK_STIMSET_RECORD_TABLES_H */
