/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * part.h - a new file, which gets its name once it is whole
 *
 * Until then it is "x.png.part" beside "x.png".  It is always a file that was not there before: what
 * has the temporary name already, left over from a crash or put there as a link, is unlinked, and
 * never opened.
 */
#ifndef EVK_BASE_PART_H
#define EVK_BASE_PART_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum { EVK_NAME_TEXT = 256 }; /* what a file system gives a name: 255 bytes */

struct evk_part {
    int folder, fd; /* of the folder, and of the file: open to write */
    char *path;     /* of the file when it is whole; owned */
    char temporary[EVK_NAME_TEXT];
};

/* folder is open, and holds the last part of path; it is the part's from here on, on failure too. */
evk_status evk_part_open(struct evk_part *out, int folder, const char *path, evk_error *err);

/*
 * Give it its name in place of what had that.  wait: until the disk has the file, and the name.  On
 * failure no file is left.  Releases the part.
 */
evk_status evk_part_place(struct evk_part *p, bool wait, evk_error *err);

/* Write all of it, and give it its name. */
evk_status evk_part_fill(struct evk_part *p, const void *data, size_t size, bool wait,
                         evk_error *err);

/* Leave no file. Releases the part. */
void evk_part_drop(struct evk_part *p);

#endif /* EVK_BASE_PART_H */
