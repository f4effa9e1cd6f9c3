/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * seeds_images.c - PNG and JPEG images of every kind that evoke reads, and of some that it refuses
 */
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include "../harness/png_file.h"
#include "../harness/test.h"
#include "base/str.h"
#include "format/codec.h"
#include "seeds.h"

enum { W = 11, H = 9, VALUES = W * H * 4 };

static void fill(unsigned char *p, int n)
{
    uint64_t state = 3;

    for (int i = 0; i < n; i++)
        p[i] = (unsigned char)(60 + i % 90 + (int)(30.0f * random_float(&state)));
}

/* ---- PNG -------------------------------------------------------------------------- */

static void add_bytes(png_structp png, png_bytep from, size_t n)
{
    evk_str_add(png_get_io_ptr(png), from, n);
}

static void no_flush(png_structp png)
{
    (void)png;
}

static void write_png(const char *name, int bits, int type, int interlace)
{
    struct evk_str file = EVK_STR_INIT;
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    unsigned char pixels[VALUES * 2];
    png_color palette[256];
    png_bytep rows[H];

    fill(pixels, VALUES * 2);
    for (int y = 0; y < H; y++)
        rows[y] = pixels + y * W * 8;
    for (int i = 0; i < 256; i++)
        palette[i] = (png_color){(png_byte)(3 * i), (png_byte)(255 - i), (png_byte)(i ^ 85)};
    png_set_write_fn(png, &file, add_bytes, no_flush);
    png_set_IHDR(png, info, W, H, bits, type, interlace, PNG_COMPRESSION_TYPE_DEFAULT,
                 PNG_FILTER_TYPE_DEFAULT);
    if (type == PNG_COLOR_TYPE_PALETTE)
        png_set_PLTE(png, info, palette, 1 << bits);
    png_set_gAMA_fixed(png, info, 45455);
    png_write_info(png, info);
    png_write_image(png, rows);
    png_write_end(png, info);
    png_destroy_write_struct(&png, &info);
    seed_write("png", name, file.data, file.size);
    evk_str_release(&file);
}

static void write_our_png(void)
{
    struct evk_pixels p;
    struct evk_bytes file;

    assert_ok(evk_pixels_new(&p, H, W, 3, err));
    fill(p.data, W * H * 3);
    assert_ok(evk_png_encode(&file, &p, "what evoke writes", err));
    seed_write("png", "ours.png", file.data, file.size);
    evk_bytes_release(&file);
    evk_pixels_release(&p);
}

/* A PNG of 16 bits with opaque alpha, interlaced, with an EXIF orientation. */
static void write_photograph(void)
{
    const struct png_spec s = {W, H, 16, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_INTERLACE_ADAM7, 0, 0};
    unsigned char rows[VALUES], block[EXIF_BYTES];
    struct evk_str file;

    fill(rows, VALUES);
    for (int i = 0; i < VALUES; i++)
        rows[i] |= i % 4 >= 2 ? 255 : 0;
    file = png_make(&s, rows);
    exif_block(block, 6);
    png_insert(&file, "IDAT", "eXIf", block, sizeof(block));
    seed_write("png", "turned.png", file.data, file.size);
    evk_str_release(&file);
}

/* ---- JPEG ------------------------------------------------------------------------- */

struct jpeg_kind {
    const char *name;
    int channels;
    J_COLOR_SPACE in, file;
    int sampling;
    bool progressive, arithmetic;
    int restart;     /* interval, in rows of blocks */
    int orientation; /* EXIF; 0: none */
};

static void write_orientation(struct jpeg_compress_struct *c, int orientation)
{
    unsigned char block[6 + EXIF_BYTES] = "Exif\0";

    exif_block(block + 6, orientation);
    if (orientation)
        jpeg_write_marker(c, JPEG_APP0 + 1, block, sizeof(block));
}

static void write_jpeg(const struct jpeg_kind *kind)
{
    struct jpeg_compress_struct c;
    struct jpeg_error_mgr errors;
    unsigned char pixels[VALUES], *data = NULL;
    unsigned long size = 0;

    fill(pixels, VALUES);
    c.err = jpeg_std_error(&errors);
    jpeg_create_compress(&c);
    jpeg_mem_dest(&c, &data, &size);
    c.image_width = W;
    c.image_height = H;
    c.input_components = kind->channels;
    c.in_color_space = kind->in;
    jpeg_set_defaults(&c);
    jpeg_set_colorspace(&c, kind->file);
    jpeg_set_quality(&c, 75, TRUE);
    c.comp_info[0].h_samp_factor = c.comp_info[0].v_samp_factor = kind->sampling;
    c.restart_in_rows = kind->restart;
    c.arith_code = kind->arithmetic;
    if (kind->progressive)
        jpeg_simple_progression(&c);
    jpeg_start_compress(&c, TRUE);
    write_orientation(&c, kind->orientation);
    while (c.next_scanline < H) {
        JSAMPROW row = pixels + c.next_scanline * (unsigned)(W * kind->channels);

        jpeg_write_scanlines(&c, &row, 1);
    }
    jpeg_finish_compress(&c);
    jpeg_destroy_compress(&c);
    seed_write("jpeg", kind->name, data, size);
    free(data);
}

void seeds_images(void)
{
    static const struct jpeg_kind jpegs[] = {
        {"rgb420.jpg", 3, JCS_RGB, JCS_YCbCr, 2, false, false, 0, 0},
        {"rgb444.jpg", 3, JCS_RGB, JCS_YCbCr, 1, false, false, 1, 0},
        {"stored_rgb.jpg", 3, JCS_RGB, JCS_RGB, 1, false, false, 0, 0},
        {"gray.jpg", 1, JCS_GRAYSCALE, JCS_GRAYSCALE, 1, false, false, 0, 0},
        {"progressive.jpg", 3, JCS_RGB, JCS_YCbCr, 2, true, false, 0, 0},
        {"turned.jpg", 3, JCS_RGB, JCS_YCbCr, 2, false, false, 0, 7},
        {"progressive_gray.jpg", 1, JCS_GRAYSCALE, JCS_GRAYSCALE, 1, true, false, 1, 0},
        {"arithmetic.jpg", 3, JCS_RGB, JCS_YCbCr, 2, false, true, 0, 0},
        {"cmyk.jpg", 4, JCS_CMYK, JCS_CMYK, 1, false, false, 0, 0},
    };

    write_our_png();
    write_photograph();
    write_png("rgb.png", 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE);
    write_png("rgb_interlaced.png", 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_ADAM7);
    write_png("gray.png", 8, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE);
    write_png("gray1.png", 1, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_ADAM7);
    write_png("gray16.png", 16, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE);
    write_png("palette2.png", 2, PNG_COLOR_TYPE_PALETTE, PNG_INTERLACE_NONE);
    write_png("palette8.png", 8, PNG_COLOR_TYPE_PALETTE, PNG_INTERLACE_ADAM7);
    write_png("rgba.png", 8, PNG_COLOR_TYPE_RGBA, PNG_INTERLACE_NONE);
    for (size_t i = 0; i < sizeof(jpegs) / sizeof(jpegs[0]); i++)
        write_jpeg(&jpegs[i]);
}
