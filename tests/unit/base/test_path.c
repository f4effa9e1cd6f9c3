/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_path.c - paths as text */
#include <stdlib.h>

#include "../../harness/test.h"
#include "base/path.h"

/* Checks the way from a folder to a file. */
static void check_relative(const char *folder, const char *file, const char *expected)
{
    evk_error err = {EVK_OK, ""};
    char *path;

    assert_int_equal(evk_path_relative(&path, folder, file, &err), EVK_OK);
    assert_string_equal(path, expected);
    free(path);
}

static void test_relative(void **state)
{
    (void)state;
    check_relative("/a/fits", "/a/cores/x.keras", "../cores/x.keras");
    check_relative("/a/fits", "/a/fits/x.keras", "x.keras");
    check_relative("/a/fits", "/a/fits/in/x.keras", "in/x.keras");
    check_relative("/a/fits/may", "/a/x.keras", "../../x.keras");
    check_relative("/a/fit", "/a/fits/x.keras", "../fits/x.keras");
    check_relative("/a/fits", "/a/fit/x.keras", "../fit/x.keras");
    check_relative("/a/fits", "/b/x.keras", "/b/x.keras");
    check_relative("/", "/b/x.keras", "/b/x.keras");
    check_relative("/a", "/x.keras", "/x.keras");
}

static void test_inside(void **state)
{
    (void)state;
    assert_true(evk_path_is_inside("a/b.png"));
    assert_false(evk_path_is_inside("/a/b.png"));
    assert_false(evk_path_is_inside("a/../b.png"));
    assert_false(evk_path_is_inside("./b.png"));
    assert_false(evk_path_is_inside("a//b.png"));
    assert_false(evk_path_is_inside(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_relative),
        cmocka_unit_test(test_inside),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
