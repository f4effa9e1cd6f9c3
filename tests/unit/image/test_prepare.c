/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_prepare.c - prepared lists: which images leave them, why, and the pixels of the others */
#include "../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "format/codec.h"
#include "image/image.h"
#include "image/list.h"

enum { H = 6, W = 4, IMAGES = 9 };

static char *folder;
static const evk_run two = {.threads = 2};

static const char *in(const char *name)
{
    static char path[512];

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    return path;
}

/* Write an image whose values are a function of number and of their place. */
static void put(const char *name, int number)
{
    struct evk_pixels p;
    struct evk_bytes file;

    assert_ok(evk_pixels_new(&p, H, W, 3, err));
    for (int i = 0; i < H * W * 3; i++)
        p.data[i] = (unsigned char)(number * 41 + i * i * 7);
    assert_ok(evk_png_encode(&file, &p, NULL, err));
    assert_ok(evk_fs_write(in(name), file.data, file.size, err));
    evk_bytes_release(&file);
    evk_pixels_release(&p);
}

/* Images 1 and 4 are broken, images 3 and 6 repeat image 0, and image 7 repeats image 2. */
static int set_up(void **state)
{
    static const int number[IMAGES] = {10, -1, 12, 10, -1, 15, 10, 12, 18};

    (void)state;
    folder = scratch_folder("prepare");
    assert_ok(evk_fs_make_folder(folder, err));
    for (int i = 0; i < IMAGES; i++) {
        char name[16];

        snprintf(name, sizeof(name), "%d.png", i);
        if (number[i] >= 0)
            put(name, number[i]);
        else
            assert_ok(evk_fs_write(in(name), "none", 4, err));
    }
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    remove_folder(folder);
    free(folder);
    return 0;
}

static evk_image_list *open_list(const evk_framing *framing)
{
    evk_image_list *list;

    assert_ok(evk_image_list_open(&list, (const char *const *)&folder, 1, framing, err));
    return list;
}

static void check_names(const evk_image_list *list, const char *want)
{
    char names[256] = "";

    for (size_t i = 0; i < evk_image_list_count(list); i++) {
        strcat(names, evk_image_list_name(list, i));
        strcat(names, " ");
    }
    assert_string_equal(names, want);
}

/* With any number of threads, the same images leave the list, with the same messages in order. */
static void test_leaves(void **state)
{
    static const char *const why[] = {"1.png: unknown image format", "/3.png: has the pixels of ",
                                      "4.png: unknown image format", "/6.png: has the pixels of ",
                                      "/7.png: has the pixels of "};
    const struct evk_size size = {3, 2, 3};

    (void)state;
    for (int threads = 1; threads <= 5; threads++) {
        const evk_run run = {.threads = threads};
        evk_image_list *list = open_list(NULL);

        assert_int_equal(evk_image_list_count(list), IMAGES);
        assert_ok(evk_image_list_prepare(list, &size, &run, err));
        check_names(list, "0.png 2.png 5.png 8.png ");
        for (size_t i = 0; i < 5; i++)
            assert_non_null(strstr(evk_image_list_left_out(list, i), why[i]));
        assert_non_null(strstr(evk_image_list_left_out(list, 4), "/2.png, which is used"));
        assert_null(evk_image_list_left_out(list, 5));
        assert_int_equal(evk_image_list_unreadable(list), 2);
        evk_image_list_free(list);
    }
}

/* A prepared list gives the same pixels as one that is not prepared. */
static void check_pixels(const evk_image_list *list, const evk_image_list *plain, int64_t h,
                         int64_t w, int64_t c)
{
    static const size_t place[] = {0, 2, 5, 8};
    const struct evk_size size = {h, w, c};

    for (size_t i = 0; i < 4; i++) {
        struct evk_pixels a, b;

        assert_ok(evk_image_list_pixels(list, i, &size, &a, NULL, err));
        assert_ok(evk_image_list_pixels(plain, place[i], &size, &b, NULL, err));
        assert_true(a.height == b.height && a.width == b.width && a.channels == b.channels);
        assert_memory_equal(a.data, b.data, (size_t)(a.height * a.width * a.channels));
        evk_pixels_release(&a);
        evk_pixels_release(&b);
    }
}

