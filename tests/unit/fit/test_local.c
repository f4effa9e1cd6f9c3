/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_local.c - readouts of neurons that look at one part of the image */
#include "../../harness/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/made_data.h"
#include "base/fmath.h"

enum { N = 80, UNITS = 3, SIDE = 7, CHANNELS = 4, FEATURES = SIDE * SIDE * CHANNELS };
static const int64_t shape[3] = {SIDE, SIDE, CHANNELS};

/* The responses of each unit become a Gaussian sum of channel 1 about one place, plus noise. */
static void look_at(struct made_data *r, int place, double noise)
{
    uint64_t seed = 9;

    for (int64_t e = 0; e < N * UNITS; e++) {
        const int64_t i = e % N;

        r->y[e] = 2 + noise * (double)random_float(&seed);
        for (int p = 0; p < SIDE * SIDE; p++) {
            const int down = p / SIDE - place / SIDE, right = p % SIDE - place % SIDE;

            r->y[e] += evk_exp(-(down * down + right * right) / 2.0) *
                       (double)r->x[i * FEATURES + p * CHANNELS + 1];
        }
    }
}

static double correlation(const double *a, const double *b)
{
    double ma = 0, mb = 0, ab = 0, aa = 0, bb = 0;

    for (int i = 0; i < N; i++) {
        ma += a[i] / N;
        mb += b[i] / N;
    }
    for (int i = 0; i < N; i++) {
        ab += (a[i] - ma) * (b[i] - mb);
        aa += (a[i] - ma) * (a[i] - ma);
        bb += (b[i] - mb) * (b[i] - mb);
    }
    return ab / sqrt(aa * bb);
}

/* The readout of a neuron that sees one place is large there, and predicts more than ridge does. */
static void test_place(void **state)
{
    enum { PLACE = 2 * SIDE + 4 };
    struct evk_fit_result local, ridge;
    struct made_data r;
    double near = 0, far = 0;

    (void)state;
    made_data_new(&r, 1, N, UNITS, shape, 0, 5);
    look_at(&r, PLACE, 1);
    assert_ok(evk_fit_local(&local, &r.data, err));
    assert_ok(evk_fit_ridge(&ridge, &r.data, err));
    assert_true(correlation(local.predicted, r.y) > correlation(ridge.predicted, r.y) + 0.1);
    for (int e = 0; e < FEATURES; e++) {
        const double w = (double)local.weights[0][e * UNITS];
        const int row = e / CHANNELS / SIDE, column = e / CHANNELS % SIDE;

        if (abs(row - 2) <= 1 && abs(column - 4) <= 1)
            near += w * w / 9;
        else
            far += w * w / 40;
    }
    assert_true(near > 20 * far);
    evk_fit_result_release(&local, 1);
    evk_fit_result_release(&ridge, 1);
    made_data_free(&r);
}

/* Weights and bias give the level at the mean, and what was fitted without noise. */
static void test_response(void **state)
{
    struct evk_fit_result result;
    struct made_data r;
    double own[N];

    (void)state;
    made_data_new(&r, 2, N, UNITS, shape, 0, 5);
    look_at(&r, 24, 0);
    assert_ok(evk_fit_local(&result, &r.data, err));
    for (int i = 0; i < N; i++)
        own[i] = made_data_response(&r, &result, 0, i);
    assert_true(correlation(own, r.y) > 0.99);
    assert_true(correlation(result.predicted, r.y) > 0.9);
    evk_fit_result_release(&result, 1);
    made_data_free(&r);
}

/* Vectors without noise are met. */
static void test_vector(void **state)
{
    static const int64_t vector[3] = {1, 1, 20};
    struct evk_fit_result result;
    struct made_data r;

    (void)state;
    made_data_new(&r, 3, N, 1, vector, 0, 5);
    assert_ok(evk_fit_local(&result, &r.data, err));
    assert_true(1 - correlation(result.predicted, r.y) < 1e-8);
    evk_fit_result_release(&result, 1);
    made_data_free(&r);
}

/* A vector beside a map is under no window, wherever in the image the neuron looks. */
static void test_beside(void **state)
{
    static const int64_t rows[2] = {SIDE, 1}, columns[2] = {SIDE, 1}, channels[2] = {CHANNELS, 1};
    struct evk_fit_result result;
    struct made_data r, vector;
    float *x = calloc(N * (FEATURES + 1), sizeof(*x));

    (void)state;
    made_data_new(&r, 4, N, UNITS, shape, 0, 5);
    made_data_new(&vector, 5, N, 1, (int64_t[]){1, 1, 1}, 0, 5);
    look_at(&r, 0, 1);
    for (int64_t i = 0; i < N; i++) {
        memcpy(x + i * (FEATURES + 1), r.x + i * FEATURES, FEATURES * sizeof(*x));
        x[i * (FEATURES + 1) + FEATURES] = vector.x[i];
        r.y[i] += 5 * (double)vector.x[i];
    }
    r.core = (struct evk_fit_core){x, FEATURES + 1, 2, rows, columns, channels};
    assert_ok(evk_fit_local(&result, &r.data, err));
    assert_true(correlation(result.predicted, r.y) > 0.97);
    assert_true(fabs((double)result.weights[0][FEATURES * UNITS] - 5) < 0.2);
    evk_fit_result_release(&result, 1);
    made_data_free(&r);
    made_data_free(&vector);
    free(x);
}

