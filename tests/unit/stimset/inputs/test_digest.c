/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_digest.c - one hash of a list of images, from its definition; which error is told */
#include "stimset/inputs/digest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../harness/list_files.h"
#include "../../../harness/test.h"

enum { IMAGES = 3 };

static const struct evk_size one_pixel = {1, 1, 3};

/* Add to h the hash of an image of one pixel: that of its size, then of its values. */
static void add_image(struct evk_sha256 *h, int red)
{
    const unsigned char pixel[3] = {(unsigned char)red, 0, 0};
    unsigned char digest[EVK_SHA256_BYTES];
    struct evk_sha256 *own;

    assert_ok(evk_sha256_new(&own, err));
    evk_sha256_add(own, "1 1 3\n", 6);
    evk_sha256_add(own, pixel, sizeof(pixel));
    assert_ok(evk_sha256_end_bytes(own, digest, err));
    evk_sha256_add(h, digest, sizeof(digest));
}

static void expected_digest(const int reds[IMAGES], char sha256[EVK_SHA256_TEXT])
{
    struct evk_sha256 *h;

    assert_ok(evk_sha256_new(&h, err));
    for (int i = 0; i < IMAGES; i++)
        add_image(h, reds[i]);
    assert_ok(evk_sha256_end(h, sha256, err));
}

/* A folder of images a.png, b.png and so on with these red values; free() it. */
static char *put_images(const char *name, const int reds[IMAGES])
{
    char *folder = scratch_folder(name);

    for (int i = 0; i < IMAGES; i++) {
        const char file[] = {(char)('a' + i), '.', 'p', 'n', 'g', '\0'};

        list_put_png(folder, file, reds[i]);
    }
    return folder;
}

/* The digest of a list is that of the hashes of its images, in their order. */
static void check_digest(const char *name, const int reds[IMAGES])
{
    char *folder = put_images(name, reds);
    evk_image_list *list = list_open(folder);
    char found[EVK_SHA256_TEXT], expected[EVK_SHA256_TEXT];

    expected_digest(reds, expected);
    for (int threads = 1; threads <= 4; threads += 3) {
        const evk_run run = {.threads = threads};
        struct evk_changes changes[IMAGES];

        assert_ok(evk_images_digest(list, &one_pixel, &run, found, NULL, err));
        assert_string_equal(found, expected);
        assert_ok(evk_images_digest(list, &one_pixel, &run, found, changes, err));
        assert_string_equal(found, expected);
    }
    evk_image_list_free(list);
    free(folder);
}

static void is_as_defined(void **state)
{
    (void)state;
    check_digest("test_digest_1", (const int[IMAGES]){1, 2, 3});
    check_digest("test_digest_2", (const int[IMAGES]){3, 2, 1});
    check_digest("test_digest_3", (const int[IMAGES]){1, 2, 2});
}

/* Of several images that cannot be read, the first one is named, whatever the number of threads. */
static void first_failure_is_told(void **state)
{
    char *folder = put_images("test_digest_4", (const int[IMAGES]){1, 2, 3});
    evk_image_list *list = list_open(folder);
    char sha256[EVK_SHA256_TEXT];

    (void)state;
    assert_int_equal(remove(path_in(folder, "b.png")), 0);
    assert_int_equal(remove(path_in(folder, "c.png")), 0);
    for (int threads = 1; threads <= 4; threads += 3) {
        const evk_run run = {.threads = threads};

        assert_fails(EVK_EIO, "b.png",
                     evk_images_digest(list, &one_pixel, &run, sha256, NULL, err));
    }
    evk_image_list_free(list);
    free(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_as_defined),
        cmocka_unit_test(first_failure_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
