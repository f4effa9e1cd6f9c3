/* SPDX-License-Identifier: GPL-3.0-or-later */
/* state.h - what a folder holds: nothing yet, an unfinished set, or a finished set */
#ifndef EVK_STIMSET_FOLDER_STATE_H
#define EVK_STIMSET_FOLDER_STATE_H

#include "base/dir.h"
#include "base/json.h"
#include "stimset/record/stimulus.h"

enum evk_stage { EVK_STAGE_NEW, EVK_STAGE_UNFINISHED, EVK_STAGE_FINISHED };

struct evk_state {
    enum evk_stage stage;
    evk_json *description;  /* owned; NULL: the folder has none yet */
    struct evk_stimuli all; /* stimuli, planned or made; none of a streamed set; owned */
    /*
     * Of a finished set: the texts have the SHA-256 that the manifest lists, and the manifest lists
     * the same images and full traces as the rows.
     */
    bool texts_are_as_listed;
};

/*
 * Check that a folder is a stimulus set or is empty.  EVK_EINVAL: it has other files, and no
 * description.
 */
evk_status evk_state_check_folder(const struct evk_dir *folder, evk_error *err);

/*
 * Read what a folder holds; the caller releases *out.  EVK_EFORMAT: a file is damaged, or a table
 * of a finished set is not the one that the manifest lists, since a set must not be extended by a
 * row that somebody has edited.  EVK_EIO: a file cannot be read.
 */
evk_status evk_state_read(const struct evk_dir *folder, struct evk_state *out, evk_error *err);
void evk_state_release(struct evk_state *s);

#endif /* EVK_STIMSET_FOLDER_STATE_H */
