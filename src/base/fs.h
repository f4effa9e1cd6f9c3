/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fs.h - files and folders
 *
 * Messages name the path and the system's reason: "x.keras: No such file or
 * directory".
 */
#ifndef EVK_BASE_FS_H
#define EVK_BASE_FS_H

#include <stdbool.h>

#include "base/hash.h"

struct evk_bytes {
    unsigned char *data;
    size_t size;
};

void evk_bytes_release(struct evk_bytes *b);

/* The whole of a regular file of at most limit bytes. */
evk_status evk_fs_read(struct evk_bytes *out, const char *path, size_t limit, evk_error *err);

/* SHA-256 of a regular file of at most limit bytes; of a larger one nothing is read. */
evk_status evk_fs_hash(const char *path, size_t limit, char sha256[EVK_SHA256_TEXT],
                       evk_error *err);

/* The same of a path that others gave: no link is followed at its end. */
evk_status evk_fs_hash_itself(const char *path, size_t limit, char sha256[EVK_SHA256_TEXT],
                              evk_error *err);

/*
 * Write a file so that it appears whole or not at all, even if the machine
 * stops: temporary name ("x.part") in the same folder, fsync, rename, fsync of
 * the folder.  Nothing is left behind on failure.
 */
evk_status evk_fs_write(const char *path, const void *data, size_t size, evk_error *err);

/* Add to the end of a file, as evk_dir_append: not to what a link leads to. */
evk_status evk_fs_append(const char *path, const void *data, size_t size, evk_error *err);

/* Wait until all that was written is on the disk. */
void evk_fs_sync(void);

/* Make a folder; one that is there is fine. Parents are made too. */
evk_status evk_fs_make_folder(const char *path, evk_error *err);

/* Remove a folder if it is empty. */
void evk_fs_remove_folder(const char *path);

bool evk_fs_exists(const char *path);
bool evk_fs_is_folder(const char *path);

/* Names in a folder, but for "." and "..", in bytewise order. */
struct evk_names {
    char **names;
    size_t count;
};

void evk_names_release(struct evk_names *n);
evk_status evk_names_add(struct evk_names *n, const char *name, evk_error *err);
evk_status evk_fs_list(struct evk_names *out, const char *folder, evk_error *err);

/* The path from the root on, without links; NULL when there is no such file. free() it. */
char *evk_fs_absolute(const char *path);

/* "a/b"; free() it. */
evk_status evk_path_join(char **out, const char *a, const char *b, evk_error *err);

/* Does a relative path stay below where it starts, in its one spelling: no ".", "..", "//"? */
bool evk_path_is_inside(const char *path);

#endif /* EVK_BASE_FS_H */
