/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * photograph.h - what cameras and editors write, at the size and in the channels that are wanted
 *
 * This is the only way from a file to the pixels that a model, a transform or a statistic sees: the
 * same photograph gives every command the same pixels.  In this order:
 *
 *   1. values become 8 bits: 1, 2 and 4 bits are spread over 0 to 255, 16 bits are rounded to the
 *      nearest level, palettes are looked up, opaque alpha is dropped;
 *   2. the orientation that the file states (EXIF) is applied;
 *   3. channels: gray becomes colour by repetition, colour becomes gray as Rec. 601 luma,
 *          (19595 R + 38470 G + 7471 B + 32768) / 65536, rounded down: the mode L of PIL;
 *   4. shape: the frame says what becomes of an image whose shape is not the wanted one;
 *   5. size: bicubic (image/resample.h).
 *
 * Rows are read, resampled and forgotten one after the other, so that a photograph costs little more
 * than its file and what it becomes; interlaced PNGs and progressive JPEGs are held as a whole.
 * What is held counts in base/room.h, but for the file, for which the caller takes room.
 *
 * A JPEG that shrinks is decoded at 1/8, 1/4 or 1/2 of its size (rounded up): the first of them of
 * which the whole photograph would have twice the rows and twice the columns that it is resampled to,
 * H >= 2 s h and W >= 2 s w, as draft of PIL does for (2 w, 2 h).  What is cropped is then decided on
 * the smaller image.
 */
#ifndef EVK_IMAGE_PHOTOGRAPH_H
#define EVK_IMAGE_PHOTOGRAPH_H

#include "evoke/image.h"
#include "format/codec.h"

/* What becomes of an image of another shape. */
enum evk_shaping {
    EVK_SHAPE_CROP,   /* the largest part of the wanted shape about the centre */
    EVK_SHAPE_SQUASH, /* all of it, rows and columns by different factors */
    EVK_SHAPE_PAD     /* all of it, centred on a ground */
};

struct evk_photograph_frame {
    enum evk_shaping shape;
    unsigned char ground[3]; /* of pad, R G B; of one channel its luma */
};

/* Rec. 601 luma of R, G and B, as above. */
unsigned char evk_luma(const unsigned char rgb[3]);

/* "crop", "squash", "pad". */
const char *evk_shaping_name(enum evk_shaping shape);

/* The frame that was asked for: EVK_EINVAL where shape is none, or a ground is given to another. */
evk_status evk_frame_of(struct evk_photograph_frame *out, const evk_framing *framing,
                        evk_error *err);

struct evk_wanted {
    int64_t height, width; /* 0, 0: the photograph's own, once it is turned */
    int64_t channels;      /* 1 or 3; 0: its own */
    struct evk_photograph_frame frame;
};

/* What was done to a photograph on its way. */
struct evk_changes {
    int orientation;       /* EXIF: 1 as it lay, to 8 */
    int bits;              /* 16: values were rounded to 8 bits; else 8 */
    int scale;             /* 2, 4, 8: a JPEG was decoded at that part of its size; else 1 */
    int64_t height, width; /* of the whole photograph, once it is turned */
    bool luma;             /* colour became gray, where any pixel had colour */
    bool repeated;         /* gray became colour */
    bool shaped;           /* its shape was not the wanted one */
};

/*
 * Decode a file in memory.  Messages do not name the file.  EVK_EFORMAT: not an image, or damaged;
 * EVK_EUNSUPPORTED: CMYK, alpha that is not opaque, over EVK_PIXELS_MAX pixels.  The caller
 * releases *out.  changes may be NULL.
 */
evk_status evk_photograph_decode(struct evk_pixels *out, const unsigned char *data, size_t size,
                                 const struct evk_wanted *wanted, struct evk_changes *changes,
                                 evk_error *err);

#endif /* EVK_IMAGE_PHOTOGRAPH_H */
