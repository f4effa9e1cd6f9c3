/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_image.c - images of floats: reading, making, rounding to 8 bits */
#include "../../harness/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "image/image.h"

static void test_new(void **state)
{
    evk_image *image = NULL;

    (void)state;
    assert_fails(EVK_EINVAL, "0 x 4 pixels", evk_image_new(&image, 4, 0, 3, err));
    assert_fails(EVK_EINVAL, "expected 1 x 1 to 100000000 pixels in all",
                 evk_image_new(&image, INT64_MAX, INT64_MAX, 1, err));
    assert_null(image);
    assert_ok(evk_image_new(&image, 2, 5, 3, err));
    assert_int_equal(image->height, 2);
    assert_int_equal(image->width, 5);
    assert_int_equal(image->channels, 3);
    for (int i = 0; i < 30; i++)
        assert_true(image->values[i] == 0);
    evk_image_free(image);
    evk_image_free(NULL);
}

static void test_quantise(void **state)
{
    static const struct {
        float value;
        int expected;
    } cases[] = {
        {0.0f, 0},     {-0.0f, 0},      {-0.5f, 0},        {-1e30f, 0},   {0.49999997f, 0},
        {0.5f, 1},     {1.5f, 2},       {2.5f, 3},         {126.5f, 127}, {127.49999f, 127},
        {254.5f, 255}, {255.0f, 255},   {254.49998f, 254}, {255.5f, 255}, {1e30f, 255},
        {NAN, 0},      {INFINITY, 255}, {-INFINITY, 0},    {123.0f, 123}, {200.25f, 200},
    };
    enum { N = sizeof(cases) / sizeof(cases[0]) };
    struct evk_pixels p;
    float values[3 * N];

    (void)state;
    for (int i = 0; i < N; i++)
        values[i] = cases[i].value;
    assert_ok(evk_image_quantise(&p, 4, N / 4, 1, values, err));
    assert_int_equal(p.height, 4);
    assert_int_equal(p.width, N / 4);
    assert_int_equal(p.channels, 3);
    for (int i = 0; i < 3 * N; i++)
        assert_int_equal(p.data[i], cases[i / 3].expected);
    evk_pixels_release(&p);

    for (int i = 0; i < 3 * N; i++)
        values[i] = cases[i % N].value;
    assert_ok(evk_image_quantise(&p, N, 1, 3, values, err));
    for (int i = 0; i < 3 * N; i++)
        assert_int_equal(p.data[i], cases[i % N].expected);
    evk_pixels_release(&p);
}

static void test_decode(void **state)
{
    float values[7 * 6 * 3];
    struct evk_pixels p;
    struct evk_bytes file;
    evk_image *image;

    (void)state;
    for (int i = 0; i < 7 * 6 * 3; i++)
        values[i] = (float)(255 - 2 * i);
    assert_ok(evk_image_quantise(&p, 7, 6, 3, values, err));
    assert_ok(evk_png_encode(&file, &p, NULL, err));
    assert_ok(evk_image_decode(&image, file.data, file.size, err));
    assert_int_equal(image->height, 7);
    assert_int_equal(image->width, 6);
    assert_int_equal(image->channels, 3);
    for (int i = 0; i < 7 * 6 * 3; i++)
        assert_true(image->values[i] == (float)(255 - 2 * i));
    evk_image_free(image);
    evk_bytes_release(&file);
    evk_pixels_release(&p);
}

/* The content, not the name, decides on the format, and messages name the path. */
static void test_read(void **state)
{
    static const unsigned char alpha[] = /* 1 x 1, RGBA */
        "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\6\0\0\0\x1f\x15\xc4\x89"
        "\0\0\0\rIDATx\x9c\x63\x60\x60\x60\x60\0\0\0\5\0\1\xa5\xf6\x45\x40\0\0\0\0IEND\xae\x42\x60"
        "\x82";
    char *folder = scratch_folder("test_image"), *path;
    struct evk_pixels p;
    struct evk_bytes file;
    evk_image *image = NULL;

    (void)state;
    assert_ok(evk_path_join(&path, folder, "x.jpg", err));
    assert_fails(EVK_EIO, "/x.jpg: No such file", evk_image_read(&image, path, err));
    assert_ok(evk_fs_write(path, "", 0, err));
    assert_fails(EVK_EFORMAT, "/x.jpg: is empty, expected an image",
                 evk_image_read(&image, path, err));
    assert_ok(evk_fs_write(path, "text", 4, err));
    assert_fails(EVK_EFORMAT, "/x.jpg: unknown image format, expected one of: PNG, JPEG",
                 evk_image_read(&image, path, err));
    assert_ok(evk_fs_write(path, alpha, sizeof(alpha) - 1, err));
    assert_fails(EVK_EUNSUPPORTED, "/x.jpg: PNG has an alpha channel that is not opaque",
                 evk_image_read(&image, path, err));
    assert_null(image);

    assert_ok(evk_pixels_new(&p, 1, 1, 3, err));
    p.data[1] = 77;
    assert_ok(evk_png_encode(&file, &p, NULL, err));
    assert_ok(evk_fs_write(path, file.data, file.size, err));
    assert_ok(evk_image_read(&image, path, err));
    assert_true(image->values[0] == 0 && image->values[1] == 77 && image->values[2] == 0);
    evk_image_free(image);
    evk_bytes_release(&file);
    evk_pixels_release(&p);
    free(path);
    free(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_new),
        cmocka_unit_test(test_quantise),
        cmocka_unit_test(test_decode),
        cmocka_unit_test(test_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
