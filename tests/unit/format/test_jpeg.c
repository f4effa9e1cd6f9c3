/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_jpeg.c - JPEG images: the pixels libjpeg gives by default, and no silent damage */
#include "../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include "base/mem.h"
#include "format/codec.h"

enum { W = 37, H = 29 };

struct spec {
    int channels;
    J_COLOR_SPACE in, file;
    int sampling;               /* of the first channel: 2 is 4:2:0 */
    bool progressive, separate; /* separate: a scan for each channel */
};

static const struct spec rgb420 = {3, JCS_RGB, JCS_YCbCr, 2, false, false};
static const struct spec gray = {1, JCS_GRAYSCALE, JCS_GRAYSCALE, 1, false, false};

/* Fill p with smooth values and some noise. */
static void fill(unsigned char *p, int channels)
{
    uint64_t state = 3;

    for (int i = 0; i < W * H * channels; i++)
        p[i] = (unsigned char)(100 + i % (W * channels) + (int)(40.0f * random_float(&state)));
}

/* Make a file, and the pixels that libjpeg decodes from it with its defaults. */
static struct evk_bytes make(const struct spec *s)
{
    static const jpeg_scan_info scans[] = {
        {1, {0}, 0, 63, 0, 0}, {1, {1}, 0, 63, 0, 0}, {1, {2}, 0, 63, 0, 0}};
    struct jpeg_compress_struct c;
    struct jpeg_error_mgr errors;
    unsigned char pixels[W * H * 4], *data = NULL;
    unsigned long size = 0;

    fill(pixels, s->channels);
    c.err = jpeg_std_error(&errors);
    jpeg_create_compress(&c);
    jpeg_mem_dest(&c, &data, &size);
    c.image_width = W;
    c.image_height = H;
    c.input_components = s->channels;
    c.in_color_space = s->in;
    jpeg_set_defaults(&c);
    jpeg_set_colorspace(&c, s->file);
    jpeg_set_quality(&c, 90, TRUE);
    c.comp_info[0].h_samp_factor = c.comp_info[0].v_samp_factor = s->sampling;
    if (s->progressive)
        jpeg_simple_progression(&c);
    if (s->separate) {
        c.scan_info = scans;
        c.num_scans = 3;
    }
    jpeg_start_compress(&c, TRUE);
    while (c.next_scanline < H) {
        JSAMPROW row = pixels + c.next_scanline * (unsigned)(W * s->channels);

        jpeg_write_scanlines(&c, &row, 1);
    }
    jpeg_finish_compress(&c);
    jpeg_destroy_compress(&c);
    return (struct evk_bytes){data, size};
}

static void say_nothing(j_common_ptr c)
{
    (void)c;
}

static void check_decoded(const struct evk_bytes *file, int channels)
{
    struct jpeg_decompress_struct c;
    struct jpeg_error_mgr errors;
    struct evk_pixels p;

    assert_ok(evk_decode(&p, file->data, file->size, err));
    assert_int_equal(p.height, H);
    assert_int_equal(p.width, W);
    assert_int_equal(p.channels, channels);

    c.err = jpeg_std_error(&errors);
    errors.output_message = say_nothing;
    jpeg_create_decompress(&c);
    jpeg_mem_src(&c, file->data, file->size);
    jpeg_read_header(&c, TRUE);
    jpeg_start_decompress(&c);
    assert_int_equal(c.output_components, channels);
    for (int y = 0; y < H; y++) {
        unsigned char line[W * 4];
        JSAMPROW row = line;

        jpeg_read_scanlines(&c, &row, 1);
        assert_memory_equal(line, p.data + y * W * channels, (size_t)(W * channels));
    }
    jpeg_finish_decompress(&c);
    jpeg_destroy_decompress(&c);
    evk_pixels_release(&p);
}

