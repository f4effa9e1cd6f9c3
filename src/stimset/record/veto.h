/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * veto.h - veto.tsv: images of sets that somebody looked at and does not want to be shown
 *
 * A table (base/table.h) with the columns set, stimulus_id and reason, in any order; reason may be
 * empty, and other columns are ignored.  set is a name of set_names.h.
 */
#ifndef EVK_STIMSET_RECORD_VETO_H
#define EVK_STIMSET_RECORD_VETO_H

#include "base/table.h"

/* The image of a row of the table. */
struct evk_veto {
    const char *set, *stimulus_id; /* cells of the table */
    size_t row;
};

struct evk_vetoes {
    struct evk_table table;          /* owned; no rows where the file has none */
    size_t set, stimulus_id, reason; /* columns */
    struct evk_veto *sorted;         /* (rows) by set and stimulus_id; owned */
};

/*
 * Read a table of vetoes, which may have no row; the caller releases *out.  EVK_EFORMAT, with file
 * and line: a column is missing, set or stimulus_id is empty, a cell cannot be shown in a table
 * (shown.h), or an image is vetoed twice.
 */
evk_status evk_vetoes_read(struct evk_vetoes *out, const char *path, evk_error *err);
void evk_vetoes_release(struct evk_vetoes *v);

/* Returns the number of the veto of an image, from 0; -1: there is none. */
int64_t evk_vetoes_find(const struct evk_vetoes *v, const char *set, const char *stimulus_id);

/* Returns why veto i was given, "" where the table does not say. */
const char *evk_vetoes_reason(const struct evk_vetoes *v, int64_t i);

/*
 * Check that every veto names a set among names (count) and has an image in it: EVK_EINVAL, with
 * the line of the table.  `has` says whether set i has such an image.
 */
evk_status evk_vetoes_check(const struct evk_vetoes *v, const char *const *names, size_t count,
                            bool (*has)(void *arg, size_t set, const char *stimulus_id), void *arg,
                            evk_error *err);

#endif /* EVK_STIMSET_RECORD_VETO_H */
