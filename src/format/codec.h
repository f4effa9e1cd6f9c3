/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * codec.h - image file formats, each with a row in codecs.def and a file of its own
 *
 * A reader gives the pixels of a file in 8 bits, one row after the other, in the
 * orientation in which they are stored.  Palette indices are replaced by their
 * colours, values of 1, 2 and 4 bits are spread over 0 to 255, values of 16 bits
 * are rounded to the nearest of 256 levels, and opaque alpha is dropped.  CMYK,
 * and alpha that is not opaque, are EVK_EUNSUPPORTED; a damaged file is
 * EVK_EFORMAT.  Messages do not name the file: the caller puts its name before
 * them.
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

enum { EVK_PIXELS_MAX = 100000000 }; /* the most pixels that an image may have to be decoded */

/* What the header of a file says about its image. */
struct evk_header {
    int64_t height, width; /* pixels as stored, before the image is turned or scaled */
    int64_t channels;      /* 1 or 3; alpha does not count */
    int bits;              /* bits of a channel, or of a palette index: 1, 2, 4, 8 or 16 */
    bool alpha;            /* there is an alpha channel, or a transparent colour */
    int orientation;       /* as in format/exif.h: 1 to 8 */
    int scale_max;         /* a power of 2: the image can be read at 1, 1/2 ... 1/scale_max */
    int64_t memory;        /* bytes that a reader holds while it reads, beside a few rows */
};

/* A file that is being read.  Each codec has a larger structure whose first member is this one. */
struct evk_reader {
    const struct evk_codec *codec;
    struct evk_header header;
};

/* A format.  The functions do what evk_reader_* below do for a file of any format. */
struct evk_codec {
    const char *name;    /* name of the format, such as "PNG" */
    const char *summary; /* a line for listings: which files of the format are read, file endings */

    /* Do the bytes begin like a file of this format? */
    bool (*probe)(const unsigned char *data, size_t size);
    evk_status (*open)(struct evk_reader **out, const unsigned char *data, size_t size,
                       evk_error *err);
    evk_status (*start)(struct evk_reader *r, int scale, evk_error *err);
    evk_status (*row)(struct evk_reader *r, unsigned char *row, evk_error *err);
    void (*close)(struct evk_reader *r);
};

/*
 * Read the header of an image file of size bytes in memory, with the codec whose probe accepts the
 * bytes.  data is borrowed, and must outlive the reader; evk_reader_close() frees *out.
 *
 * EVK_EFORMAT: the file is damaged, or is of no known format: the message lists the formats then.
 * EVK_EUNSUPPORTED: the image has more than EVK_PIXELS_MAX pixels, or is of a kind that the codec
 * does not read.
 */
evk_status evk_reader_open(struct evk_reader **out, const unsigned char *data, size_t size,
                           evk_error *err);

/*
 * Begin to read rows, once, before the first row.  scale is a power of 2 up to the header's
 * scale_max: the rows are then those of the image at 1/scale of its height and width, rounded up.
 */
evk_status evk_reader_start(struct evk_reader *r, int scale, evk_error *err);

/*
 * Read the next row into width * channels bytes, with the width at the scale that was started.
 * Together with the last row the rest of the file is read too, so that damage there is found.  The
 * caller asks for no more rows than there are, and for none after a failure.
 */
evk_status evk_reader_row(struct evk_reader *r, unsigned char *row, evk_error *err);

/* Free the reader. */
void evk_reader_close(struct evk_reader *r);

/* Free the pixels. */
void evk_pixels_release(struct evk_pixels *p);

/*
 * Decode a whole file whose pixels are stored as values of at most 8 bits, such as the images that
 * evoke writes; evk_pixels_release() frees *out.  16 bits and any alpha are EVK_EUNSUPPORTED, and
 * the orientation is not applied: image/photograph.h does what a photograph needs.
 */
evk_status evk_decode(struct evk_pixels *out, const unsigned char *data, size_t size,
                      evk_error *err);

/*
 * Allocate zeroed pixels.  A height or width below 1 is EVK_EFORMAT, and more than EVK_PIXELS_MAX
 * pixels are EVK_EUNSUPPORTED.
 */
evk_status evk_pixels_new(struct evk_pixels *out, int64_t height, int64_t width, int64_t channels,
                          evk_error *err);

/*
 * Encode pixels of 3 channels as an 8-bit RGB PNG; evk_bytes_release() frees *out.  The file has no
 * chunks of colour, gamma, physical size or time.  Where description (Latin-1) is not NULL, it is
 * in a tEXt chunk with the keyword Description.  EVK_EINVAL: other channels, or too large a side.
 */
evk_status evk_png_encode(struct evk_bytes *out, const struct evk_pixels *p,
                          const char *description, evk_error *err);

/*
 * Encode pixels as evk_png_encode does, without a description, in a fraction of the time and into a
 * file that may be some tens of percent larger.
 */
evk_status evk_png_encode_quickly(struct evk_bytes *out, const struct evk_pixels *p,
                                  evk_error *err);

/*
 * Encode pixels of 3 channels as a baseline JPEG of quality 100, without chroma subsampling (4:4:4)
 * and with libjpeg's accurate integer transform; evk_bytes_release() frees *out.  The decoded image
 * differs from the pixels by a few display levels.  EVK_EINVAL: other channels, or too large a
 * side.
 */
evk_status evk_jpeg_encode(struct evk_bytes *out, const struct evk_pixels *p, evk_error *err);

#endif /* EVK_FORMAT_CODEC_H */
