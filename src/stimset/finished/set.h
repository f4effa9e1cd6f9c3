/* SPDX-License-Identifier: GPL-3.0-or-later */
/* set.h - the inside of a set that was opened */
#ifndef EVK_STIMSET_FINISHED_SET_H
#define EVK_STIMSET_FINISHED_SET_H

#include "base/dir.h"
#include "base/json.h"
#include "evoke/set.h"
#include "stimset/record/stimulus.h"
#include "stimset/record/table.h"

struct evk_set {
    struct evk_dir folder;  /* owned */
    evk_json *description;  /* owned */
    struct evk_table table; /* stimuli.tsv as it is */
    struct evk_stimuli all; /* the same rows, understood */
};

/* Does the row exist, and have an image, or had one before it was dropped? */
evk_status evk_set_check_row(const evk_set *set, int64_t row, bool or_had, evk_error *err);

#endif /* EVK_STIMSET_FINISHED_SET_H */
