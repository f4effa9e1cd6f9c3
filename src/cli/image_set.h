/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * image_set.h - what 'evoke gaudy', 'leaves' and 'match' share: sets whose images are for no neuron
 */
#ifndef EVK_CLI_IMAGE_SET_H
#define EVK_CLI_IMAGE_SET_H

#include <evoke/evoke.h>

#include "cli/opt.h"

/*
 * Reads the size of an image, "HxW" (rows x columns) or "N" for a square, into size[0] and size[1].
 * Returns false, after a message, where the text is no such size.
 */
bool image_set_size(const char *text, int64_t size[2]);

/*
 * Opens the images of --images for a set in a folder, and tells the user how many files were left
 * out. A folder of the set that lies within a folder of images is refused, since the images of the
 * set would be among the images of the next call.
 *   out  the list, which the caller frees
 * Returns 0, or an exit status after a message.
 */
int image_set_open(evk_image_list **out, const struct opt_rest *rest, const evk_framing *framing,
                   const char *folder);

/*
 * Warns where a set of this many images has stim_codes above 32767, which a 16-bit strobe cannot
 * send.
 */
void image_set_warn(int64_t images);

/*
 * Tells the user how many images were made, and how the set can be used.  Returns the exit status.
 */
int image_set_report(const evk_made *made, const char *folder);

#endif /* EVK_CLI_IMAGE_SET_H */
