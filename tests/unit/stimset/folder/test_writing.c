/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_writing.c - the folder of a set while a call writes to it */
#define _DEFAULT_SOURCE /* symlink, mkfifo */
#include "stimset/folder/writing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../../harness/test.h"
#include "stimset/record/set_file.h"

static char *scratch, set[256];

static int set_up(void **state)
{
    (void)state;
    scratch = scratch_folder("test_writing");
    snprintf(set, sizeof(set), "%s", path_in(scratch, "set"));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(scratch);
    return 0;
}

/* A folder that was made for nothing goes again; one that was there, or has a file, stays. */
static void test_new(void **state)
{
    struct evk_writing w;

    (void)state;
    assert_ok(evk_writing_begin(&w, path_in(scratch, "up/set"), err));
    assert_true(evk_fs_exists(path_in(scratch, "up/set/" EVK_SET_LOCK)));
    evk_writing_end(&w);
    assert_false(evk_fs_exists(path_in(scratch, "up/set")));
    assert_int_equal(mkdir(set, 0777), 0);
    assert_ok(evk_writing_begin(&w, set, err));
    evk_writing_end(&w);
    assert_true(evk_fs_is_folder(set));
    assert_int_equal(rmdir(set), 0);
    assert_ok(evk_writing_begin(&w, set, err));
    assert_ok(evk_dir_write(&w.folder, EVK_SET_DESCRIPTION, "{}", 2, err));
    evk_writing_end(&w);
    assert_false(evk_fs_exists(path_in(set, EVK_SET_LOCK)));
    assert_true(evk_fs_exists(path_in(set, EVK_SET_DESCRIPTION)));
}

static void test_one_at_a_time(void **state)
{
    struct evk_writing a, b;

    (void)state;
    assert_ok(evk_writing_begin(&a, set, err));
    assert_fails(EVK_EBUSY, "set: process ", evk_writing_begin(&b, set, err));
    assert_true(evk_fs_exists(path_in(set, EVK_SET_LOCK))); /* still the first one's */
    evk_writing_end(&a);
    assert_ok(evk_writing_begin(&b, set, err));
    evk_writing_end(&b);
}

/* The path of the set is the user's, links in it too. */
static void test_path(void **state)
{
    struct evk_writing w;

    (void)state;
    assert_int_equal(mkdir(path_in(scratch, "real"), 0777), 0);
    assert_int_equal(symlink("real", set), 0);
    assert_ok(evk_writing_begin(&w, set, err));
    assert_true(evk_fs_exists(path_in(scratch, "real/" EVK_SET_LOCK)));
    evk_writing_end(&w);
    assert_int_equal(remove(set), 0);
    assert_int_equal(symlink("nothing", set), 0);
    assert_fails(EVK_EINVAL, "set: is not a folder, expected one or nothing",
                 evk_writing_begin(&w, set, err));
    assert_int_equal(remove(set), 0);
    assert_ok(evk_fs_write(set, "", 0, err));
    assert_fails(EVK_EINVAL, "set: is not a folder, expected one or nothing",
                 evk_writing_begin(&w, set, err));
}

/* Whatever a set has, in another kind; nothing else is looked at, and nothing is changed. */
static void test_kinds(void **state)
{
    static const char *const files[] = {
        EVK_SET_DESCRIPTION, EVK_SET_SIDECAR,    EVK_SET_SHEET,    EVK_SET_README,  EVK_SET_TRACES,
        EVK_SET_TABLE,       EVK_SET_BIDSIGNORE, EVK_SET_MANIFEST, EVK_SET_JOURNAL, EVK_SET_LOCK};
    struct evk_writing w;
    char why[300];

    (void)state;
    assert_int_equal(mkdir(set, 0777), 0);
    assert_int_equal(mkdir(path_in(set, "stimuli"), 0777), 0);
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        const char *path = path_in(set, files[i]);

        assert_int_equal(symlink("nowhere", path), 0);
        snprintf(why, sizeof(why), "set/%s: is a link, expected a file", files[i]);
        assert_fails(EVK_EIO, why, evk_writing_begin(&w, set, err));
        assert_int_equal(remove(path), 0);
        assert_int_equal(mkfifo(path, 0666), 0);
        snprintf(why, sizeof(why), "set/%s: is not a regular file", files[i]);
        assert_fails(EVK_EIO, why, evk_writing_begin(&w, set, err));
        assert_int_equal(remove(path), 0);
        assert_int_equal(mkdir(path, 0777), 0);
        snprintf(why, sizeof(why), "set/%s: is a folder, expected a file", files[i]);
        assert_fails(EVK_EIO, why, evk_writing_begin(&w, set, err));
        assert_int_equal(rmdir(path), 0);
    }
    assert_int_equal(rmdir(path_in(set, "stimuli")), 0);
    for (int i = 0; i < 2; i++) {
        const char *name = i ? "traces" : "stimuli", *path = path_in(set, name);

        assert_int_equal(symlink("..", path), 0);
        snprintf(why, sizeof(why), "set/%s: is a link, expected a folder", name);
        assert_fails(EVK_EIO, why, evk_writing_begin(&w, set, err));
        assert_int_equal(remove(path), 0);
        assert_ok(evk_fs_write(path, "", 0, err));
        snprintf(why, sizeof(why), "set/%s: is a file, expected a folder", name);
        assert_fails(EVK_EIO, why, evk_writing_begin(&w, set, err));
        assert_int_equal(remove(path), 0);
    }
    assert_ok(evk_writing_begin(&w, set, err));
    evk_writing_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_new, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_one_at_a_time, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_path, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_kinds, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
