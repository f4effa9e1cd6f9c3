/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * codec.h - image file formats, one row of codecs.def and one file each
 *
 * Decoding gives 8-bit pixels exactly as stored; 16-bit, alpha and CMYK are
 * EVK_EUNSUPPORTED.  Messages do not name the file: the caller wraps them.
 */
#ifndef EVK_FORMAT_CODEC_H
#define EVK_FORMAT_CODEC_H

#include "base/fs.h"

/* 8-bit pixels, row by row, channels innermost. */
struct evk_pixels {
    int64_t height, width;
    int64_t channels;    /* 1 or 3 (R, G, B) */
    unsigned char *data; /* owned */
};

enum { EVK_PIXELS_MAX = 100000000 }; /* of an image that is decoded */

struct evk_codec {
    const char *name;    /* "PNG" */
    const char *summary; /* one line: what of it is read, and its endings */
    bool (*probe)(const unsigned char *data, size_t size);
    evk_status (*decode)(struct evk_pixels *out, const unsigned char *data, size_t size,
                         evk_error *err);
};

void evk_pixels_release(struct evk_pixels *p);

/* Decode a file in memory with the codec whose probe accepts it; EVK_EFORMAT lists the formats. */
evk_status evk_decode(struct evk_pixels *out, const unsigned char *data, size_t size,
                      evk_error *err);

/* Lower bound checks shared by the codecs: size within EVK_PIXELS_MAX, then zeroed pixels. */
evk_status evk_pixels_new(struct evk_pixels *out, int64_t height, int64_t width, int64_t channels,
                          evk_error *err);

/*
 * An 8-bit RGB PNG: no colour, gamma, size or time chunk; one tEXt chunk,
 * Description, where description (Latin-1) is not NULL.  channels is 3.
 */
evk_status evk_png_encode(struct evk_bytes *out, const struct evk_pixels *p,
                          const char *description, evk_error *err);

/*
 * A JPEG of 4:4:4 and quality 100, accurate integer transform, baseline: what it decodes to is
 * within a few display levels, not exact.  channels is 3.
 */
evk_status evk_jpeg_encode(struct evk_bytes *out, const struct evk_pixels *p, evk_error *err);

#endif /* EVK_FORMAT_CODEC_H */
