/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_list.c - the images under files, folders and archives: which, in what order, by what name */
#include "../../harness/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/parallel.h"
#include "base/str.h"
#include "format/codec.h"
#include "format/zip.h"

#include "evoke/image.h"

/* A PNG of one pixel of this red. */
static struct evk_bytes png(int red)
{
    unsigned char pixel[3] = {(unsigned char)red, 0, 0};
    const struct evk_pixels p = {1, 1, 3, pixel};
    struct evk_bytes file;

    assert_ok(evk_png_encode(&file, &p, NULL, err));
    return file;
}

static char *join(const char *folder, const char *name)
{
    char *path;

    assert_ok(evk_path_join(&path, folder, name, err));
    return path;
}

static void put(const char *folder, const char *name, const void *data, size_t size)
{
    char *path = join(folder, name), *parent = strdup(path);

    *strrchr(parent, '/') = '\0';
    assert_ok(evk_fs_make_folder(parent, err));
    assert_ok(evk_fs_write(path, data, size, err));
    free(parent);
    free(path);
}

static void put_png(const char *folder, const char *name, int red)
{
    struct evk_bytes file = png(red);

    put(folder, name, file.data, file.size);
    evk_bytes_release(&file);
}

/* Names given as "a b c", each followed by a space; reds are the pixels that are read. */
static void check(const evk_image_list *list, const char *folder, const char *names,
                  const int *reds, size_t skipped)
{
    struct evk_str found = EVK_STR_INIT;
    const size_t n = strlen(folder);

    for (size_t i = 0; i < evk_image_list_count(list); i++) {
        const char *name = evk_image_list_name(list, i);
        evk_image *image;

        evk_str_printf(&found, "%s ", strncmp(name, folder, n) == 0 ? name + n + 1 : name);
        assert_ok(evk_image_list_read(list, i, &image, err));
        assert_int_equal((int)image->values[0], reds[i]);
        evk_image_free(image);
    }
    assert_string_equal(found.data, names);
    assert_int_equal(evk_image_list_skipped(list), skipped);
    evk_str_release(&found);
}

static evk_image_list *open_one(const char *path)
{
    evk_image_list *list;

    assert_ok(evk_image_list_open(&list, &path, 1, NULL, err));
    return list;
}

static void test_folder(void **state)
{
    char *folder = scratch_folder("test_list"), *slash = join(folder, "");
    evk_image_list *list;

    (void)state;
    put_png(folder, "b.png", 1);
    put_png(folder, "a/z.JPG", 2); /* the content decides */
    put_png(folder, "a.jpeg", 3);
    put_png(folder, "a/deep/er/c.Png", 4);
    put_png(folder, "B.png", 5);
    put_png(folder, ".hidden.png", 9);
    put_png(folder, ".git/x.png", 9);
    put_png(folder, "__MACOSX/y.png", 9);
    put_png(folder, "a/__MACOSX", 9);
    put_png(folder, "__MACOSX.png", 6);
    put(folder, "notes.txt", "x", 1);
    put(folder, "a/.DS_Store", "x", 1);
    put(folder, "a/png", "x", 1);
    put_png(folder, "nested.zip", 9);

    /* '.' comes before '/', and capitals before small letters. */
    list = open_one(folder);
    check(list, folder, "B.png __MACOSX.png a.jpeg c.Png z.JPG b.png ", (int[]){5, 6, 3, 4, 2, 1},
          3);
    evk_image_list_free(list);
    list = open_one(slash);
    assert_int_equal(evk_image_list_count(list), 6);
    evk_image_list_free(list);
    evk_image_list_free(NULL);
    free(slash);
    free(folder);
}

static void test_names(void **state)
{
    char *folder = scratch_folder("test_list"), *one = join(folder, "one"),
         *two = join(folder, "two"), *file = join(folder, "one/x.png");
    const char *paths[3] = {two, one, file};
    evk_image_list *list;

    (void)state;
    put_png(folder, "one/x.png", 1);
    put_png(folder, "one/y.png", 2);
    put_png(folder, "one/sub/x.png", 3);
    put_png(folder, "two/x.png", 4);
    put_png(folder, "two/z.png", 5);
    assert_ok(evk_image_list_open(&list, paths, 2, NULL, err));
    check(list, folder, "two/x.png z.png one/sub/x.png one/x.png y.png ", (int[]){4, 5, 3, 1, 2},
          0);
    evk_image_list_free(list);
    assert_ok(evk_image_list_open(&list, paths + 2, 1, NULL, err));
    check(list, folder, "x.png ", (int[]){1}, 0);
    evk_image_list_free(list);
    assert_ok(evk_image_list_open(&list, paths + 1, 2, NULL, err)); /* the same one twice */
    check(list, folder, "one/sub/x.png one/x.png y.png one/x.png ", (int[]){3, 1, 2, 1}, 0);
    evk_image_list_free(list);
    assert_ok(evk_image_list_open(&list, NULL, 0, NULL, err));
    assert_int_equal(evk_image_list_count(list), 0);
    evk_image_list_free(list);
    free(file);
    free(two);
    free(one);
    free(folder);
}

