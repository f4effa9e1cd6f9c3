/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_response_trace.c - which steps of an ascent are kept, and that they are read back exactly */
#include "stimset/record/response_trace.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../../harness/test.h"

/* Every step up to 100; beyond, 101 of them from the first to the last, none twice. */
static void test_points(void **state)
{
    static const int64_t steps[] = {0,   1,   2,   99,   100,   101,    150,
                                    199, 200, 201, 1000, 12345, 999999, (int64_t)1 << 40};

    (void)state;
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        const int64_t n = evk_response_trace_count(steps[i]);

        assert_int_equal(n, steps[i] <= 100 ? steps[i] + 1 : 101);
        assert_int_equal(evk_response_trace_step(steps[i], 0), 0);
        assert_int_equal(evk_response_trace_step(steps[i], n - 1), steps[i]);
        for (int64_t k = 1; k < n; k++) {
            assert_true(evk_response_trace_step(steps[i], k) >
                        evk_response_trace_step(steps[i], k - 1));
            if (steps[i] <= 100)
                assert_int_equal(evk_response_trace_step(steps[i], k), k);
            else
                assert_int_equal(evk_response_trace_step(steps[i], k), k * steps[i] / 100);
        }
    }
}

static void test_noted(void **state)
{
    static const int64_t steps[] = {0, 5, 100, 101, 250, 1003};

    (void)state;
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        struct evk_response_trace t = {0};

        /* A dead start, an ascent that was given up, then one that is whole. */
        evk_response_trace_note(&t, steps[i], 0, -1);
        evk_response_trace_note(&t, steps[i], 0, -2);
        evk_response_trace_note(&t, steps[i], 1, -3);
        for (int64_t s = 0; s <= steps[i]; s++)
            evk_response_trace_note(&t, steps[i], s, (float)s + 0.5f);
        assert_int_equal(t.count, evk_response_trace_count(steps[i]));
        for (int64_t k = 0; k < t.count; k++)
            assert_true(t.response[k] == (float)evk_response_trace_step(steps[i], k) + 0.5f);
    }
}

static void test_written(void **state)
{
    struct evk_response_trace t = {2, {0.5f, -1e-20f}};
    struct evk_str s = EVK_STR_INIT;

    (void)state;
    evk_response_trace_write(&t, 4, '\t', &s);
    assert_string_equal(s.data, "\t0.5\t-9.99999968e-21\tn/a\tn/a");
    s.size = 0;
    evk_response_trace_write(&t, 1, ',', &s);
    assert_string_equal(s.data, ",0.5");
    s.size = 0;
    s.data[0] = '\0';
    evk_response_trace_write(&t, 0, ',', &s);
    assert_string_equal(s.data, "");
    evk_str_release(&s);
}

/* Nine digits hold a float. */
static void test_read_back(void **state)
{
    uint64_t seed = 3;

    (void)state;
    for (int i = 0; i < 2000; i++) {
        const float r = ldexpf(random_float(&seed), i % 200 - 100);
        struct evk_response_trace t = {1, {r}}, back = {0};
        struct evk_str s = EVK_STR_INIT;

        evk_response_trace_write(&t, 1, '\t', &s);
        assert_true(evk_response_trace_read(&back, s.data + 1));
        assert_int_equal(back.count, 1);
        assert_memory_equal(&back.response[0], &r, sizeof(r));
        evk_str_release(&s);
    }
}

static void test_refused(void **state)
{
    static const char *const wrong[] = {"", "x", "inf", "nan", "1,5", "1 ", "N/A"};
    struct evk_response_trace t = {0};

    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        assert_false(evk_response_trace_read(&t, wrong[i]));
    assert_true(evk_response_trace_read(&t, "n/a"));
    assert_int_equal(t.count, 0);
    for (int i = 0; i < EVK_RESPONSE_TRACE_MAX; i++)
        assert_true(evk_response_trace_read(&t, "1"));
    assert_false(evk_response_trace_read(&t, "1")); /* one too many */
    assert_int_equal(t.count, EVK_RESPONSE_TRACE_MAX);
    assert_true(evk_response_trace_read(&t, "n/a"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_points),  cmocka_unit_test(test_noted),
        cmocka_unit_test(test_written), cmocka_unit_test(test_read_back),
        cmocka_unit_test(test_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
