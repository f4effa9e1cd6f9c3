/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_codec.c - reading images of every kind by rows, and what their headers say */
#include "../../harness/png_file.h"
#include "../../harness/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <png.h>

#include "format/codec.h"

/* Read all rows, each into memory of its own, so that writing beyond a row is noticed. */
static evk_status read_all(const struct evk_str *file, struct evk_pixels *out, evk_error *err)
{
    struct evk_reader *r;
    evk_status s;

    *out = (struct evk_pixels){0, 0, 0, NULL};
    EVK_TRY(evk_reader_open(&r, (const unsigned char *)file->data, file->size, err));
    s = evk_pixels_new(out, r->header.height, r->header.width, r->header.channels, err);
    if (!s)
        s = evk_reader_start(r, 1, err);
    for (int64_t y = 0; !s && y < out->height; y++) {
        const size_t n = (size_t)(out->width * out->channels);
        unsigned char *row = malloc(n);

        assert_non_null(row);
        s = evk_reader_row(r, row, err);
        memcpy(out->data + (size_t)y * n, row, n);
        free(row);
    }
    evk_reader_close(r);
    if (s)
        evk_pixels_release(out);
    return s;
}

static struct evk_header read_header(const struct evk_str *file)
{
    struct evk_reader *r;
    struct evk_header h;

    assert_ok(evk_reader_open(&r, (const unsigned char *)file->data, file->size, err));
    h = r->header;
    evk_reader_close(r);
    return h;
}

/* ---- PNG -------------------------------------------------------------------------- */

static int count_samples(int type)
{
    return (type != PNG_COLOR_TYPE_PALETTE && type & PNG_COLOR_MASK_COLOR ? 3 : 1) +
           !!(type & PNG_COLOR_MASK_ALPHA);
}

/* Returns sample k of a packed row. */
static int sample(const unsigned char *row, int k, int bits)
{
    if (bits == 16)
        return row[2 * k] << 8 | row[2 * k + 1];
    return row[k * bits / 8] >> (8 - bits - k * bits % 8) & ((1 << bits) - 1);
}

/* Returns rows of random samples; alpha samples, the last of each pixel, are opaque. */
static unsigned char *make_rows(const struct png_spec *s)
{
    const size_t stride = png_stride(s);
    const int samples = count_samples(s->type), bytes = s->bits / 8;
    unsigned char *rows = malloc(stride * (size_t)s->height);
    uint64_t state = 9;

    assert_non_null(rows);
    for (size_t i = 0; i < stride * (size_t)s->height; i++) {
        const bool alpha =
            s->type & PNG_COLOR_MASK_ALPHA && (int)(i % stride) / bytes % samples == samples - 1;

        rows[i] = alpha ? 255 : (unsigned char)(128.0f + 127.0f * random_float(&state));
    }
    return rows;
}

/* Returns v as a level of 8 bits; those of 16 bits are divided by 257, halves rounded up. */
static int to_level(int v, int bits)
{
    return bits == 16 ? (v + 128) / 257 : v * 255 / ((1 << bits) - 1);
}

static void check_pixel(const unsigned char *p, const struct png_spec *s, const unsigned char *row,
                        int x)
{
    const int samples = count_samples(s->type), v = sample(row, x * samples, s->bits);

    if (s->type == PNG_COLOR_TYPE_PALETTE) {
        assert_int_equal(p[0], (3 * v) & 255);
        assert_int_equal(p[1], 255 - v);
        assert_int_equal(p[2], v ^ 85);
        return;
    }
    for (int c = 0; c < (samples < 3 ? 1 : 3); c++)
        assert_int_equal(p[c], to_level(sample(row, x * samples + c, s->bits), s->bits));
}

