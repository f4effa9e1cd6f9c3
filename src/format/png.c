/* SPDX-License-Identifier: GPL-3.0-or-later */
/* png.c - PNG images; the only door to libpng */
#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/mem.h"
#include "base/str.h"
#include "format/codec.h"

enum {
    SIGNATURE = 8,       /* bytes */
    SIDE_MAX = 1000000,  /* pixels; bounds libpng's row buffers */
    CHUNK_MAX = 1 << 24, /* bytes of a chunk other than IDAT */
    IDAT_BYTES = 8192    /* of each IDAT chunk written */
};

static bool probe(const unsigned char *data, size_t size)
{
    return size >= SIGNATURE && png_sig_cmp(data, 0, SIGNATURE) == 0;
}

/* What survives a longjmp, of reading and of writing. */
struct job {
    png_structp png;
    png_infop info;
    evk_error *err;
    evk_status status; /* why the longjmp was taken */

    const unsigned char *data; /* reading */
    size_t size, at;
    struct evk_pixels pixels;

    const struct evk_pixels *source; /* writing */
    char *description;
    struct evk_str file;
};

static void on_error(png_structp png, png_const_charp message)
{
    struct job *j = png_get_error_ptr(png);

    if (!j->status)
        j->status = evk_fail(j->err, EVK_EFORMAT, "PNG is corrupt: %s", message);
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp message)
{
    (void)png;
    (void)message;
}

/* ---- reading ---------------------------------------------------------------- */

static void read_bytes(png_structp png, png_bytep to, size_t n)
{
    struct job *j = png_get_io_ptr(png);

    if (n > j->size - j->at) {
        j->status = evk_fail(j->err, EVK_EFORMAT, "PNG is cut off after %zu bytes", j->size);
        png_error(png, "cut off");
    }
    memcpy(to, j->data + j->at, n);
    j->at += n;
}

static evk_status check_header(const struct job *j)
{
    const png_uint_32 w = png_get_image_width(j->png, j->info);
    const png_uint_32 h = png_get_image_height(j->png, j->info);

    if (w > SIDE_MAX || h > SIDE_MAX)
        return evk_fail(j->err, EVK_EUNSUPPORTED,
                        "PNG is %lu x %lu pixels, expected at most %d a side", (unsigned long)w,
                        (unsigned long)h, SIDE_MAX);
    if (png_get_bit_depth(j->png, j->info) == 16)
        return evk_fail(j->err, EVK_EUNSUPPORTED, "PNG has 16 bits per channel, expected 8");
    if (png_get_color_type(j->png, j->info) & PNG_COLOR_MASK_ALPHA)
        return evk_fail(j->err, EVK_EUNSUPPORTED, "PNG has an alpha channel, expected gray or RGB");
    if (png_get_valid(j->png, j->info, PNG_INFO_tRNS))
        return evk_fail(j->err, EVK_EUNSUPPORTED,
                        "PNG has transparent colours (tRNS), expected gray or RGB");
    return EVK_OK;
}

/* All passes of all rows, each row bytes long. */
static void read_rows(struct job *j, unsigned char *to, size_t bytes)
{
    const int passes = png_set_interlace_handling(j->png);

    png_start_read_image(j->png);
    for (int pass = 0; pass < passes; pass++)
        for (int64_t y = 0; y < j->pixels.height; y++)
            png_read_row(j->png, to + (size_t)y * bytes, NULL);
    png_read_end(j->png, NULL);
}

/*
 * The indices are read into the last third of the pixels, and expanded from
 * the front: the write never overtakes the read.  libpng would do it too, but
 * gives an index beyond the palette some colour.
 */
static evk_status read_palette(struct job *j)
{
    const size_t n = (size_t)(j->pixels.height * j->pixels.width);
    unsigned char *to = j->pixels.data;
    const unsigned char *from = to + 2 * n;
    png_colorp palette;
    int count = 0;

    png_get_PLTE(j->png, j->info, &palette, &count);
    png_set_packing(j->png);
    read_rows(j, to + 2 * n, (size_t)j->pixels.width);
    for (size_t i = 0; i < n; i++) {
        const int index = from[i];

        if (index >= count)
            return evk_fail(j->err, EVK_EFORMAT, "PNG has palette index %d, expected below %d",
                            index, count);
        to[3 * i] = palette[index].red;
        to[3 * i + 1] = palette[index].green;
        to[3 * i + 2] = palette[index].blue;
    }
    return EVK_OK;
}

