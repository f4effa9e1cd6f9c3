/* SPDX-License-Identifier: GPL-3.0-or-later */
/* digest.h - one hash of all images of a list, as models of a size see them */
#ifndef EVK_STIMSET_INPUTS_DIGEST_H
#define EVK_STIMSET_INPUTS_DIGEST_H

#include "base/hash.h"
#include "evoke/stimset.h"
#include "image/list.h"

/*
 * SHA-256 of the pixels of a list at a size, that of the set's first model: the same images in a
 * folder, in a zip, as PNG or as the JPEG that decodes to them give the same.  It is the hash of the
 * images' hashes, 32 bytes each, in the list's order; an image's is that of the
 * line "HEIGHT WIDTH CHANNELS\n" in decimal, then its display values, a byte
 * each, row by row, channels innermost.  Names count only through the order.
 * Of run, threads and stop count.  changes (images) may be NULL, or becomes what was done to each.
 * The first image that cannot be read is the error.
 */
evk_status evk_images_digest(const evk_image_list *images, const struct evk_size *size,
                             const evk_run *run, char sha256[EVK_SHA256_TEXT],
                             struct evk_changes *changes, evk_error *err);

#endif /* EVK_STIMSET_INPUTS_DIGEST_H */
