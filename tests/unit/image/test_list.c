/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_list.c - the images under files, folders and archives: which are found, their order and
 * names
 */
#include "../../harness/list_files.h"
#include "../../harness/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/parallel.h"
#include "base/str.h"
#include "format/zip.h"

#include "evoke/image.h"

static void test_folder(void **state)
{
    char *folder = scratch_folder("test_list"), *slash = list_join(folder, "");
    evk_image_list *list;

    (void)state;
    list_put_png(folder, "b.png", 1);
    list_put_png(folder, "a/z.JPG", 2); /* the content decides */
    list_put_png(folder, "a.jpeg", 3);
    list_put_png(folder, "a/deep/er/c.Png", 4);
    list_put_png(folder, "B.png", 5);
    list_put_png(folder, ".hidden.png", 9);
    list_put_png(folder, ".git/x.png", 9);
    list_put_png(folder, "__MACOSX/y.png", 9);
    list_put_png(folder, "a/__MACOSX", 9);
    list_put_png(folder, "__MACOSX.png", 6);
    list_put(folder, "notes.txt", "x", 1);
    list_put(folder, "a/.DS_Store", "x", 1);
    list_put(folder, "a/png", "x", 1);
    list_put_png(folder, "nested.zip", 9);

    /* Paths are sorted by their bytes: '.' comes before '/', and capitals before small letters. */
    list = list_open(folder);
    list_check(list, folder, "B.png __MACOSX.png a.jpeg c.Png z.JPG b.png ",
               (int[]){5, 6, 3, 4, 2, 1}, 3);
    evk_image_list_free(list);
    list = list_open(slash);
    assert_int_equal(evk_image_list_count(list), 6);
    evk_image_list_free(list);
    evk_image_list_free(NULL);
    free(slash);
    free(folder);
}

static void test_names(void **state)
{
    char *folder = scratch_folder("test_list"), *one = list_join(folder, "one"),
         *two = list_join(folder, "two"), *file = list_join(folder, "one/x.png");
    const char *paths[3] = {two, one, file};
    evk_image_list *list;

    (void)state;
    list_put_png(folder, "one/x.png", 1);
    list_put_png(folder, "one/y.png", 2);
    list_put_png(folder, "one/sub/x.png", 3);
    list_put_png(folder, "two/x.png", 4);
    list_put_png(folder, "two/z.png", 5);
    assert_ok(evk_image_list_open(&list, paths, 2, NULL, err));
    list_check(list, folder, "two/x.png z.png one/sub/x.png one/x.png y.png ",
               (int[]){4, 5, 3, 1, 2}, 0);
    evk_image_list_free(list);
    assert_ok(evk_image_list_open(&list, paths + 2, 1, NULL, err));
    list_check(list, folder, "x.png ", (int[]){1}, 0);
    evk_image_list_free(list);
    assert_ok(evk_image_list_open(&list, paths + 1, 2, NULL, err)); /* the same one twice */
    list_check(list, folder, "one/sub/x.png one/x.png y.png one/x.png ", (int[]){3, 1, 2, 1}, 0);
    evk_image_list_free(list);
    assert_ok(evk_image_list_open(&list, NULL, 0, NULL, err));
    assert_int_equal(evk_image_list_count(list), 0);
    evk_image_list_free(list);
    free(file);
    free(two);
    free(one);
    free(folder);
}

static void test_archive(void **state)
{
    static const char *const names[] = {
        "set/",         "set/b.png",          "set/in/",
        "set/in/a.png", "__MACOSX/",          "__MACOSX/set/._b.png",
        "set/.x/c.png", "set/__MACOSX/d.png", "set/readme.txt",
        "top.png",      "set/in/b.png"};
    char *folder = scratch_folder("test_list"), *path = list_join(folder, "images");
    evk_image_list *list;

    (void)state;
    list_put_zip(folder, "images", names, sizeof(names) / sizeof(names[0])); /* no ending */
    list = list_open(path);
    list_check(list, folder, "images/set/b.png a.png images/set/in/b.png top.png ",
               (int[]){2, 4, 11, 10}, 1);
    evk_image_list_free(list);
    free(path);
    free(folder);
}

