/* SPDX-License-Identifier: GPL-3.0-or-later */
/* files.h - texts of a session, by the names of their files, before they are written or compared */
#ifndef EVK_SESSION_FOLDER_FILES_H
#define EVK_SESSION_FOLDER_FILES_H

#include "base/str.h"
#include "session/folder/session.h"
#include "stimset/folder/manifest.h"

/* Names of the files of a session; those of sets are in stimset/record/set_file.h. */
#define EVK_RIG_ROLES   "roles.tsv"
#define EVK_RIG_TRIALS  "trials.tsv"
#define EVK_RIG_DISPLAY "display.json"
#define EVK_RIG_PENDING "pending"

/* A file before it is written; borrowed, where nothing else is said. */
struct evk_rig_file {
    const char *name; /* relative to the session, such as "display_psychopy.csv" */
    struct evk_bytes bytes;
};

/* An empty list is zeroed. */
struct evk_rig_files {
    struct evk_rig_file *list; /* (count); owned, with their bytes */
    size_t count;
    struct evk_names names; /* which the list points to; owned */
};

/*
 * Add a file; the list takes the text over, which is empty afterwards, also after a failure.
 * EVK_ENOMEM.
 */
evk_status evk_rig_files_add(struct evk_rig_files *files, const char *name, struct evk_str *text,
                             evk_error *err);
void evk_rig_files_release(struct evk_rig_files *files);

/* Write the files of a list into a folder. */
evk_status evk_rig_files_write(const struct evk_rig_files *files, const struct evk_dir *folder,
                               evk_error *err);

/* Put a file into a manifest, by its bytes: in place of the entry of its path, if there is one. */
evk_status evk_rig_manifest_put(struct evk_manifest *m, const char *path, const void *data,
                                size_t size, evk_error *err);

/* Put all files of a list (count) into a manifest. */
evk_status evk_rig_manifest_put_all(struct evk_manifest *m, const struct evk_rig_file *files,
                                    size_t count, evk_error *err);

/* Write the name of order number k, from 1: "trials.tsv", "trials-2.tsv". */
enum { EVK_RIG_TRIALS_NAME = 32 };
void evk_rig_trials_name(int64_t k, char name[EVK_RIG_TRIALS_NAME]);

#endif /* EVK_SESSION_FOLDER_FILES_H */
