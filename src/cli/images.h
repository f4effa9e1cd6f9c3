/* SPDX-License-Identifier: GPL-3.0-or-later */
/* images.h - open the images of a command, and tell the user what became of them */
#ifndef EVK_CLI_IMAGES_H
#define EVK_CLI_IMAGES_H

#include <evoke/evoke.h>

#define IMAGES_VALUE "PATH..."
#define IMAGES_HELP                                                              \
    "read these images: PNG or JPEG files, folders, zip archives, files in one " \
    "(photos.zip/a.jpg), "                                                       \
    "or @list.txt, a text file of such paths"

/*
 * Opens the images under count paths, and tells the user how many files were left out because of
 * their names.
 *   out      the list, which the caller frees
 *   framing  how images are brought to a size; NULL: the default
 * Returns 0, or an exit status after a message.
 */
int images_open(evk_image_list **out, const char *const *paths, size_t count,
                const evk_framing *framing);

/*
 * Tells the user which images are not used and why; and, where the call is done, what was done to
 * the others (turned, cropped, made gray, ...).  list may be NULL.  Returns the exit status, which
 * is EXIT_FAILED where an image could not be read.
 */
int images_report(const evk_image_list *list, bool done);

#endif /* EVK_CLI_IMAGES_H */
