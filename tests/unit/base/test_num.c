/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_num.c - numbers are read whole or not at all, whatever the locale */
#include "base/num.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <string.h>

#include "../../harness/test.h"

static void integers(void **state)
{
    static const char *const bad[] = {"",
                                      " 1",
                                      "1 ",
                                      "1.0",
                                      "0x10",
                                      "1e3",
                                      "+",
                                      "-",
                                      "--1",
                                      "a",
                                      "1a",
                                      "9223372036854775808",
                                      "-9223372036854775809",
                                      "\t2",
                                      "1,000"};
    int64_t i = 5;

    (void)state;
    for (size_t k = 0; k < sizeof(bad) / sizeof(*bad); k++)
        if (evk_parse_int(bad[k], &i))
            fail_msg("'%s' was read as %lld", bad[k], (long long)i);
    assert_int_equal(i, 5);
    assert_true(evk_parse_int("-9223372036854775808", &i) && i == INT64_MIN);
    assert_true(evk_parse_int("9223372036854775807", &i) && i == INT64_MAX);
    assert_true(evk_parse_int("+017", &i) && i == 17);
    assert_true(evk_parse_int("-0", &i) && i == 0);
}

static void reals_of_this_locale(void)
{
    static const char *const bad[] = {"",  " 1", "1 ", "nan", "inf",   "0x1p3", "1e400", "-1e400",
                                      ".", "+",  "1e", "1,5", "1.5.2", "1-2",   "e5",    "--1"};
    double r = 5;

    for (size_t k = 0; k < sizeof(bad) / sizeof(*bad); k++)
        if (evk_parse_real(bad[k], &r))
            fail_msg("'%s' was read as %g", bad[k], r);
    assert_true(r == 5);
    assert_true(evk_parse_real("1.5", &r) && r == 1.5);
    assert_true(evk_parse_real("-.25", &r) && r == -0.25);
    assert_true(evk_parse_real("+2.", &r) && r == 2);
    assert_true(evk_parse_real("1e-3", &r) && r == 1e-3);
    assert_true(evk_parse_real("1E+300", &r) && r == 1e300);
    assert_true(evk_parse_real("0.1", &r) && r == 0.1);
    assert_true(evk_parse_real("7", &r) && r == 7);
}

static void texts_of_this_locale(void)
{
    char text[EVK_REAL_TEXT];

    assert_string_equal(evk_format_real(1.5, text), "1.5");
    assert_string_equal(evk_format_real(0, text), "0");
    assert_string_equal(evk_format_real(1.0 / 3, text), "0.333333333");
    assert_string_equal(evk_format_real(-1.25e-300, text), "-1.25e-300");
    assert_string_equal(evk_format_real(123456789, text), "123456789");
    assert_string_equal(evk_format_real(-DBL_MAX, text), "-1.79769313e+308");
    assert_ptr_equal(evk_format_real(2, text), text);
}

static void reals(void **state)
{
    char digits[80];
    double r;

    (void)state;
    reals_of_this_locale();
    memset(digits, '1', sizeof(digits));
    digits[79] = '\0';
    assert_false(evk_parse_real(digits, &r)); /* longer than any number needs */
    digits[64] = '\0';
    assert_false(evk_parse_real(digits, &r));
    digits[63] = '\0';
    assert_true(evk_parse_real(digits, &r));
}

static void texts(void **state)
{
    (void)state;
    texts_of_this_locale();
}

/* Every float that is written with nine digits is read back unchanged. */
static void floats_survive(void **state)
{
    uint64_t seed = 11;
    char text[EVK_REAL_TEXT];
    double back;

    (void)state;
    for (int i = 0; i < 10000; i++) {
        const float x = random_float(&seed) * (i % 2 ? 1e-30f : 1e20f);

        assert_true(evk_parse_real(evk_format_real((double)x, text), &back));
        assert_true((float)back == x);
    }
}

/* Floats of all magnitudes, and those at the edges of each decade, are written as printf would. */
static void floats_as_printf(void **state)
{
    static const float edges[] = {0,  1e-4F, 1e-3F,     0.5F, 1,      9.99999999F,
                                  10, 1e8F,  999999936, 1e9F, FLT_MAX};
    char text[EVK_FLOAT_TEXT], expected[EVK_REAL_TEXT];

    (void)state;
    for (uint64_t bits = 0; bits <= UINT32_MAX; bits += 4093) {
        const uint32_t pattern = (uint32_t)bits;
        float x;

        memcpy(&x, &pattern, sizeof(x));
        if (evk_float_text(x, text) != strlen(evk_format_real((double)x, expected)) ||
            strcmp(text, expected) != 0)
            fail_msg("%s is written as %s", expected, text);
    }
    for (size_t i = 0; i < sizeof(edges) / sizeof(*edges); i++)
        for (int side = -2; side <= 2; side++)
            for (int sign = -1; sign <= 1; sign += 2) {
                float x = edges[i];

                for (int n = 0; n < (side < 0 ? -side : side); n++)
                    x = nextafterf(x, side < 0 ? -INFINITY : INFINITY);
                evk_float_text((float)sign * x, text);
                assert_string_equal(text, evk_format_real((double)((float)sign * x), expected));
            }
}

/* A locale with a decimal comma, where the system has one. */
static void decimal_comma(void **state)
{
    static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8",  "fr_FR.UTF-8",
                                        "de_DE",       "nl_NL.UTF-8", "ru_RU.UTF-8"};
    bool found = false;

    (void)state;
    for (size_t i = 0; !found && i < sizeof(names) / sizeof(*names); i++)
        found = setlocale(LC_ALL, names[i]) && localeconv()->decimal_point[0] == ',';
    if (!found) {
        setlocale(LC_ALL, "C");
        print_message("no locale with a decimal comma here\n");
        return;
    }
    reals_of_this_locale();
    texts_of_this_locale();
    setlocale(LC_ALL, "C");
}

/* NaN and infinities are written as n/a, for doubles and floats. */
static void test_not_finite(void **state)
{
    static const double endless[] = {(double)INFINITY, -(double)INFINITY, (double)NAN,
                                     -(double)NAN};

    (void)state;
    for (size_t i = 0; i < sizeof(endless) / sizeof(endless[0]); i++) {
        char real[EVK_REAL_TEXT], text[EVK_FLOAT_TEXT];

        assert_string_equal(evk_format_real(endless[i], real), "n/a");
        assert_int_equal(evk_float_text((float)endless[i], text), 3);
        assert_string_equal(text, "n/a");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_not_finite), cmocka_unit_test(integers),
        cmocka_unit_test(reals),           cmocka_unit_test(texts),
        cmocka_unit_test(floats_survive),  cmocka_unit_test(floats_as_printf),
        cmocka_unit_test(decimal_comma),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
