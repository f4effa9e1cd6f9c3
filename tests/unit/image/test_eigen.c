/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_eigen.c - eigenvalues and eigenvectors of symmetric matrices */
#include "../../harness/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "image/eigen.h"

/*
 * [[2, 1], [1, 2]] has the eigenvalue 3 along (1, 1) and 1 along (1, -1), with its first sign made
 * +.
 */
static void test_on_paper(void **state)
{
    double a[4] = {2, 1, 1, 2}, values[2], vectors[4];
    double one[1] = {-5}, value, vector;

    (void)state;
    evk_eigen(2, a, values, vectors);
    assert_true(fabs(values[0] - 3) < 1e-15 && fabs(values[1] - 1) < 1e-15);
    for (int i = 0; i < 4; i++)
        assert_true(fabs(fabs(vectors[i]) - sqrt(0.5)) < 1e-15);
    assert_true(vectors[0] > 0 && vectors[1] > 0 && vectors[2] * vectors[3] < 0);
    evk_eigen(1, one, &value, &vector);
    assert_true(value == -5 && vector == 1);
}

static void check(int64_t n, const double *a, const double *values, const double *vectors)
{
    for (int64_t k = 0; k < n; k++) {
        assert_true(k == 0 || values[k] <= values[k - 1]);
        for (int64_t i = 0; i < n; i++) {
            double av = 0, dot = 0;

            for (int64_t j = 0; j < n; j++) {
                av += a[i * n + j] * vectors[k * n + j];
                dot += vectors[i * n + j] * vectors[k * n + j];
            }
            assert_true(fabs(av - values[k] * vectors[k * n + i]) < 1e-12 * (double)n);
            assert_true(fabs(dot - (i == k)) < 1e-13 * (double)n);
        }
    }
}

static void test_random(void **state)
{
    static const int64_t sizes[] = {3, 10, 64};
    uint64_t seed = 5;

    (void)state;
    for (int s = 0; s < 3; s++) {
        const int64_t n = sizes[s];
        double *a = calloc((size_t)(4 * n * n), sizeof(*a)), *lost = a + n * n;
        double *vectors = lost + n * n, *values = vectors + n * n;

        for (int64_t i = 0; i < n; i++)
            for (int64_t j = 0; j <= i; j++)
                a[i * n + j] = a[j * n + i] = (double)random_float(&seed);
        memcpy(lost, a, (size_t)(n * n) * sizeof(*a));
        evk_eigen(n, lost, values, vectors);
        check(n, a, values, vectors);
        free(a);
    }
}

/*
 * With equal eigenvalues, or zeros, the eigenvectors may be any orthonormal basis; there must be
 * one.
 */
static void test_degenerate(void **state)
{
    double a[9] = {4, 0, 0, 0, 4, 0, 0, 0, 0}, copy[9], values[3], vectors[9];

    (void)state;
    memcpy(copy, a, sizeof(a));
    evk_eigen(3, copy, values, vectors);
    check(3, a, values, vectors);
    assert_true(values[0] == 4 && values[1] == 4 && values[2] == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_on_paper),
        cmocka_unit_test(test_random),
        cmocka_unit_test(test_degenerate),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
