/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_png.c - PNG images: what is written, what is read, what is refused */
#include "../../harness/png_file.h"
#include "../../harness/test.h"

#include <png.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "format/codec.h"

static evk_status decode(struct evk_pixels *p, const struct evk_str *file, evk_error *err)
{
    return evk_decode(p, (const unsigned char *)file->data, file->size, err);
}

static void fill_random(unsigned char *p, size_t n)
{
    uint64_t state = 5;

    for (size_t i = 0; i < n; i++)
        p[i] = (unsigned char)(128.0f + 127.0f * random_float(&state));
}

/* ---- writing ------------------------------------------------------------------ */

static struct evk_bytes encode_random(int64_t h, int64_t w, const char *description,
                                      struct evk_pixels *p)
{
    struct evk_bytes file;

    assert_ok(evk_pixels_new(p, h, w, 3, err));
    fill_random(p->data, (size_t)(h * w * 3));
    assert_ok(evk_png_encode(&file, p, description, err));
    return file;
}

static void test_round_trip(void **state)
{
    static const int64_t sizes[][2] = {{1, 1}, {3, 5}, {1, 40}, {40, 1}, {31, 17}, {112, 112}};

    (void)state;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        struct evk_pixels p, q;
        struct evk_bytes file = encode_random(sizes[i][0], sizes[i][1], NULL, &p), again;

        assert_ok(evk_decode(&q, file.data, file.size, err));
        assert_int_equal(q.height, sizes[i][0]);
        assert_int_equal(q.width, sizes[i][1]);
        assert_int_equal(q.channels, 3);
        assert_memory_equal(q.data, p.data, (size_t)(q.height * q.width * 3));
        assert_ok(evk_png_encode(&again, &q, NULL, err));
        assert_int_equal(again.size, file.size);
        assert_memory_equal(again.data, file.data, file.size);
        evk_bytes_release(&file);
        evk_bytes_release(&again);
        evk_pixels_release(&p);
        evk_pixels_release(&q);
    }
}

/* A quickly written file has the same pixels, the same bytes each time, and other ones. */
static void test_quickly(void **state)
{
    struct evk_pixels p, q;
    struct evk_bytes file = encode_random(31, 17, NULL, &p), quick, again;

    (void)state;
    assert_ok(evk_png_encode_quickly(&quick, &p, err));
    assert_ok(evk_png_encode_quickly(&again, &p, err));
    assert_int_equal(again.size, quick.size);
    assert_memory_equal(again.data, quick.data, quick.size);
    assert_true(quick.size != file.size || memcmp(quick.data, file.data, file.size) != 0);
    assert_ok(evk_decode(&q, quick.data, quick.size, err));
    assert_int_equal(q.height, 31);
    assert_int_equal(q.width, 17);
    assert_memory_equal(q.data, p.data, 31 * 17 * 3);
    evk_bytes_release(&file);
    evk_bytes_release(&quick);
    evk_bytes_release(&again);
    evk_pixels_release(&p);
    evk_pixels_release(&q);
}

