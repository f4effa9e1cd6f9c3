/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fd.h - what is done with a file that is open
 *
 * path is for messages: "x.keras: Permission denied".
 */
#ifndef EVK_BASE_FD_H
#define EVK_BASE_FD_H

#include <stdbool.h>

#include "base/fs.h"

/* EVK_EIO with the system's reason, from errno. */
evk_status evk_fd_fail(const char *path, evk_error *err);

/* Is it a regular file? */
evk_status evk_fd_check(int fd, const char *path, evk_error *err);

/* The whole of a regular file of at most limit bytes. */
evk_status evk_fd_read(int fd, const char *path, size_t limit, struct evk_bytes *out,
                       evk_error *err);

/* SHA-256 of a regular file of at most limit bytes; a larger one is not read. */
evk_status evk_fd_hash(int fd, const char *path, size_t limit, char sha256[EVK_SHA256_TEXT],
                       evk_error *err);

/* As evk_fs_list, of an open folder, which is closed. */
evk_status evk_fd_list(int fd, const char *path, struct evk_names *out, evk_error *err);

/* Is all of it written?  If not, errno says why. */
bool evk_fd_write(int fd, const void *data, size_t size);

/* A file system that cannot sync folders (EINVAL) keeps its entries some other way, or not at all. */
bool evk_fd_sync_folder(int fd);

#endif /* EVK_BASE_FD_H */
