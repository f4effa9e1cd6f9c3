/* SPDX-License-Identifier: GPL-3.0-or-later */
/* image.h - between 8-bit pixels and images of floats */
#ifndef EVK_IMAGE_IMAGE_H
#define EVK_IMAGE_IMAGE_H

#include "evoke/image.h"
#include "format/codec.h"

/*
 * Black pixels: at least 1 x 1, at most EVK_PIXELS_MAX in all (EVK_EINVAL);
 * channels is 1 or 3. The caller frees *out.
 */
evk_status evk_image_new(evk_image **out, int64_t height, int64_t width, int64_t channels,
                         evk_error *err);

enum { EVK_IMAGE_FILE_MAX = 1 << 28 }; /* bytes of one image file */

/* Pixels as floats, and back. The caller frees *out. */
evk_status evk_image_of_pixels(evk_image **out, const struct evk_pixels *pixels, evk_error *err);

/*
 * SHA-256 of the line "HEIGHT WIDTH CHANNELS\n" in decimal and of the values, row by row, channels
 * innermost: two images are the same where their hashes are.
 */
evk_status evk_pixels_hash(const struct evk_pixels *pixels, unsigned char digest[EVK_SHA256_BYTES],
                           evk_error *err);

/*
 * A file in memory at its own size, as evk_image_read.  The caller frees *out.  Messages do not name
 * the file.
 */
evk_status evk_image_decode(evk_image **out, const unsigned char *data, size_t size,
                            evk_error *err);

/*
 * Round values (h, w, c), c 1 or 3, to the nearest whole display value, half
 * away from zero, clamped to 0..255, as RGB: one channel becomes three equal ones.
 */
evk_status evk_image_quantise(struct evk_pixels *out, int64_t h, int64_t w, int64_t c,
                              const float *values, evk_error *err);

#endif /* EVK_IMAGE_IMAGE_H */
