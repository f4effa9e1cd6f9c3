/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_pointwise.c - preprocessing, the ReLUs, products, sums and differences, to the bit; the
 * ReLUs with NaN, zeros of both signs and infinities
 */
#include "../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../harness/kernels.h"

static uint64_t seed = 1;

enum { SIZES = 131 }; /* every tail of every vector, several vectors long */

/* NaN is not above 0, so it becomes 0; so does -0, which becomes +0. */
static void relu(const struct evk_kernels *k, int64_t n)
{
    float *x = fenced_awkward(&seed, n), *y = fenced(n, NULL);

    k->relu(n, x, y);
    for (int64_t i = 0; i < n; i++)
        assert_true(same_bits(y[i], x[i] > 0 ? x[i] : 0));
    fenced_free(x, n);
    fenced_free(y, n);
}

/* A sum, with and without a ReLU, which may overwrite what it adds to. */
static void sum(const struct evk_kernels *k, int64_t n)
{
    for (int relu = 0; relu < 2; relu++) {
        float *a = fenced_awkward(&seed, n), *b = fenced_random(&seed, n);
        float *y = fenced(n, NULL), *onto = fenced(n, a);

        k->sum(n, a, b, relu, y);
        k->sum(n, onto, b, relu, onto);
        for (int64_t i = 0; i < n; i++) {
            const float want = a[i] + b[i];

            assert_true(same_bits(y[i], !relu || want > 0 ? want : 0));
            assert_true(same_bits(onto[i], y[i]));
        }
        fenced_free(a, n);
        fenced_free(b, n);
        fenced_free(y, n);
        fenced_free(onto, n);
    }
}

static void relu_gradient(const struct evk_kernels *k, int64_t n)
{
    float *x = fenced_awkward(&seed, n), *gy = fenced_random(&seed, n);
    float *before = fenced_random(&seed, n), *gx = fenced(n, before);

    k->relu_gradient(n, x, gy, gx);
    for (int64_t i = 0; i < n; i++) {
        const float sum = before[i] + gy[i];

        assert_true(same_bits(gx[i], x[i] > 0 ? sum : before[i]));
    }
    fenced_free(x, n);
    fenced_free(gy, n);
    fenced_free(before, n);
    fenced_free(gx, n);
}

/* Gradients at silent units become 0, NaN and infinities too; others keep their bits. */
static void rectify_gradient(const struct evk_kernels *k, int64_t n)
{
    float *y = fenced_awkward(&seed, n), *before = fenced_awkward(&seed, n);
    float *gy = fenced(n, before);

    k->rectify_gradient(n, y, gy);
    for (int64_t i = 0; i < n; i++)
        assert_true(same_bits(gy[i], y[i] > 0 ? before[i] : 0));
    fenced_free(y, n);
    fenced_free(before, n);
    fenced_free(gy, n);
}

/* The units that are silent are given by bits; the values themselves are not looked at. */
static void rectify_signed(const struct evk_kernels *k, int64_t n)
{
    const int64_t groups = n % 9, size = groups * EVK_PAD;
    float *before = fenced_awkward(&seed, size), *gy = fenced(size, before);
    uint16_t signs[9];

    for (int64_t g = 0; g < groups; g++)
        signs[g] = (uint16_t)(32768 * ((double)random_float(&seed) + 1));
    k->rectify_signed(size, signs, gy);
    for (int64_t i = 0; i < size; i++)
        assert_true(same_bits(gy[i], signs[i / EVK_PAD] >> i % EVK_PAD & 1 ? before[i] : 0));
    fenced_free(before, size);
    fenced_free(gy, size);
}

/* The kernel that sets these bits: NaN and zeros of either sign are not positive. */
static void signs(const struct evk_kernels *k, int64_t n)
{
    const int64_t groups = n % 9, size = groups * EVK_PAD;
    float *y = fenced_awkward(&seed, size);
    uint16_t bits[9];

    memset(bits, 0xff, sizeof(bits));
    k->signs(size, y, bits);
    for (int64_t i = 0; i < size; i++)
        assert_int_equal(bits[i / EVK_PAD] >> i % EVK_PAD & 1, y[i] > 0);
    fenced_free(y, size);
}

/*
 * Differences and quotients in double are rounded to float once: to half a unit in the last place.
 */
