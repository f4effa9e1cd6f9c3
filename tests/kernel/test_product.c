/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_product.c - the product of two matrices: sums of fused multiply-adds in the stated order */
#include "../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "../harness/kernels.h"

static uint64_t seed = 1;

/*
 * More rows than a tile has, every remainder of columns in a vector, and sums of 0, 1 and more
 * terms.
 */
static const int64_t rows[] = {0, 1, 2, 3, 5, 8, 13, 29};
static const int64_t inner[] = {0, 1, 2, 17, 112};

enum { COLUMNS = 131 };

/* Returns one element of the product: multiply-adds are fused, from 0 on, first term to last. */
static float sum_of(int64_t k, int64_t n, const float *a, const float *x)
{
    float sum = 0;

    for (int64_t q = 0; q < k; q++)
        sum = fmaf(a[q], x[q * n], sum);
    return sum;
}

static void assert_product(int64_t m, int64_t k, int64_t n)
{
    float *a = fenced_random(&seed, m * k), *x = fenced_random(&seed, k * n);
    float *want = fenced(m * n, NULL);
    const struct evk_kernels *kernels;

    for (int64_t i = 0; i < m * n; i++)
        want[i] = sum_of(k, n, a + i / n * k, x + i % n);
    for (int i = 0; (kernels = next_kernels(&i));) {
        float *y = fenced(m * n, NULL);

        kernels->product(m, k, n, a, x, y);
        assert_same_bits(kernels, "product", m * n, y, want);
        fenced_free(y, m * n);
    }
    fenced_free(a, m * k);
    fenced_free(x, k * n);
    fenced_free(want, m * n);
}

static void test_columns(void **state)
{
    (void)state;
    for (int64_t n = 0; n < COLUMNS; n++)
        assert_product(pick(&seed, rows, COUNT(rows)), pick(&seed, inner, COUNT(inner)), n);
}

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        for (size_t j = 0; j < COUNT(inner); j++)
            assert_product(rows[i], inner[j], between(&seed, 1, COLUMNS));
}

/* The product is as near to the sums in double as the error bound of n fused terms says. */
static void test_bound(void **state)
{
    enum { M = 7, K = 200, N = 37 };
    float *a = fenced_random(&seed, M * K), *x = fenced_random(&seed, K * N);
    float *y = fenced(M * N, NULL);
    const char *wanted;

    (void)state;
    evk_kernels_best(&wanted)->product(M, K, N, a, x, y);
    for (int i = 0; i < M * N; i++) {
        double sum = 0, magnitude = 0;

        for (int q = 0; q < K; q++) {
            const double term = (double)a[i / N * K + q] * (double)x[q * N + i % N];

            sum += term;
            magnitude += fabs(term);
        }
        assert_true(fabs((double)y[i] - sum) <= sum_bound(K, magnitude));
    }
    fenced_free(a, M * K);
    fenced_free(x, K * N);
    fenced_free(y, M * N);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_columns),
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_bound),
    };

    if (argc > 1)
        seed = strtoull(argv[1], NULL, 10);
    printf("seed %llu\n", (unsigned long long)seed);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
