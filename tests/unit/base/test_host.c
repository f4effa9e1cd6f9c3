/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_host.c - what a host has set for its threads is put aside, in loops too, and comes back */
#include "base/host.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/test.h"
#include "base/parallel.h"
#include "evoke/types.h"

/* tests/data/comma is a locale whose only category says that numbers have a decimal comma. */
static int set_up(void **state)
{
    (void)state;
    setenv("LOCPATH", "tests/data", 1);
    if (fesetround(FE_DOWNWARD) != 0 || !setlocale(LC_NUMERIC, "comma"))
        fail_msg("there is no rounding downward, or no decimal comma");
    return 0;
}

static bool writes(const char *expected)
{
    char text[16];

    snprintf(text, sizeof(text), "%.1f", 0.5);
    return strcmp(text, expected) == 0;
}

/* Returns whether a block within another has what EVK_ENTER gives. */
static bool enter_again(void)
{
    EVK_ENTER();

    return fegetround() == FE_TONEAREST && writes("0.5");
}

static void test_block(void **state)
{
    (void)state;
    assert_true(fegetround() == FE_DOWNWARD && writes("0,5"));
    {
        EVK_ENTER();

        assert_true(fegetround() == FE_TONEAREST && writes("0.5"));
        assert_true(enter_again());
        assert_true(fegetround() == FE_TONEAREST && writes("0.5"));
    }
    assert_true(fegetround() == FE_DOWNWARD && writes("0,5"));
}

/* A thread may have a locale of its own, which is the one that comes back. */
static void test_locale_of_thread(void **state)
{
    const locale_t own = duplocale(LC_GLOBAL_LOCALE);

    (void)state;
    assert_non_null(own);
    setlocale(LC_NUMERIC, "C");
    uselocale(own);
    {
        EVK_ENTER();

        assert_true(writes("0.5"));
    }
    assert_true(writes("0,5"));
    assert_ptr_equal(uselocale(LC_GLOBAL_LOCALE), own);
    freelocale(own);
    assert_non_null(setlocale(LC_NUMERIC, "comma"));
}

static void look(void *arg, int worker, int64_t i)
{
    (void)worker;
    (void)i;
    if (fegetround() != FE_TONEAREST || !writes("0.5"))
        atomic_fetch_add((atomic_int *)arg, 1);
}

static void spoil(void *arg, int worker, int64_t i)
{
    (void)arg;
    (void)worker;
    (void)i;
    fesetround(FE_UPWARD);
}

/* The threads of a loop live on, and another user of them may have changed them meanwhile. */
static void test_loop(void **state)
{
    atomic_int wrong = 0;

    (void)state;
    for (int round = 0; round < 10; round++) {
        evk_parallel_for(evk_thread_count(4, 100), 100, look, &wrong);
        evk_parallel_for(evk_thread_count(4, 100), 100, spoil, NULL);
    }
    assert_int_equal(wrong, 0);
    assert_true(fegetround() == FE_DOWNWARD && writes("0,5"));
}

/* A caller's text becomes the same number, and a number the same text, as on any other thread. */
static void test_parameters(void **state)
{
    static const evk_param size = {"size", "S", "how large", EVK_PARAM_REAL, 0, 0, 1};
    double value = 0;
    char text[32];

    (void)state;
    assert_ok(evk_param_set(&size, &value, "0.1", err));
    assert_true(value == 0.1); /* rounded downward, it would be less */
    value = 2.0 / 3;
    evk_param_get(&size, &value, text, sizeof(text));
    assert_string_equal(text, "0.666666667");
    evk_float_text(1e-5F, text); /* so small that printf writes it; downward, it would end in 4 */
    assert_string_equal(text, "9.99999975e-06");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_block),
        cmocka_unit_test(test_locale_of_thread),
        cmocka_unit_test(test_loop),
        cmocka_unit_test(test_parameters),
    };

    return cmocka_run_group_tests(tests, set_up, NULL);
}