static void test_kept(void **state)
{
    const evk_framing squash = {"squash", (double)NAN};
    const struct evk_size size = {3, 3, 3}, other = {5, 4, 1}, own = {0, 0, 0};
    evk_image_list *list = open_list(NULL), *plain = open_list(NULL), *flat = open_list(&squash);

    (void)state;
    assert_ok(evk_image_list_prepare(list, &size, &two, err));
    check_pixels(list, plain, 3, 3, 3);
    check_pixels(list, plain, 3, 3, 1);
    check_pixels(list, plain, 0, 0, 0);
    assert_ok(evk_image_list_prepare(list, &own, &two, err));
    check_pixels(list, plain, 3, 3, 3);
    assert_ok(evk_image_list_prepare(list, &other, &two, err));
    check_pixels(list, plain, 5, 4, 1);
    check_pixels(list, plain, 3, 3, 3);
    /* With another frame, the pixels that were kept must not be used. */
    evk_image_list_set_frame(list, &flat->frame);
    check_pixels(list, flat, 5, 4, 1);
    check_names(list, "0.png 2.png 5.png 8.png ");
    evk_image_list_free(list);
    evk_image_list_free(plain);
    evk_image_list_free(flat);
}

/* Once prepared, a list keeps its images: if a file is gone later, that is an error. */
static void test_later(void **state)
{
    const struct evk_size size = {3, 3, 3}, other = {5, 4, 1};
    evk_image_list *list;

    (void)state;
    put("9.png", 77);
    list = open_list(NULL);
    assert_ok(evk_image_list_prepare(list, &size, &two, err));
    check_names(list, "0.png 2.png 5.png 8.png 9.png ");
    assert_int_equal(remove(in("9.png")), 0);
    assert_ok(evk_image_list_prepare(list, &size, &two, err)); /* there is nothing to do */
    assert_fails(EVK_EIO, "9.png: No such file", evk_image_list_prepare(list, &other, &two, err));
    check_names(list, "0.png 2.png 5.png 8.png 9.png ");
    evk_image_list_free(list);
}

static bool stop(void *arg)
{
    (void)arg;
    return true;
}

static void test_none_left(void **state)
{
    const struct evk_size size = {3, 3, 3};
    const evk_run stopped = {.threads = 2, .stop = stop};
    char paths[2][512];
    const char *at[2] = {paths[0], paths[1]};
    evk_image_list *list;

    (void)state;
    snprintf(paths[0], sizeof(paths[0]), "%s", in("1.png"));
    snprintf(paths[1], sizeof(paths[1]), "%s", in("4.png"));
    assert_ok(evk_image_list_open(&list, at, 1, NULL, err));
    assert_fails(EVK_EFORMAT, "1.png: unknown image format",
                 evk_image_list_prepare(list, &size, &two, err));
    assert_null(evk_image_list_left_out(list, 0)); /* the error has said so */
    evk_image_list_free(list);
    assert_ok(evk_image_list_open(&list, at, 2, NULL, err));
    assert_fails(EVK_EFORMAT, "none of the 2 images can be read",
                 evk_image_list_prepare(list, &size, &two, err));
    assert_non_null(strstr(evk_image_list_left_out(list, 1), "4.png: "));
    evk_image_list_free(list);
    list = open_list(NULL);
    assert_fails(EVK_ESTOPPED, "interrupted", evk_image_list_prepare(list, &size, &stopped, err));
    evk_image_list_free(list);
}

