/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_dir.c - the files of an open folder: reached from there, and through no link */
#define _DEFAULT_SOURCE /* symlink, mkfifo */
#include "base/dir.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../harness/test.h"
#include "base/fs.h"

static char *scratch; /* holds "set", which is open, "outside" and "away" */
static struct evk_dir dir;

static void put(const char *name, const char *text)
{
    assert_ok(evk_fs_write(path_in(scratch, name), text, strlen(text), err));
}

static int set_up(void **state)
{
    (void)state;
    scratch = scratch_folder("test_dir");
    assert_ok(evk_fs_make_folder(path_in(scratch, "set/sub"), err));
    assert_ok(evk_fs_make_folder(path_in(scratch, "away"), err));
    put("outside", "precious");
    put("away/x", "precious");
    assert_ok(evk_dir_open(&dir, path_in(scratch, "set"), err));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    evk_dir_close(&dir);
    evk_dir_close(&dir); /* once more does nothing */
    free(scratch);
    return 0;
}

static void assert_text(const char *name, const char *text)
{
    struct evk_bytes b;

    assert_ok(evk_dir_read(&dir, name, 100, &b, err));
    assert_int_equal(b.size, strlen(text));
    assert_memory_equal(b.data, text, b.size);
    evk_bytes_release(&b);
}

/* Check that no file outside the open folder has changed or appeared. */
static void assert_outside(void)
{
    static const char *const files[] = {"outside", "away/x"};
    struct evk_names n;

    for (size_t i = 0; i < 2; i++) {
        struct evk_bytes b;

        assert_ok(evk_fs_read(&b, path_in(scratch, files[i]), 100, err));
        assert_int_equal(b.size, 8);
        assert_memory_equal(b.data, "precious", 8);
        evk_bytes_release(&b);
    }
    assert_ok(evk_fs_list(&n, path_in(scratch, "away"), err));
    assert_int_equal(n.count, 1);
    evk_names_release(&n);
}

static void link_to(const char *target, const char *name)
{
    assert_int_equal(symlink(target, path_in(scratch, name)), 0);
}

static void test_files(void **state)
{
    char a[EVK_SHA256_TEXT], b[EVK_SHA256_TEXT], line[16];
    struct evk_names n;
    FILE *f;

    (void)state;
    assert_ok(evk_dir_write(&dir, "sub/a", "text", 4, err));
    assert_ok(evk_dir_write_fast(&dir, "b", "fast", 4, err));
    assert_text("sub/a", "text");
    assert_text("b", "fast");
    assert_ok(evk_dir_append(&dir, "sub/a", "\nmore", 5, err));
    assert_ok(evk_dir_append(&dir, "new", "first", 5, err));
    assert_text("sub/a", "text\nmore");
    assert_text("new", "first");
    assert_ok(evk_dir_cut(&dir, "sub/a", 4, err));
    assert_text("sub/a", "text");
    assert_ok(evk_dir_hash(&dir, "sub/a", 1 << 20, a, err));
    assert_ok(evk_sha256_text("text", 4, b, err));
    assert_string_equal(a, b);
    assert_ok(evk_dir_stream(&dir, "b", &f, err));
    assert_non_null(fgets(line, sizeof(line), f));
    assert_string_equal(line, "fast");
    fclose(f);
    assert_ok(evk_dir_list(&dir, "", &n, err));
    assert_int_equal(n.count, 3);
    assert_string_equal(n.names[2], "sub");
    evk_names_release(&n);
    assert_ok(evk_dir_list(&dir, "sub", &n, err));
    assert_int_equal(n.count, 1);
    evk_names_release(&n);
    assert_ok(evk_dir_remove(&dir, "sub/a", err));
    assert_ok(evk_dir_remove(&dir, "sub/a", err));
    assert_ok(evk_dir_make_folder(&dir, "sub", err));
    assert_ok(evk_dir_make_folder(&dir, "sub/deep", err));
    assert_int_equal(evk_dir_kind(&dir, "sub/deep"), EVK_ENTRY_FOLDER);
    assert_int_equal(evk_dir_kind(&dir, "sub/a"), EVK_ENTRY_NOTHING);
    assert_int_equal(evk_dir_kind(&dir, "b"), EVK_ENTRY_FILE);
}

static void test_names(void **state)
{
    static const char *const names[] = {"",     "/",          "/etc/passwd",      ".",
                                        "..",   "../outside", "sub/..",           "sub//x",
                                        "sub/", "./b",        "sub/../../outside"};
    struct evk_bytes b;

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        assert_fails(EVK_EFORMAT, "is not the name of a file in this folder",
                     evk_dir_read(&dir, names[i], 100, &b, err));
        assert_fails(EVK_EFORMAT, "set: '", evk_dir_write(&dir, names[i], "x", 1, err));
        assert_fails(EVK_EFORMAT, names[i], evk_dir_remove(&dir, names[i], err));
        assert_int_equal(evk_dir_kind(&dir, names[i]), EVK_ENTRY_NOTHING);
    }
    assert_outside();
}

