/* SPDX-License-Identifier: GPL-3.0-or-later */
/* png_file.h - PNGs of every kind, made by libpng */
#ifndef EVK_TESTS_PNG_FILE_H
#define EVK_TESTS_PNG_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/*
 * Extra chunks of a PNG.  PNG_TRNS is a tRNS chunk: palette index 0 is nearly transparent, or the
 * colour (2, 3, 4) or the gray 5 is transparent.
 */
enum { PNG_TRNS = 1, PNG_GAMMA = 2 };

struct png_spec {
    int width, height, bits;
    int type; /* PNG_COLOR_TYPE_... */
    int interlace, extra;
    int colours; /* entries of the palette; entry i is (3 i mod 256, 255 - i, i ^ 85) */
};

/* Returns how many bytes a row takes in the file, where pixels are packed. */
size_t png_stride(const struct png_spec *s);

/* Returns a PNG; row y of its image is at rows + y * png_stride(s), packed as in the file. */
struct evk_str png_make(const struct png_spec *s, const unsigned char *rows);

/*
 * png_checksum: of a chunk's name and data, n bytes; png_put: write v as four bytes, highest first.
 */
uint32_t png_checksum(const unsigned char *p, size_t n);
void png_put(unsigned char *p, uint32_t v);

/* Insert a chunk before the first chunk whose name is before. */
void png_insert(struct evk_str *file, const char *before, const char *name, const void *data,
                size_t size);

/* Write an EXIF block that states an orientation, with the most significant byte first. */
enum { EXIF_BYTES = 26 };
void exif_block(unsigned char block[EXIF_BYTES], int orientation);

#endif /* EVK_TESTS_PNG_FILE_H */
