/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_mat.c - MAT-files of images: every byte, as the format's description has it, and limits */
#include "../../harness/test.h"

#include <string.h>

#include "format/mat.h"

/* A file with the variable mov, two images of 1 row and 2 columns, as bytes of each part. */
static const unsigned char behind_header[] = {
    14, 0,  0,  0,  176, 0,   0,   0, /* an array of 176 bytes */
    6,  0,  0,  0,  8,   0,   0,   0, /* its flags: a cell */
    1,  0,  0,  0,  0,   0,   0,   0, /**/
    5,  0,  0,  0,  8,   0,   0,   0, /* its dimensions: 1 x 2 */
    1,  0,  0,  0,  2,   0,   0,   0, /**/
    1,  0,  3,  0,  'm', 'o', 'v', 0, /* its name, in a short element */
    14, 0,  0,  0,  64,  0,   0,   0, /* the first image, an array of 64 bytes */
    6,  0,  0,  0,  8,   0,   0,   0, /* uint8 */
    9,  0,  0,  0,  0,   0,   0,   0, /**/
    5,  0,  0,  0,  12,  0,   0,   0, /* 1 x 2 x 3 */
    1,  0,  0,  0,  2,   0,   0,   0, /**/
    3,  0,  0,  0,  0,   0,   0,   0, /* with padding */
    1,  0,  0,  0,  0,   0,   0,   0, /* no name */
    2,  0,  0,  0,  6,   0,   0,   0, /* six values: R of both, G of both, B of both */
    10, 40, 20, 50, 30,  60,  0,   0, /* with padding */
};

static struct evk_pixels image(int64_t h, int64_t w, unsigned char first)
{
    struct evk_pixels p;

    assert_ok(evk_pixels_new(&p, h, w, 3, err));
    for (int64_t i = 0; i < h * w * 3; i++)
        p.data[i] = (unsigned char)(first + 10 * i);
    return p;
}

static void test_bytes(void **state)
{
    struct evk_pixels one = image(1, 2, 10), two = image(1, 2, 110);
    struct evk_mat m;

    (void)state;
    assert_ok(evk_mat_begin(&m, "mov", 2, 1, 2, err));
    assert_ok(evk_mat_add(&m, &one, err));
    assert_ok(evk_mat_add(&m, &two, err));
    assert_int_equal(m.used, m.file.size);
    assert_int_equal(m.file.size, 128 + 8 + 40 + 2 * 72);
    assert_int_equal(m.file.size, evk_mat_size(2, 1, 2));
    assert_memory_equal(m.file.data, "MATLAB 5.0 MAT-file", 19);
    assert_memory_equal(m.file.data + 124, "\0\1IM", 4);
    assert_int_equal(m.file.data[128 + 4], (unsigned char)(m.file.size - 136));
    assert_memory_equal(m.file.data + 136, behind_header + 8, sizeof(behind_header) - 8);
    assert_int_equal(m.file.data[m.file.size - 8], 110);
    assert_int_equal(m.file.data[m.file.size - 3], 160);
    evk_bytes_release(&m.file);
    evk_pixels_release(&one);
    evk_pixels_release(&two);
}

/* Values go down a column first, then to the next column, then to the next channel. */
static void test_order(void **state)
{
    struct evk_pixels p;
    struct evk_mat m;
    const unsigned char *values;

    (void)state;
    assert_ok(evk_pixels_new(&p, 2, 3, 3, err));
    for (int y = 0; y < 2; y++)
        for (int x = 0; x < 3; x++)
            for (int c = 0; c < 3; c++)
                p.data[(y * 3 + x) * 3 + c] = (unsigned char)(100 * c + 10 * x + y);
    assert_ok(evk_mat_begin(&m, "mov", 1, 2, 3, err));
    assert_ok(evk_mat_add(&m, &p, err));
    values = m.file.data + m.file.size - 24; /* 18 values and padding */
    for (int i = 0; i < 18; i++)
        assert_int_equal(values[i], 100 * (i / 6) + 10 * (i / 2 % 3) + i % 2);
    evk_bytes_release(&m.file);
    evk_pixels_release(&p);
}

static void test_limits(void **state)
{
    struct evk_pixels small = image(1, 2, 0), large = image(2, 1, 0);
    struct evk_mat m;

    (void)state;
    assert_fails(EVK_EINVAL, "173 images of 1920 x 1080 pixels are 1.1 GB",
                 evk_mat_begin(&m, "mov", 173, 1080, 1920, err));
    assert_true(evk_mat_size(172, 1080, 1920) <= EVK_MAT_MAX);
    assert_true(evk_mat_size(INT64_MAX / 2, 1 << 30, 1 << 30) > EVK_MAT_MAX);
    assert_ok(evk_mat_begin(&m, "mov", 1, 1, 2, err));
    assert_fails(EVK_EINVAL, "1 x 2 pixels, expected 2 x 1", evk_mat_add(&m, &large, err));
    assert_ok(evk_mat_add(&m, &small, err));
    assert_int_equal(evk_mat_add(&m, &small, NULL), EVK_EINVAL); /* no other was to come */
    evk_bytes_release(&m.file);
    evk_pixels_release(&small);
    evk_pixels_release(&large);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
