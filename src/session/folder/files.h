/* SPDX-License-Identifier: GPL-3.0-or-later */
/* files.h - texts of a session, by the names of their files, before they are written or compared */
#ifndef EVK_SESSION_FOLDER_FILES_H
#define EVK_SESSION_FOLDER_FILES_H

#include "base/str.h"
#include "session/folder/session.h"

/* Names of the files of a session; those of sets are in stimset/record/set_file.h. */
#define EVK_RIG_ROLES   "roles.tsv"
#define EVK_RIG_TRIALS  "trials.tsv"
#define EVK_RIG_DISPLAY "display.json"
#define EVK_RIG_PENDING "pending"

/* An empty list is zeroed. */
struct evk_rig_files {
    struct evk_rig_file *list; /* (count); owned, with their names and bytes */
    size_t count;
};

/*
 * Add a file; the list takes the text over, which is empty afterwards, also after a failure.
 * EVK_ENOMEM.
 */
evk_status evk_rig_files_add(struct evk_rig_files *files, const char *name, struct evk_str *text,
                             evk_error *err);
void evk_rig_files_release(struct evk_rig_files *files);

/* Add the files that are the same in every session: README, .bidsignore and the verifiers. */
evk_status evk_rig_files_add_fixed(struct evk_rig_files *files, const evk_json *description,
                                   evk_error *err);

/* Write the files of a list into a folder. */
evk_status evk_rig_files_write(const struct evk_rig_files *files, const struct evk_dir *folder,
                               evk_error *err);

/*
 * Hash every file of the folder and write its manifest.  Files that are being written, the lock and
 * pending/ are left out.
 */
evk_status evk_rig_manifest_write(const struct evk_dir *folder, evk_error *err);

/* Write the name of order number k, from 1: "trials.tsv", "trials-2.tsv". */
enum { EVK_RIG_TRIALS_NAME = 32 };
void evk_rig_trials_name(int64_t k, char name[EVK_RIG_TRIALS_NAME]);

#endif /* EVK_SESSION_FOLDER_FILES_H */
