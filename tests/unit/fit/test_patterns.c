/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_patterns.c - which units are fitted together, and how images are weighted */
#include "../../harness/test.h"

#include <math.h>

#include "fit/patterns.h"

enum { IMAGES = 4, UNITS = 4 };

/* Units 0 and 3 have the same presentations, 1 lacks an image, and 2 has no response. */
static void test_patterns(void **state)
{
    double y[UNITS * IMAGES] = {1, 2, 3, 4, 5, NAN, 7, 8, NAN, NAN, NAN, NAN, 0.1, 0.1, 0.1, 0.1};
    int64_t count[UNITS * IMAGES] = {1, 2, 3, 2, 1, 2, 3, 2, 1, 2, 3, 2, 1, 2, 3, 2};
    const struct evk_fit_data d = {.images = IMAGES, .units = UNITS, .y = y, .count = count};
    struct evk_pattern *p;
    int64_t n;

    (void)state;
    assert_ok(evk_patterns_find(&p, &n, &d, err));
    assert_int_equal(n, 2);
    assert_int_equal(p[0].units, 2);
    assert_int_equal(p[0].unit[1], 3);
    assert_int_equal(p[1].unit[0], 1);
    for (int i = 0; i < IMAGES; i++) {
        assert_true(fabs(p[0].weight[i] - (double)count[i] / 2) < 1e-15);
        assert_true(fabs(p[0].share[i] - (double)count[i] / 8) < 1e-15);
        assert_true(fabs(p[1].weight[i] - (i == 1 ? 0 : (double)count[i] / 2)) < 1e-15);
    }
    assert_true(fabs(p[0].level[0] - 22.0 / 8) < 1e-15 && p[0].level[1] == 0.1);
    assert_true(fabs(p[1].level[0] - 42.0 / 6) < 1e-15);
    evk_patterns_release(p, n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_patterns)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
