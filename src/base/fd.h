/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fd.h - what is done with a file or folder that is open
 *
 * In all functions, path is only for messages: "x.keras: Permission denied".
 */
#ifndef EVK_BASE_FD_H
#define EVK_BASE_FD_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/hash.h"
#include "base/names.h"

/* Fail with EVK_EIO; the message has the path and the system's reason, which errno gives. */
evk_status evk_fd_fail(const char *path, evk_error *err);

/* Check that fd is a regular file; anything else is EVK_EIO. */
evk_status evk_fd_check(int fd, const char *path, evk_error *err);

/*
 * Read the whole of a regular file; evk_bytes_release() frees *out.  A file of more than limit
 * bytes is EVK_EFORMAT, and is not read.
 */
evk_status evk_fd_read(int fd, const char *path, size_t limit, struct evk_bytes *out,
                       evk_error *err);

/*
 * Compute the SHA-256 of a regular file.  A file of more than limit bytes is EVK_EFORMAT, and is
 * not read.
 */
evk_status evk_fd_hash(int fd, const char *path, size_t limit, char sha256[EVK_SHA256_TEXT],
                       evk_error *err);

/*
 * List the names in an open folder, except "." and "..", in bytewise order; evk_names_release()
 * frees them.  The folder is closed, on failure too.
 */
evk_status evk_fd_list(int fd, const char *path, struct evk_names *out, evk_error *err);

/* Write all of the data; false: not all was written, and errno says why. */
bool evk_fd_write(int fd, const void *data, size_t size);

/*
 * Sync an open folder; false: it failed, and errno says why.  A file system that cannot sync
 * folders (EINVAL) counts as success: there is no other way to ask it for that.
 */
bool evk_fd_sync_folder(int fd);

#endif /* EVK_BASE_FD_H */
