/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_blas1.c - axpy and dots: against double within a bound, and the same bits everywhere */
#include "../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "../harness/kernels.h"

static uint64_t seed = 1;

enum { SIZES = 131 }; /* every tail of every vector, several vectors long */

static void axpy(int64_t n)
{
    const struct evk_kernels *k;
    const float a = random_float(&seed);
    float *x = fenced_random(&seed, n), *before = fenced_random(&seed, n);

    for (int i = 0; (k = next_kernels(&i));) {
        float *y = fenced(n, before);

        k->axpy(n, a, x, y);
        for (int64_t j = 0; j < n; j++) /* fused: one rounding */
            assert_true(same_bits(y[j], fmaf(a, x[j], before[j])));
        fenced_free(y, n);
    }
    fenced_free(x, n);
    fenced_free(before, n);
}

static void test_axpy(void **state)
{
    (void)state;
    for (int64_t n = 0; n < SIZES; n++)
        axpy(n);
}

static void dot(int64_t n)
{
    const struct evk_kernels *k;
    float *x = fenced_random(&seed, n), *y = fenced_random(&seed, n);
    const float want = evk_kernels_at(0)->dot(n, x, y);
    double sum = 0, magnitude = 0;

    for (int64_t i = 0; i < n; i++) {
        sum += (double)x[i] * (double)y[i];
        magnitude += fabs((double)x[i] * (double)y[i]);
    }
    assert_true(fabs((double)want - sum) <= sum_bound(n, magnitude));
    for (int i = 0; (k = next_kernels(&i));) {
        const float got = k->dot(n, x, y);

        assert_same_bits(k, "dot", 1, &got, &want);
    }
    fenced_free(x, n);
    fenced_free(y, n);
}

static void test_dot(void **state)
{
    (void)state;
    for (int64_t n = 0; n < SIZES; n++)
        dot(n);
    dot(3000);
}

/* Each term is rounded five times, besides the roundings of the sum. */
static void dot_blend(int64_t n)
{
    const struct evk_kernels *k;
    float *x[4], a[4], *w = fenced_random(&seed, n), want;
    double sum = 0, magnitude = 0;

    for (int j = 0; j < 4; j++) {
        x[j] = fenced_random(&seed, n);
        a[j] = j == n % 7 ? 0 : random_float(&seed);
        for (int64_t i = 0; i < n; i++) {
            const double term = (double)a[j] * (double)x[j][i] * (double)w[i];

            sum += term;
            magnitude += fabs(term);
        }
    }
    want = evk_kernels_at(0)->dot_blend(n, (const float *const *)x, a, w);
    assert_true(fabs((double)want - sum) <= sum_bound(n + 5, magnitude));
    for (int i = 0; (k = next_kernels(&i));) {
        const float got = k->dot_blend(n, (const float *const *)x, a, w);

        assert_same_bits(k, "dot_blend", 1, &got, &want);
    }
    for (int j = 0; j < 4; j++)
        fenced_free(x[j], n);
    fenced_free(w, n);
}

static void test_dot_blend(void **state)
{
    (void)state;
    for (int64_t n = 0; n < SIZES; n++)
        dot_blend(n);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_axpy), cmocka_unit_test(test_dot),
                                       cmocka_unit_test(test_dot_blend)};

    if (argc > 1)
        seed = strtoull(argv[1], NULL, 10);
    printf("seed %llu\n", (unsigned long long)seed);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
