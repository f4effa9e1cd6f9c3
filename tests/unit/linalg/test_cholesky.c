/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_cholesky.c - systems of equations whose solutions are known */
#include "../../harness/test.h"

#include <math.h>
#include <stdlib.h>

#include "linalg/cholesky.h"

static uint64_t seed = 3;

/* Fills s with a random positive definite matrix, and with the right-hand sides of solutions x. */
static void fill(struct evk_system *s, int64_t n, int64_t columns, const double *x)
{
    double *f = calloc((size_t)(n * n), sizeof(*f));

    for (int64_t i = 0; i < n * n; i++)
        f[i] = (double)random_float(&seed);
    evk_system_begin(s, n, columns);
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < n; j++) {
            double sum = i == j ? (double)n : 0;

            for (int64_t q = 0; q < n; q++)
                sum += f[i * n + q] * f[j * n + q];
            if (i <= j)
                *evk_system_a(s, i, j) = sum;
            for (int64_t c = 0; c < columns; c++)
                *evk_system_b(s, i, c) += sum * x[j * columns + c];
        }
    free(f);
}

static void check(struct evk_system *s, int64_t n, int64_t columns)
{
    double *x = calloc((size_t)(n * columns), sizeof(*x));

    for (int64_t i = 0; i < n * columns; i++)
        x[i] = (double)random_float(&seed);
    fill(s, n, columns, x);
    assert_true(evk_system_solve(s));
    for (int64_t i = 0; i < n; i++)
        for (int64_t c = 0; c < columns; c++)
            assert_true(fabs(*evk_system_b(s, i, c) - x[i * columns + c]) < 1e-12);
    free(x);
}

/* One system serves problems of several sizes, one after the other. */
static void test_sizes(void **state)
{
    struct evk_system s;

    (void)state;
    assert_ok(evk_system_init(&s, 200, 60, err));
    check(&s, 200, 60);
    check(&s, 1, 1);
    check(&s, 48, 48);
    check(&s, 49, 2);
    check(&s, 131, 49);
    evk_system_release(&s);
}

/* A matrix with a negative eigenvalue, or with NaN, has no factor. */
static void test_indefinite(void **state)
{
    struct evk_system s;

    (void)state;
    assert_ok(evk_system_init(&s, 2, 1, err));
    evk_system_begin(&s, 2, 1);
    *evk_system_a(&s, 0, 0) = *evk_system_a(&s, 1, 1) = 1;
    *evk_system_a(&s, 0, 1) = 2;
    assert_false(evk_system_solve(&s));
    evk_system_begin(&s, 2, 1);
    *evk_system_a(&s, 0, 0) = NAN;
    *evk_system_a(&s, 1, 1) = 1;
    assert_false(evk_system_solve(&s));
    evk_system_release(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_indefinite),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
