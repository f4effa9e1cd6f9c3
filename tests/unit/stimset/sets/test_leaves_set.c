/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_leaves_set.c - written dead leaves: what a set's files have of natural images */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>

#include "../../../harness/spectrum.h"
#include "../../../harness/test.h"

enum { COUNT = 200 };

static void test_files(void **state)
{
    char *folder = scratch_folder("test_leaves_set");
    const evk_run run = {.threads = 0};
    struct rings rings = {0};
    evk_made made;
    evk_set *set;
    double slope;

    (void)state;
    assert_ok(evk_leaves_set(folder, COUNT, RINGS_SIDE, RINGS_SIDE, 1, &run, &made, err));
    assert_true(made.images == COUNT && made.made == COUNT && made.failed == 0);
    assert_ok(evk_set_open(&set, folder, err));
    assert_int_equal(evk_set_count(set), COUNT);
    for (int i = 0; i < COUNT; i++) {
        evk_image *image;

        assert_ok(evk_set_image(set, i, &image, err));
        assert_true(image->height == RINGS_SIDE && image->width == RINGS_SIDE);
        add_rings(image->values, &rings);
        evk_image_free(image);
        assert_string_equal(evk_set_cell(set, i, "duplicate_of"), "n/a");
    }
    slope = rings_slope(&rings);
    printf("# amplitude falls as frequency^%.3f\n", slope);
    assert_true(slope > -1.1 && slope < -0.9);
    evk_set_free(set);
    free(folder);
}

static void test_refused(void **state)
{
    const evk_run run = {.threads = 0};
    evk_made made;

    (void)state;
    assert_fails(EVK_EINVAL, "size is 0x4, expected",
                 evk_leaves_set("x", 1, 0, 4, 1, &run, &made, err));
    assert_fails(EVK_EINVAL, "pixels in all",
                 evk_leaves_set("x", 1, 10001, 10000, 1, &run, &made, err));
    assert_fails(EVK_EINVAL, "found 0 images", evk_leaves_set("x", 0, 4, 4, 1, &run, &made, err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
