/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_fmath.c - against libm in long double, relative error 1e-14, at every size of argument */
#include "base/fmath.h"

#include <math.h>
#include <stdio.h>

#include "../../harness/test.h"

static const double BOUND = 1e-14;

static void compare(const char *name, double x, double got, long double want)
{
    const long double error = fabsl((long double)got - want);

    if (!(error <= (long double)BOUND * fabsl(want)))
        fail_msg("%s(%.17g) is %.17g, expected %.17Lg: relative error %.3Lg", name, x, got, want,
                 error / fabsl(want));
}

static void exponential(void **state)
{
    (void)state;
    for (int i = -700000; i <= 709700; i += 7) {
        const double x = i / 1000.0;

        compare("exp", x, evk_exp(x), expl((long double)x));
    }
    for (double x = 1e-300; x < 1; x *= 1.7) {
        compare("exp", x, evk_exp(x), expl((long double)x));
        compare("exp", -x, evk_exp(-x), expl(-(long double)x));
    }
}

static void exponential_ends(void **state)
{
    (void)state;
    assert_true(evk_exp(0) == 1);
    assert_true(evk_exp(-745.2) == 0);
    assert_true(evk_exp(-HUGE_VAL) == 0);
    assert_true(evk_exp(-1e9) == 0);
    assert_true(evk_exp(709.79) == HUGE_VAL);
    assert_true(evk_exp(HUGE_VAL) == HUGE_VAL);
    assert_true(isnan(evk_exp((double)NAN)));
    assert_true(evk_exp(709.78) < HUGE_VAL);
    assert_true(evk_exp(-744) > 0); /* subnormal: few digits, but not 0 */
    assert_true(fabs(evk_exp(-744) / exp(-744) - 1) < 0.5);
}

static void logarithm(void **state)
{
    (void)state;
    assert_true(evk_log1p(0) == 0);
    for (int i = 1; i <= 100000; i++) {
        const double x = i / 100000.0;

        compare("log1p", x, evk_log1p(x), log1pl((long double)x));
    }
    for (double x = 1e-300; x < 1; x *= 1.7)
        compare("log1p", x, evk_log1p(x), log1pl((long double)x));
}

/* Relative error 1e-13, as fmath.h has it, and in float an error below 2 units in the last place. */
static void compare_power(float x, float y)
{
    const long double want = powl((long double)x, (long double)y);
    const double got = evk_pow((double)x, (double)y);
    const double most = 2 * ((double)nextafterf((float)want, INFINITY) - (double)(float)want);

    if (fabsl(want) > 3e38L || fabsl(want) < 1e-37L)
        return;
    if (!(fabsl((long double)got - want) <= 1e-13L * fabsl(want)))
        fail_msg("pow(%.9g, %.9g) is %.17g, expected %.17Lg", (double)x, (double)y, got, want);
    assert_true(fabs((double)(float)got - (double)want) < fabs(most));
}

static void power(void **state)
{
    (void)state;
    for (float x = 1e-38f; x < 1e38f; x *= 1.37f)
        for (int i = -2000; i <= 2000; i++) {
            compare_power(x, (float)i * 0.0742f);
            if (i % 20 == 0) {
                compare_power(x, (float)i / 20);
                compare_power(-x, (float)i / 20);
            }
        }
    for (int i = 1; i < 1000; i++) /* x near 1, with large powers */
        for (float y = -1e9f; y <= 1e9f; y += 2.7e7f) {
            compare_power(1 - (float)i * 0x1p-24f, y);
            compare_power(1 + (float)i * 0x1p-23f, y);
        }
}

/* The special cases are those of C's pow. */
static void power_ends(void **state)
{
    static const double x[] = {0, 1, -1, 2, -2, 0.5, -0.5, HUGE_VAL, -HUGE_VAL, (double)NAN};
    static const double y[] = {0,  1,   -1, 2,   -2,   3,   -3,       0.5,       -0.5,
                               17, -17, 18, -18, 31.5, 1e9, HUGE_VAL, -HUGE_VAL, (double)NAN};

    (void)state;
    for (size_t i = 0; i < sizeof(x) / sizeof(x[0]); i++)
        for (size_t j = 0; j < sizeof(y) / sizeof(y[0]); j++) {
            const double got = evk_pow(x[i], y[j]), want = pow(x[i], y[j]);

            if (isnan(want)                   ? !isnan(got)
                : isfinite(want) && want != 0 ? !(fabs(got / want - 1) <= 1e-13)
                                              : got != want)
                fail_msg("pow(%g, %g) is %g, expected %g", x[i], y[j], got, want);
        }
    assert_true(evk_pow(3, 2) == 9 && evk_pow(-3, 3) == -27 && evk_pow(2, -2) == 0.25);
}

