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

/* ---- by the folder of a session ---------------------------------------------------------------- */

/*
 * Finish a change of a session that was interrupted, before the session is opened to be changed
 * again; nothing is done where none was.  EVK_EBUSY: another process writes to the session.
 */
evk_status evk_rig_session_finish(const char *folder, evk_error *err);

/*
 * Replace files of a finished session and write its manifest again: the files (count) of names, with
 * bytes, appear whole, and the manifest lists them.  A call that dies leaves the session as it was, or
 * one that the same call repairs.  EVK_EBUSY: another process writes to it, or has changed it since the
 * session was read, whose manifest_sha256 is given.  EVK_EIO: a file cannot be written.
 */
evk_status evk_rig_session_put(const char *folder, const char *manifest_sha256,
                               const struct evk_rig_file *files, size_t count, evk_error *err);

#endif /* EVK_SESSION_FOLDER_CHANGE_H */
