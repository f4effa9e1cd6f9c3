/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_own.c - image files that evoke wrote, and such files with further data in them */
#include "../../harness/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/str.h"
#include "format/codec.h"
#include "format/own.h"

enum { H = 5, W = 40, IHDR_END = 33, IEND = 12 };

static struct evk_pixels picture(void)
{
    struct evk_pixels p;

    assert_ok(evk_pixels_new(&p, H, W, 3, err));
    for (int i = 0; i < H * W * 3; i++)
        p.data[i] = (unsigned char)(i * i);
    return p;
}

static struct evk_bytes png(const char *description)
{
    struct evk_pixels p = picture();
    struct evk_bytes file;

    assert_ok(evk_png_encode(&file, &p, description, err));
    evk_pixels_release(&p);
    return file;
}

static struct evk_bytes jpeg(void)
{
    struct evk_pixels p = picture();
    struct evk_bytes file;

    assert_ok(evk_jpeg_encode(&file, &p, err));
    evk_pixels_release(&p);
    return file;
}

/* Returns the file with further bytes inserted at a place. */
static struct evk_bytes with(const struct evk_bytes *file, size_t at, const void *bytes,
                             size_t size)
{
    struct evk_str s = EVK_STR_INIT;

    evk_str_add(&s, file->data, at);
    evk_str_add(&s, bytes, size);
    evk_str_add(&s, file->data + at, file->size - at);
    return (struct evk_bytes){(unsigned char *)s.data, s.size};
}

static struct evk_bytes with_chunk(const struct evk_bytes *file, size_t at, const char *type,
                                   const void *data, size_t size)
{
    const uint32_t crc = (uint32_t)crc32(crc32(0, (const Bytef *)type, 4), data, (uInt)size);
    struct evk_str s = EVK_STR_INIT;
    struct evk_bytes out;

    for (int shift = 24; shift >= 0; shift -= 8)
        evk_str_add(&s, &(unsigned char){(unsigned char)(size >> shift)}, 1);
    evk_str_add(&s, type, 4);
    evk_str_add(&s, data, size);
    for (int shift = 24; shift >= 0; shift -= 8)
        evk_str_add(&s, &(unsigned char){(unsigned char)(crc >> shift)}, 1);
    out = with(file, at, s.data, s.size);
    evk_str_release(&s);
    return out;
}

static void test_ours(void **state)
{
    static const char *const words[] = {NULL, "", "a \"description\""};
    struct evk_bytes file;

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        file = png(words[i]);
        assert_ok(evk_png_check_own(&file, words[i], err));
        evk_bytes_release(&file);
    }
    file = jpeg();
    assert_ok(evk_jpeg_check_own(&file, err));
    evk_bytes_release(&file);
}

static void refuse_png(struct evk_bytes file, const char *description, const char *why)
{
    struct evk_pixels p;

    assert_ok(evk_decode(&p, file.data, file.size, err)); /* it is a sound file to others */
    evk_pixels_release(&p);
    assert_fails(EVK_EFORMAT, why, evk_png_check_own(&file, description, err));
    evk_bytes_release(&file);
}

static void test_chunks(void **state)
{
    static const char *const types[] = {"gAMA", "iCCP", "sRGB", "cHRM", "eXIf", "zTXt",
                                        "iTXt", "tIME", "pHYs", "bKGD", "abCd"};
    static const unsigned char odd[8] = {0, 0, 0, 1};
    struct evk_bytes file = png("d"), plain = png(NULL);
    char why[80];

    (void)state;
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        snprintf(why, sizeof(why), "PNG has a chunk %s, which evoke does not write there",
                 types[i]);
        refuse_png(with_chunk(&file, IHDR_END, types[i], odd, 8), "d", why);
        refuse_png(with_chunk(&plain, IHDR_END, types[i], odd, 8), NULL, why);
        refuse_png(with_chunk(&file, file.size - IEND, types[i], odd, 8), "d", why);
    }
    evk_bytes_release(&file);
    evk_bytes_release(&plain);
}