static void check_kind(const struct png_spec *s)
{
    unsigned char *rows = make_rows(s);
    struct evk_str file = png_make(s, rows);
    const struct evk_header h = read_header(&file);
    struct evk_pixels p;

    assert_int_equal(h.height, s->height);
    assert_int_equal(h.width, s->width);
    assert_int_equal(h.channels, s->type & PNG_COLOR_MASK_COLOR ? 3 : 1);
    assert_int_equal(h.bits, s->bits);
    assert_int_equal(h.alpha, !!(s->type & PNG_COLOR_MASK_ALPHA));
    assert_int_equal(h.orientation, 1);
    assert_int_equal(h.scale_max, 1);
    assert_int_equal(h.memory, s->interlace ? s->height * s->width * count_samples(s->type) : 0);
    assert_ok(read_all(&file, &p, err));
    for (int y = 0; y < s->height; y++)
        for (int x = 0; x < s->width; x++)
            check_pixel(p.data + (y * s->width + x) * p.channels, s,
                        rows + (size_t)y * png_stride(s), x);
    evk_pixels_release(&p);
    evk_str_release(&file);
    free(rows);
}

static void test_kinds(void **state)
{
    static const struct {
        int type, least, most; /* bits */
    } kinds[] = {{PNG_COLOR_TYPE_GRAY, 1, 16},
                 {PNG_COLOR_TYPE_RGB, 8, 16},
                 {PNG_COLOR_TYPE_PALETTE, 1, 8},
                 {PNG_COLOR_TYPE_GRAY_ALPHA, 8, 16},
                 {PNG_COLOR_TYPE_RGB_ALPHA, 8, 16}};

    (void)state;
    for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++)
        for (int bits = kinds[k].least; bits <= kinds[k].most; bits *= 2)
            for (int width = 1; width < 20; width += 6)
                for (int interlace = 0; interlace < 2; interlace++)
                    check_kind(&(struct png_spec){width, 11, bits, kinds[k].type, interlace, 0,
                                                  1 << (bits < 8 ? bits : 8)});
}

/* Read an image of 5 x 4 pixels whose samples are v, but for one. */
static void check_one(int type, int bits, int extra, int v, size_t at, int w, const char *text)
{
    for (int interlace = 0; interlace < 2; interlace++) {
        const struct png_spec s = {5, 4, bits, type, interlace, extra, 9};
        unsigned char rows[4 * 5 * 8];
        struct evk_str file;
        struct evk_pixels p;

        memset(rows, v, sizeof(rows));
        rows[at] = (unsigned char)w;
        file = png_make(&s, rows);
        assert_true(read_header(&file).alpha == (extra == PNG_TRNS || type >= 4));
        if (text)
            assert_fails(EVK_EUNSUPPORTED, text, read_all(&file, &p, err));
        else
            assert_ok(read_all(&file, &p, err));
        evk_pixels_release(&p);
        evk_str_release(&file);
    }
}

static void test_alpha(void **state)
{
    static const char *const where = "PNG has an alpha channel that is not opaque (%d in row 2, "
                                     "column 3), expected 255 everywhere";
    char clear[128], nearly[128], seven[128];

    (void)state;
    snprintf(clear, sizeof(clear), where, 0);
    snprintf(nearly, sizeof(nearly), where, 254);
    snprintf(seven, sizeof(seven), where, 7);
    check_one(PNG_COLOR_TYPE_GRAY_ALPHA, 8, 0, 255, 2 * 10 + 3 * 2 + 1, 254, nearly);
    check_one(PNG_COLOR_TYPE_GRAY_ALPHA, 8, 0, 255, 2 * 10 + 3 * 2, 254, NULL);
    check_one(PNG_COLOR_TYPE_RGB_ALPHA, 8, 0, 255, 2 * 20 + 3 * 4 + 3, 0, clear);
    check_one(PNG_COLOR_TYPE_RGB_ALPHA, 8, 0, 255, 2 * 20 + 3 * 4 + 2, 0, NULL);
    check_one(PNG_COLOR_TYPE_RGB_ALPHA, 16, 0, 255, 2 * 40 + 3 * 8 + 6, 254, nearly);
    check_one(PNG_COLOR_TYPE_RGB_ALPHA, 16, 0, 255, 2 * 40 + 3 * 8 + 7, 254, NULL); /* rounds up */
    /* A transparent colour that some pixel has is refused; one that no pixel has is ignored. */
    check_one(PNG_COLOR_TYPE_GRAY, 8, PNG_TRNS, 6, 2 * 5 + 3, 5, clear);
    check_one(PNG_COLOR_TYPE_GRAY, 8, PNG_TRNS, 6, 2 * 5 + 3, 4, NULL);
    check_one(PNG_COLOR_TYPE_PALETTE, 8, PNG_TRNS, 8, 2 * 5 + 3, 0, seven);
    check_one(PNG_COLOR_TYPE_PALETTE, 8, PNG_TRNS, 8, 2 * 5 + 3, 1, NULL);
}