static uint32_t big(const unsigned char *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* Check the names of the file's chunks, where several IDAT in a row count as one. */
static void check_chunks(const struct evk_bytes *file, const char *expected)
{
    struct evk_str names = EVK_STR_INIT;

    for (size_t at = 8; at < file->size; at += big(file->data + at) + 12) {
        const char *name = (const char *)file->data + at + 4;

        if (names.size < 4 || memcmp(names.data + names.size - 5, name, 4) != 0)
            evk_str_printf(&names, "%.4s ", name);
    }
    assert_string_equal(names.data, expected);
    evk_str_release(&names);
}

static void test_chunks(void **state)
{
    static const unsigned char header[] = {0, 0, 0, 50, 0, 0, 0, 60, 8, 2, 0, 0, 0};
    static const char text[] = "\0\0\0\x11"
                               "tEXtDescription\0abc\xe9 x";
    struct evk_pixels p;
    struct evk_bytes file = encode_random(60, 50, NULL, &p);

    (void)state;
    check_chunks(&file, "IHDR IDAT IEND ");
    assert_memory_equal(file.data + 16, header, sizeof(header));
    evk_bytes_release(&file);

    assert_ok(evk_png_encode(&file, &p, "abc\xe9 x", err));
    check_chunks(&file, "IHDR tEXt IDAT IEND ");
    assert_int_equal(big(file.data + 33), 12 + 6);
    assert_memory_equal(file.data + 37, text + 4, 4 + 12 + 6);
    evk_bytes_release(&file);
    evk_pixels_release(&p);
}

static void test_encode_refuses(void **state)
{
    struct evk_bytes file = {NULL, 0};
    struct evk_pixels p;

    (void)state;
    assert_ok(evk_pixels_new(&p, 2, 2, 1, err));
    assert_fails(EVK_EINVAL, "2 x 2 pixels of 1 channels", evk_png_encode(&file, &p, NULL, err));
    assert_null(file.data);
    evk_pixels_release(&p);
}

/* ---- damage -------------------------------------------------------------------- */

static void test_truncated(void **state)
{
    struct evk_pixels p, q = {0, 0, 0, NULL};
    struct evk_bytes file = encode_random(9, 7, "a text", &p);

    (void)state;
    for (size_t n = 0; n < file.size; n++) {
        unsigned char *part = malloc(n ? n : 1); /* its own block: a read beyond it is noticed */

        memcpy(part, file.data, n);
        assert_fails(EVK_EFORMAT,
                     n == 0  ? "is empty"
                     : n < 8 ? "expected one of: PNG, JPEG"
                             : "PNG is cut off after",
                     evk_decode(&q, part, n, err));
        assert_null(q.data);
        free(part);
    }
    evk_bytes_release(&file);
    evk_pixels_release(&p);
}

/* Every byte of a PNG is covered by a checksum, so that every flipped bit is an error. */
static void test_flipped(void **state)
{
    static const unsigned char masks[] = {1, 0x20, 0x80, 0xff};
    struct evk_pixels p, q = {0, 0, 0, NULL};
    struct evk_bytes file = encode_random(9, 7, "a text", &p);

    (void)state;
    for (size_t i = 0; i < file.size; i++)
        for (size_t m = 0; m < sizeof(masks); m++) {
            file.data[i] ^= masks[m];
            assert_true(evk_decode(&q, file.data, file.size, NULL) != EVK_OK);
            assert_null(q.data);
            file.data[i] ^= masks[m];
        }
    assert_ok(evk_decode(&q, file.data, file.size, err));
    evk_bytes_release(&file);
    evk_pixels_release(&p);
    evk_pixels_release(&q);
}

static void test_size_bomb(void **state)
{
    static const uint32_t sides[][2] = {
        {0x7fffffff, 0x7fffffff}, {0x7fffffff, 1}, {1, 0x7fffffff}, {1000000, 1000000}};
    struct evk_pixels p, q = {0, 0, 0, NULL};
    struct evk_bytes file = encode_random(2, 2, NULL, &p);

    (void)state;
    for (size_t i = 0; i < sizeof(sides) / sizeof(sides[0]); i++) {
        png_put(file.data + 16, sides[i][0]);
        png_put(file.data + 20, sides[i][1]);
        png_put(file.data + 29, png_checksum(file.data + 12, 17));
        assert_fails(EVK_EUNSUPPORTED, "pixels, expected at most",
                     evk_decode(&q, file.data, file.size, err));
        assert_null(q.data);
    }
    evk_bytes_release(&file);
    evk_pixels_release(&p);
}

/* ---- kinds of PNG ---------------------------------------------------------------- */

static int sample(const unsigned char *row, int x, int bits)
{
    return row[x * bits / 8] >> (8 - bits - x * bits % 8) & ((1 << bits) - 1);
}

static void check_kind(const struct png_spec *s)
{
    const size_t stride = png_stride(s);
    unsigned char *rows = malloc(stride * (size_t)s->height);
    struct evk_str file;
    struct evk_pixels p;

    fill_random(rows, stride * (size_t)s->height);
    file = png_make(s, rows);
    assert_ok(decode(&p, &file, err));
    assert_int_equal(p.height, s->height);
    assert_int_equal(p.width, s->width);
    assert_int_equal(p.channels, s->type == PNG_COLOR_TYPE_GRAY ? 1 : 3);
    for (int y = 0; y < s->height; y++)
        for (int x = 0; x < s->width; x++) {
            const unsigned char *row = rows + (size_t)y * stride;
            const unsigned char *pixel = p.data + (y * s->width + x) * p.channels;
            const int v = s->type == PNG_COLOR_TYPE_RGB ? 0 : sample(row, x, s->bits);

            if (s->type == PNG_COLOR_TYPE_RGB) {
                assert_memory_equal(pixel, row + 3 * x, 3);
            } else if (s->type == PNG_COLOR_TYPE_GRAY) {
                assert_int_equal(pixel[0], v * 255 / ((1 << s->bits) - 1));
            } else {
                assert_int_equal(pixel[0], (3 * v) & 255);
                assert_int_equal(pixel[1], 255 - v);
                assert_int_equal(pixel[2], v ^ 85);
            }
        }
    free(rows);
    evk_str_release(&file);
    evk_pixels_release(&p);
}

static void test_kinds(void **state)
{
    static const int types[] = {PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_PALETTE, PNG_COLOR_TYPE_RGB};

    (void)state;
    for (int t = 0; t < 3; t++)
        for (int bits = types[t] == PNG_COLOR_TYPE_RGB ? 8 : 1; bits <= 8; bits *= 2)
            for (int interlace = 0; interlace < 2; interlace++)
                for (int width = 1; width < 20; width += 6)
                    for (int extra = 0; extra <= PNG_GAMMA; extra += PNG_GAMMA)
                        check_kind(&(struct png_spec){width, 11, bits, types[t], interlace, extra,
                                                      1 << bits});
}

static void check_refused(const struct png_spec *s, const char *text)
{
    unsigned char rows[1024] = {0};
    struct evk_str file = png_make(s, rows);
    struct evk_pixels p = {0, 0, 0, NULL};

    assert_fails(EVK_EUNSUPPORTED, text, decode(&p, &file, err));
    assert_null(p.data);
    evk_str_release(&file);
}

static void test_refused(void **state)
{
    static const char deep[] = "PNG has 16 bits per channel, expected 8";
    static const char alpha[] =
        "PNG has an alpha channel or a transparent colour, expected gray or RGB";

    (void)state;
    check_refused(&(struct png_spec){4, 4, 16, PNG_COLOR_TYPE_GRAY, 0, 0, 0}, deep);
    check_refused(&(struct png_spec){4, 4, 16, PNG_COLOR_TYPE_RGB, 0, 0, 0}, deep);
    check_refused(&(struct png_spec){4, 4, 16, PNG_COLOR_TYPE_RGB_ALPHA, 1, 0, 0}, deep);
    check_refused(&(struct png_spec){4, 4, 8, PNG_COLOR_TYPE_RGB_ALPHA, 0, 0, 0}, alpha);
    check_refused(&(struct png_spec){4, 4, 8, PNG_COLOR_TYPE_GRAY_ALPHA, 1, 0, 0}, alpha);
    check_refused(&(struct png_spec){4, 4, 8, PNG_COLOR_TYPE_GRAY, 0, PNG_TRNS, 0}, alpha);
    check_refused(&(struct png_spec){4, 4, 8, PNG_COLOR_TYPE_RGB, 0, PNG_TRNS, 0}, alpha);
    check_refused(&(struct png_spec){4, 4, 8, PNG_COLOR_TYPE_PALETTE, 0, PNG_TRNS, 9}, alpha);
}

static void test_palette_index(void **state)
{
    const struct png_spec s = {4, 1, 2, PNG_COLOR_TYPE_PALETTE, 0, 0, 3};
    unsigned char row[1] = {0x1b}; /* 0 1 2 3 */
    struct evk_str file = png_make(&s, row);
    struct evk_pixels p = {0, 0, 0, NULL};

    (void)state;
    assert_fails(EVK_EFORMAT, "PNG has palette index 3, expected below 3", decode(&p, &file, err));
    assert_null(p.data);
    evk_str_release(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip), cmocka_unit_test(test_quickly),
        cmocka_unit_test(test_chunks),     cmocka_unit_test(test_encode_refuses),
        cmocka_unit_test(test_truncated),  cmocka_unit_test(test_flipped),
        cmocka_unit_test(test_size_bomb),  cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_refused),    cmocka_unit_test(test_palette_index),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
