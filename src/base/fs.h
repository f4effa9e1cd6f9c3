/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fs.h - files and folders at paths that the user gave
 *
 * Links in a path are followed unless a function says otherwise; base/dir.h has
 * what is needed for the files of a set.  A failure is EVK_EIO, and its message
 * names the path and the system's reason: "x.keras: No such file or directory".
 */
#ifndef EVK_BASE_FS_H
#define EVK_BASE_FS_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/hash.h"
#include "base/names.h"
#include "base/path.h"

/*
 * Read the whole of a regular file; evk_bytes_release() frees *out.  A file of more than limit
 * bytes is EVK_EFORMAT, and is not read.
 */
evk_status evk_fs_read(struct evk_bytes *out, const char *path, size_t limit, evk_error *err);

/*
 * Compute the SHA-256 of a regular file.  A file of more than limit bytes is EVK_EFORMAT, and is
 * not read.
 */
evk_status evk_fs_hash(const char *path, size_t limit, char sha256[EVK_SHA256_TEXT],
                       evk_error *err);

/*
 * Do as evk_fs_hash, for a path that was read from a file: EVK_EIO where the file itself is a link.
 */
evk_status evk_fs_hash_itself(const char *path, size_t limit, char sha256[EVK_SHA256_TEXT],
                              evk_error *err);

/*
 * Write a file so that it appears whole or not at all, even if the machine
 * stops: it is written under a temporary name ("x.part") in the same folder and
 * synced, then renamed, then the folder is synced.  A failure leaves no
 * temporary file; the path then has what it had before, or, where only the sync
 * of the folder failed, the new file.
 */
evk_status evk_fs_write(const char *path, const void *data, size_t size, evk_error *err);

/*
 * Add to the end of a file, which is made if it is not there.  A link at the end of the path, and a
 * file that has a second name (a hard link), are refused: EVK_EIO.
 */
evk_status evk_fs_append(const char *path, const void *data, size_t size, evk_error *err);

/* Wait until everything that any process has written so far is on the disk. */
void evk_fs_sync(void);

/*
 * Make a folder, and the folders above it.  A folder that is there already is fine; an empty path
 * is EVK_EINVAL.
 */
evk_status evk_fs_make_folder(const char *path, evk_error *err);

/* Remove a folder if it is empty; a failure is not reported. */
void evk_fs_remove_folder(const char *path);

/* Does something have this path?  A link counts, wherever it leads. */
bool evk_fs_exists(const char *path);

/* Is there a folder at this path, or a link to one? */
bool evk_fs_is_folder(const char *path);

/*
 * List the names in a folder, except "." and "..", in bytewise order; evk_names_release() frees
 * them.
 */
evk_status evk_fs_list(struct evk_names *out, const char *folder, evk_error *err);

/*
 * Returns the absolute form of a path, with links resolved; the caller frees it.  NULL: there is no
 * such file.
 */
char *evk_fs_absolute(const char *path);

#endif /* EVK_BASE_FS_H */
