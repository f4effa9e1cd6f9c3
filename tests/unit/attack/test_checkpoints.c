/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_checkpoints.c - where Auto-PGD may halve its step, and when */
#include "../../harness/test.h"

#include "attack/checkpoint.h"

static void assert_steps(int64_t steps, const int *list, int count)
{
    struct evk_checkpoints c = evk_checkpoints(steps);
    int seen = 0;

    for (int64_t i = 0; i < steps; i++)
        if (evk_checkpoint_pass(&c, i, true)) {
            assert_true(seen < count);
            assert_int_equal(i, list[seen++]);
        }
    assert_int_equal(seen, count);
}

/* Croce & Hein 2020: of 100 steps these; of 50, ceil(p 50). */
static void test_numbers(void **state)
{
    (void)state;
    assert_steps(100, (const int[]){22, 41, 57, 70, 80, 87, 93, 99}, 8);
    assert_steps(50, (const int[]){11, 21, 29, 35, 40, 44, 47}, 7);
    assert_steps(1000, (const int[]){220, 410, 570, 700, 800, 870, 930, 990}, 8);
    assert_steps(4, (const int[]){1, 2, 3}, 3);
}

/* Fewer than three quarters of the steps since the last one. */
static void test_progress(void **state)
{
    struct evk_checkpoints c = evk_checkpoints(100);

    (void)state;
    for (int64_t i = 0; i < 100; i++) {
        const bool progress = i < 22 ? i < 17 : i < 22 + 14; /* 17 of 22; 14 of 19 */

        if (evk_checkpoint_pass(&c, i, progress && i > 0))
            assert_int_equal(c.poor, i > 22);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_numbers),
                                       cmocka_unit_test(test_progress)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
