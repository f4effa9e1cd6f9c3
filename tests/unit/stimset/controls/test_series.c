/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_series.c - images at lower contrasts: values by hand, windows, and lists of contrasts */
#include "stimset/controls/series.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "../../../harness/test.h"

static void check_values(double contrast, const unsigned char *of, const unsigned char *want)
{
    struct evk_pixels image = {2, 2, 3, (unsigned char *)(uintptr_t)of}, out;

    assert_ok(evk_series_apply(contrast, NULL, &image, &out, err));
    assert_memory_equal(out.data, want, 12);
    evk_pixels_release(&out);
}

/* The means are 100, 10 and 127.75; halves are rounded up. */
static void test_values(void **state)
{
    static const unsigned char image[12] = {0, 10, 0, 200, 10, 255, 100, 10, 1, 100, 10, 255};
    static const unsigned char half[12] = {50, 10, 64, 150, 10, 191, 100, 10, 64, 100, 10, 191};
    static const unsigned char tenth[12] = {90, 10, 115, 110, 10, 140, 100, 10, 115, 100, 10, 140};

    (void)state;
    check_values(0.5, image, half);
    check_values(0.1, image, tenth);
    check_values(1, image, image);
}

/* What is hidden stays, and what is half hidden changes by half as much around what is seen of m. */
static void test_window(void **state)
{
    unsigned char values[4] = {90, 200, 100, 150};
    struct evk_pixels image = {1, 4, 1, values}, out;
    struct evk_image_window w;

    (void)state;
    assert_ok(evk_image_window_init(&w, 4, 1, err));
    evk_image_window_narrow(&w, 0, 0, 90);
    evk_image_window_narrow(&w, 3, 0.5, 90);
    evk_image_window_finish(&w);
    assert_ok(evk_series_apply(0.5, &w, &image, &out, err));
    /* m = (200 + 100 + 75) / 2.5 = 150; of it, the last pixel shows 0.5 x 150 + 45 = 120. */
    assert_int_equal(out.data[0], 90);
    assert_int_equal(out.data[1], 175);
    assert_int_equal(out.data[2], 125);
    assert_int_equal(out.data[3], 135);
    evk_pixels_release(&out);
    image.width = 3;
    assert_fails(EVK_EFORMAT, "pixels", evk_series_apply(0.5, &w, &image, &out, err));
    evk_image_window_release(&w);
}

static void test_lists(void **state)
{
    struct evk_contrasts c;

    (void)state;
    assert_ok(evk_contrasts_parse(&c, "1,0.75,.1234567891,5e-1", err));
    assert_int_equal(c.count, 3);
    assert_true(c.asked);
    assert_true(c.level[0] == 0.123456789 && c.level[1] == 0.5 && c.level[2] == 0.75);
    assert_ok(evk_contrasts_parse(&c, "1", err));
    assert_true(c.asked && c.count == 0);
    assert_ok(evk_contrasts_parse(&c, "", err));
    assert_true(!c.asked && c.count == 0);
    assert_ok(
        evk_contrasts_parse(&c, ".01,.02,.03,.04,.05,.06,.07,.08,.09,.1,.2,.3,.4,.5,.6,1", err));
    assert_int_equal(c.count, 15);
}

static void test_refused(void **state)
{
    static const char *const lists[] = {
        "0",
        "-0.5",
        "1.001",
        "nan",
        "0.5,",
        ",",
        "0x.8",
        "0.5 ",
        "a",
        "1,1",
        "0.5,0.50",
        "1e-5000",
        ".1,.2,.3,.4,.5,.6,.7,.8,.9,.11,.12,.13,.14,.15,.16,.17,.18"};
    char deep[256];
    struct evk_contrasts c;

    (void)state;
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
        assert_fails(EVK_EINVAL, "contrasts has", evk_contrasts_parse(&c, lists[i], err));
    memset(deep, '0', sizeof(deep));
    memcpy(deep + 200, ".5", 3);
    assert_fails(EVK_EINVAL, "contrasts has", evk_contrasts_parse(&c, deep, err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_values), cmocka_unit_test(test_window),
                                       cmocka_unit_test(test_lists),
                                       cmocka_unit_test(test_refused)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
