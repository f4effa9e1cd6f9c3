/* SPDX-License-Identifier: GPL-3.0-or-later */
/* png_file.c - PNGs of every kind, made by libpng */
#include "png_file.h"

#include <png.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"

size_t png_stride(const struct png_spec *s)
{
    const int colour = s->type != PNG_COLOR_TYPE_PALETTE && s->type & PNG_COLOR_MASK_COLOR;
    const int samples = (colour ? 3 : 1) + (s->type & PNG_COLOR_MASK_ALPHA ? 1 : 0);

    return (size_t)(s->width * s->bits * samples + 7) / 8;
}

static void add_bytes(png_structp png, png_bytep from, size_t n)
{
    evk_str_add(png_get_io_ptr(png), from, n);
}

static void no_flush(png_structp png)
{
    (void)png;
}

static void write_header(png_structp png, png_infop info, const struct png_spec *s)
{
    png_color palette[256];
    png_byte alpha[1] = {7};
    png_color_16 clear = {1, 2, 3, 4, 5};

    for (int i = 0; i < 256; i++)
        palette[i] = (png_color){(png_byte)(3 * i), (png_byte)(255 - i), (png_byte)(i ^ 85)};
    png_set_check_for_invalid_index(png, -1);
    png_set_IHDR(png, info, (png_uint_32)s->width, (png_uint_32)s->height, s->bits, s->type,
                 s->interlace, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    if (s->type == PNG_COLOR_TYPE_PALETTE)
        png_set_PLTE(png, info, palette, s->colours);
    if (s->extra & PNG_TRNS)
        png_set_tRNS(png, info, alpha, 1, &clear);
    if (s->extra & PNG_GAMMA)
        png_set_gAMA_fixed(png, info, 200000);
    png_write_info(png, info);
}

struct evk_str png_make(const struct png_spec *s, const unsigned char *rows)
{
    const size_t stride = png_stride(s);
    struct evk_str file = EVK_STR_INIT;
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    png_bytep *lines = calloc((size_t)s->height, sizeof(*lines));

    assert_non_null(lines);
    for (int y = 0; y < s->height; y++) {
        lines[y] = malloc(stride);
        assert_non_null(lines[y]);
        memcpy(lines[y], rows + (size_t)y * stride, stride);
    }
    png_set_write_fn(png, &file, add_bytes, no_flush);
    write_header(png, info, s);
    png_write_image(png, lines);
    png_write_end(png, info);
    png_destroy_write_struct(&png, &info);
    for (int y = 0; y < s->height; y++)
        free(lines[y]);
    free(lines);
    return file;
}

/* The CRC of annex D of the PNG specification. */
uint32_t png_checksum(const unsigned char *p, size_t n)
{
    uint32_t c = 0xffffffffu;

    for (size_t i = 0; i < n; i++) {
        c ^= p[i];
        for (int bit = 0; bit < 8; bit++)
            c = c & 1 ? 0xedb88320u ^ c >> 1 : c >> 1;
    }
    return ~c;
}

void png_put(unsigned char *p, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        p[i] = (unsigned char)(v >> (24 - 8 * i));
}

void png_insert(struct evk_str *file, const char *before, const char *name, const void *data,
                size_t size)
{
    struct evk_str chunk = EVK_STR_INIT, whole = EVK_STR_INIT;
    unsigned char number[4];
    size_t at = 8;

    while (memcmp(file->data + at + 4, before, 4) != 0)
        at += 12 + png_get_uint_32((png_const_bytep)file->data + at);
    evk_str_add(&chunk, name, 4);
    evk_str_add(&chunk, data, size);
    evk_str_add(&whole, file->data, at);
    png_put(number, (uint32_t)size);
    evk_str_add(&whole, number, 4);
    evk_str_add(&whole, chunk.data, chunk.size);
    png_put(number, png_checksum((unsigned char *)chunk.data, chunk.size));
    evk_str_add(&whole, number, 4);
    evk_str_add(&whole, file->data + at, file->size - at);
    evk_str_release(&chunk);
    evk_str_release(file);
    *file = whole;
}

void exif_block(unsigned char block[EXIF_BYTES], int orientation)
{
    static const unsigned char one[EXIF_BYTES] = {'M', 'M', 0,    42, 0, 0, 0, 8, 0,
                                                  1,   1,   0x12, 0,  3, 0, 0, 0, 1};

    memcpy(block, one, EXIF_BYTES);
    block[19] = (unsigned char)orientation;
}
