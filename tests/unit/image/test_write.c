/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_write.c - an image of floats as a file, which reads back as its rounded values */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/test.h"
#include "base/fs.h"
#include "evoke/image.h"

static char *folder;

static void test_bytes(void **state)
{
    static const float values[] = {-3,  0.49999997f, 0.5f,       1.49f,    254.5f,
                                   255, 300,         (float)NAN, INFINITY, -INFINITY};
    static const unsigned char expected[] = {0, 0, 1, 1, 255, 255, 255, 0, 255, 0};
    unsigned char bytes[sizeof(expected)];

    (void)state;
    evk_image_bytes(values, sizeof(expected), bytes);
    assert_memory_equal(bytes, expected, sizeof(expected));
}

/* A gray image becomes three equal channels, a coloured one keeps its own. */
static void test_round_trip(void **state)
{
    (void)state;
    for (int64_t channels = 1; channels <= 3; channels += 2) {
        evk_image *image, *back;

        assert_ok(evk_image_new(&image, 3, 5, channels, err));
        for (int64_t i = 0; i < 15 * channels; i++)
            image->values[i] = 5.3f * (float)i;
        assert_ok(evk_image_write(image, path_in(folder, "a.png"), "a text", err));
        assert_ok(evk_image_read(&back, path_in(folder, "a.png"), err));
        assert_true(back->height == 3 && back->width == 5 && back->channels == 3);
        for (int64_t i = 0; i < 45; i++) {
            unsigned char byte;

            evk_image_bytes(&image->values[channels == 1 ? i / 3 : i], 1, &byte);
            assert_true(back->values[i] == byte);
        }
        evk_image_free(image);
        evk_image_free(back);
    }
}

/* The description is in the file as it was given, and a file is not replaced by a failure. */
static void test_description(void **state)
{
    struct evk_bytes with, without;
    evk_image *image;

    (void)state;
    assert_ok(evk_image_new(&image, 2, 2, 3, err));
    assert_ok(evk_image_write(image, path_in(folder, "with.png"), "what it is", err));
    assert_ok(evk_image_write(image, path_in(folder, "without.png"), NULL, err));
    assert_fails(EVK_EINVAL, "with.png: description",
                 evk_image_write(image, path_in(folder, "with.png"), "caf\xc3\xa9", err));
    assert_fails(EVK_EINVAL, "is not printable ASCII",
                 evk_image_write(image, path_in(folder, "with.png"), "two\nlines", err));
    assert_fails(EVK_EINVAL, "is not printable ASCII",
                 evk_image_write(image, path_in(folder, "with.png"), "\x7f", err));
    assert_ok(evk_fs_read(&with, path_in(folder, "with.png"), 1000, err));
    assert_ok(evk_fs_read(&without, path_in(folder, "without.png"), 1000, err));
    assert_int_equal(with.size - without.size,
                     12 + strlen("Description") + 1 + strlen("what it is"));
    evk_bytes_release(&with);
    evk_bytes_release(&without);
    evk_image_free(image);
}

static void test_refused(void **state)
{
    float values[8] = {0};
    const evk_image two = {1, 4, 2, values}, none = {0, 4, 1, values};
    evk_image *image;

    (void)state;
    assert_fails(EVK_EINVAL, "image of 2 channels, expected 1 or 3",
                 evk_image_new(&image, 4, 4, 2, err));
    assert_fails(EVK_EINVAL, "x.png: image of 2 channels",
                 evk_image_write(&two, path_in(folder, "x.png"), NULL, err));
    assert_fails(EVK_EINVAL, "x.png: image of 4 x 0 pixels",
                 evk_image_write(&none, path_in(folder, "x.png"), NULL, err));
    assert_ok(evk_image_new(&image, 1, 1, 1, err));
    assert_fails(EVK_EIO, "none/x.png",
                 evk_image_write(image, path_in(folder, "none/x.png"), NULL, err));
    evk_image_free(image);
}

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("write");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(folder);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_description),
        cmocka_unit_test(test_refused),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
