/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_median.c - medians, and cells of tables with numbers */
#include <math.h>

#include "../../harness/test.h"
#include "base/median.h"
#include "base/str.h"

static void test_median(void **state)
{
    double odd[] = {3, 1, 2}, even[] = {4, 1, 3, 2}, gaps[] = {(double)NAN, 5, INFINITY, 7};

    (void)state;
    assert_true(evk_median(odd, 3) == 2);
    assert_true(evk_median(even, 4) == 2.5);
    assert_true(evk_median(gaps, 4) == 6);
    assert_true(isnan(evk_median(gaps + 4, 0)));
}

static void test_cell(void **state)
{
    struct evk_str s = EVK_STR_INIT;

    (void)state;
    evk_str_cell(&s, 0.25);
    evk_str_cell(&s, (double)NAN);
    assert_string_equal(s.data, "\t0.25\tn/a");
    evk_str_release(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_median),
        cmocka_unit_test(test_cell),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
