/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_set_names.c - what sets that are used together are called */
#include "stimset/record/set_names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../../harness/test.h"
#include "base/fs.h"

enum { MOST = 4 };

/* The paths need not lead anywhere. */
static void check(const char *const *paths, const char *const *expected)
{
    struct evk_names names;
    size_t count = 0;

    while (count < MOST && paths[count])
        count++;
    assert_ok(evk_set_names(&names, paths, count, err));
    assert_int_equal(names.count, count);
    for (size_t i = 0; i < count; i++)
        assert_string_equal(names.names[i], expected[i]);
    evk_names_release(&names);
}

static void names(void **state)
{
    static const char *const cases[][2][MOST] = {
        {{"night/max/", "night/adv"}, {"max", "adv"}},
        {{"/a/b/max", "./adv//."}, {"max", "adv"}},
        {{"a/max", "b/max/", "nat"}, {"a/max", "b/max", "nat"}},
        {{"max", "a/max", "c"}, {"max", "a/max", "c"}},
        {{"/x/max", "x/max"}, {"/x/max", "x/max"}},
        {{"d/a/max", "e/a/max", "b/max", "a"}, {"d/a/max", "e/a/max", "b/max", "a"}},
        {{"1/a/max", "1/b/max", "2/a/nat", "3/a/nat"}, {"a/max", "b/max", "2/a/nat", "3/a/nat"}},
        {{"a/x", "b/x", "a", "b"}, {"a/x", "b/x", "a", "b"}},
        {{"Νύχτα/max"}, {"max"}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        check(cases[i][0], cases[i][1]);
}

/* A folder that is given as ".", "..", or by a link. */
static void places(void **state)
{
    char *here = getcwd(NULL, 0), *folder = scratch_folder("set_names"), *full;
    struct evk_names n;

    (void)state;
    assert_ok(evk_fs_make_folder(path_in(folder, "night/max"), err));
    assert_int_equal(symlink("max", path_in(folder, "night/link")), 0);
    full = evk_fs_absolute(path_in(folder, "night"));
    assert_int_equal(chdir(path_in(folder, "night/max")), 0);
    check((const char *[MOST]){"."}, (const char *[]){"max"});
    check((const char *[MOST]){"..", "./"}, (const char *[]){"night", "max"});
    check((const char *[MOST]){"../link"}, (const char *[]){"max"});
    assert_int_equal(chdir(".."), 0);
    check((const char *[MOST]){"link"}, (const char *[]){"link"});
    assert_fails(EVK_EINVAL, "link: is the folder max, which is given already",
                 evk_set_names(&n, (const char *[]){"max", "x", "link"}, 3, err));
    assert_null(n.names);
    assert_fails(EVK_EINVAL, "is given already",
                 evk_set_names(&n, (const char *[]){full, "."}, 2, err));
    assert_int_equal(chdir(here), 0);
    free(full);
    free(here);
    remove_folder(folder);
    free(folder);
}

static void refused(void **state)
{
    struct evk_names n;

    (void)state;
    assert_fails(EVK_EINVAL, "a/x/: is the folder ./a/x, which is given already",
                 evk_set_names(&n, (const char *[]){"./a/x", "a/x/"}, 2, err));
    assert_fails(EVK_EINVAL, "rename the folder",
                 evk_set_names(&n, (const char *[]){"a\tb"}, 1, err));
    assert_fails(EVK_EINVAL, "rename the folder",
                 evk_set_names(&n, (const char *[]){"x", "\"a"}, 2, err));
    assert_null(n.names);
    check((const char *[MOST]){NULL}, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names),
        cmocka_unit_test(places),
        cmocka_unit_test(refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
