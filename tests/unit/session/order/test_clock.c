/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_clock.c - times in whole frames, and a session as long as its last onset and duration say */
#include "design.h"

static void times_become_whole_frames(void **state)
{
    struct evk_trial_clock c;

    (void)state;
    assert_ok(evk_trial_clock_make(&c, 0.1, 0.1, 1.6, 144, err));
    assert_true(c.rate == 144);
    assert_int_equal(c.on, 14); /* 14.4 */
    assert_int_equal(c.off, 14);
    assert_int_equal(c.overhead, 230); /* 230.4 */
    assert_ok(evk_trial_clock_make(&c, 0.1, 0, 0.35, 165, err));
    assert_int_equal(c.on, 17); /* 16.5 */
    assert_int_equal(c.off, 0);
    assert_int_equal(c.overhead, 58); /* 57.75 */
    assert_ok(evk_trial_clock_make(&c, 0.35, 0.1, 1.15, 90, err));
    assert_int_equal(c.on, 32);        /* 31.5, of which the product in double is less */
    assert_int_equal(c.overhead, 104); /* 103.5 */
    assert_ok(evk_trial_clock_make(&c, 0.1, 0.1234567, 1.6, 0, err));
    assert_true(c.rate == 1e6);
    assert_int_equal(c.on, 100000);
    assert_int_equal(c.off, 123457);
}

static void times_that_no_clock_has(void **state)
{
    struct evk_trial_clock c;

    (void)state;
    assert_fails(EVK_EINVAL, "--on is 4 ms, which is less than half of a frame of 10 ms",
                 evk_trial_clock_make(&c, 0.004, 0, 0, 100, err));
    assert_fails(EVK_EINVAL, "--on is 0 ms", evk_trial_clock_make(&c, 0, 0, 0, 0, err));
    assert_fails(EVK_EINVAL, "--off is -1 s", evk_trial_clock_make(&c, 0.1, -1, 0, 0, err));
    assert_fails(EVK_EINVAL, "--overhead is nan s", evk_trial_clock_make(&c, 0.1, 0, NAN, 0, err));
    assert_fails(EVK_EINVAL, "--on is 1e+09 s", evk_trial_clock_make(&c, 1e9, 0, 0, 60, err));
    assert_fails(EVK_EINVAL, "frames a second", evk_trial_clock_make(&c, 0.1, 0, 0, -60, err));
    assert_fails(EVK_EINVAL, "frames a second", evk_trial_clock_make(&c, 0.1, 0, 0, NAN, err));
}

/* Onsets are counted up one presentation after the other. */
static void a_session_lasts_until_its_last_image_ends(void **state)
{
    const int64_t of_kind[] = {9, 8, 0};
    static const double hz[] = {0, 60, 59.94, 144};
    struct design d;
    struct evk_order o;

    (void)state;
    design_set(&d, of_kind, 7);
    d.ask.first_trial = 5;
    for (int64_t catches = 0; catches < 10; catches++)
        for (int k = 0; k < 4; k++) {
            struct evk_trial_clock c;
            int64_t at = 0;

            d.ask.blanks = 7 + catches; /* 126 to 135 presentations, which once are whole trials */
            d.ask.catch_trials = catches;
            assert_ok(evk_order_make(&o, &d.ask, err));
            assert_ok(evk_trial_clock_make(&c, 0.1, 0.05, 1.6, hz[k], err));
            for (int64_t i = 0; i < o.count; i++) {
                if (i)
                    at += c.on + c.off;
                if (i && o.list[i].position == 1)
                    at += c.overhead;
                assert_int_equal(evk_trial_clock_onset(&c, &o, i), at);
            }
            assert_true(evk_trial_clock_seconds(&c, &o) == (double)(at + c.on) / c.rate);
            assert_true(evk_trial_clock_estimate(&c, o.count, d.ask.per_trial) ==
                        evk_trial_clock_seconds(&c, &o));
            evk_order_release(&o);
        }
}

static void a_session_of_nothing_takes_no_time(void **state)
{
    const struct evk_order none = {0};
    struct evk_trial_clock c;

    (void)state;
    assert_ok(evk_trial_clock_make(&c, 0.1, 0.05, 1.6, 60, err));
    assert_true(evk_trial_clock_seconds(&c, &none) == 0);
    assert_true(evk_trial_clock_estimate(&c, 0, 8) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_become_whole_frames),
        cmocka_unit_test(times_that_no_clock_has),
        cmocka_unit_test(a_session_lasts_until_its_last_image_ends),
        cmocka_unit_test(a_session_of_nothing_takes_no_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