static void test_transparent_colour(void **state)
{
    const struct png_spec s = {1, 1, 8, PNG_COLOR_TYPE_RGB, 0, PNG_TRNS, 0};
    unsigned char rows[3] = {2, 3, 4};
    struct evk_str file = png_make(&s, rows);
    struct evk_pixels p;

    (void)state;
    assert_fails(EVK_EUNSUPPORTED, "(0 in row 0, column 0)", read_all(&file, &p, err));
    evk_str_release(&file);
    rows[2] = 5;
    file = png_make(&s, rows);
    assert_ok(read_all(&file, &p, err));
    assert_memory_equal(p.data, rows, 3);
    evk_pixels_release(&p);
    evk_str_release(&file);
}

static void test_palette_index(void **state)
{
    (void)state;
    for (int interlace = 0; interlace < 2; interlace++) {
        const struct png_spec s = {4, 1, 2, PNG_COLOR_TYPE_PALETTE, interlace, 0, 3};
        const unsigned char row[1] = {0x1b}; /* 0 1 2 3 */
        struct evk_str file = png_make(&s, row);
        struct evk_pixels p;

        assert_fails(EVK_EFORMAT, "PNG has palette index 3, expected below 3",
                     read_all(&file, &p, err));
        evk_str_release(&file);
    }
}

/*
 * EXIF may come before the pixels or after them, with or without the prefix that JPEGs have; a
 * damaged block states no orientation.
 */
static void test_png_orientation(void **state)
{
    const struct png_spec s = {4, 1, 8, PNG_COLOR_TYPE_GRAY, 0, 0, 0};
    const unsigned char row[4] = {1, 2, 3, 4};

    (void)state;
    for (int i = 0; i < 5; i++) {
        unsigned char block[6 + EXIF_BYTES] = "Exif\0";
        struct evk_str file = png_make(&s, row);
        struct evk_pixels p;

        exif_block(block + 6, 2 + i);
        if (i == 4)
            block[6] = 0;
        png_insert(&file, i % 2 ? "IEND" : "IDAT", "eXIf", block + (i / 2 % 2 ? 0 : 6),
                   EXIF_BYTES + (i / 2 % 2 ? 6 : 0));
        assert_int_equal(read_header(&file).orientation, i == 4 ? 1 : 2 + i);
        assert_ok(read_all(&file, &p, err));
        assert_memory_equal(p.data, row, 4); /* as stored */
        evk_pixels_release(&p);
        evk_str_release(&file);
    }
}

/* ---- JPEG ------------------------------------------------------------------------- */

enum { W = 37, H = 29 };

/* Gray or 4:2:0; APP1 holds each of the texts, of sizes of which the last is 0. */
static struct evk_str make_jpeg(int channels, bool progressive, const char *const *texts,
                                const unsigned *sizes)
{
    struct evk_str file = EVK_STR_INIT;
    struct jpeg_compress_struct c;
    struct jpeg_error_mgr errors;
    unsigned char pixels[W * 3], *data = NULL;
    unsigned long size = 0;

    c.err = jpeg_std_error(&errors);
    jpeg_create_compress(&c);
    jpeg_mem_dest(&c, &data, &size);
    c.image_width = W;
    c.image_height = H;
    c.input_components = channels;
    c.in_color_space = channels == 3 ? JCS_RGB : JCS_GRAYSCALE;
    jpeg_set_defaults(&c);
    if (progressive)
        jpeg_simple_progression(&c);
    jpeg_start_compress(&c, TRUE);
    for (int i = 0; sizes && sizes[i]; i++)
        jpeg_write_marker(&c, JPEG_APP0 + 1, (const JOCTET *)texts[i], sizes[i]);
    while (c.next_scanline < H) {
        JSAMPROW row = pixels;

        for (int i = 0; i < W * channels; i++)
            pixels[i] = (unsigned char)(4 * c.next_scanline + 2 * (unsigned)i);
        jpeg_write_scanlines(&c, &row, 1);
    }
    jpeg_finish_compress(&c);
    jpeg_destroy_compress(&c);
    evk_str_add(&file, data, size);
    free(data);
    return file;
}

