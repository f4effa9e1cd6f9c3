/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_source.c - images cropped about their middle, resized, and passed over */
#include "stimset/inputs/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../harness/test.h"
#include "base/fs.h"

static char *folder;

/* A PNG in which pixel (y, x) is (y, x, 0). */
static void put(const char *name, int64_t h, int64_t w)
{
    struct evk_pixels p;
    struct evk_bytes file;

    assert_ok(evk_pixels_new(&p, h, w, 3, err));
    for (int64_t i = 0; i < h * w; i++) {
        p.data[3 * i] = (unsigned char)(i / w);
        p.data[3 * i + 1] = (unsigned char)(i % w);
    }
    assert_ok(evk_png_encode(&file, &p, NULL, err));
    assert_ok(evk_fs_write(path_in(folder, name), file.data, file.size, err));
    evk_bytes_release(&file);
    evk_pixels_release(&p);
}

/* Rows and columns that are left, and the first of them, where nothing is resized. */
static void check(const char *name, int64_t h, int64_t w, int64_t top, int64_t left)
{
    const char *path = path_in(folder, name);
    struct evk_source s = {.height = h, .width = w};
    evk_image_list *list;
    struct evk_pixels p;

    assert_ok(evk_image_list_open(&list, &path, 1, NULL, err));
    s.images = list;
    assert_ok(evk_source_read(&s, 0, &p, NULL, err));
    assert_int_equal(p.channels, 3);
    if (h)
        assert_true(p.height == h && p.width == w);
    for (int64_t i = 0; i < p.height * p.width; i++) {
        assert_int_equal(p.data[3 * i], top + i / p.width);
        assert_int_equal(p.data[3 * i + 1], left + i % p.width);
    }
    evk_pixels_release(&p);
    evk_image_list_free(list);
}

static void test_crop(void **state)
{
    (void)state;
    folder = scratch_folder("test_source");
    put("a.png", 30, 50);
    check("a.png", 0, 0, 0, 0);
    check("a.png", 30, 50, 0, 0);
    check("a.png", 30, 30, 0, 10);
    check("a.png", 30, 29, 0, 10); /* the odd column goes on the right */
    check("a.png", 20, 50, 5, 0);
    check("a.png", 1, 50, 14, 0);
    put("b.png", 1, 1);
    check("b.png", 1, 1, 0, 0);
    free(folder);
}

/* Means over blocks of a slope are its values in the middle: bicubic keeps them, to a rounding. */
static void test_resize(void **state)
{
    const char *path;
    struct evk_source s = {.height = 10, .width = 10};
    evk_image_list *list;
    struct evk_pixels p;

    (void)state;
    folder = scratch_folder("test_source");
    put("a.png", 60, 40);
    path = path_in(folder, "a.png");
    assert_ok(evk_image_list_open(&list, &path, 1, NULL, err));
    s.images = list;
    assert_ok(evk_source_read(&s, 0, &p, NULL, err));
    assert_true(p.height == 10 && p.width == 10);
    for (int i = 2; i < 8; i++) { /* away from the edges */
        assert_true(abs(p.data[3 * (i * 10 + 5)] - (10 + 4 * i + 2)) <= 1);
        assert_true(abs(p.data[3 * (50 + i) + 1] - (4 * i + 2)) <= 1);
    }
    evk_pixels_release(&p);
    evk_image_list_free(list);
    free(folder);
}

static void test_refused(void **state)
{
    const char *path;
    struct evk_source s = {.height = 0};
    char changes[EVK_CHANGES_TEXT];
    evk_image_list *list;
    struct evk_pixels p;
    size_t i;

    (void)state;
    folder = scratch_folder("test_source");
    put("a\tb.png", 2, 2);
    put("\"a.png", 2, 2);
    put("x\xe9.png", 2, 2);
    assert_ok(evk_fs_write(path_in(folder, "c.png"), "none", 4, err));
    put("d.png", 2, 2);
    path = folder;
    assert_ok(evk_image_list_open(&list, &path, 1, NULL, err));
    s.images = list;
    for (i = 0; i < 2; i++)
        assert_fails(EVK_EFORMAT, "does not fit a table", evk_source_read(&s, i, &p, NULL, err));
    assert_fails(EVK_EFORMAT, "c.png: unknown image format", evk_source_read(&s, 2, &p, NULL, err));
    assert_fails(EVK_EFORMAT, "does not fit a table", evk_source_read(&s, 4, &p, NULL, err));
    s.channels = 1;
    assert_ok(evk_source_read(&s, 3, &p, changes, err));
    assert_true(p.channels == 3 && p.data[0] == p.data[1] && p.data[0] == p.data[2]);
    assert_string_equal(changes, "luma");
    evk_pixels_release(&p);
    s.channels = 3;
    assert_ok(evk_source_read(&s, 3, &p, changes, err));
    assert_string_equal(changes, "");
    evk_pixels_release(&p);
    assert_int_equal(remove(path_in(folder, "d.png")), 0);
    assert_fails(EVK_EFORMAT, "No such file", evk_source_read(&s, 3, &p, NULL, err));
    assert_ok(evk_source_find(&s, "d.png", &i, err));
    assert_int_equal(i, 3);
    assert_fails(EVK_ENOTFOUND, "image e.png is not among the 5",
                 evk_source_find(&s, "e.png", &i, err));
    assert_fails(EVK_ENOTFOUND, "image n/a is not", evk_source_find(&s, NULL, &i, err));
    evk_image_list_free(list);
    free(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_crop),
        cmocka_unit_test(test_resize),
        cmocka_unit_test(test_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
