/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dir.h - the files of one folder that is open
 *
 * A folder is opened once, and everything in it is reached from there, whatever happens to its path
 * meanwhile.  A name is relative to it: "stimuli/x.png".  Names lead nowhere else: they have no "..",
 * and of what they pass and end at nothing may be a link.  So no file outside is read or written,
 * also when a folder inside is exchanged for a link at any moment.
 *
 * Messages have the whole path: "set/stimuli: is a link, expected a folder".
 */
#ifndef EVK_BASE_DIR_H
#define EVK_BASE_DIR_H

#include <stdio.h>

#include "base/fs.h"

struct evk_dir {
    int fd;
    char *path; /* as it was opened, for messages; owned */
};

/* A folder that is there.  Links in its own path are followed. */
evk_status evk_dir_open(struct evk_dir *out, const char *path, evk_error *err);
void evk_dir_close(struct evk_dir *d);

/* The whole of a regular file of at most limit bytes. */
evk_status evk_dir_read(const struct evk_dir *d, const char *name, size_t limit,
                        struct evk_bytes *out, evk_error *err);

/* SHA-256 of a regular file of at most limit bytes; of a larger one nothing is read. */
evk_status evk_dir_hash(const struct evk_dir *d, const char *name, size_t limit,
                        char sha256[EVK_SHA256_TEXT], evk_error *err);

/* A regular file, to be read bit by bit; fclose() it. */
evk_status evk_dir_stream(const struct evk_dir *d, const char *name, FILE **out, evk_error *err);

/*
 * Write a file so that it appears whole or not at all, as evk_fs_write does.  Fast: without waiting
 * for the disk; after a power cut it may be empty or torn.  What was written so is on the disk once
 * evk_fs_sync has returned.
 */
evk_status evk_dir_write(const struct evk_dir *d, const char *name, const void *data, size_t size,
                         evk_error *err);
evk_status evk_dir_write_fast(const struct evk_dir *d, const char *name, const void *data,
                              size_t size, evk_error *err);

/*
 * Add to the end of a file, which is made if need be, or cut it off after so many bytes.  A failure
 * may leave a part.  A file with a second name (a hard link), which may be outside, is refused.
 */
evk_status evk_dir_append(const struct evk_dir *d, const char *name, const void *data, size_t size,
                          evk_error *err);
evk_status evk_dir_cut(const struct evk_dir *d, const char *name, int64_t size, evk_error *err);

/* Remove a file or a link, and sync its folder; one that is not there is fine. */
evk_status evk_dir_remove(const struct evk_dir *d, const char *name, evk_error *err);

/* Make a folder; one that is there is fine. */
evk_status evk_dir_make_folder(const struct evk_dir *d, const char *name, evk_error *err);

/* What is in the folder, or, with a name, in one within it. */
evk_status evk_dir_list(const struct evk_dir *d, const char *name, struct evk_names *out,
                        evk_error *err);

/* What has a name, itself: not what a link leads to.  After folders come those that a set has not. */
enum evk_entry {
    EVK_ENTRY_NOTHING,
    EVK_ENTRY_FILE,
    EVK_ENTRY_FOLDER,
    EVK_ENTRY_LINK,
    EVK_ENTRY_OTHER
};
enum evk_entry evk_dir_kind(const struct evk_dir *d, const char *name);

/* EVK_EIO where something of another kind has the name: "x: is a link, expected a file". */
evk_status evk_dir_expect(const struct evk_dir *d, const char *name, enum evk_entry kind,
                          evk_error *err);

/* ---- for what is written in other ways: sink.h, claim.h ------------------------------------- */

/* A new file. */
struct evk_part;
evk_status evk_dir_part(const struct evk_dir *d, const char *name, struct evk_part *out,
                        evk_error *err);

/* Open a regular file to change it where it is; flags are open's.  See evk_dir_append. */
evk_status evk_dir_open_own(const struct evk_dir *d, const char *name, int flags, int *fd,
                            evk_error *err);

/* Is what is open the file of that name, which is in the folder itself? */
bool evk_dir_is(const struct evk_dir *d, const char *name, int fd);

#endif /* EVK_BASE_DIR_H */
