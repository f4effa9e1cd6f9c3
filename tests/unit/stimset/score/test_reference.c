/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_reference.c - the hash that tells which reference images were used */
#include "../../../harness/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>

#include "format/codec.h"
#include "format/zip.h"
#include "stimset/inputs/digest.h"
#include "stimset/score/reference.h"

enum { IMAGES = 5 };

static char *folder;

/* Image i is i + 1 rows of 3 pixels; value j is 50 i + 7 j modulo 256. */
static struct evk_bytes encode(int i, const char *description)
{
    struct evk_pixels p;
    struct evk_bytes file;

    assert_ok(evk_pixels_new(&p, i + 1, 3, 3, err));
    for (int j = 0; j < (i + 1) * 9; j++)
        p.data[j] = (unsigned char)(50 * i + 7 * j);
    assert_ok(evk_png_encode(&file, &p, description, err));
    evk_pixels_release(&p);
    return file;
}

static void digest(const char *const *names, size_t count, int threads, char text[EVK_SHA256_TEXT])
{
    const evk_run run = {.threads = threads};
    const char *paths[4];
    evk_image_list *list;

    for (size_t i = 0; i < count; i++)
        paths[i] = path_in(folder, names[i]);
    assert_ok(evk_image_list_open(&list, paths, count, NULL, err));
    assert_ok(evk_images_digest(list, &(const struct evk_size){0, 0, 0}, &run, text, NULL, err));
    evk_image_list_free(list);
}

/* a.png to e.png in a folder, and in an archive with other bytes and in another order. */
static int set_up(void **state)
{
    static char names[IMAGES][16];
    struct evk_zip_entry entries[IMAGES];
    struct evk_bytes files[IMAGES], zip;

    (void)state;
    folder = scratch_folder("reference");
    assert_ok(evk_fs_make_folder(path_in(folder, "set"), err));
    for (int i = 0; i < IMAGES; i++) {
        struct evk_bytes plain = encode(i, NULL);

        snprintf(names[i], sizeof(names[i]), "set/%c.png", 'a' + i);
        assert_ok(evk_fs_write(path_in(folder, names[i]), plain.data, plain.size, err));
        evk_bytes_release(&plain);
        files[i] = encode(i, "a photograph");
        entries[IMAGES - 1 - i] = (struct evk_zip_entry){names[i], files[i].data, files[i].size};
    }
    assert_ok(evk_zip_write(&zip, entries, IMAGES, err));
    assert_ok(evk_fs_write(path_in(folder, "set.zip"), zip.data, zip.size, err));
    evk_bytes_release(&zip);
    for (int i = 0; i < IMAGES; i++)
        evk_bytes_release(&files[i]);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(folder);
    return 0;
}

/*
 * As Python has it: H(b''.join(H(b'%d 3 3\n' % (i + 1) + bytes((50 * i + 7 * j) % 256
 * for j in range(9 * i + 9))) for i in range(5))), H being SHA-256.
 */
static void test_known(void **state)
{
    static const char *const in_folder[] = {"set"}, *const in_zip[] = {"set.zip"};
    static const char want[] = "ba41ddcd3ab2013b2b81cd49f1fada01927f517a8802b6f2e7753b196f1a11f6";
    char text[EVK_SHA256_TEXT];

    (void)state;
    for (int threads = 0; threads < 5; threads++) {
        digest(in_folder, 1, threads, text);
        assert_string_equal(text, want);
        digest(in_zip, 1, threads, text);
        assert_string_equal(text, want);
    }
}

static void test_order(void **state)
{
    char ab[EVK_SHA256_TEXT], ba[EVK_SHA256_TEXT], a[EVK_SHA256_TEXT];

    (void)state;
    digest((const char *const[]){"set/a.png", "set/b.png"}, 2, 1, ab);
    digest((const char *const[]){"set/b.png", "set/a.png"}, 2, 1, ba);
    digest((const char *const[]){"set/a.png"}, 1, 1, a);
    assert_string_not_equal(ab, ba);
    assert_string_not_equal(ab, a);
}

static void test_broken(void **state)
{
    const char *paths[] = {path_in(folder, "set/a.png"), path_in(folder, "x.png"),
                           path_in(folder, "y.png")};
    evk_image_list *list;
    char text[EVK_SHA256_TEXT] = "untouched";

    (void)state;
    assert_ok(evk_fs_write(paths[1], "\x89PNG\r\n\x1a\n?", 9, err));
    assert_ok(evk_fs_write(paths[2], "nothing", 7, err));
    assert_ok(evk_image_list_open(&list, paths, 3, NULL, err));
    for (int threads = 1; threads < 4; threads++) {
        const evk_run run = {.threads = threads};

        assert_fails(
            EVK_EFORMAT, "x.png",
            evk_images_digest(list, &(const struct evk_size){0, 0, 0}, &run, text, NULL, err));
    }
    assert_string_equal(text, "untouched");
    evk_image_list_free(list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_known), cmocka_unit_test(test_order),
                                       cmocka_unit_test(test_broken)};

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
