/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_ridge.c - linear readouts whose weights are known, and data that has gaps */
#include "../../harness/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/made_data.h"

static const int64_t shape[3] = {2, 3, 4}; /* 24 features */

/* Responses without noise are met, by images of the fit and by others. */
static void test_planted(void **state)
{
    enum { N = 200, UNITS = 3 };
    struct evk_fit_result result;
    struct made_data r;

    (void)state;
    made_data_new(&r, 1, N, UNITS, shape, 0, 5);
    assert_ok(evk_fit_ridge(&result, &r.data, err));
    for (int64_t u = 0; u < UNITS; u++) {
        double error = 0, variance = 0, mean = 0;

        for (int64_t i = 0; i < N; i++)
            mean += r.y[u * N + i] / N;
        for (int64_t i = 0; i < N; i++) {
            const double miss = result.predicted[u * N + i] - r.y[u * N + i];

            error += miss * miss;
            variance += (r.y[u * N + i] - mean) * (r.y[u * N + i] - mean);
        }
        assert_true(error < 1e-12 * variance);
        assert_true(result.penalty[u] < 1e-5);
    }
    evk_fit_result_release(&result, 1);
    made_data_free(&r);
}

/* Constant features and units, a unit without responses, and gaps: every number is finite. */
static void test_gaps(void **state)
{
    enum { N = 60, UNITS = 4 };
    struct evk_fit_result result;
    struct made_data r;

    (void)state;
    made_data_new(&r, 3, N, UNITS, shape, 1, 5);
    for (int64_t i = 0; i < N; i++) {
        r.x[i * 24 + 5] = 0.1f;
        r.x[i * 24 + 7] = 3e8f;
        r.y[N + i] = 0.1;
        r.y[2 * N + i] = NAN;
        r.y[3 * N + i] = i % 4 ? r.y[3 * N + i] : (double)NAN;
    }
    assert_ok(evk_fit_ridge(&result, &r.data, err));
    for (int64_t e = 0; e < 24 * UNITS; e++)
        assert_true(isfinite(result.weights[0][e]));
    for (int64_t u = 0; u < UNITS; u++) {
        assert_true(result.weights[0][5 * UNITS + u] == 0);
        assert_true(result.weights[0][7 * UNITS + u] == 0);
        for (int64_t i = 0; i < N; i++)
            assert_true(isfinite(result.predicted[u * N + i]) == isfinite(r.y[u * N + i]));
    }
    for (int64_t e = 0; e < 24; e++)
        assert_true(result.weights[0][e * UNITS + 1] == 0);
    assert_true(result.bias[0][1] == 0.1f && result.predicted[N + 3] == 0.1);
    assert_true(result.penalty[1] > 50); /* the largest of equals */
    evk_fit_result_release(&result, 1);
    made_data_free(&r);
}

/* A gap changes the unit that has it, and no other. */
static void test_patterns(void **state)
{
    enum { N = 60, UNITS = 3 };
    struct evk_fit_result all, gap;
    struct made_data r;

    (void)state;
    made_data_new(&r, 4, N, UNITS, shape, 1, 5);
    assert_ok(evk_fit_ridge(&all, &r.data, err));
    r.y[N + 7] = NAN;
    assert_ok(evk_fit_ridge(&gap, &r.data, err));
    for (int64_t e = 0; e < 24; e++) {
        assert_true(all.weights[0][e * UNITS] == gap.weights[0][e * UNITS]);
        assert_true(all.weights[0][e * UNITS + 1] != gap.weights[0][e * UNITS + 1]);
        assert_true(all.weights[0][e * UNITS + 2] == gap.weights[0][e * UNITS + 2]);
    }
    evk_fit_result_release(&all, 1);
    evk_fit_result_release(&gap, 1);
    made_data_free(&r);
}

/* A unit with responses in one fold only is predicted nowhere, and its mean is its model. */
static void test_one_fold(void **state)
{
    enum { N = 30 };
    struct evk_fit_result result;
    struct made_data r;

    (void)state;
    made_data_new(&r, 5, N, 1, shape, 1, 5);
    for (int64_t i = 6; i < N; i++)
        r.y[i] = NAN;
    assert_ok(evk_fit_ridge(&result, &r.data, err));
    for (int64_t i = 0; i < N; i++)
        assert_true(isnan(result.predicted[i]));
    assert_true(isfinite(result.bias[0][0]));
    evk_fit_result_release(&result, 1);
    made_data_free(&r);
}

/* Several cores are members of an ensemble: predictions are the mean of what each alone gives. */
static void test_cores(void **state)
{
    enum { N = 40, UNITS = 2 };
    struct evk_fit_result one, other, both;
    struct made_data a, b;
    struct evk_fit_core cores[2];
    struct evk_fit_data d;

    (void)state;
    made_data_new(&a, 6, N, UNITS, shape, 1, 5);
    made_data_new(&b, 7, N, UNITS, shape, 1, 5);
    b.data.y = a.y;
    d = a.data;
    cores[0] = a.core;
    cores[1] = b.core;
    d.cores = cores;
    d.core_count = 2;
    assert_ok(evk_fit_ridge(&one, &a.data, err));
    assert_ok(evk_fit_ridge(&other, &b.data, err));
    assert_ok(evk_fit_ridge(&both, &d, err));
    for (int64_t i = 0; i < N * UNITS; i++)
        assert_true(fabs(both.predicted[i] - (one.predicted[i] + other.predicted[i]) / 2) < 1e-9);
    assert_memory_equal(both.weights[1], other.weights[0], sizeof(float) * 24 * UNITS);
    evk_fit_result_release(&one, 1);
    evk_fit_result_release(&other, 1);
    evk_fit_result_release(&both, 2);
    made_data_free(&a);
    made_data_free(&b);
}

static void test_threads(void **state)
{
    enum { N = 150, UNITS = 5 };
    struct evk_fit_result first, again;
    struct made_data r;

    (void)state;
    made_data_new(&r, 8, N, UNITS, shape, 1, 5);
    assert_ok(evk_fit_ridge(&first, &r.data, err));
    for (int threads = 2; threads <= 5; threads += 3) {
        r.data.threads = threads;
        assert_ok(evk_fit_ridge(&again, &r.data, err));
        assert_memory_equal(first.weights[0], again.weights[0], sizeof(float) * 24 * UNITS);
        assert_memory_equal(first.bias[0], again.bias[0], sizeof(float) * UNITS);
        assert_memory_equal(first.predicted, again.predicted, sizeof(double) * N * UNITS);
        evk_fit_result_release(&again, 1);
    }
    evk_fit_result_release(&first, 1);
    made_data_free(&r);
}

static void test_refused(void **state)
{
    struct evk_fit_result result;
    struct made_data r;

    (void)state;
    made_data_new(&r, 9, 10, 1, shape, 1, 5);
    r.x[3] = NAN;
    assert_fails(EVK_EINVAL, "feature 3", evk_fit_ridge(&result, &r.data, err));
    r.x[3] = 0;
    r.fold[9] = 5;
    assert_fails(EVK_EINVAL, "image 9", evk_fit_ridge(&result, &r.data, err));
    r.data.images = 1;
    assert_fails(EVK_EINVAL, "at least 3", evk_fit_ridge(&result, &r.data, err));
    made_data_free(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_planted),  cmocka_unit_test(test_gaps),
        cmocka_unit_test(test_patterns), cmocka_unit_test(test_one_fold),
        cmocka_unit_test(test_cores),    cmocka_unit_test(test_threads),
        cmocka_unit_test(test_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
