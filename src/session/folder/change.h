/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * change.h - files of a finished session are replaced, all of them or none
 *
 * New files are written into S/pending/ first, and last of all the new manifest: from then on the
 * change is decided.  The files then take their places, the manifest last, and pending/ goes.  Who
 * opens a session to change it finishes a decided change first, and removes an undecided one.
 */
#ifndef EVK_SESSION_FOLDER_CHANGE_H
#define EVK_SESSION_FOLDER_CHANGE_H

#include "session/folder/files.h"

/* Finish or remove what an interrupted change left; the caller holds the lock of the folder. */
evk_status evk_rig_change_finish(const struct evk_dir *folder, evk_error *err);

/*
 * Replace files (count), and list them in the manifest; the caller holds the lock.
 *   more  entries of files that are in their places already; may be NULL
 */
evk_status evk_rig_change(const struct evk_dir *folder, const struct evk_rig_file *files,
                          size_t count, const struct evk_manifest *more, evk_error *err);

#endif /* EVK_SESSION_FOLDER_CHANGE_H */
