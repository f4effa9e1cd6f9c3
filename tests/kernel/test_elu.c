/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_elu.c - ELU and its slope: within a bound of double over all floats, the same bits
 * everywhere
 */
#include "../harness/test.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../harness/kernels.h"

static uint64_t seed = 1;

enum { SIZES = 131 }; /* every tail of every vector, several vectors long */

static float of_bits(uint32_t bits)
{
    float x;

    memcpy(&x, &bits, sizeof(x));
    return x;
}

/* Returns how far got is from want, in units in the last place of want as a float. */
static double units(float got, double want)
{
    int exponent;

    frexp(want, &exponent);
    return fabs((double)got - want) / ldexp(1, exponent < -125 ? -149 : exponent - 24);
}

/*
 * Returns the largest error over every step-th float from -0 to -infinity, which include those
 * below -17.33, where expm1 is -1 in float, and below -87.33, where exp underflows.
 */
static double worst(const struct evk_kernels *k, bool plus_one, uint32_t step)
{
    enum { BLOCK = 256 };
    double worst = 0;
    uint32_t bits = 0x80000000;

    while (bits <= 0xff800000) {
        float x[BLOCK], y[BLOCK];
        int n = 0;

        for (; n < BLOCK && bits <= 0xff800000; bits += step)
            x[n++] = of_bits(bits);
        k->elu(n, plus_one, x, y);
        for (int i = 0; i < n; i++) {
            const double want =
                plus_one ? exp(fmax((double)-87.33654f, (double)x[i])) : expm1((double)x[i]);
            const double off = units(y[i], want);

            worst = off > worst ? off : worst;
        }
    }
    return worst;
}

/* elu.h promises an error of at most one unit in the last place. */
static void test_accuracy(void **state)
{
    const struct evk_kernels *k, *last = NULL;

    (void)state;
    for (int i = 0; (k = next_kernels(&i));)
        last = k;
    for (int plus_one = 0; plus_one < 2; plus_one++) {
        const double off = worst(last, plus_one, 1021);

        printf("%s: %.3f units in the last place\n", plus_one ? "elu + 1" : "elu", off);
        assert_true(off < 1);
    }
}

static void test_known(void **state)
{
    static const float x[] = {0.0f,  -0.0f,    1e-40f,    -1e-40f, 3.5f,
                              3e38f, INFINITY, -INFINITY, -3e38f,  -100};
    static const float y[] = {0.0f, -0.0f, 1e-40f, -1e-40f, 3.5f, 3e38f, INFINITY, -1, -1, -1};
    const struct evk_kernels *k;

    (void)state;
    for (int i = 0; (k = next_kernels(&i));) {
        float got[COUNT(x)], rate[COUNT(x)], nan[2] = {NAN, NAN};

        k->elu(COUNT(x), false, x, got);
        k->elu(COUNT(x), true, x, rate);
        for (size_t j = 0; j < COUNT(x); j++) {
            assert_true(same_bits(got[j], y[j]));
            if (x[j] > -1)
                assert_true(same_bits(rate[j], x[j] + 1));
            else
                assert_true(rate[j] >= 0 && rate[j] <= 0x1p-125f);
        }
        for (int plus_one = 0; plus_one < 2; plus_one++) {
            k->elu(1, plus_one, nan, nan + 1);
            assert_true(isnan(nan[1]));
        }
    }
}

/* NaN and NaN need not have the same bits. */
static bool same(float a, float b)
{
    return isnan(a) ? isnan(b) : same_bits(a, b);
}

static void check_sizes(int64_t n, bool plus_one)
{
    float *x = fenced_awkward(&seed, n), *want = fenced(n, NULL);
    const struct evk_kernels *k;

    for (int64_t i = 0; i < n; i++)
        x[i] *= i % 2 ? 90 : 2;
    evk_kernels_at(0)->elu(n, plus_one, x, want);
    for (int i = 0; (k = next_kernels(&i));) {
        float *y = fenced(n, NULL);

        k->elu(n, plus_one, x, y);
        for (int64_t j = 0; j < n; j++)
            if (!same(y[j], want[j]))
                fail_msg("%s: elu(%a) is %a, expected %a", k->isa, (double)x[j], (double)y[j],
                         (double)want[j]);
        fenced_free(y, n);
    }
    fenced_free(x, n);
    fenced_free(want, n);
}

static void test_sizes(void **state)
{
    (void)state;
    for (int64_t n = 0; n < SIZES; n++)
        for (int plus_one = 0; plus_one < 2; plus_one++)
            check_sizes(n, plus_one);
}

/*
 * The slope, min(1, y + 1) or min(1, y), is rounded once; its product too, fused where it is added.
 */
static void check_gradient(const struct evk_kernels *k, int64_t n, bool plus_one)
{
    float *y = fenced_awkward(&seed, n), *gy = fenced_random(&seed, n);
    float *before = fenced_random(&seed, n), *gx = fenced(n, NULL), *sum = fenced(n, before);

    k->elu_gradient(n, plus_one, y, gy, false, gx);
    k->elu_gradient(n, plus_one, y, gy, true, sum);
    for (int64_t i = 0; i < n; i++) {
        const float exponential = plus_one ? y[i] : y[i] + 1;
        const float slope = exponential > 1 ? 1 : exponential;

        assert_true(same(gx[i], slope * gy[i]));
        assert_true(same(sum[i], fmaf(slope, gy[i], before[i])));
    }
    fenced_free(y, n);
    fenced_free(gy, n);
    fenced_free(before, n);
    fenced_free(gx, n);
    fenced_free(sum, n);
}

static void test_gradient(void **state)
{
    const struct evk_kernels *k;

    (void)state;
    for (int i = 0; (k = next_kernels(&i));)
        for (int64_t n = 0; n < SIZES; n++)
            for (int plus_one = 0; plus_one < 2; plus_one++)
                check_gradient(k, n, plus_one);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_accuracy),
                                       cmocka_unit_test(test_known), cmocka_unit_test(test_sizes),
                                       cmocka_unit_test(test_gradient)};

    if (argc > 1)
        seed = strtoull(argv[1], NULL, 10);
    printf("seed %llu\n", (unsigned long long)seed);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