/*
 * The memory of a progressive JPEG: with 4:2:0, 5 x 4 blocks and twice 3 x 2, of 64 coefficients of
 * two bytes; in gray, the first only.
 */
static void test_jpeg_header(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++) {
        struct evk_str file = make_jpeg(i % 2 ? 3 : 1, i / 2, NULL, NULL);
        const struct evk_header h = read_header(&file);

        assert_int_equal(h.height, H);
        assert_int_equal(h.width, W);
        assert_int_equal(h.channels, i % 2 ? 3 : 1);
        assert_int_equal(h.bits, 8);
        assert_false(h.alpha);
        assert_int_equal(h.orientation, 1);
        assert_int_equal(h.scale_max, 8);
        assert_int_equal(h.memory, i / 2 ? (i % 2 ? 20 + 2 * 6 : 20) * 64 * 2 : 0);
        evk_str_release(&file);
    }
}

static void test_jpeg_orientation(void **state)
{
    static const char other[] = "http://ns.adobe.com/xap/1.0/";
    unsigned char six[6 + EXIF_BYTES] = "Exif\0", eight[6 + EXIF_BYTES] = "Exif\0";
    const char *const texts[] = {other, (const char *)six, (const char *)eight};
    const unsigned sizes[] = {sizeof(other), sizeof(six), sizeof(eight), 0};
    struct evk_str file;

    (void)state;
    exif_block(six + 6, 6);
    exif_block(eight + 6, 8);
    file = make_jpeg(3, false, texts, sizes);
    assert_int_equal(read_header(&file).orientation, 6);
    evk_str_release(&file);
    file = make_jpeg(1, true, texts + 2, sizes + 2);
    assert_int_equal(read_header(&file).orientation, 8);
    evk_str_release(&file);
    six[4] = 'x';
    file = make_jpeg(3, false, texts, (const unsigned[]){sizes[0], sizes[1], 0});
    assert_int_equal(read_header(&file).orientation, 1);
    evk_str_release(&file);
}

/* At 1/2, 1/4 and 1/8, a JPEG has the right number of rows, which are close to local means. */
static void test_jpeg_scale(void **state)
{
    struct evk_str file = make_jpeg(1, false, NULL, NULL);

    (void)state;
    for (int scale = 1; scale <= 8; scale *= 2) {
        const int h = (H + scale - 1) / scale, w = (W + scale - 1) / scale;
        unsigned char *row = malloc((size_t)w);
        struct evk_reader *r;

        assert_non_null(row);
        assert_ok(evk_reader_open(&r, (const unsigned char *)file.data, file.size, err));
        assert_ok(evk_reader_start(r, scale, err));
        for (int y = 0; y < h; y++) {
            assert_ok(evk_reader_row(r, row, err));
            for (int x = 0; x < W / scale && y < H / scale; x++) {
                const double mean = 4 * y * scale + 2 * x * scale + 3 * (scale - 1);

                assert_true(row[x] > mean - 4 && row[x] < mean + 4);
            }
        }
        evk_reader_close(r);
        free(row);
    }
    evk_str_release(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_alpha),
        cmocka_unit_test(test_transparent_colour),
        cmocka_unit_test(test_palette_index),
        cmocka_unit_test(test_png_orientation),
        cmocka_unit_test(test_jpeg_header),
        cmocka_unit_test(test_jpeg_orientation),
        cmocka_unit_test(test_jpeg_scale),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