/* Two different photographs stay two, even if they are equal at the size that a model sees. */
static void test_alike(void **state)
{
    const struct evk_size one = {1, 1, 3}, own = {0, 0, 0};
    unsigned char pixels[2][12] = {{10, 20, 30, 50, 60, 70, 90, 100, 110, 130, 140, 150}};
    char paths[3][512];
    const char *at[3] = {paths[0], paths[1], paths[2]};
    struct evk_bytes file;
    evk_image_list *list;

    (void)state;
    for (int c = 0; c < 3; c++) /* the pixels in another order */
        for (int i = 0; i < 4; i++)
            pixels[1][3 * i + c] = pixels[0][3 * (3 - i) + c];
    for (int i = 0; i < 3; i++) {
        const struct evk_pixels p = {2, 2, 3, pixels[i % 2]};
        char name[32];

        snprintf(name, sizeof(name), "alike%d.png", i);
        snprintf(paths[i], sizeof(paths[i]), "%s", in(name));
        assert_ok(evk_png_encode(&file, &p, NULL, err));
        assert_ok(evk_fs_write(paths[i], file.data, file.size, err));
        evk_bytes_release(&file);
    }
    for (int whole = 0; whole < 2; whole++) {
        assert_ok(evk_image_list_open(&list, at, 3, NULL, err));
        assert_ok(evk_image_list_prepare(list, whole ? &own : &one, &two, err));
        check_names(list, "alike0.png alike1.png ");
        assert_non_null(strstr(evk_image_list_left_out(list, 0), "alike2.png: has the pixels of "));
        evk_image_list_free(list);
    }
    for (int i = 0; i < 3; i++)
        assert_int_equal(remove(paths[i]), 0);
}

/* Where the same path is given twice, the message says so. */
static void test_twice(void **state)
{
    const struct evk_size size = {3, 3, 3};
    char path[512];
    const char *at[2] = {path, path};
    evk_image_list *list;

    (void)state;
    snprintf(path, sizeof(path), "%s", in("0.png"));
    assert_ok(evk_image_list_open(&list, at, 2, NULL, err));
    assert_ok(evk_image_list_prepare(list, &size, &two, err));
    assert_int_equal(evk_image_list_count(list), 1);
    assert_non_null(strstr(evk_image_list_left_out(list, 0), "0.png: is given twice"));
    evk_image_list_free(list);
}

/* Each note tells once what was done, and names the first image that it was done to. */
static void test_notes(void **state)
{
    const struct evk_size square = {3, 3, 1}, own = {0, 0, 0};
    evk_image_list *list = open_list(NULL);
    char text[1024], all[4096] = "";
    struct evk_changes did;
    struct evk_pixels p;
    char cell[EVK_CHANGES_TEXT];

    (void)state;
    assert_ok(evk_image_list_pixels(list, 2, &own, &p, &did, err));
    evk_pixels_release(&p);
    evk_image_list_changes(list, &did, cell);
    assert_string_equal(cell, "");
    for (size_t i = 0; evk_image_list_note(list, i, text, sizeof(text)); i++)
        strcat(all, text);
    assert_string_equal(all, "");
    assert_ok(evk_image_list_pixels(list, 5, &square, &p, &did, err));
    evk_pixels_release(&p);
    evk_image_list_changes(list, &did, cell);
    assert_string_equal(cell, "luma,crop");
    assert_true(evk_image_list_note(list, 0, text, sizeof(text)));
    assert_non_null(strstr(text, "5.png was cropped about the centre"));
    assert_ok(evk_image_list_pixels(list, 2, &square, &p, NULL, err));
    evk_pixels_release(&p);
    assert_true(evk_image_list_note(list, 0, text, sizeof(text)));
    assert_non_null(strstr(text, "2 images, of which "));
    assert_non_null(strstr(text, "/2.png is the first, were cropped"));
    assert_true(evk_image_list_note(list, 1, text, sizeof(text)));
    assert_non_null(strstr(text, "from colour to gray"));
    evk_image_list_free(list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_leaves), cmocka_unit_test(test_kept),
        cmocka_unit_test(test_later),  cmocka_unit_test(test_none_left),
        cmocka_unit_test(test_twice),  cmocka_unit_test(test_alike),
        cmocka_unit_test(test_notes),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
