/* SPDX-License-Identifier: GPL-3.0-or-later */
/* set.h - what an evk_set is, and reading its rows and images */
#ifndef EVK_STIMSET_FINISHED_SET_H
#define EVK_STIMSET_FINISHED_SET_H

#include "base/dir.h"
#include "base/json.h"
#include "evoke/set.h"
#include "stimset/folder/unit_rows.h"
#include "stimset/record/rows.h"
#include "stimset/record/stimulus.h"

struct evk_kept_rows; /* texts that evk_set_cell handed out: set.c */

struct evk_set {
    struct evk_dir folder;    /* owned */
    evk_json *description;    /* dataset_description.json; owned */
    struct evk_set_rows rows; /* stimuli.tsv; owned */
    /*
     * All rows with their response traces, owned; empty of a set that make/stream.h made, since
     * such a set may have a million rows.
     */
    struct evk_stimuli all;
    struct evk_kept_rows *kept; /* owned */
    struct evk_unit_rows units; /* units.tsv; no rows where the set has no such file; owned */
};

/*
 * Read a row, from 0, into line->row.  Where or_had is true, the row of an image that was made and
 * then dropped is read, too.  EVK_EINVAL: the set has no such row; EVK_ENOTFOUND: the row has no
 * image; other failures are those of evk_set_rows_get.  The caller releases the line with
 * evk_row_line_release, also after a failure.
 */
evk_status evk_set_get_row(const evk_set *set, int64_t row, bool or_had, struct evk_row_line *line,
                           evk_error *err);

/*
 * Read the image of a row; the caller releases *out.  Failures are those of evk_set_get_row and of
 * evk_set_file_get_image.
 */
evk_status evk_set_get_pixels(const evk_set *set, int64_t row, struct evk_pixels *out,
                              evk_error *err);

#endif /* EVK_STIMSET_FINISHED_SET_H */
