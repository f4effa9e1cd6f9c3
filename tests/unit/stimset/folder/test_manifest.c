/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_manifest.c - the list of files and hashes: written, read, and what is refused */
#include "stimset/folder/manifest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../harness/test.h"
#include "../../../harness/tiny.h"
#include "stimset/record/set_file.h"

#define A64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static char *folder;

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("test_manifest");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(folder);
    return 0;
}

static void put(const void *data, size_t size)
{
    assert_ok(evk_dir_write(dir_at(folder), EVK_SET_MANIFEST, data, size, err));
}

static void refuse(const char *text, const char *why)
{
    struct evk_manifest m = {NULL, 0, 0, false};

    put(text, strlen(text));
    assert_fails(EVK_EFORMAT, why, evk_manifest_read(&m, dir_at(folder), err));
    assert_fails(EVK_EFORMAT, "test_manifest", evk_manifest_read(&m, dir_at(folder), err));
    assert_fails(EVK_EFORMAT, EVK_SET_MANIFEST ": ", evk_manifest_read(&m, dir_at(folder), err));
    assert_null(m.entries);
}

/* In bytewise order, whatever the order they were added in; found again. */
static void test_round_trip(void **state)
{
    enum { COUNT = 200 };
    struct evk_manifest m = {NULL, 0, 0, false}, back;
    struct evk_str text;
    char path[64], hash[EVK_SHA256_TEXT];

    (void)state;
    for (int i = 0; i < COUNT; i++) {
        snprintf(path, sizeof(path), "stimuli/%d", i * 77 % COUNT);
        assert_ok(evk_sha256_text(path, strlen(path), hash, err));
        assert_ok(evk_manifest_add(&m, path, hash, err));
    }
    assert_ok(evk_manifest_write(&m, dir_at(folder), err));
    evk_manifest_release(&m);
    assert_ok(evk_manifest_read(&back, dir_at(folder), err));
    assert_int_equal(back.count, COUNT);
    for (int i = 0; i < COUNT; i++) {
        const struct evk_manifest_entry *e;

        snprintf(path, sizeof(path), "stimuli/%d", i);
        assert_ok(evk_sha256_text(path, strlen(path), hash, err));
        e = evk_manifest_find(&back, path);
        assert_non_null(e);
        assert_string_equal(e->path, path);
        assert_string_equal(e->sha256, hash);
        if (i)
            assert_true(strcmp(back.entries[i - 1].path, back.entries[i].path) < 0);
    }
    assert_null(evk_manifest_find(&back, "stimuli/200"));
    assert_null(evk_manifest_find(&back, "stimuli"));
    assert_null(evk_manifest_find(&back, ""));
    text = tiny_read(path_in(folder, EVK_SET_MANIFEST));
    assert_int_equal(strcspn(text.data, " "), 64);
    assert_memory_equal(text.data + 64, "  stimuli/0\n", 12);
    evk_str_release(&text);
    evk_manifest_release(&back);
    assert_null(evk_manifest_find(&back, "stimuli/1")); /* of none */
}

/* Lines in another order than that of their paths are noticed, wherever the two lines stand. */
static void test_order(void **state)
{
    static const struct {
        const char *text;
        bool unordered;
    } of[] = {
        {A64 "  a\n" A64 "  b\n" A64 "  c\n" A64 "  d\n", false},
        {A64 "  b\n" A64 "  a\n" A64 "  c\n" A64 "  d\n", true},
        {A64 "  a\n" A64 "  c\n" A64 "  b\n" A64 "  d\n", true},
        {A64 "  a\n" A64 "  b\n" A64 "  d\n" A64 "  c\n", true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
        struct evk_manifest m;

        put(of[i].text, strlen(of[i].text));
        assert_ok(evk_manifest_read(&m, dir_at(folder), err));
        assert_int_equal(m.unordered, of[i].unordered);
        evk_manifest_release(&m);
    }
}

/* Names that are allowed: dots and spaces are characters like others. */
static void test_names(void **state)
{
    static const char *const names[] = {".bidsignore", "...",     "..a",      "a..", "a b",
                                        " a",          "a/..b/c", "\xc3\xa9", "a/b"};
    struct evk_manifest m = {NULL, 0, 0, false}, back;

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        assert_ok(evk_manifest_add(&m, names[i], A64, err));
    assert_ok(evk_manifest_write(&m, dir_at(folder), err));
    evk_manifest_release(&m);
    assert_ok(evk_manifest_read(&back, dir_at(folder), err));
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        assert_non_null(evk_manifest_find(&back, names[i]));
    evk_manifest_release(&back);
}

static void test_outside(void **state)
{
    static const char *const paths[] = {"..", "../x", "a/../x", "a/..", "/",     "/x", "a//x",
                                        "a/", "./x",  ".",      "a/.",  "a/./x", ""};
    char text[256], why[64];

    (void)state;
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        snprintf(text, sizeof(text), A64 "  fine\n" A64 "  %s\n", paths[i]);
        snprintf(why, sizeof(why), "line 2 is not");
        refuse(text, why);
    }
}

static void test_malformed(void **state)
{
    (void)state;
    refuse("", "is not a manifest");
    refuse(A64 "  a", "is not a manifest"); /* torn */
    refuse(A64 "  a\n" A64, "is not a manifest");
    refuse("\n", "line 1 is not a SHA-256, two spaces and a path inside the set");
    refuse(A64 "\n", "line 1 is not");
    refuse(A64 " a\n", "line 1 is not");
    refuse(A64 " *a\n", "line 1 is not"); /* sha256sum's binary mode */
    refuse(A64 "0  a\n", "line 1 is not");
    refuse("0" A64 "  a\n", "line 1 is not");
    refuse("A" A64 "  a\n", "line 1 is not");
    refuse(A64 "  a\n\n", "line 2 is not");
    refuse(A64 "  a\n" A64 "  b\nshort  c\n", "line 3 is not");
    refuse(A64 "  a\n" A64 "  b\n" A64 "  a\n", "lists a twice");
    put(A64 "  a\0b\n", 70);
    {
        struct evk_manifest m;

        assert_fails(EVK_EFORMAT, "is not a manifest", evk_manifest_read(&m, dir_at(folder), err));
        assert_ok(evk_dir_remove(dir_at(folder), EVK_SET_MANIFEST, err));
        assert_fails(EVK_EIO, "No such file", evk_manifest_read(&m, dir_at(folder), err));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip), cmocka_unit_test(test_order),
        cmocka_unit_test(test_names),      cmocka_unit_test(test_outside),
        cmocka_unit_test(test_malformed),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
