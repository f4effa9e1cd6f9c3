/* SPDX-License-Identifier: GPL-3.0-or-later */
/* writing.h - the folder of a set while a call writes to it: open and locked */
#ifndef EVK_STIMSET_FOLDER_WRITING_H
#define EVK_STIMSET_FOLDER_WRITING_H

#include <stdbool.h>

#include "base/lock_file.h"

struct evk_writing {
    struct evk_dir folder;     /* owned */
    struct evk_lock_file lock; /* EVK_SET_LOCK in the folder; owned */
    bool is_new;               /* the call made the folder */
};

/*
 * Make the folder if there is none, open it and lock it, so that no other call writes to it
 * until evk_writing_end.  *out must not move meanwhile.  EVK_EINVAL: the path is no folder, or one
 * with other files than those of a stimulus set; EVK_EBUSY: another call holds the lock;
 * EVK_EIO: the folder cannot be made or opened.
 */
evk_status evk_writing_begin(struct evk_writing *out, const char *folder, evk_error *err);

/* Unlock and close the folder; remove it if the call made it and left it empty. */
void evk_writing_end(struct evk_writing *w);

#endif /* EVK_STIMSET_FOLDER_WRITING_H */
