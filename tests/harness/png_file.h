/* SPDX-License-Identifier: GPL-3.0-or-later */
/* png_file.h - PNGs of every kind, made by libpng */
#ifndef EVK_TESTS_PNG_FILE_H
#define EVK_TESTS_PNG_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/* PNG_TRNS: index 0 is all but clear, or the colour 2 3 4, or the gray 5. */
enum { PNG_TRNS = 1, PNG_GAMMA = 2 };

struct png_spec {
    int width, height, bits;
    int type; /* PNG_COLOR_TYPE_... */
    int interlace, extra;
    int colours; /* of the palette: colour i is 3 i mod 256, 255 - i, i ^ 85 */
};

/* Bytes of a row as it is packed in the file. */
size_t png_stride(const struct png_spec *s);

/* A file; row y of the image is at rows + y * png_stride(s), packed as in the file. */
struct evk_str png_make(const struct png_spec *s, const unsigned char *rows);

/* The checksum of a chunk's name and data; a number in four bytes. */
uint32_t png_checksum(const unsigned char *p, size_t n);
void png_put(unsigned char *p, uint32_t v);

/* Put a chunk before the first one that is called before. */
void png_insert(struct evk_str *file, const char *before, const char *name, const void *data,
                size_t size);

/* A block of EXIF that states an orientation, most significant byte first. */
enum { EXIF_BYTES = 26 };
void exif_block(unsigned char block[EXIF_BYTES], int orientation);

#endif /* EVK_TESTS_PNG_FILE_H */
