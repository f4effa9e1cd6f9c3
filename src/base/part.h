/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * part.h - a new file, which gets its name only once it is whole
 *
 * Until then its name is "x.png.part", beside "x.png".  The file is always a new
 * one: what has the temporary name already, such as a file that a crash left over
 * or a link, is removed, and never opened.
 */
#ifndef EVK_BASE_PART_H
#define EVK_BASE_PART_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum { EVK_NAME_TEXT = 256 }; /* a name has at most 255 bytes, and a zero byte at its end */

struct evk_part {
    int folder, fd; /* descriptors of the folder and of the file, which is open to write; owned */
    char *path;     /* the path that the file will have, for messages; owned */
    char temporary[EVK_NAME_TEXT]; /* the file's name for now, in the folder */
};

/*
 * Make the new file, empty.  folder is the descriptor of the folder that will hold it; the part
 * takes the descriptor over, and closes it on failure too.  The last component of path is the
 * file's final name in that folder; path is copied.
 */
evk_status evk_part_open(struct evk_part *out, int folder, const char *path, evk_error *err);

/*
 * Close the file and give it its name; a file that had the name before is replaced.  wait: return
 * only once the disk has the file and its name.  On failure the temporary file is removed.  In
 * either case the part is released.
 */
evk_status evk_part_place(struct evk_part *p, bool wait, evk_error *err);

/* Write the data into the file, then do as evk_part_place. */
evk_status evk_part_fill(struct evk_part *p, const void *data, size_t size, bool wait,
                         evk_error *err);

/* Remove the temporary file, and release the part. */
void evk_part_drop(struct evk_part *p);

#endif /* EVK_BASE_PART_H */
