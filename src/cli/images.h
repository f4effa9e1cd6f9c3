/* SPDX-License-Identifier: GPL-3.0-or-later */
/* images.h - the photographs of a command: open them, and tell the user what became of them */
#ifndef EVK_CLI_IMAGES_H
#define EVK_CLI_IMAGES_H

#include <evoke/evoke.h>

#define IMAGES_VALUE "PATH..."
#define IMAGES_HELP  "PNG or JPEG files, folders, zip archives, photos.zip/a.jpg in one, @list.txt"

/* Files passed over are counted for the user.  0, or an exit status after a sentence. */
int images_open(evk_image_list **out, const char *const *paths, size_t count,
                const evk_framing *framing);

/*
 * Which images are not used and, where the call is done, what was done to the others.  list may be
 * NULL.  The exit status: EXIT_FAILED where an image could not be read.
 */
int images_report(const evk_image_list *list, bool done);

#endif /* EVK_CLI_IMAGES_H */
