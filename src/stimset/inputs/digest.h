/* SPDX-License-Identifier: GPL-3.0-or-later */
/* digest.h - one hash for the pixels of all images of a list */
#ifndef EVK_STIMSET_INPUTS_DIGEST_H
#define EVK_STIMSET_INPUTS_DIGEST_H

#include "base/hash.h"
#include "evoke/stimset.h"
#include "image/list.h"

/*
 * SHA-256 of the pixels of a list of images at a size, which for a set is that of its first model.
 * The same images in a folder or in a zip, as PNG or as a JPEG that decodes to them, have the same
 * digest, and names count only through the order.
 *
 * The digest is the hash of the images' hashes, 32 bytes each, in the order of the list.  The hash
 * of an image is that of the line "HEIGHT WIDTH CHANNELS\n" in decimal, followed by its display
 * values, a byte each, row by row, channels innermost.
 *   run      only threads and stop are used
 *   changes  (images) receives what was done to each image to bring it to the size; may be NULL
 * The failure is that of the first image that cannot be read, or EVK_ESTOPPED.
 */
evk_status evk_images_digest(const evk_image_list *images, const struct evk_size *size,
                             const evk_run *run, char sha256[EVK_SHA256_TEXT],
                             struct evk_changes *changes, evk_error *err);

#endif /* EVK_STIMSET_INPUTS_DIGEST_H */
