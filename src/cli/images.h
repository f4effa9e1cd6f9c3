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
 * What was done to the images that were read, and which are not used.  list may be NULL.  The exit
 * status: that which is given, or EXIT_FAILED where all is done but for an image that could not be
 * read.
 */
int images_report(const evk_image_list *list, int status);

#endif /* EVK_CLI_IMAGES_H */
