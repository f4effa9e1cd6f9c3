/* SPDX-License-Identifier: GPL-3.0-or-later */
/* set.h - the inside of a set that was opened */
#ifndef EVK_STIMSET_FINISHED_SET_H
#define EVK_STIMSET_FINISHED_SET_H

#include "base/dir.h"
#include "base/json.h"
#include "evoke/set.h"
#include "stimset/record/rows.h"
#include "stimset/record/stimulus.h"

struct evk_kept_rows; /* texts that evk_set_cell handed out: set.c */

struct evk_set {
    struct evk_dir folder;      /* owned */
    evk_json *description;      /* owned */
    struct evk_set_rows rows;   /* stimuli.tsv; owned */
    struct evk_stimuli all;     /* all rows, of a set of EVK_CODE_MAX images at most; of a set that
                                   make/stream.h made none, since it may have a million; owned */
    struct evk_kept_rows *kept; /* owned */
};

/*
 * Read a row that exists and has an image, or, with or_had, had an image before it was dropped.
 * EVK_EINVAL: there is no such row; EVK_ENOTFOUND: it has no image; other failures are those of
 * evk_set_rows_get.  Release the line, also after a failure.
 */
evk_status evk_set_get_row(const evk_set *set, int64_t row, bool or_had, struct evk_row_line *line,
                           evk_error *err);

/* The image of a row; failures are those of evk_set_get_row and of its file.  Release *out. */
evk_status evk_set_get_pixels(const evk_set *set, int64_t row, struct evk_pixels *out,
                              evk_error *err);

#endif /* EVK_STIMSET_FINISHED_SET_H */