static void test_decode(void **state)
{
    static const struct spec specs[] = {
        {3, JCS_RGB, JCS_YCbCr, 2, false, false},
        {3, JCS_RGB, JCS_YCbCr, 1, false, false},
        {3, JCS_RGB, JCS_YCbCr, 2, true, false},
        {3, JCS_RGB, JCS_YCbCr, 2, false, true},
        {3, JCS_RGB, JCS_RGB, 1, false, false},
        {1, JCS_GRAYSCALE, JCS_GRAYSCALE, 1, false, false},
        {1, JCS_GRAYSCALE, JCS_GRAYSCALE, 1, true, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(specs) / sizeof(specs[0]); i++) {
        struct evk_bytes file = make(&specs[i]);

        check_decoded(&file, specs[i].channels);
        evk_bytes_release(&file);
    }
}

/* The decoded gray levels are close to those that were encoded. */
static void test_gray_levels(void **state)
{
    unsigned char pixels[W * H];
    struct evk_bytes file = make(&gray);
    struct evk_pixels p;
    double square = 0;

    (void)state;
    fill(pixels, 1);
    assert_ok(evk_decode(&p, file.data, file.size, err));
    for (int i = 0; i < W * H; i++)
        square += (p.data[i] - pixels[i]) * (p.data[i] - pixels[i]);
    assert_true(square / (W * H) < 25); /* quality 90 */
    evk_bytes_release(&file);
    evk_pixels_release(&p);
}

static void check_fails(evk_status status, const char *text, const unsigned char *data, size_t size)
{
    struct evk_pixels p = {0, 0, 0, NULL};

    assert_fails(status, text, evk_decode(&p, data, size, err));
    assert_null(p.data);
}

/* Returns the offset of the first (step 1) or last (step -1) marker 0xff, code. */
static size_t find_marker(const struct evk_bytes *file, unsigned char code, int step)
{
    size_t at = step > 0 ? 0 : file->size - 2;

    while (file->data[at] != 0xff || file->data[at + 1] != code)
        at += (size_t)step;
    return at;
}

static void test_refused(void **state)
{
    static const struct spec cmyk = {4, JCS_CMYK, JCS_CMYK, 1, false, false};
    static const struct spec ycck = {4, JCS_CMYK, JCS_YCCK, 2, false, false};
    static const char four[] = "JPEG has 4 channels (CMYK), expected 1 or 3";
    struct evk_bytes file = make(&cmyk);
    size_t sof;

    (void)state;
    check_fails(EVK_EUNSUPPORTED, four, file.data, file.size);
    evk_bytes_release(&file);
    file = make(&ycck);
    check_fails(EVK_EUNSUPPORTED, four, file.data, file.size);
    evk_bytes_release(&file);

    file = make(&rgb420);
    sof = find_marker(&file, 0xc0, 1);
    file.data[sof + 4] = 12;
    check_fails(EVK_EUNSUPPORTED, "JPEG has 12 bits per channel, expected 8", file.data, file.size);
    file.data[sof + 4] = 8;
    memset(file.data + sof + 5, 0xfd, 4);
    check_fails(EVK_EUNSUPPORTED, "65021 x 65021 pixels, expected at most", file.data, file.size);
    evk_bytes_release(&file);
}

static void check_truncated(const struct spec *s)
{
    struct evk_bytes file = make(s);

    for (size_t n = 0; n < file.size; n++) {
        unsigned char *part = malloc(n ? n : 1); /* its own block: a read beyond it is noticed */

        memcpy(part, file.data, n);
        check_fails(EVK_EFORMAT,
                    n == 0  ? "is empty"
                    : n < 3 ? "expected one of"
                            : "JPEG is corrupt",
                    part, n);
        free(part);
    }
    evk_bytes_release(&file);
}

static void test_truncated(void **state)
{
    struct spec progressive = rgb420;

    (void)state;
    progressive.progressive = true;
    check_truncated(&rgb420);
    check_truncated(&gray);
    check_truncated(&progressive);
}

/* JPEGs have no checksums: a flipped bit may go unnoticed, but never crashes or leaks. */
static void check_flipped(const struct spec *s)
{
    static const unsigned char masks[] = {1, 0x10, 0x80, 0xff};
    struct evk_bytes file = make(s);

    for (size_t i = 0; i < file.size; i++)
        for (size_t m = 0; m < sizeof(masks); m++) {
            struct evk_pixels p = {0, 0, 0, NULL};

            file.data[i] ^= masks[m];
            if (evk_decode(&p, file.data, file.size, NULL))
                assert_null(p.data);
            evk_pixels_release(&p);
            file.data[i] ^= masks[m];
        }
    check_decoded(&file, s->channels);
    evk_bytes_release(&file);
}

static void test_flipped(void **state)
{
    struct spec progressive = rgb420;

    (void)state;
    progressive.progressive = true;
    check_flipped(&rgb420);
    check_flipped(&progressive);
}

static struct evk_bytes insert(const struct evk_bytes *file, size_t at, const void *bytes, size_t n)
{
    struct evk_bytes more = {malloc(file->size + n), file->size + n};

    memcpy(more.data, file->data, at);
    memcpy(more.data + at, bytes, n);
    memcpy(more.data + at + n, file->data + at, file->size - at);
    return more;
}

/* Where a scan ends early, libjpeg by itself only warns, and fills the rest with gray. */
static void test_corrupt_scan(void **state)
{
    struct evk_bytes file = make(&rgb420), cut;
    const size_t scan = find_marker(&file, 0xda, 1);

    (void)state;
    cut = insert(&file, scan + 200, "\xff\xd9", 2);
    check_fails(EVK_EFORMAT, "JPEG is corrupt: ", cut.data, cut.size);
    evk_bytes_release(&cut);
    for (size_t i = 0; i < 100; i += 2) { /* ones: the code that no table has */
        file.data[scan + 200 + i] = 0xff;
        file.data[scan + 201 + i] = 0;
    }
    check_fails(EVK_EFORMAT, "JPEG is corrupt: ", file.data, file.size);
    evk_bytes_release(&file);
}

/* libjpeg also warns of these files, but every pixel of them is right. */
static void test_harmless(void **state)
{
    static const char adobe[] = "\xff\xee\0\x0e"
                                "Adobe\0\x64\0\0\0\0\x05";
    struct evk_bytes file = make(&rgb420), odd;

    (void)state;
    odd = insert(&file, find_marker(&file, 0xdb, 1), "\1\2\3", 3);
    check_decoded(&odd, 3);
    evk_bytes_release(&odd);
    odd = insert(&file, find_marker(&file, 0xd9, -1), "\0\0", 2);
    check_decoded(&odd, 3);
    evk_bytes_release(&odd);
    odd = insert(&file, find_marker(&file, 0xe0, 1), adobe, 16);
    odd.data[find_marker(&odd, 0xe0, 1) + 1] = 0xe1; /* with a JFIF marker, Adobe's has no say */
    check_decoded(&odd, 3);
    evk_bytes_release(&odd);
    odd = insert(&file, file.size, "trailer", 7);
    check_decoded(&odd, 3);
    evk_bytes_release(&odd);
    file.data[find_marker(&file, 0xe0, 1) + 9] = 2; /* JFIF 2.1 */
    check_decoded(&file, 3);
    evk_bytes_release(&file);
}

/* Each scan is a pass over the whole image, however short it is in the file. */
static void test_scans(void **state)
{
    struct spec separate = rgb420;
    struct evk_bytes file, many;
    size_t scan, n;

    (void)state;
    separate.separate = true;
    file = make(&separate);
    scan = find_marker(&file, 0xda, -1);
    n = file.size - 2 - scan;
    for (int copies = 100; copies <= 600; copies += 500) {
        unsigned char *scans = malloc((size_t)copies * n);

        for (int i = 0; i < copies; i++)
            memcpy(scans + (size_t)i * n, file.data + scan, n);
        many = insert(&file, scan, scans, (size_t)copies * n);
        if (copies == 100)
            check_decoded(&many, 3);
        else
            check_fails(EVK_EFORMAT, "JPEG has over 500 scans", many.data, many.size);
        evk_bytes_release(&many);
        free(scans);
    }
    evk_bytes_release(&file);
}

/* Channels are not subsampled, and an image of 0 and 255 is nearly the same after decoding. */
static void test_encode(void **state)
{
    enum { SIDE = 17 };
    unsigned char data[SIDE * SIDE * 3];
    struct evk_pixels p = {SIDE, SIDE, 3, data}, back;
    struct evk_bytes file, again;
    double sum = 0;
    uint64_t seed = 5;

    (void)state;
    for (size_t i = 0; i < sizeof(data); i++)
        data[i] = random_float(&seed) < 0 ? 0 : 255;
    assert_ok(evk_jpeg_encode(&file, &p, err));
    assert_ok(evk_jpeg_encode(&again, &p, err));
    assert_int_equal(file.size, again.size);
    assert_memory_equal(file.data, again.data, file.size);
    for (size_t c = 0; c < 3; c++) /* sampling factors in the frame header */
        assert_int_equal(file.data[find_marker(&file, 0xc0, -1) + 11 + 3 * c], 0x11);
    assert_ok(evk_decode(&back, file.data, file.size, err));
    for (size_t i = 0; i < sizeof(data); i++)
        sum += (back.data[i] - data[i]) * (back.data[i] - data[i]);
    assert_true(sqrt(sum / sizeof(data)) < 3);
    evk_pixels_release(&back);
    evk_bytes_release(&file);
    evk_bytes_release(&again);
    p.channels = 1;
    assert_fails(EVK_EINVAL, "1 channels, expected", evk_jpeg_encode(&file, &p, err));
    p = (struct evk_pixels){1, 70000, 3, data};
    assert_fails(EVK_EINVAL, "70000 x 1 pixels", evk_jpeg_encode(&file, &p, err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decode),   cmocka_unit_test(test_gray_levels),
        cmocka_unit_test(test_refused),  cmocka_unit_test(test_truncated),
        cmocka_unit_test(test_flipped),  cmocka_unit_test(test_corrupt_scan),
        cmocka_unit_test(test_harmless), cmocka_unit_test(test_scans),
        cmocka_unit_test(test_encode),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
