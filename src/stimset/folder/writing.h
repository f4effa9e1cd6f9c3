/* SPDX-License-Identifier: GPL-3.0-or-later */
/* writing.h - the folder of a set while a call writes to it: open, and claimed */
#ifndef EVK_STIMSET_FOLDER_WRITING_H
#define EVK_STIMSET_FOLDER_WRITING_H

#include <stdbool.h>

#include "base/lock_file.h"

struct evk_writing {
    struct evk_dir folder;
    struct evk_lock_file claim;
    bool is_new; /* the call made the folder */
};

/*
 * Make the folder if need be, open it, and claim it: ours alone until the end.  *out stays where it
 * is.  EVK_EINVAL: not a folder, or one with anything in it that is not a stimulus set; EVK_EBUSY:
 * another process is writing.
 */
evk_status evk_writing_begin(struct evk_writing *out, const char *folder, evk_error *err);

/* A folder that is new and still empty goes again. */
void evk_writing_end(struct evk_writing *w);

#endif /* EVK_STIMSET_FOLDER_WRITING_H */