static void normalise(const struct evk_kernels *k, int64_t n)
{
    const int64_t period = 1 + n % 7 * 3;
    float *x = fenced_random(&seed, n), *y = fenced(n, NULL), *z = fenced(n, NULL);
    double mean[32], scale[32];

    for (int64_t i = 0; i < period; i++) {
        mean[i] = 100 * (double)random_float(&seed);
        scale[i] = i % 2 ? 1 : 3 + (double)random_float(&seed);
    }
    k->normalise(n, period, mean, scale, x, y);
    k->normalise(n, period, mean, NULL, x, z);
    for (int64_t i = 0; i < n; i++) {
        const double centred = (double)x[i] - mean[i % period];

        assert_true(same_bits(y[i], (float)(centred / scale[i % period])));
        assert_true(same_bits(z[i], (float)centred));
    }
    fenced_free(x, n);
    fenced_free(y, n);
    fenced_free(z, n);
}

/* Where the product is added to the result, the multiply-add is fused. */
static void multiply(const struct evk_kernels *k, int64_t n)
{
    float *a = fenced_random(&seed, n), *x = fenced_random(&seed, n);
    float *before = fenced_random(&seed, n), *y = fenced(n, NULL), *sum = fenced(n, before);

    k->multiply(n, a, x, false, y);
    k->multiply(n, a, x, true, sum);
    for (int64_t i = 0; i < n; i++) {
        assert_true(same_bits(y[i], a[i] * x[i]));
        assert_true(same_bits(sum[i], fmaf(a[i], x[i], before[i])));
    }
    fenced_free(a, n);
    fenced_free(x, n);
    fenced_free(before, n);
    fenced_free(y, n);
    fenced_free(sum, n);
}

/* A sum and a difference are rounded once each. */
static void butterfly(const struct evk_kernels *k, int64_t n)
{
    float *a = fenced_random(&seed, n), *b = fenced_random(&seed, n);
    float *sum = fenced(n, NULL), *difference = fenced(n, NULL);

    k->butterfly(n, a, b, sum, difference);
    for (int64_t i = 0; i < n; i++) {
        assert_true(same_bits(sum[i], (float)((double)a[i] + (double)b[i])));
        assert_true(same_bits(difference[i], (float)((double)a[i] - (double)b[i])));
    }
    fenced_free(a, n);
    fenced_free(b, n);
    fenced_free(sum, n);
    fenced_free(difference, n);
}

/* The bytes end where the fence begins. */
static void widen(const struct evk_kernels *k, int64_t n)
{
    const int64_t floats = (n + 3) / 4;
    float *room = fenced_random(&seed, floats), *y = fenced(n, NULL);
    const unsigned char *x = (const unsigned char *)(room + floats) - n;

    k->widen(n, x, y);
    for (int64_t i = 0; i < n; i++)
        assert_true(same_bits(y[i], (float)x[i]));
    fenced_free(room, floats);
    fenced_free(y, n);
}

static void each(void (*check)(const struct evk_kernels *k, int64_t n))
{
    const struct evk_kernels *k;

    for (int i = 0; (k = next_kernels(&i));)
        for (int64_t n = 0; n < SIZES; n++)
            check(k, n);
}

static void test_relu(void **state)
{
    (void)state;
    each(relu);
}

static void test_relu_gradient(void **state)
{
    (void)state;
    each(relu_gradient);
}

static void test_rectify_gradient(void **state)
{
    (void)state;
    each(rectify_gradient);
}

static void test_rectify_signed(void **state)
{
    (void)state;
    each(rectify_signed);
}

static void test_signs(void **state)
{
    (void)state;
    each(signs);
}

static void test_normalise(void **state)
{
    (void)state;
    each(normalise);
}

static void test_sum(void **state)
{
    (void)state;
    each(sum);
}

static void test_widen(void **state)
{
    (void)state;
    each(widen);
}

static void test_multiply(void **state)
{
    (void)state;
    each(multiply);
}

static void test_butterfly(void **state)
{
    (void)state;
    each(butterfly);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_normalise),     cmocka_unit_test(test_rectify_signed),
        cmocka_unit_test(test_signs),         cmocka_unit_test(test_relu),
        cmocka_unit_test(test_relu_gradient), cmocka_unit_test(test_rectify_gradient),
        cmocka_unit_test(test_multiply),      cmocka_unit_test(test_butterfly),
        cmocka_unit_test(test_sum),           cmocka_unit_test(test_widen)};

    if (argc > 1)
        seed = strtoull(argv[1], NULL, 10);
    printf("seed %llu\n", (unsigned long long)seed);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