/* Entries that lead out of the archive are passed over and counted; hidden ones are not. */
static void test_outside(void **state)
{
    static const char *const names[] = {"a.png", "../b.png", "in/../../c.png",
                                        "in/..", ".d.png",   "in/..e.png"};
    char *folder = scratch_folder("test_list"), *path = list_join(folder, "i.zip");
    evk_image_list *list;

    (void)state;
    list_put_zip(folder, "i.zip", names, sizeof(names) / sizeof(names[0]));
    list = list_open(path);
    list_check(list, folder, "a.png ", (int[]){1}, 0);
    assert_int_equal(evk_image_list_outside(list), 3);
    evk_image_list_free(list);
    free(path);
    free(folder);
}

struct reading {
    const evk_image_list *list;
    int reds[200];
};

static void read_one(void *arg, int worker, int64_t i)
{
    struct reading *r = arg;
    evk_image *image;

    (void)worker;
    if (evk_image_list_read(r->list, (size_t)i % evk_image_list_count(r->list), &image, NULL))
        return;
    r->reds[i] = (int)image->values[0];
    evk_image_free(image);
}

/* A path like "archive.zip/entry" may also name a folder in it; the archive is opened once. */
static void test_inside(void **state)
{
    char *folder = scratch_folder("test_list"), *zip = list_join(folder, "photos.zip");
    struct evk_bytes a = list_png(1), b = list_png(2), c = list_png(3), file;
    const struct evk_zip_entry entries[] = {{"sub/b.png", b.data, b.size},
                                            {"a.png", a.data, a.size},
                                            {"sub/deep/c.png", c.data, c.size}};
    char *one = list_join(zip, "a.png"), *sub = list_join(zip, "sub"), *none = list_join(zip, "su");
    const char *paths[] = {sub, one}, *wrong = none;
    evk_image_list *list;

    (void)state;
    assert_ok(evk_zip_write(&file, entries, 3, err));
    list_put(folder, "photos.zip", file.data, file.size);
    assert_ok(evk_image_list_open(&list, paths, 2, NULL, err));
    list_check(list, folder, "b.png c.png a.png ", (int[]){2, 3, 1}, 0);
    evk_image_list_free(list);
    assert_fails(EVK_ENOTFOUND, "photos.zip/su: the archive has no such entry",
                 evk_image_list_open(&list, &wrong, 1, NULL, err));
    free(none);
    none = list_join(folder, "no.zip/a.png");
    wrong = none;
    assert_fails(EVK_EIO, "no.zip/a.png: No such file",
                 evk_image_list_open(&list, &wrong, 1, NULL, err));
    evk_bytes_release(&a);
    evk_bytes_release(&b);
    evk_bytes_release(&c);
    evk_bytes_release(&file);
    free(none);
    free(one);
    free(sub);
    free(zip);
    free(folder);
}

static void test_threads(void **state)
{
    static const char *const names[] = {"0.png", "1.png", "2.png", "3.png", "4.png",
                                        "5.png", "6.png", "7.png", "8.png", "9.png"};
    char *folder = scratch_folder("test_list"), *path = list_join(folder, "i.zip");
    struct reading r = {NULL, {0}};
    evk_image_list *list;

    (void)state;
    list_put_zip(folder, "i.zip", names, 10);
    list = list_open(path);
    r.list = list;
    evk_parallel_for(8, 200, read_one, &r);
    for (int i = 0; i < 200; i++)
        assert_int_equal(r.reds[i], i % 10 + 1);
    evk_image_list_free(list);
    free(path);
    free(folder);
}

static void check_open_fails(evk_status status, const char *path, const char *text)
{
    evk_image_list *list = NULL;
    struct evk_str message = EVK_STR_INIT;

    evk_str_printf(&message, "%s: %s", path, text);
    assert_fails(status, message.data, evk_image_list_open(&list, &path, 1, NULL, err));
    assert_null(list);
    evk_str_release(&message);
}

static void test_open_fails(void **state)
{
    static const char *const names[] = {"set/", "set/readme.txt", "__MACOSX/a.png"};
    static const char none[] = "no PNG or JPEG image in it";
    char *folder = scratch_folder("test_list"), *missing = list_join(folder, "missing"),
         *archive = list_join(folder, "i.zip"), *broken = list_join(folder, "broken");

    (void)state;
    check_open_fails(EVK_ENOTFOUND, folder, none);
    list_put_zip(folder, "i.zip", names, 3);
    check_open_fails(EVK_ENOTFOUND, folder, none);
    check_open_fails(EVK_ENOTFOUND, archive, none);
    check_open_fails(EVK_EIO, missing, "No such file or directory");
    list_put(folder, "broken", "PK\3\4 but then something else", 29);
    check_open_fails(EVK_EFORMAT, broken, "ZIP: ");
    free(broken);
    free(archive);
    free(missing);
    free(folder);
}

