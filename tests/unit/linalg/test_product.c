/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_product.c - products of matrices of any size, on any number of threads */
#include "../../harness/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "linalg/product.h"

static uint64_t seed = 1;

static double *random_doubles(int64_t n)
{
    double *x = calloc((size_t)n + 1, sizeof(*x));

    for (int64_t i = 0; i < n; i++)
        x[i] = (double)random_float(&seed) + 1e-9 * (double)random_float(&seed);
    return x;
}

/* c += a' b by the definition: fused multiply-adds, first term to last. */
static void define(int64_t terms, int64_t m, int64_t n, const double *a, const double *b, double *c)
{
    for (int64_t i = 0; i < m; i++)
        for (int64_t j = 0; j < n; j++)
            for (int64_t q = 0; q < terms; q++)
                c[i * n + j] = fma(a[q * m + i], b[q * n + j], c[i * n + j]);
}

static void check(int64_t terms, int64_t m, int64_t n, int threads)
{
    double *a = random_doubles(terms * m), *b = random_doubles(terms * n);
    double *want = random_doubles(m * n), *c = random_doubles(m * n);
    const struct evk_dense da = {a, NULL, m, 1}, db = {b, NULL, n, 1};
    const struct evk_operand oa = {evk_fill_dense, &da, m}, ob = {evk_fill_dense, &db, n};

    memcpy(c, want, sizeof(*c) * (size_t)(m * n));
    define(terms, m, n, a, b, want);
    assert_ok(evk_add_product(threads, terms, &oa, &ob, c, err));
    assert_memory_equal(c, want, sizeof(*c) * (size_t)(m * n));
    free(a);
    free(b);
    free(want);
    free(c);
}

/* Sizes below, at and above those of a panel give the bits of the definition. */
static void test_sizes(void **state)
{
    (void)state;
    check(1, 1, 1, 1);
    check(127, 47, 49, 1);
    check(128, 48, 96, 2);
    check(300, 101, 7, 5);
    check(129, 1, 150, 5);
    check(1024, 50, 49, 2);
    check(2055, 49, 3, 2);
}

/* A product with itself is symmetric, and rows of a scale count as factors of both sides. */
static void test_symmetric(void **state)
{
    enum { TERMS = 200, N = 101 };
    double *a = random_doubles(TERMS * N), *c = calloc(N * N, sizeof(*c));
    double *want = calloc(N * N, sizeof(*want)), *scale = random_doubles(TERMS);
    const struct evk_dense da = {a, scale, N, 1};
    const struct evk_operand o = {evk_fill_dense, &da, N};

    (void)state;
    assert_ok(evk_add_product(2, TERMS, &o, &o, c, err));
    for (int64_t i = 0; i < TERMS * N; i++)
        a[i] *= scale[i / N];
    define(TERMS, N, N, a, a, want);
    for (int64_t i = 0; i < N; i++)
        for (int64_t j = 0; j < N; j++)
            assert_true(c[i * N + j] == want[i * N + j] && c[i * N + j] == c[j * N + i]);
    free(a);
    free(c);
    free(want);
    free(scale);
}

/* A dense operand may be read along its columns. */
static void test_transposed(void **state)
{
    const double x[6] = {1, 2, 3, 4, 5, 6}; /* (2, 3), of which the product reads the transpose */
    const struct evk_dense d = {x, NULL, 1, 3};
    const struct evk_operand o = {evk_fill_dense, &d, 2};
    double c[4] = {0};

    (void)state;
    assert_ok(evk_add_product(1, 3, &o, &o, c, err));
    assert_true(c[0] == 14 && c[1] == 32 && c[2] == 32 && c[3] == 77);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_symmetric),
        cmocka_unit_test(test_transposed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
