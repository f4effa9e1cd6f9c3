/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_fs.c - files appear whole or not at all, and folders list in order */
#define _DEFAULT_SOURCE /* symlink */
#include "base/fs.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../harness/test.h"

static char *folder;

static int make_folder(void **state)
{
    (void)state;
    folder = scratch_folder("test_fs");
    return 0;
}

static int forget_folder(void **state)
{
    (void)state;
    free(folder);
    return 0;
}

static char *in_folder(const char *name)
{
    char *path;

    assert_ok(evk_path_join(&path, folder, name, err));
    return path;
}

static size_t names_in(const char *path)
{
    struct evk_names n;
    size_t count;

    assert_ok(evk_fs_list(&n, path, err));
    count = n.count;
    evk_names_release(&n);
    return count;
}

static void check_content(const char *path, const void *data, size_t size)
{
    struct evk_bytes b;

    assert_ok(evk_fs_read(&b, path, 1 << 20, err));
    assert_int_equal(b.size, size);
    if (size)
        assert_memory_equal(b.data, data, size);
    evk_bytes_release(&b);
    assert_null(b.data);
}

static void writes_and_reads(void **state)
{
    static unsigned char data[200000];
    char *path = in_folder("file");

    (void)state;
    for (size_t i = 0; i < sizeof(data); i++)
        data[i] = (unsigned char)(i * 7 + i / 256);
    assert_ok(evk_fs_write(path, data, sizeof(data), err));
    check_content(path, data, sizeof(data));
    assert_ok(evk_fs_write(path, "short", 5, err));
    check_content(path, "short", 5);
    assert_ok(evk_fs_write(path, NULL, 0, err));
    check_content(path, NULL, 0);
    assert_int_equal(names_in(folder), 1);
    free(path);
}

static void reading_refuses(void **state)
{
    char *path = in_folder("limit"), *none = in_folder("none");
    struct evk_bytes b = {NULL, 0};

    (void)state;
    assert_ok(evk_fs_write(path, "12345", 5, err));
    assert_fails(EVK_EFORMAT, "limit: has 5 bytes, expected at most 4",
                 evk_fs_read(&b, path, 4, err));
    assert_fails(EVK_EIO, "none: No such file or directory", evk_fs_read(&b, none, 9, err));
    assert_fails(EVK_EIO, "is a folder, expected a file", evk_fs_read(&b, folder, 9, err));
    assert_fails(EVK_EIO, "/dev/null: is not a regular file", evk_fs_read(&b, "/dev/null", 9, err));
    assert_null(b.data);
    check_content(path, "12345", 5);
    free(path);
    free(none);
}

/*
 * On a full disk, imitated by a limit on file sizes, the old content stays and no other file is
 * left.
 */
static void full_disk(void **state)
{
    static char data[100000];
    char *path = in_folder("old"), *fresh = in_folder("fresh");
    struct rlimit before, small;
    size_t names;
    evk_error error;
    evk_status first, second;

    (void)state;
    assert_ok(evk_fs_write(path, "old content", 11, err));
    names = names_in(folder);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = (struct rlimit){4096, before.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    first = evk_fs_write(path, data, sizeof(data), &error);
    second = evk_fs_write(fresh, data, sizeof(data), NULL);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, SIG_DFL);
    assert_int_equal(first, EVK_EIO);
    assert_int_equal(second, EVK_EIO);
    assert_non_null(strstr(error.msg, "old: File too large"));
    check_content(path, "old content", 11);
    assert_false(evk_fs_exists(fresh));
    assert_int_equal(names_in(folder), names);
    free(path);
    free(fresh);
}

static void writing_where_it_cannot(void **state)
{
    char *none = in_folder("no/such"), *busy = in_folder("busy"), *inside = in_folder("busy/file");
    size_t names;

    (void)state;
    assert_fails(EVK_EIO, "no/such: No such file", evk_fs_write(none, "x", 1, err));
    assert_ok(evk_fs_make_folder(busy, err));
    assert_ok(evk_fs_write(inside, "x", 1, err));
    names = names_in(folder);
    assert_fails(EVK_EIO, "busy: ", evk_fs_write(busy, "x", 1, err)); /* it is a folder */
    assert_int_equal(names_in(folder), names);
    free(none);
    free(busy);
    free(inside);
}