static void test_words(void **state)
{
    struct evk_bytes file = png("d"), plain = png(NULL);

    (void)state;
    refuse_png(with(&file, file.size, "", 0), "e", "a text other than the description");
    refuse_png(with(&file, file.size, "", 0), "dd", "a text other than the description");
    refuse_png(with(&file, file.size, "", 0), NULL, "a chunk tEXt, which evoke does not write");
    refuse_png(with(&plain, plain.size, "", 0), "d", "a chunk IDAT, which evoke does not write");
    refuse_png(with_chunk(&plain, IHDR_END, "tEXt", "Comment\0d", 9), "d", "a text other than");
    refuse_png(with_chunk(&file, IHDR_END, "tEXt", "Description\0d", 13), "d", "a chunk tEXt");
    evk_bytes_release(&file);
    evk_bytes_release(&plain);
}

/* Bytes after the last chunk, and after the compressed pixels, are found. */
static void test_behind(void **state)
{
    struct evk_bytes file = png("d");

    (void)state;
    refuse_png(with(&file, file.size, "abc", 3), "d", "PNG has 3 bytes after its end");
    refuse_png(with_chunk(&file, file.size - IEND, "IDAT", "abc", 3), "d",
               "PNG has data in IDAT other than its pixels");
    refuse_png(with_chunk(&file, file.size - IEND, "IDAT", "", 0), "d",
               "PNG has data in IDAT other than its pixels");
    evk_bytes_release(&file);
}

static void test_other_png(void **state)
{
    static const char *const paths[] = {"tests/data/gray_8x8.png"};
    struct evk_bytes file;

    (void)state;
    assert_ok(evk_fs_read(&file, paths[0], 1 << 20, err));
    assert_fails(EVK_EFORMAT, "PNG is not 8-bit RGB", evk_png_check_own(&file, NULL, err));
    evk_bytes_release(&file);
    file = jpeg();
    assert_fails(EVK_EFORMAT, "is not a PNG", evk_png_check_own(&file, NULL, err));
    evk_bytes_release(&file);
}

/* Every file that is cut off is refused, and never read beyond its end. */
static void test_cut(void **state)
{
    struct evk_bytes files[] = {png("d"), jpeg()};

    (void)state;
    for (int i = 0; i < 2; i++) {
        for (size_t n = 0; n < files[i].size; n++) {
            struct evk_bytes part = {malloc(n ? n : 1), n};

            memcpy(part.data, files[i].data, n);
            assert_int_equal(i ? evk_jpeg_check_own(&part, NULL)
                               : evk_png_check_own(&part, "d", NULL),
                             EVK_EFORMAT);
            free(part.data);
        }
        evk_bytes_release(&files[i]);
    }
}

static void refuse_jpeg(struct evk_bytes file, const char *why)
{
    assert_fails(EVK_EFORMAT, why, evk_jpeg_check_own(&file, err));
    evk_bytes_release(&file);
}

static void test_jpeg(void **state)
{
    struct evk_bytes file = jpeg(), other;

    (void)state;
    refuse_jpeg(with(&file, file.size, "abcd", 4), "JPEG has 4 bytes after its end");
    refuse_jpeg(with(&file, 20, "\xff\xfe\0\4ab", 6), "JPEG has a segment FFFE");
    refuse_jpeg(with(&file, 20, "\xff\xe1\0\4ab", 6), "JPEG has a segment FFE1");
    refuse_jpeg(with(&file, 2, "\xff\xee\0\4ab", 6), "JPEG has a segment FFEE");
    refuse_jpeg(with(&file, 20, "ab", 2), "JPEG has bytes between its segments");
    refuse_jpeg(with(&file, file.size - 2, "\xff\xfe\0\4ab", 6), "JPEG has a segment FFFE");
    evk_bytes_release(&file);
    assert_ok(evk_fs_read(&other, "tests/data/rgb_8x8.png", 1 << 20, err));
    refuse_jpeg(other, "is not a JPEG");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ours),      cmocka_unit_test(test_chunks),
        cmocka_unit_test(test_words),     cmocka_unit_test(test_behind),
        cmocka_unit_test(test_other_png), cmocka_unit_test(test_cut),
        cmocka_unit_test(test_jpeg),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
