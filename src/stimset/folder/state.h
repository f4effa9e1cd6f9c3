/* SPDX-License-Identifier: GPL-3.0-or-later */
/* state.h - what a folder holds: nothing yet, the beginning of a set, or a finished one */
#ifndef EVK_STIMSET_FOLDER_STATE_H
#define EVK_STIMSET_FOLDER_STATE_H

#include "base/dir.h"
#include "base/json.h"
#include "stimset/record/stimulus.h"

enum evk_stage { EVK_STAGE_NEW, EVK_STAGE_UNFINISHED, EVK_STAGE_FINISHED };

struct evk_state {
    enum evk_stage stage;
    evk_json *description;    /* NULL: none yet */
    struct evk_stimuli all;   /* planned or made */
    bool texts_are_as_listed; /* finished: tables, sheet and texts are those of the manifest,
                                 and it lists the images as the rows do */
};

/* EVK_EINVAL for a folder with anything in it that is not a stimulus set. */
evk_status evk_state_check_folder(const struct evk_dir *folder, evk_error *err);

/*
 * Read it.  A set whose tables are not those that it was finished with is
 * EVK_EFORMAT: nothing is built upon a row that somebody has edited.
 */
evk_status evk_state_read(const struct evk_dir *folder, struct evk_state *out, evk_error *err);
void evk_state_release(struct evk_state *s);

#endif /* EVK_STIMSET_FOLDER_STATE_H */