/* Every function that opens a file refuses a name that is a symbolic link. */
static void test_link_at_the_end(void **state)
{
    static const char *const targets[] = {"../outside", "/dev/null", "../nothing", "link", "sub"};
    const char why[] = "set/link: is a link, expected a file";

    (void)state;
    for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
        char hash[EVK_SHA256_TEXT];
        struct evk_bytes b;
        FILE *f;

        link_to(targets[i], "set/link");
        assert_fails(EVK_EIO, why, evk_dir_read(&dir, "link", 100, &b, err));
        assert_fails(EVK_EIO, why, evk_dir_hash(&dir, "link", 1 << 20, hash, err));
        assert_fails(EVK_EIO, why, evk_dir_stream(&dir, "link", &f, err));
        assert_fails(EVK_EIO, why, evk_dir_append(&dir, "link", "x", 1, err));
        assert_fails(EVK_EIO, why, evk_dir_cut(&dir, "link", 0, err));
        assert_fails(EVK_EIO, "set/link: is a link, expected a folder",
                     evk_dir_make_folder(&dir, "link", err));
        assert_int_equal(evk_dir_kind(&dir, "link"), EVK_ENTRY_LINK);
        assert_ok(evk_dir_write(&dir, "link", "x", 1, err)); /* in its place */
        assert_int_equal(evk_dir_kind(&dir, "link"), EVK_ENTRY_FILE);
        assert_ok(evk_dir_remove(&dir, "link", err));
        link_to(targets[i], "set/link");
        assert_ok(evk_dir_remove(&dir, "link", err)); /* itself */
        link_to(targets[i], "set/link.part");
        assert_ok(evk_dir_write(&dir, "link", "x", 1, err));
        assert_ok(evk_dir_remove(&dir, "link", err));
    }
    assert_false(evk_fs_exists(path_in(scratch, "nothing")));
    assert_outside();
}

static void test_link_on_the_way(void **state)
{
    const char why[] = "set/sub/gone: is a link, expected a folder";
    struct evk_names n;
    struct evk_bytes b;

    (void)state;
    link_to("../../away", "set/sub/gone");
    assert_fails(EVK_EIO, why, evk_dir_read(&dir, "sub/gone/x", 100, &b, err));
    assert_fails(EVK_EIO, why, evk_dir_write(&dir, "sub/gone/y", "x", 1, err));
    assert_fails(EVK_EIO, why, evk_dir_append(&dir, "sub/gone/x", "x", 1, err));
    assert_fails(EVK_EIO, why, evk_dir_remove(&dir, "sub/gone/x", err));
    assert_fails(EVK_EIO, why, evk_dir_make_folder(&dir, "sub/gone/z", err));
    assert_fails(EVK_EIO, why, evk_dir_list(&dir, "sub/gone", &n, err));
    assert_int_equal(evk_dir_kind(&dir, "sub/gone/x"), EVK_ENTRY_NOTHING);
    assert_fails(EVK_EIO, "set/outside: No such file",
                 evk_dir_write(&dir, "outside/y", "x", 1, err));
    put("set/plain", "x");
    assert_fails(EVK_EIO, "set/plain: is a file, expected a folder",
                 evk_dir_write(&dir, "plain/y", "x", 1, err));
    assert_outside();
}

/* A file that is changed in place must have one name only (no second hard link). */
static void test_second_names(void **state)
{
    const char why[] = "set/twice: has 2 names (hard links), expected one";
    char outside[256];

    (void)state;
    snprintf(outside, sizeof(outside), "%s", path_in(scratch, "outside"));
    assert_int_equal(link(outside, path_in(scratch, "set/twice")), 0);
    assert_fails(EVK_EIO, why, evk_dir_append(&dir, "twice", "x", 1, err));
    assert_fails(EVK_EIO, why, evk_dir_cut(&dir, "twice", 0, err));
    assert_text("twice", "precious");
    assert_ok(evk_dir_write(&dir, "twice", "x", 1, err)); /* a file of its own */
    assert_int_equal(link(outside, path_in(scratch, "set/new.part")), 0);
    assert_ok(evk_dir_write(&dir, "new", "x", 1, err));
    assert_outside();
}

static void test_other_kinds(void **state)
{
    struct evk_bytes b;

    (void)state;
    assert_int_equal(mkfifo(path_in(scratch, "set/pipe"), 0666), 0);
    assert_int_equal(evk_dir_kind(&dir, "pipe"), EVK_ENTRY_OTHER);
    assert_fails(EVK_EIO, "set/pipe: is not a regular file",
                 evk_dir_read(&dir, "pipe", 100, &b, err));
    assert_fails(EVK_EIO, "set/pipe: is not a regular file",
                 evk_dir_append(&dir, "pipe", "x", 1, err));
    assert_fails(EVK_EIO, "set/sub: is a folder, expected a file",
                 evk_dir_read(&dir, "sub", 100, &b, err));
    assert_fails(EVK_EIO, "set/sub: is a folder, expected a file",
                 evk_dir_append(&dir, "sub", "x", 1, err));
    assert_fails(EVK_EIO, "set/sub: ", evk_dir_write(&dir, "sub", "x", 1, err));
    assert_fails(EVK_EIO, "set/sub: ", evk_dir_remove(&dir, "sub", err));
    assert_fails(EVK_EIO, "none: No such file", evk_dir_open(&dir, "none", err));
}

/* An open folder stays the same folder after it was moved, and another one has taken its path. */
static void test_moved(void **state)
{
    char set[256], moved[256];

    (void)state;
    snprintf(set, sizeof(set), "%s", path_in(scratch, "set"));
    snprintf(moved, sizeof(moved), "%s", path_in(scratch, "moved"));
    assert_int_equal(rename(set, moved), 0);
    link_to("away", "set");
    assert_ok(evk_dir_write(&dir, "x", "mine", 4, err));
    assert_ok(evk_dir_append(&dir, "sub/x", "mine", 4, err));
    assert_text("x", "mine");
    assert_outside();
    assert_true(evk_fs_exists(path_in(scratch, "moved/sub/x")));
    assert_int_equal(remove(set), 0);
    assert_int_equal(rename(moved, set), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_files, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_link_at_the_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_link_on_the_way, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_second_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_other_kinds, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_moved, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
