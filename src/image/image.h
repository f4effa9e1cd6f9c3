/* SPDX-License-Identifier: GPL-3.0-or-later */
/* image.h - images of floats made of 8-bit pixels, and back */
#ifndef EVK_IMAGE_IMAGE_H
#define EVK_IMAGE_IMAGE_H

#include "evoke/image.h"
#include "format/codec.h"

enum { EVK_IMAGE_FILE_MAX = 1 << 28 }; /* a larger image file, in bytes, is not read */

/* EVK_EINVAL: no image can have this size in pixels, or this number of channels. */
evk_status evk_image_check_size(int64_t height, int64_t width, int64_t channels, evk_error *err);

/* Make an image of floats with the same values as pixels.  The caller frees *out. */
evk_status evk_image_of_pixels(evk_image **out, const struct evk_pixels *pixels, evk_error *err);

/*
 * Compute the SHA-256 of an image: of the line "HEIGHT WIDTH CHANNELS\n" in decimal, followed by
 * the values, row by row, channels innermost.  Images with equal hashes count as the same image.
 */
evk_status evk_pixels_hash(const struct evk_pixels *pixels, unsigned char digest[EVK_SHA256_BYTES],
                           evk_error *err);

/*
 * Decode an image file of size bytes at data, at its own size, as evk_image_read decodes a file.
 * The caller frees *out.  Messages do not name the file.
 */
evk_status evk_image_decode(evk_image **out, const unsigned char *data, size_t size,
                            evk_error *err);

/*
 * Make RGB pixels of values (h, w, c), c 1 or 3: each value is clamped to 0 to 255 and rounded to
 * the nearest whole display value, halves up; NaN becomes 0.  A single channel becomes three equal
 * ones.  The caller releases *out.
 */
evk_status evk_image_quantise(struct evk_pixels *out, int64_t h, int64_t w, int64_t c,
                              const float *values, evk_error *err);

#endif /* EVK_IMAGE_IMAGE_H */
