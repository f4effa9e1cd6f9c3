/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dir.h - the files of one folder that is open
 *
 * A folder is opened once, and everything in it is reached from its descriptor,
 * whatever happens to its path meanwhile.  A name is relative to the folder:
 * "stimuli/x.png".  A name with ".." is refused, and so is one where a folder on
 * the way, or the file itself, is a link.  So no file outside the folder is read
 * or written, even if somebody replaces a folder inside by a link at that time.
 *
 * Failures are EVK_EIO unless a function says otherwise; a name that could lead
 * outside is EVK_EFORMAT.  Messages have the whole path: "set/stimuli: is a
 * link, expected a folder".
 */
#ifndef EVK_BASE_DIR_H
#define EVK_BASE_DIR_H

#include <stdbool.h>
#include <stdio.h>

#include "base/bytes.h"
#include "base/hash.h"
#include "base/names.h"
#include "base/part.h"

struct evk_dir {
    int fd;
    /*
     * the folder's path as evk_dir_open got it, for messages; owned; NULL: the folder is not open
     */
    char *path;
};

/*
 * Open a folder that exists; evk_dir_close() closes it.  Links in the path of the folder itself are
 * followed.
 */
evk_status evk_dir_open(struct evk_dir *out, const char *path, evk_error *err);

/* Close the folder.  A struct that is all zeros, or was closed before, is left as it is. */
void evk_dir_close(struct evk_dir *d);

/*
 * Read the whole of a regular file; evk_bytes_release() frees *out.  A file of more than limit
 * bytes is EVK_EFORMAT, and is not read.
 */
evk_status evk_dir_read(const struct evk_dir *d, const char *name, size_t limit,
                        struct evk_bytes *out, evk_error *err);

/*
 * Compute the SHA-256 of a regular file.  A file of more than limit bytes is EVK_EFORMAT, and is
 * not read.
 */
evk_status evk_dir_hash(const struct evk_dir *d, const char *name, size_t limit,
                        char sha256[EVK_SHA256_TEXT], evk_error *err);

/* Open a regular file as a stream, to be read piece by piece; fclose() closes it. */
evk_status evk_dir_stream(const struct evk_dir *d, const char *name, FILE **out, evk_error *err);

/*
 * Write a file so that it appears whole or not at all, as evk_fs_write does.
 *
 * evk_dir_write_fast does not wait for the disk: after a power cut the file may be empty or torn.
 * The file is on the disk for certain once evk_fs_sync has returned.
 */
evk_status evk_dir_write(const struct evk_dir *d, const char *name, const void *data, size_t size,
                         evk_error *err);
evk_status evk_dir_write_fast(const struct evk_dir *d, const char *name, const void *data,
                              size_t size, evk_error *err);

/*
 * evk_dir_append adds to the end of a file, which is made if it is not there; a failure may leave a
 * part of the data in it.  evk_dir_cut makes a file that exists `size` bytes long.  A file that has
 * a second name (a hard link) is EVK_EIO: that name may be outside the folder, and the file would
 * change there too.
 */
evk_status evk_dir_append(const struct evk_dir *d, const char *name, const void *data, size_t size,
                          evk_error *err);
evk_status evk_dir_cut(const struct evk_dir *d, const char *name, int64_t size, evk_error *err);

/* Remove a file or a link, and sync its folder.  A name that nothing has is fine. */
evk_status evk_dir_remove(const struct evk_dir *d, const char *name, evk_error *err);

/* Make a folder, whose parent must exist.  A folder that is there already is fine. */
evk_status evk_dir_make_folder(const struct evk_dir *d, const char *name, evk_error *err);

/*
 * List the names in the folder called name, or, where name is "", in the folder itself: without "."
 * and "..", in bytewise order.  evk_names_release() frees them.
 */
evk_status evk_dir_list(const struct evk_dir *d, const char *name, struct evk_names *out,
                        evk_error *err);

/*
 * The kinds of entries that a name can stand for.  A link is EVK_ENTRY_LINK, whatever it leads to.
 * The kinds after EVK_ENTRY_FOLDER have no place in a set of stimuli.
 */
enum evk_entry {
    EVK_ENTRY_NOTHING, /* nothing has the name, or it cannot be looked up */
    EVK_ENTRY_FILE,    /* a regular file */
    EVK_ENTRY_FOLDER,
    EVK_ENTRY_LINK,
    EVK_ENTRY_OTHER /* a pipe, a socket, a device */
};

/* Returns what kind of entry the name stands for. */
enum evk_entry evk_dir_kind(const struct evk_dir *d, const char *name);

/*
 * Check that the name stands for this kind, or for nothing at all.  Otherwise EVK_EIO: "x: is a
 * link, expected a file".
 */
evk_status evk_dir_expect(const struct evk_dir *d, const char *name, enum evk_entry kind,
                          evk_error *err);

/* ---- for sink.h and lock_file.h, which write files in other ways ----------------------------- */

/* Open a new file in the folder, which gets its name later; part.h has what may be done with it. */
evk_status evk_dir_part(const struct evk_dir *d, const char *name, struct evk_part *out,
                        evk_error *err);

/*
 * Open a regular file that is to be changed in place, and that has no other name (see
 * evk_dir_append).  flags are those of open(2); close() closes *fd.
 */
evk_status evk_dir_open_own(const struct evk_dir *d, const char *name, int flags, int *fd,
                            evk_error *err);

/*
 * Is the open file fd the same file that now has this name?  The name must be that of a file in the
 * folder itself, not in one below.
 */
bool evk_dir_is(const struct evk_dir *d, const char *name, int fd);

#endif /* EVK_BASE_DIR_H */
