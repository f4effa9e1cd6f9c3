/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * codec.h - image file formats, one row of codecs.def and one file each
 *
 * A reader gives the 8-bit pixels of a file one row after the other, as they
 * are stored: palettes looked up, 1, 2 and 4 bits spread over 0 to 255, 16 bits
 * rounded to the nearest level, opaque alpha dropped.  CMYK, and alpha that is
 * not opaque, are EVK_EUNSUPPORTED; a damaged file is EVK_EFORMAT.  Messages do
 * not name the file: the caller wraps them.
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

/* What a file says of its image. */
struct evk_header {
    int64_t height, width; /* as stored: before it is turned or scaled */
    int64_t channels;      /* 1 or 3, without alpha */
    int bits;              /* of a channel or an index: 1, 2, 4, 8 or 16 */
    bool alpha;            /* there is an alpha channel, or a transparent colour */
    int orientation;       /* as in format/exif.h: 1 to 8 */
    int scale_max;         /* it can be read at 1, 1/2, 1/4 ... of its size, down to this */
    int64_t memory;        /* bytes that a reader holds while it reads, besides a few rows */
};

/* A file that is being read; a codec's own structure starts with it. */
struct evk_reader {
    const struct evk_codec *codec;
    struct evk_header header;
};

struct evk_codec {
    const char *name;    /* "PNG" */
    const char *summary; /* one line: what of it is read, and its endings */
    bool (*probe)(const unsigned char *data, size_t size);
    evk_status (*open)(struct evk_reader **out, const unsigned char *data, size_t size,
                       evk_error *err);
    evk_status (*start)(struct evk_reader *r, int scale, evk_error *err);
    evk_status (*row)(struct evk_reader *r, unsigned char *row, evk_error *err);
    void (*close)(struct evk_reader *r);
};

/*
 * Read the header of a file in memory with the codec whose probe accepts it; EVK_EFORMAT lists
 * the formats.  EVK_EUNSUPPORTED: among others, over EVK_PIXELS_MAX pixels.  data outlives the
 * reader, which the caller closes.
 */
evk_status evk_reader_open(struct evk_reader **out, const unsigned char *data, size_t size,
                           evk_error *err);

/* Before the first row: scale is 1, 2, 4 ... to scale_max, and divides height and width, up. */
evk_status evk_reader_start(struct evk_reader *r, int scale, evk_error *err);

/*
 * The next row, of width * channels bytes.  As many are read as there are; the last one also reads
 * on to the end of the file, so that damage there is found.  After a failure, only close is called.
 */
evk_status evk_reader_row(struct evk_reader *r, unsigned char *row, evk_error *err);

void evk_reader_close(struct evk_reader *r);

void evk_pixels_release(struct evk_pixels *p);

/*
 * Decode a whole file whose pixels are 8-bit values as they are stored, such as those that evoke
 * writes: 16 bits and any alpha are EVK_EUNSUPPORTED, an orientation is not applied.  What a
 * photograph needs is in image/photograph.h.
 */
evk_status evk_decode(struct evk_pixels *out, const unsigned char *data, size_t size,
                      evk_error *err);

/* Zeroed pixels: EVK_EFORMAT where there are none, EVK_EUNSUPPORTED over EVK_PIXELS_MAX. */
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
