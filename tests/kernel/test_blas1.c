/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_blas1.c - axpy and dot: against double within a bound, and the same bits everywhere */
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

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_axpy), cmocka_unit_test(test_dot)};

    if (argc > 1)
        seed = strtoull(argv[1], NULL, 10);
    printf("seed %llu\n", (unsigned long long)seed);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