static void hyperbolic(void **state)
{
    (void)state;
    assert_true(evk_tanh(0) == 0);
    assert_true(evk_tanh(1e9) == 1);
    assert_true(evk_tanh(-HUGE_VAL) == -1);
    assert_true(isnan(evk_tanh((double)NAN)));
    for (int i = 1; i <= 300000; i++) {
        const double x = i / 10000.0;

        compare("tanh", x, evk_tanh(x), tanhl((long double)x));
        compare("tanh", -x, evk_tanh(-x), tanhl(-(long double)x));
    }
    for (int i = 0; i < 20000; i++) { /* around the change of method */
        const double x = 0.0001 + i * 3e-6;

        compare("tanh", x, evk_tanh(x), tanhl((long double)x));
    }
    for (double x = 1e-300; x < 1; x *= 1.7)
        compare("tanh", x, evk_tanh(x), tanhl((long double)x));
}

static void error_function(void **state)
{
    (void)state;
    assert_true(evk_erf(0) == 0);
    assert_true(evk_erf(7) == 1);
    assert_true(evk_erf(-HUGE_VAL) == -1);
    assert_true(isnan(evk_erf((double)NAN)));
    for (int i = 1; i <= 62000; i++) {
        const double x = i / 10000.0;

        compare("erf", x, evk_erf(x), erfl((long double)x));
        compare("erf", -x, evk_erf(-x), erfl(-(long double)x));
    }
    for (double x = 1e-150; x < 1; x *= 1.7)
        compare("erf", x, evk_erf(x), erfl((long double)x));
}

static void logarithm_ends(void **state)
{
    (void)state;
    assert_true(evk_log(0) == -HUGE_VAL && evk_log(HUGE_VAL) == HUGE_VAL);
    assert_true(isnan(evk_log(-1)) && isnan(evk_log((double)NAN)));
}

static void compare_circular(double x)
{
    compare("cos", x, evk_cos(x), cosl((long double)x));
    compare("sin", x, evk_sin(x), sinl((long double)x));
}

/* Also near the zeros of sine and cosine, where an inexact multiple of pi would give a large error. */
static void circular(void **state)
{
    const double half_pi = 1.57079632679489661923;

    (void)state;
    assert_true(evk_cos(0) == 1 && evk_sin(0) == 0);
    for (int i = -100000; i <= 100000; i++) {
        compare_circular(i / 1000.0);
    }
    for (int i = -100000; i <= 100000; i++) {
        compare_circular(i * 9.99);
    }
    for (int k = -636618; k <= 636618; k += 101) {
        const double x = k * half_pi;

        compare_circular(x);
        compare_circular(nextafter(x, 2e6));
    }
}

static void tangents(void **state)
{
    (void)state;
    assert_true(evk_tan(0) == 0 && evk_atan(0) == 0);
    assert_true(isnan(evk_atan((double)NAN)));
    compare("atan", HUGE_VAL, evk_atan(HUGE_VAL), acosl(0));
    compare("atan", -HUGE_VAL, evk_atan(-HUGE_VAL), -acosl(0));
    for (int i = -15700; i <= 15700; i++) {
        const double x = i / 10000.0;

        compare("tan", x, evk_tan(x), tanl((long double)x));
        compare("atan", x, evk_atan(x), atanl((long double)x));
    }
    for (double x = 1e-300; x < 1e300; x *= 1.7)
        compare("atan", x, evk_atan(x), atanl((long double)x));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exponential),    cmocka_unit_test(exponential_ends),
        cmocka_unit_test(logarithm),      cmocka_unit_test(power),
        cmocka_unit_test(power_ends),     cmocka_unit_test(hyperbolic),
        cmocka_unit_test(error_function), cmocka_unit_test(circular),
        cmocka_unit_test(logarithm_ends), cmocka_unit_test(tangents),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
