/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * photograph.h - from an image file to pixels of the wanted size, shape and channels
 *
 * This is the only way from a file to the pixels that a model, a transform or a statistic sees, so
 * that every command sees the same pixels of a file.  The steps, in order:
 *
 *   1. Values become 8 bits: 1, 2 and 4 bits are spread over 0 to 255, 16 bits are rounded to the
 *      nearest level, palettes are looked up, opaque alpha is dropped.
 *   2. The photograph is turned as the file's EXIF orientation says.
 *   3. Channels: gray becomes colour by repetition, colour becomes gray as Rec. 601 luma,
 *      (19595 R + 38470 G + 7471 B + 32768) / 65536, rounded down: the mode L of PIL.
 *   4. Shape: framing.h says how a photograph is fitted into another shape.
 *   5. Size: bicubic resampling (image/resample.h).
 *
 * Rows are read, resampled and dropped one after the other, so that memory holds little more than
 * the file and the result; only interlaced PNGs and progressive JPEGs are decoded as a whole.  That
 * memory is counted in base/room.h, except for the file's bytes, which the caller counts.
 *
 * A JPEG that shrinks is decoded at 1/8, 1/4 or 1/2 of its size H x W (rounded up), which its
 * decoder does fast: at the first of these sizes that is at least twice the h x w pixels that the
 * photograph is then resampled to, in rows and in columns, as draft() of PIL does for (2 w, 2 h).
 * Where the photograph is cropped, the crop is cut from that smaller image.
 */
#ifndef EVK_IMAGE_PHOTOGRAPH_H
#define EVK_IMAGE_PHOTOGRAPH_H

#include "format/codec.h"
#include "image/framing.h"

/* Returns the Rec. 601 luma of R, G and B, by the formula above. */
unsigned char evk_luma(const unsigned char rgb[3]);

/* What was done to a photograph on its way from the file to the result. */
struct evk_changes {
    int orientation;       /* as in EXIF: 1 (not turned) to 8 */
    int bits;              /* 16: values were rounded from 16 bits to 8; else 8 */
    int scale;             /* 2, 4, 8: a JPEG was decoded at 1 / scale of its size; else 1 */
    int64_t height, width; /* of the whole photograph after it was turned, before any scaling */
    bool luma;             /* colour became gray, and some pixel was not gray before */
    bool repeated;         /* gray became colour */
    bool shaped;           /* height to width was not the wanted one */
};

/*
 * Decode the image file of size bytes at data, PNG or JPEG, into new pixels *out as wanted says;
 * the caller releases them.  *changes is set to what was done; changes may be NULL.  Messages do
 * not name the file.  EVK_EFORMAT: the bytes are no image, or damaged; EVK_EUNSUPPORTED: CMYK,
 * alpha that is not opaque, or over EVK_PIXELS_MAX pixels; EVK_ENOMEM.
 */
evk_status evk_photograph_decode(struct evk_pixels *out, const unsigned char *data, size_t size,
                                 const struct evk_wanted *wanted, struct evk_changes *changes,
                                 evk_error *err);

/*
 * The same, but EVK_EINVAL, before anything is decoded, where the photograph has not the wanted
 * size after it was turned.  expects: who needs that size, for the message; NULL: any photograph is
 * brought to it, as above.
 */
evk_status evk_photograph_decode_exact(struct evk_pixels *out, const unsigned char *data,
                                       size_t size, const struct evk_wanted *wanted,
                                       const char *expects, struct evk_changes *changes,
                                       evk_error *err);

#endif /* EVK_IMAGE_PHOTOGRAPH_H */