static evk_status read_image(struct job *j)
{
    int colour;

    png_set_read_fn(j->png, j, read_bytes);
    png_set_user_limits(j->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX); /* check_header's are ours */
    png_set_chunk_malloc_max(j->png, CHUNK_MAX);
    png_set_crc_action(j->png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
    /* Colour and text chunks are skipped, never kept: values are device values. */
    png_set_keep_unknown_chunks(j->png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
    png_read_info(j->png, j->info);

    EVK_TRY(check_header(j));
    colour = png_get_color_type(j->png, j->info);
    EVK_TRY(evk_pixels_new(&j->pixels, png_get_image_height(j->png, j->info),
                           png_get_image_width(j->png, j->info), colour ? 3 : 1, j->err));
    if (colour == PNG_COLOR_TYPE_PALETTE)
        return read_palette(j);
    if (colour == PNG_COLOR_TYPE_GRAY)
        png_set_expand_gray_1_2_4_to_8(j->png);
    read_rows(j, j->pixels.data, (size_t)(j->pixels.width * j->pixels.channels));
    return EVK_OK;
}

/* libpng's longjmp ends in these two functions. */
static evk_status guarded_read(struct job *j)
{
    if (setjmp(png_jmpbuf(j->png)))
        return j->status;
    return read_image(j);
}

static evk_status decode(struct evk_pixels *out, const unsigned char *data, size_t size,
                         evk_error *err)
{
    struct job j = {.err = err, .data = data, .size = size};
    evk_status s;

    j.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &j, on_error, on_warning);
    j.info = j.png ? png_create_info_struct(j.png) : NULL;
    s = j.info ? guarded_read(&j) : evk_fail(err, EVK_ENOMEM, "out of memory for a PNG");
    png_destroy_read_struct(&j.png, &j.info, NULL);
    if (s)
        evk_pixels_release(&j.pixels);
    else
        *out = j.pixels;
    return s;
}

const struct evk_codec evk_codec_png = {
    .name = "PNG",
    .summary = "8-bit gray, RGB or palette, without alpha (.png); what evoke writes, in RGB",
    .probe = probe,
    .decode = decode,
};

/* ---- writing ---------------------------------------------------------------- */

static void write_bytes(png_structp png, png_bytep from, size_t n)
{
    struct job *j = png_get_io_ptr(png);

    evk_str_add(&j->file, from, n);
    j->status = evk_str_check(&j->file, j->err);
    if (j->status)
        png_error(png, "out of memory");
}

static void flush(png_structp png)
{
    (void)png;
}

/* Whatever decides a byte of the file is said, not left to a library's default. */
static void set_compression(png_structp png)
{
    png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_ALL_FILTERS);
    png_set_compression_level(png, 6);
    png_set_compression_strategy(png, Z_FILTERED);
    png_set_compression_mem_level(png, 8);
    png_set_compression_window_bits(png, 15);
    png_set_compression_method(png, Z_DEFLATED);
    png_set_compression_buffer_size(png, IDAT_BYTES);
}

static void write_image(struct job *j)
{
    const struct evk_pixels *p = j->source;
    char key[] = "Description";
    png_text text = {.compression = PNG_TEXT_COMPRESSION_NONE, .key = key, .text = j->description};

    png_set_write_fn(j->png, j, write_bytes, flush);
    set_compression(j->png);
    png_set_IHDR(j->png, j->info, (png_uint_32)p->width, (png_uint_32)p->height, 8,
                 PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                 PNG_FILTER_TYPE_DEFAULT);
    if (j->description)
        png_set_text(j->png, j->info, &text, 1);
    png_write_info(j->png, j->info);
    for (int64_t y = 0; y < p->height; y++)
        png_write_row(j->png, p->data + y * p->width * 3);
    png_write_end(j->png, NULL);
}

static evk_status guarded_write(struct job *j)
{
    if (setjmp(png_jmpbuf(j->png)))
        return j->status;
    write_image(j);
    return EVK_OK;
}

evk_status evk_png_encode(struct evk_bytes *out, const struct evk_pixels *p,
                          const char *description, evk_error *err)
{
    struct job j = {.err = err, .source = p, .file = EVK_STR_INIT};
    evk_status s;

    if (p->channels != 3 || p->width < 1 || p->height < 1 || p->width > SIDE_MAX ||
        p->height > SIDE_MAX)
        return evk_fail(err, EVK_EINVAL,
                        "image is %lld x %lld pixels of %lld channels, expected 1 to %d a side "
                        "and 3 channels",
                        (long long)p->width, (long long)p->height, (long long)p->channels,
                        SIDE_MAX);
    if (description)
        EVK_TRY(evk_strdup(&j.description, description, err));
    j.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &j, on_error, on_warning);
    j.info = j.png ? png_create_info_struct(j.png) : NULL;
    s = j.info ? guarded_write(&j) : evk_fail(err, EVK_ENOMEM, "out of memory for a PNG");
    png_destroy_write_struct(&j.png, &j.info);
    free(j.description);
    if (s)
        evk_str_release(&j.file);
    else
        *out = (struct evk_bytes){(unsigned char *)j.file.data, j.file.size};
    return s;
}