/* A name may have 255 bytes, and the name of the temporary file must not be longer. */
static void long_names(void **state)
{
    char name[300], *path;
    size_t names = names_in(folder);

    (void)state;
    memset(name, 'n', sizeof(name));
    name[255] = '\0';
    path = in_folder(name);
    assert_ok(evk_fs_write(path, "x", 1, err));
    check_content(path, "x", 1);
    assert_int_equal(names_in(folder), names + 1);
    free(path);
    name[255] = 'n';
    name[256] = '\0';
    path = in_folder(name);
    assert_fails(EVK_EIO, "n: File name too long", evk_fs_write(path, "x", 1, err));
    assert_int_equal(names_in(folder), names + 1);
    free(path);
}

static void lists_in_bytewise_order(void **state)
{
    static const char *const made[] = {"b", "a", "B", ".dot", "10", "9", "\xc3\xa9", "a b"};
    static const char *const want[] = {".dot", "10", "9", "B", "a", "a b", "b", "\xc3\xa9"};
    char *list = in_folder("list");
    struct evk_names n;

    (void)state;
    assert_ok(evk_fs_make_folder(list, err));
    for (size_t i = 0; i < 8; i++) {
        char *path;

        assert_ok(evk_path_join(&path, list, made[i], err));
        assert_ok(evk_fs_write(path, "", 0, err));
        free(path);
    }
    assert_ok(evk_fs_list(&n, list, err));
    assert_int_equal(n.count, 8);
    for (size_t i = 0; i < 8; i++)
        assert_string_equal(n.names[i], want[i]);
    evk_names_release(&n);
    assert_int_equal(n.count, 0);
    free(list);
    list = in_folder("list/a");
    assert_fails(EVK_EIO, "list/a: Not a directory", evk_fs_list(&n, list, err));
    free(list);
}

static void folders(void **state)
{
    char *deep = in_folder("one/two//three/"), *one = in_folder("one"), *file = in_folder("plain");
    char *under = in_folder("plain/x"), *dangling = in_folder("dangling");

    (void)state;
    assert_false(evk_fs_exists(one));
    assert_fails(EVK_EINVAL, "empty", evk_fs_make_folder("", err));
    assert_ok(evk_fs_make_folder(deep, err));
    assert_ok(evk_fs_make_folder(deep, err));
    assert_true(evk_fs_is_folder(deep));
    assert_ok(evk_fs_write(file, "", 0, err));
    assert_true(evk_fs_exists(file));
    assert_false(evk_fs_is_folder(file));
    assert_fails(EVK_EIO, "plain: is a file, expected a folder", evk_fs_make_folder(file, err));
    assert_fails(EVK_EIO, "plain", evk_fs_make_folder(under, err));
    assert_int_equal(symlink("nowhere", dangling), 0);
    assert_true(evk_fs_exists(dangling)); /* the link is there */
    assert_false(evk_fs_is_folder(dangling));
    free(deep);
    free(one);
    free(file);
    free(under);
    free(dangling);
}

static void joins(void **state)
{
    static const char *const cases[][3] = {
        {"a", "b", "a/b"}, {"a/", "b", "a/b"}, {"a//", "b/c", "a/b/c"}, {"/", "b", "/b"}};
    char *path;

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        assert_ok(evk_path_join(&path, cases[i][0], cases[i][1], err));
        assert_string_equal(path, cases[i][2]);
        free(path);
    }
}

static void many_names(void **state)
{
    struct evk_names n = {NULL, 0};
    char name[16];

    (void)state;
    for (int i = 0; i < 1000; i++) {
        snprintf(name, sizeof(name), "%d", i);
        assert_ok(evk_names_add(&n, name, err));
    }
    assert_int_equal(n.count, 1000);
    assert_string_equal(n.names[0], "0");
    assert_string_equal(n.names[999], "999");
    assert_ok(evk_names_printf(&n, err, "%s %d", "of", 1000));
    assert_string_equal(n.names[1000], "of 1000");
    evk_names_release(&n);
}

/* Lines are appended to a file, which is created if missing, and whose content stays. */
static void appends(void **state)
{
    char *path = in_folder("log"), *none = in_folder("nothing/log");
    struct stat before, after;

    (void)state;
    assert_ok(evk_fs_append(path, "one\n", 4, err));
    assert_int_equal(stat(path, &before), 0);
    assert_ok(evk_fs_append(path, "two\n", 4, err));
    assert_ok(evk_fs_append(path, "", 0, err));
    check_content(path, "one\ntwo\n", 8);
    assert_int_equal(stat(path, &after), 0);
    assert_true(before.st_ino == after.st_ino); /* the very file */
    assert_fails(EVK_EIO, "nothing: No such file", evk_fs_append(none, "x", 1, err));
    assert_fails(EVK_EIO, "test_fs", evk_fs_append(folder, "x", 1, err));
    free(path);
    free(none);
}