/* An archive of these names; red i + 1 in entry i, nothing in folders. */
static void put_zip(const char *folder, const char *name, const char *const *names, size_t n)
{
    struct evk_zip_entry entries[16] = {{NULL, NULL, 0}};
    struct evk_bytes files[16], file;

    for (size_t i = 0; i < n; i++) {
        files[i] = png((int)i + 1);
        entries[i] = (struct evk_zip_entry){names[i], files[i].data, files[i].size};
        if (names[i][strlen(names[i]) - 1] == '/')
            entries[i].size = 0;
    }
    assert_ok(evk_zip_write(&file, entries, n, err));
    put(folder, name, file.data, file.size);
    evk_bytes_release(&file);
    for (size_t i = 0; i < n; i++)
        evk_bytes_release(&files[i]);
}

static void test_archive(void **state)
{
    static const char *const names[] = {
        "set/",         "set/b.png",          "set/in/",
        "set/in/a.png", "__MACOSX/",          "__MACOSX/set/._b.png",
        "set/.x/c.png", "set/__MACOSX/d.png", "set/readme.txt",
        "top.png",      "set/in/b.png"};
    char *folder = scratch_folder("test_list"), *path = join(folder, "images");
    evk_image_list *list;

    (void)state;
    put_zip(folder, "images", names, sizeof(names) / sizeof(names[0])); /* no ending */
    list = open_one(path);
    check(list, folder, "images/set/b.png a.png images/set/in/b.png top.png ",
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
    char *folder = scratch_folder("test_list"), *path = join(folder, "i.zip");
    evk_image_list *list;

    (void)state;
    put_zip(folder, "i.zip", names, sizeof(names) / sizeof(names[0]));
    list = open_one(path);
    check(list, folder, "a.png ", (int[]){1}, 0);
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

/* "archive.zip/entry", also of a folder in it; the archive is opened once. */
static void test_inside(void **state)
{
    char *folder = scratch_folder("test_list"), *zip = join(folder, "photos.zip");
    struct evk_bytes a = png(1), b = png(2), c = png(3), file;
    const struct evk_zip_entry entries[] = {{"sub/b.png", b.data, b.size},
                                            {"a.png", a.data, a.size},
                                            {"sub/deep/c.png", c.data, c.size}};
    char *one = join(zip, "a.png"), *sub = join(zip, "sub"), *none = join(zip, "su");
    const char *paths[] = {sub, one}, *wrong = none;
    evk_image_list *list;

    (void)state;
    assert_ok(evk_zip_write(&file, entries, 3, err));
    put(folder, "photos.zip", file.data, file.size);
    assert_ok(evk_image_list_open(&list, paths, 2, NULL, err));
    check(list, folder, "b.png c.png a.png ", (int[]){2, 3, 1}, 0);
    evk_image_list_free(list);
    assert_fails(EVK_ENOTFOUND, "photos.zip/su: the archive has no such entry",
                 evk_image_list_open(&list, &wrong, 1, NULL, err));
    free(none);
    none = join(folder, "no.zip/a.png");
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

/* Lists keep the order of their lines; an end of line may be that of another system. */
static void test_lines(void **state)
{
    char *folder = scratch_folder("test_list"), *name = join(folder, "list.txt");
    struct evk_str at = EVK_STR_INIT, text = EVK_STR_INIT;
    evk_image_list *list;
    const char *path;

    (void)state;
    put_png(folder, "b.png", 2);
    put_png(folder, "a.png", 1);
    put_png(folder, "sub/d.png", 4);
    put_png(folder, "sub/c.png", 3);
    evk_str_printf(&at, "@%s", name);
    path = at.data;
    evk_str_printf(&text, "%s/b.png\r\n\n%s/sub\n%s/a.png", folder, folder, folder);
    put(folder, "list.txt", text.data, text.size);
    assert_ok(evk_image_list_open(&list, &path, 1, NULL, err));
    check(list, folder, "b.png c.png d.png a.png ", (int[]){2, 3, 4, 1}, 0);
    evk_image_list_free(list);
    put(folder, "list.txt", "\n\n", 2);
    assert_fails(EVK_ENOTFOUND, "list.txt: lists no image",
                 evk_image_list_open(&list, &path, 1, NULL, err));
    put(folder, "list.txt", "\nnone.txt\n", 10);
    assert_fails(EVK_EIO, "list.txt, line 2: none.txt: No such file",
                 evk_image_list_open(&list, &path, 1, NULL, err));
    put(folder, "list.txt", "a\0b\n", 4);
    assert_fails(EVK_EFORMAT, "list.txt: has a zero byte",
                 evk_image_list_open(&list, &path, 1, NULL, err));
    evk_str_release(&at);
    evk_str_release(&text);
    free(name);
    free(folder);
}

/* Paths into an archive as people type them. */
static void test_slashes(void **state)
{
    static const char *const names[] = {"in/", "in/a.png", "in/b.png", "in/c.txt", ".d.png"};
    static const char *const typed[] = {"in/",       "in//",   "/in", "in//a.png",
                                        "in/a.png/", ".d.png", "/"};
    static const char *const found[] = {"a.png b.png ", "a.png b.png ", "a.png b.png ", "a.png ",
                                        "a.png ",       ".d.png ",      "a.png b.png "};
    static const struct {
        const char *path, *message;
        evk_status status;
    } wrong[] = {
        {"in/none.png", "/i.zip/in/none.png: the archive has no such entry", EVK_ENOTFOUND},
        {"in//no//", "/i.zip/in/no: the archive has no such entry", EVK_ENOTFOUND},
        {"in/c.txt", "/i.zip/in/c.txt: does not end in .png, .jpg or .jpeg", EVK_EINVAL},
    };
    char *folder = scratch_folder("test_list");
    struct evk_str path = EVK_STR_INIT;
    evk_image_list *list;

    (void)state;
    put_zip(folder, "i.zip", names, 5);
    for (size_t i = 0; i < 7; i++) {
        path.size = 0;
        evk_str_printf(&path, "%s/i.zip/%s", folder, typed[i]);
        list = open_one(path.data);
        check(list, folder, found[i], (int[]){found[i][0] == '.' ? 5 : 2, 3},
              strlen(found[i]) > 7 ? 1 : 0);
        evk_image_list_free(list);
    }
    for (size_t i = 0; i < 3; i++) {
        path.size = 0;
        evk_str_printf(&path, "%s/i.zip/%s", folder, wrong[i].path);
        assert_fails(wrong[i].status, wrong[i].message,
                     evk_image_list_open(&list, (const char *const[]){path.data}, 1, NULL, err));
    }
    evk_str_release(&path);
    free(folder);
}

/* What editors leave in lists, what is too long for a path, and an image that is not there. */
static void test_odd_lines(void **state)
{
    char *folder = scratch_folder("test_list"), *name = join(folder, "list.txt"), text[4200];
    struct evk_str at = EVK_STR_INIT, lines = EVK_STR_INIT;
    evk_image_list *list;
    evk_image *image;
    const char *path;

    (void)state;
    put_png(folder, "a.png", 1);
    evk_str_printf(&at, "@%s", name);
    path = at.data;
    evk_str_printf(&lines, "\xef\xbb\xbf%s/a.png\n \t\r\n%s/gone.png\n   ", folder, folder);
    put(folder, "list.txt", lines.data, lines.size);
    list = open_one(path);
    assert_int_equal(evk_image_list_count(list), 2);
    assert_string_equal(evk_image_list_name(list, 0), "a.png");
    assert_fails(EVK_EIO, "/gone.png: No such file", evk_image_list_read(list, 1, &image, err));
    evk_image_list_free(list);
    put(folder, "list.txt", "\xef\xbb\xbf", 3);
    assert_fails(EVK_ENOTFOUND, "list.txt: lists no image",
                 evk_image_list_open(&list, &path, 1, NULL, err));
    put(folder, "list.txt", " \n@list.txt\n", 12);
    assert_fails(EVK_EINVAL, "list.txt, line 2: @list.txt: a list within a list is not read",
                 evk_image_list_open(&list, &path, 1, NULL, err));
    memset(text, 'a', sizeof(text));
    memcpy(text + 4093, ".png\n", 5);
    put(folder, "list.txt", text, 4098);
    assert_fails(EVK_EFORMAT, "list.txt, line 1: has 4097 bytes, expected a path of at most 4096",
                 evk_image_list_open(&list, &path, 1, NULL, err));
    put(folder, "list.txt", text + 1, 4097);
    list = open_one(path);
    assert_int_equal(evk_image_list_count(list), 1);
    evk_image_list_free(list);
    evk_str_release(&at);
    evk_str_release(&lines);
    free(name);
    free(folder);
}

static void test_threads(void **state)
{
    static const char *const names[] = {"0.png", "1.png", "2.png", "3.png", "4.png",
                                        "5.png", "6.png", "7.png", "8.png", "9.png"};
    char *folder = scratch_folder("test_list"), *path = join(folder, "i.zip");
    struct reading r = {NULL, {0}};
    evk_image_list *list;

    (void)state;
    put_zip(folder, "i.zip", names, 10);
    list = open_one(path);
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
    char *folder = scratch_folder("test_list"), *missing = join(folder, "missing"),
         *archive = join(folder, "i.zip"), *broken = join(folder, "broken");

    (void)state;
    check_open_fails(EVK_ENOTFOUND, folder, none);
    put_zip(folder, "i.zip", names, 3);
    check_open_fails(EVK_ENOTFOUND, folder, none);
    check_open_fails(EVK_ENOTFOUND, archive, none);
    check_open_fails(EVK_EIO, missing, "No such file or directory");
    put(folder, "broken", "PK\3\4 but then something else", 29);
    check_open_fails(EVK_EFORMAT, broken, "ZIP: ");
    free(broken);
    free(archive);
    free(missing);
    free(folder);
}

/* What is broken is found when it is read, and named. */
static void test_read_fails(void **state)
{
    static const char *const names[] = {"in/good.png", "in/bad.png"};
    char *folder = scratch_folder("test_list"), *path = join(folder, "i.zip");
    evk_image_list *list;
    evk_image *image = NULL;
    struct evk_bytes file;
    size_t at = 0;

    (void)state;
    put_png(folder, "a/good.png", 1);
    put(folder, "a/bad.png", "text", 4);
    list = open_one(folder);
    assert_fails(EVK_EFORMAT, "/a/bad.png: unknown image format",
                 evk_image_list_read(list, 0, &image, err));
    evk_image_list_free(list);

    put_zip(folder, "i.zip", names, 2);
    assert_ok(evk_fs_read(&file, path, 1 << 20, err));
    for (size_t i = 0; i + 4 < file.size; i++)
        if (memcmp(file.data + i, "IHDR", 4) == 0)
            at = i; /* of the second entry */
    file.data[at]++;
    assert_ok(evk_fs_write(path, file.data, file.size, err));
    list = open_one(path);
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
    char *folder = scratch_folder("test_list"), *loop = join(folder, "a/loop"),
         *other = join(folder, "other"), *nowhere = join(folder, "gone.png"),
         *text = join(folder, "gone.txt"), *pipe = join(folder, "pipe.png");
    evk_image_list *list;
    evk_image *image = NULL;

    (void)state;
    put_png(folder, "a/x.png", 1);
    assert_int_equal(symlink("a", other), 0);
    assert_int_equal(symlink("missing", nowhere), 0);
    assert_int_equal(symlink("missing", text), 0);
    assert_int_equal(mkfifo(pipe, 0600), 0);
    list = open_one(folder);
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
    put_png(folder, name.data, 1);
    list = open_one(folder);
    check(list, folder, "x.png ", (int[]){1}, 0);
    evk_image_list_free(list);

    name.size -= 5;
    evk_str_puts(&name, "d/x.png");
    put_png(folder, name.data, 1);
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
        cmocka_unit_test(test_outside),    cmocka_unit_test(test_lines),
        cmocka_unit_test(test_threads),    cmocka_unit_test(test_open_fails),
        cmocka_unit_test(test_read_fails), cmocka_unit_test(test_links),
        cmocka_unit_test(test_deep),       cmocka_unit_test(test_slashes),
        cmocka_unit_test(test_odd_lines),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
