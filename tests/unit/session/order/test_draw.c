/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_draw.c - random whole numbers: each as probable, one in each stratum, rounding that keeps means */
#include "session/order/round.h"

#include <math.h>
#include <string.h>

#include "../../../harness/test.h"

/*
 * Of 3 * 2^30 numbers, words of 32 bits reach every third one twice, unless words are drawn again:
 * it would be half of all, 2,000 of 4,000, where 1,333 with an SD of 30 are expected.
 */
static void numbers_are_as_probable_as_others(void **state)
{
    int64_t count[3] = {0};
    struct evk_draw d;

    (void)state;
    assert_ok(evk_draw_begin(&d, 1, "test", 2, 3, err));
    for (int i = 0; i < 4000; i++) {
        const int64_t x = evk_draw_below(&d, (int64_t)3 << 30);

        assert_true(x >= 0 && x < (int64_t)3 << 30);
        count[x % 3]++;
    }
    for (int i = 0; i < 3; i++)
        assert_in_range(count[i], 1213, 1453);
}

static void purposes_differ(void **state)
{
    struct evk_draw d[4];
    int64_t x[4];

    (void)state;
    assert_ok(evk_draw_begin(&d[0], 1, "one", 2, 3, err));
    assert_ok(evk_draw_begin(&d[1], 1, "other", 2, 3, err));
    assert_ok(evk_draw_begin(&d[2], 1, "one", 3, 3, err));
    assert_ok(evk_draw_begin(&d[3], 2, "one", 2, 3, err));
    for (int i = 0; i < 4; i++) {
        x[i] = evk_draw_below(&d[i], (int64_t)1 << 32);
        for (int k = 0; k < i; k++)
            assert_true(x[i] != x[k]);
    }
}

static void one_number_in_each_stratum(void **state)
{
    struct evk_draw d;
    int64_t at[100];

    (void)state;
    assert_ok(evk_draw_begin(&d, 5, "test", 0, 0, err));
    for (int64_t count = 1; count <= 100; count++) {
        evk_draw_spread(&d, count, 60, at);
        for (int64_t k = 0; k < count; k++) {
            assert_true(at[k] >= k * 60 / count && at[k] < 60);
            assert_true(at[k] < (k + 1) * 60 / count || (count > 60 && at[k] == k * 60 / count));
            assert_true(!k || at[k] > at[k - 1] || (count > 60 && at[k] == at[k - 1]));
        }
    }
}

/* Sums of rows and columns stay where they are whole, and the mean of each number stays. */
static void rounding_keeps_sums_and_means(void **state)
{
    static const double start[9] = {0.3, 0.5, 1.2, 0.25, 2, 0.75, -0.55, 0.1, 0.05};
    const int rounds = 4000;
    struct evk_rounding r;
    struct evk_draw d;
    double sum[9] = {0};

    (void)state;
    assert_ok(evk_rounding_make(&r, 3, err));
    assert_ok(evk_draw_begin(&d, 5, "test", 0, 0, err));
    for (int t = 0; t < rounds; t++) {
        double m[9];

        memcpy(m, start, sizeof(m));
        evk_rounding_apply(&r, m, &d);
        for (int i = 0; i < 9; i++) {
            assert_true(m[i] == floor(start[i]) || m[i] == ceil(start[i]));
            sum[i] += m[i];
        }
        assert_true(m[0] + m[1] + m[2] == 2 && m[3] + m[4] + m[5] == 3);
        assert_true(m[6] + m[7] + m[8] == -1 || m[6] + m[7] + m[8] == 0);
        assert_true(m[0] + m[3] + m[6] == 0 && m[2] + m[5] + m[8] == 2);
    }
    for (int i = 0; i < 9; i++) /* 5 SDs of a number that is 0 or 1 */
        assert_true(fabs(sum[i] / rounds - start[i]) < 5 * 0.5 / sqrt(rounds));
    evk_rounding_release(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_as_probable_as_others),
        cmocka_unit_test(purposes_differ),
        cmocka_unit_test(one_number_in_each_stratum),
        cmocka_unit_test(rounding_keeps_sums_and_means),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