/* A full disk may leave a part of the new line, after all of the old content. */
static void append_to_full_disk(void **state)
{
    static char data[9000];
    char *path = in_folder("full");
    struct rlimit before, small;
    struct evk_bytes b;
    evk_error error;
    evk_status s;

    (void)state;
    memset(data, 'd', sizeof(data));
    assert_ok(evk_fs_write(path, "there", 5, err));
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = (struct rlimit){4096, before.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    s = evk_fs_append(path, data, sizeof(data), &error);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, SIG_DFL);
    assert_int_equal(s, EVK_EIO);
    assert_non_null(strstr(error.msg, "full: File too large"));
    assert_ok(evk_fs_read(&b, path, 1 << 20, err));
    assert_true(b.size >= 5 && b.size <= 4096);
    assert_memory_equal(b.data, "there", 5);
    evk_bytes_release(&b);
    free(path);
}

static void removes_what_is_empty(void **state)
{
    char *full = in_folder("kept"), *inside = in_folder("kept/inside");

    (void)state;
    assert_ok(evk_fs_make_folder(full, err));
    assert_ok(evk_fs_write(inside, "x", 1, err));
    evk_fs_remove_folder(full); /* not empty: stays */
    check_content(inside, "x", 1);
    assert_int_equal(remove(inside), 0);
    evk_fs_remove_folder(full);
    assert_false(evk_fs_exists(full));
    free(full);
    free(inside);
}

/*
 * A link with the temporary file's name is not followed; a link with the file's name is replaced.
 */
static void links(void **state)
{
    char *path = in_folder("linked"), *part = in_folder("linked.part"), *out = in_folder("outside");

    (void)state;
    assert_ok(evk_fs_write(out, "precious", 8, err));
    assert_int_equal(symlink("outside", part), 0);
    assert_ok(evk_fs_write(path, "x", 1, err));
    assert_false(evk_fs_exists(part));
    assert_int_equal(remove(path), 0);
    assert_int_equal(symlink("outside", path), 0);
    assert_ok(evk_fs_write(path, "y", 1, err));
    check_content(path, "y", 1);
    assert_int_equal(remove(path), 0);
    assert_int_equal(symlink("outside", path), 0);
    assert_fails(EVK_EIO, "linked: is a link, expected a file", evk_fs_append(path, "z", 1, err));
    check_content(out, "precious", 8);
    assert_int_equal(mkdir(part, 0777), 0);
    assert_fails(EVK_EIO, "linked: linked.part is in its way", evk_fs_write(path, "x", 1, err));
    free(path);
    free(part);
    free(out);
}

static void inside(void **state)
{
    static const char *const good[] = {"a", "a/b", ".a", "..a", "a..", "a/...", " "};
    static const char *const bad[] = {"",  "/",  "/a",   "a/",   "a//b",
                                      ".", "..", "a/..", "../a", "a/./b"};

    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        assert_true(evk_path_is_inside(good[i]));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(evk_path_is_inside(bad[i]));
}

static void absolute(void **state)
{
    char *file = in_folder("here"), *odd = in_folder("./list/../here"), *link = in_folder("link");
    char here[4096], *path, *expected;

    (void)state;
    assert_non_null(getcwd(here, sizeof(here)));
    assert_ok(evk_fs_write(file, "", 0, err));
    assert_ok(evk_path_join(&expected, here, file, err));
    assert_int_equal(symlink("here", link), 0);
    path = evk_fs_absolute(odd);
    assert_string_equal(path, expected);
    free(path);
    path = evk_fs_absolute(link);
    assert_string_equal(path, expected);
    free(path);
    path = evk_fs_absolute(expected);
    assert_string_equal(path, expected);
    free(path);
    assert_null(evk_fs_absolute(path_in(folder, "nothing")));
    free(expected);
    free(file);
    free(odd);
    free(link);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_and_reads),
        cmocka_unit_test(reading_refuses),
        cmocka_unit_test(full_disk),
        cmocka_unit_test(writing_where_it_cannot),
        cmocka_unit_test(long_names),
        cmocka_unit_test(lists_in_bytewise_order),
        cmocka_unit_test(folders),
        cmocka_unit_test(joins),
        cmocka_unit_test(many_names),
        cmocka_unit_test(appends),
        cmocka_unit_test(append_to_full_disk),
        cmocka_unit_test(removes_what_is_empty),
        cmocka_unit_test(links),
        cmocka_unit_test(inside),
        cmocka_unit_test(absolute),
    };

    return cmocka_run_group_tests(tests, make_folder, forget_folder);
}