/* Reading a broken image fails with a message that names it. */
static void test_read_fails(void **state)
{
    static const char *const names[] = {"in/good.png", "in/bad.png"};
    char *folder = scratch_folder("test_list"), *path = list_join(folder, "i.zip");
    evk_image_list *list;
    evk_image *image = NULL;
    struct evk_bytes file;
    size_t at = 0;

    (void)state;
    list_put_png(folder, "a/good.png", 1);
    list_put(folder, "a/bad.png", "text", 4);
    list = list_open(folder);
    assert_fails(EVK_EFORMAT, "/a/bad.png: unknown image format",
                 evk_image_list_read(list, 0, &image, err));
    evk_image_list_free(list);

    list_put_zip(folder, "i.zip", names, 2);
    assert_ok(evk_fs_read(&file, path, 1 << 20, err));
    for (size_t i = 0; i + 4 < file.size; i++)
        if (memcmp(file.data + i, "IHDR", 4) == 0)
            at = i; /* of the second entry */
    file.data[at]++;
    assert_ok(evk_fs_write(path, file.data, file.size, err));
    list = list_open(path);
    assert_fails(EVK_EFORMAT, "/i.zip/in/bad.png: ZIP: CRC error",
                 evk_image_list_read(list, 0, &image, err));
    assert_null(image);
    assert_ok(evk_image_list_read(list, 1, &image, err));
    evk_image_free(image);
    evk_image_list_free(list);
    evk_bytes_release(&file);
    free(path);
    free(folder);
}

static void test_links(void **state)
{
    char *folder = scratch_folder("test_list"), *loop = list_join(folder, "a/loop"),
         *other = list_join(folder, "other"), *nowhere = list_join(folder, "gone.png"),
         *text = list_join(folder, "gone.txt"), *pipe = list_join(folder, "pipe.png");
    evk_image_list *list;
    evk_image *image = NULL;

    (void)state;
    list_put_png(folder, "a/x.png", 1);
    assert_int_equal(symlink("a", other), 0);
    assert_int_equal(symlink("missing", nowhere), 0);
    assert_int_equal(symlink("missing", text), 0);
    assert_int_equal(mkfifo(pipe, 0600), 0);
    list = list_open(folder);
    assert_int_equal(evk_image_list_count(list), 3);
    assert_int_equal(evk_image_list_skipped(list), 2);
    assert_fails(EVK_EIO, "/gone.png: No such file", evk_image_list_read(list, 1, &image, err));
    evk_image_list_free(list);
    check_open_fails(EVK_EIO, pipe, "is neither a file nor a folder");

    assert_int_equal(symlink("..", loop), 0);
    list = NULL;
    assert_fails(EVK_EINVAL, "/a/loop: is a link to a folder that it is in",
                 evk_image_list_open(&list, (const char *const[]){folder}, 1, NULL, err));
    assert_null(list);
    free(pipe);
    free(text);
    free(nowhere);
    free(other);
    free(loop);
    free(folder);
}

static void test_deep(void **state)
{
    char *folder = scratch_folder("test_list");
    struct evk_str name = EVK_STR_INIT;
    evk_image_list *list = NULL;

    (void)state;
    for (int i = 0; i < 64; i++)
        evk_str_puts(&name, "d/");
    evk_str_puts(&name, "x.png");
    list_put_png(folder, name.data, 1);
    list = list_open(folder);
    list_check(list, folder, "x.png ", (int[]){1}, 0);
    evk_image_list_free(list);

    name.size -= 5;
    evk_str_puts(&name, "d/x.png");
    list_put_png(folder, name.data, 1);
    list = NULL;
    assert_fails(EVK_EINVAL, "/d: is over 64 folders deep",
                 evk_image_list_open(&list, (const char *const[]){folder}, 1, NULL, err));
    assert_null(list);
    evk_str_release(&name);
    free(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_folder),     cmocka_unit_test(test_names),
        cmocka_unit_test(test_archive),    cmocka_unit_test(test_inside),
        cmocka_unit_test(test_outside),    cmocka_unit_test(test_threads),
        cmocka_unit_test(test_open_fails), cmocka_unit_test(test_read_fails),
        cmocka_unit_test(test_links),      cmocka_unit_test(test_deep),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