/* What a fold holds has no part in what is predicted in it. */
static void test_no_leak(void **state)
{
    struct evk_fit_result before, after;
    struct made_data r;

    (void)state;
    made_data_new(&r, 3, N, UNITS, shape, 0, 5);
    look_at(&r, 10, 1);
    assert_ok(evk_fit_local(&before, &r.data, err));
    for (int i = 0; i < N / 5; i++)
        r.y[i] = 100 * r.y[i] - 50 * i;
    assert_ok(evk_fit_local(&after, &r.data, err));
    for (int i = 0; i < N / 5; i++)
        assert_true(fabs(before.predicted[i] - after.predicted[i]) < 1e-6);
    assert_true(fabs(before.predicted[N - 1] - after.predicted[N - 1]) > 1e-3);
    evk_fit_result_release(&before, 1);
    evk_fit_result_release(&after, 1);
    made_data_free(&r);
}

/* Gaps, constants, silent units and vectors without a grid: every number is finite. */
static void test_gaps(void **state)
{
    struct evk_fit_result result;
    struct made_data r;

    (void)state;
    made_data_new(&r, 4, N, UNITS, shape, 1, 5);
    r.rows = r.columns = 1;
    r.channels = FEATURES;
    for (int64_t i = 0; i < N; i++) {
        r.x[i * FEATURES + 5] = 0.1f;
        r.y[i] = 0.1;
        r.y[N + i] = NAN;
        r.y[2 * N + i] = i % 4 ? r.y[2 * N + i] : (double)NAN;
        r.count[2 * N + i] = 1 + i % 3;
    }
    assert_ok(evk_fit_local(&result, &r.data, err));
    for (int64_t e = 0; e < FEATURES * UNITS; e++)
        assert_true(isfinite(result.weights[0][e]));
    for (int64_t e = 0; e < FEATURES; e++)
        assert_true(result.weights[0][e * UNITS] == 0);
    for (int64_t u = 0; u < UNITS; u++) {
        assert_true(result.weights[0][5 * UNITS + u] == 0);
        for (int64_t i = 0; i < N; i++)
            assert_true(isfinite(result.predicted[u * N + i]) == isfinite(r.y[u * N + i]));
    }
    assert_true(result.bias[0][0] == 0.1f && result.predicted[3] == 0.1);
    evk_fit_result_release(&result, 1);
    made_data_free(&r);
}

/* Two cores that are the same give the same mean as one. */
static void test_cores(void **state)
{
    struct evk_fit_result one, both;
    struct made_data r;
    struct evk_fit_core cores[2];
    struct evk_fit_data d;

    (void)state;
    made_data_new(&r, 5, N, UNITS, shape, 0, 5);
    look_at(&r, 30, 1);
    d = r.data;
    cores[0] = cores[1] = r.core;
    d.cores = cores;
    d.core_count = 2;
    assert_ok(evk_fit_local(&one, &r.data, err));
    assert_ok(evk_fit_local(&both, &d, err));
    for (int64_t e = 0; e < FEATURES * UNITS; e++)
        assert_true(fabsf(both.weights[1][e] - one.weights[0][e]) < 1e-6f);
    for (int64_t i = 0; i < N * UNITS; i++)
        assert_true(fabs(both.predicted[i] - one.predicted[i]) < 1e-6);
    evk_fit_result_release(&one, 1);
    evk_fit_result_release(&both, 2);
    made_data_free(&r);
}

/* The unit in which a core has its features decides nothing. */
static void test_units(void **state)
{
    struct evk_fit_result small, large;
    struct made_data a, b;
    struct evk_fit_core cores[2];
    struct evk_fit_data d;

    (void)state;
    made_data_new(&a, 6, N, UNITS, shape, 0, 5);
    made_data_new(&b, 7, N, UNITS, shape, 0, 5);
    look_at(&a, 24, 1);
    d = a.data;
    cores[0] = a.core;
    cores[1] = b.core;
    d.cores = cores;
    d.core_count = 2;
    assert_ok(evk_fit_local(&small, &d, err));
    for (int e = 0; e < N * FEATURES; e++)
        b.x[e] *= 4096;
    assert_ok(evk_fit_local(&large, &d, err));
    for (int i = 0; i < N * UNITS; i++)
        assert_true(fabs(small.predicted[i] - large.predicted[i]) < 1e-5);
    evk_fit_result_release(&small, 2);
    evk_fit_result_release(&large, 2);
    made_data_free(&a);
    made_data_free(&b);
}

static void test_threads(void **state)
{
    struct evk_fit_result first, again;
    struct made_data r;

    (void)state;
    made_data_new(&r, 8, N, UNITS, shape, 1, 5);
    assert_ok(evk_fit_local(&first, &r.data, err));
    for (int threads = 2; threads <= 5; threads += 3) {
        r.data.threads = threads;
        assert_ok(evk_fit_local(&again, &r.data, err));
        assert_memory_equal(first.weights[0], again.weights[0], sizeof(float) * FEATURES * UNITS);
        assert_memory_equal(first.bias[0], again.bias[0], sizeof(float) * UNITS);
        assert_memory_equal(first.predicted, again.predicted, sizeof(double) * N * UNITS);
        evk_fit_result_release(&again, 1);
    }
    evk_fit_result_release(&first, 1);
    made_data_free(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_place),   cmocka_unit_test(test_response),
        cmocka_unit_test(test_no_leak), cmocka_unit_test(test_vector),
        cmocka_unit_test(test_gaps),    cmocka_unit_test(test_cores),
        cmocka_unit_test(test_beside),  cmocka_unit_test(test_units),
        cmocka_unit_test(test_threads),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
