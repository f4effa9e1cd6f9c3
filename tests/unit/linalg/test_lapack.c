/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_lapack.c - eigendecompositions by LAPACK */
#include "../../harness/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "linalg/lapack.h"

/* [[2, 1], [1, 2]] has the eigenvalue 1 along (1, -1) and 3 along (1, 1); the upper triangle is not
   read. */
static void test_on_paper(void **state)
{
    double a[4] = {2, 77, 1, 2}, values[2], vectors[4];

    (void)state;
    assert_ok(evk_lapack_load(err));
    assert_ok(evk_lapack_eigen(2, a, values, vectors, err));
    assert_true(fabs(values[0] - 1) < 1e-15 && fabs(values[1] - 3) < 1e-15);
    assert_true(fabs(vectors[0] + vectors[1]) < 1e-15 && fabs(vectors[2] - vectors[3]) < 1e-15);
    assert_true(fabs(vectors[0] * vectors[0] - 0.5) < 1e-15);
}

/* A matrix of rank 20, most of whose eigenvalues are equal, is the sum of its parts. */
static void test_repeated(void **state)
{
    enum { N = 150, RANK = 20 };
    double *a = calloc(N * N, sizeof(*a)), *copy = calloc(N * N, sizeof(*copy));
    double values[N], *vectors = calloc(N * N, sizeof(*vectors)), f[RANK][N];
    uint64_t seed = 5;

    (void)state;
    for (int q = 0; q < RANK; q++)
        for (int i = 0; i < N; i++)
            f[q][i] = (double)random_float(&seed);
    for (int e = 0; e < N * N; e++)
        for (int q = 0; q < RANK; q++)
            a[e] += f[q][e / N] * f[q][e % N];
    for (int e = 0; e < N * N; e++)
        copy[e] = a[e];
    assert_ok(evk_lapack_eigen(N, a, values, vectors, err));
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            double sum = 0, dot = 0;

            for (int q = 0; q < N; q++) {
                sum += values[q] * vectors[q * N + i] * vectors[q * N + j];
                dot += vectors[i * N + q] * vectors[j * N + q];
            }
            assert_true(fabs(sum - copy[i * N + j]) < 1e-11);
            assert_true(fabs(dot - (i == j)) < 1e-11);
        }
    free(a);
    free(copy);
    free(vectors);
}

static void test_refused(void **state)
{
    double a[1] = {NAN}, values[1], vectors[1];

    (void)state;
    assert_fails(EVK_EINVAL, "not finite", evk_lapack_eigen(1, a, values, vectors, err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_on_paper),
        cmocka_unit_test(test_repeated),
        cmocka_unit_test(test_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
