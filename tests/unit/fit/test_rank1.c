/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_rank1.c - readouts that are a product of space and features */
#include "../../harness/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/made_data.h"
#include "fit/rank1.h"

enum { N = 150, SIDE = 4, CHANNELS = 5, PLACES = SIDE * SIDE, FEATURES = PLACES * CHANNELS };
static const int64_t shape[3] = {SIDE, SIDE, CHANNELS};

static double space_of(int place)
{
    return place / SIDE == 1 ? 0.5 + place % SIDE : place / SIDE == 2 ? 1 : 0;
}

static double channel_of(int channel)
{
    return channel - 1.5;
}

/* A matrix of rank 1 is the product of its pair, whose lengths are equal. */
static void test_pair(void **state)
{
    double w[PLACES * CHANNELS], left[PLACES], right[CHANNELS], zero[6] = {0};
    double l = 0, r = 0;

    (void)state;
    for (int i = 0; i < PLACES * CHANNELS; i++)
        w[i] = -3 * space_of(i / CHANNELS) * channel_of(i % CHANNELS);
    evk_rank1_pair(PLACES, CHANNELS, w, left, right);
    for (int i = 0; i < PLACES * CHANNELS; i++)
        assert_true(fabs(left[i / CHANNELS] * right[i % CHANNELS] - w[i]) < 1e-12);
    for (int i = 0; i < PLACES; i++)
        l += left[i] * left[i];
    for (int i = 0; i < CHANNELS; i++)
        r += right[i] * right[i];
    assert_true(fabs(l - r) < 1e-12 * l);
    evk_rank1_pair(2, 3, zero, left, right);
    assert_true(left[0] == 0 && right[2] == 0);
}

/* The larger of two values has the pair: diag(1, 2) has that of its second row. */
static void test_largest(void **state)
{
    const double w[4] = {1, 0, 0, 2};
    double left[2], right[2];

    (void)state;
    evk_rank1_pair(2, 2, w, left, right);
    assert_true(fabs(left[1] * right[1] - 2) < 1e-12 && fabs(left[0]) < 1e-12);
}

/* Responses become a planted product of the features in units of their SD. */
static void plant(struct made_data *r, double noise)
{
    struct evk_fit_features f;
    uint64_t seed = 3;

    assert_ok(evk_fit_features_init(&f, &r->core, N, 1, err));
    for (int64_t e = 0; e < N * r->data.units; e++) {
        const int64_t i = e % N;

        r->y[e] = 4 + noise * (double)random_float(&seed);
        for (int q = 0; q < FEATURES; q++)
            r->y[e] += space_of(q / CHANNELS) * channel_of(q % CHANNELS) * f.scale[q] *
                       ((double)r->x[i * FEATURES + q] - f.mean[q]);
    }
    evk_fit_features_release(&f);
}

static double error_of(const struct made_data *r, const double *predicted)
{
    double error = 0, variance = 0, mean = 0;

    for (int i = 0; i < N; i++)
        mean += r->y[i] / N;
    for (int i = 0; i < N; i++) {
        error += (predicted[i] - r->y[i]) * (predicted[i] - r->y[i]);
        variance += (r->y[i] - mean) * (r->y[i] - mean);
    }
    return error / variance;
}

/* With a penalty that vanishes, a planted product is found exactly. */
static void test_planted(void **state)
{
    double weight[N], start[FEATURES];
    struct evk_fit_features f;
    struct evk_rank1 r1;
    struct made_data r;
    float *z = calloc(N * FEATURES, sizeof(*z));
    uint64_t seed = 7;

    (void)state;
    made_data_new(&r, 1, N, 1, shape, 0, 5);
    plant(&r, 0);
    assert_ok(evk_fit_features_init(&f, &r.core, N, 1, err));
    evk_fit_features_floats(&f, z);
    for (int i = 0; i < N; i++)
        weight[i] = i % 9 ? 1 + i % 2 : 0;
    for (int e = 0; e < FEATURES; e++)
        start[e] = space_of(e / CHANNELS) * channel_of(e % CHANNELS) + (double)random_float(&seed);
    assert_ok(evk_rank1_init(&r1, &f, err));
    evk_rank1_start(&r1, &f, start);
    for (int round = 0; round < 10; round++) {
        const struct evk_rank1_task task = {&f, z, r.y, weight, 1e-9};

        assert_ok(evk_rank1_fit(&r1, &task, err));
    }
    assert_true(error_of(&r, r1.predicted) < 1e-9);
    for (int e = 0; e < FEATURES; e++)
        assert_true(fabs(r1.space[e / CHANNELS] * r1.of_channel[e % CHANNELS] -
                         space_of(e / CHANNELS) * channel_of(e % CHANNELS)) < 1e-3);
    evk_rank1_release(&r1);
    evk_fit_features_release(&f);
    made_data_free(&r);
    free(z);
}

/* A large penalty makes neighbours alike: what is left of space is nearly flat. */
static void test_flat(void **state)
{
    double weight[N], start[FEATURES], mean = 0, variance = 0;
    struct evk_fit_features f;
    struct evk_rank1 r1;
    struct made_data r;
    float *z = calloc(N * FEATURES, sizeof(*z));

    (void)state;
    made_data_new(&r, 4, N, 1, shape, 0, 5);
    plant(&r, 0);
    assert_ok(evk_fit_features_init(&f, &r.core, N, 1, err));
    evk_fit_features_floats(&f, z);
    for (int i = 0; i < N; i++)
        weight[i] = 1;
    for (int e = 0; e < FEATURES; e++)
        start[e] = space_of(e / CHANNELS) * channel_of(e % CHANNELS);
    assert_ok(evk_rank1_init(&r1, &f, err));
    evk_rank1_start(&r1, &f, start);
    assert_ok(evk_rank1_fit(&r1, &(struct evk_rank1_task){&f, z, r.y, weight, 10}, err));
    for (int p = 0; p < PLACES; p++)
        mean += r1.space[p] / PLACES;
    for (int p = 0; p < PLACES; p++)
        variance += (r1.space[p] - mean) * (r1.space[p] - mean) / PLACES;
    assert_true(variance < 0.1 * mean * mean);
    evk_rank1_release(&r1);
    evk_fit_features_release(&f);
    made_data_free(&r);
    free(z);
}

/* A product that is planted under noise is predicted better than by ridge, without its fold. */
static void test_fit(void **state)
{
    enum { UNITS = 2 };
    struct evk_fit_result product, ridge;
    struct made_data r;
    double own[N];

    (void)state;
    made_data_new(&r, 2, N, UNITS, shape, 0, 5);
    plant(&r, 8);
    assert_ok(evk_fit_factorized(&product, &r.data, err));
    assert_ok(evk_fit_ridge(&ridge, &r.data, err));
    assert_true(error_of(&r, product.predicted) < 0.8 * error_of(&r, ridge.predicted));
    for (int i = 0; i < N; i++)
        own[i] = made_data_response(&r, &product, 0, i);
    assert_true(error_of(&r, own) < error_of(&r, product.predicted));
    evk_fit_result_release(&product, 1);
    evk_fit_result_release(&ridge, 1);
    made_data_free(&r);
}

/* What a fold holds has no part in what is predicted in it; gaps and constants are finite. */
static void test_no_leak(void **state)
{
    enum { UNITS = 2 };
    struct evk_fit_result before, after;
    struct made_data r;

    (void)state;
    made_data_new(&r, 3, N, UNITS, shape, 0, 5);
    plant(&r, 4);
    for (int i = 0; i < N; i++) {
        r.x[i * FEATURES + 5] = 2;
        r.y[N + i] = i % 7 == 1 ? (double)NAN : 1.5;
    }
    assert_ok(evk_fit_factorized(&before, &r.data, err));
    for (int i = 0; i < N / 5; i++)
        r.y[i] = 100 * r.y[i] - 50 * i;
    assert_ok(evk_fit_factorized(&after, &r.data, err));
    for (int i = 0; i < N / 5; i++)
        assert_true(fabs(before.predicted[i] - after.predicted[i]) < 1e-5);
    assert_true(fabs(before.predicted[N - 1] - after.predicted[N - 1]) > 1e-3);
    for (int i = 0; i < N; i++)
        assert_true(isnan(r.y[N + i]) ? isnan(before.predicted[N + i])
                                      : fabs(before.predicted[N + i] - 1.5) < 1e-9);
    assert_true(before.weights[0][5 * UNITS] == 0 && before.bias[0][1] == 1.5f);
    evk_fit_result_release(&before, 1);
    evk_fit_result_release(&after, 1);
    made_data_free(&r);
}

static void test_threads(void **state)
{
    enum { UNITS = 5 };
    struct evk_fit_result first, again;
    struct made_data r;

    (void)state;
    made_data_new(&r, 8, N, UNITS, shape, 1, 3);
    assert_ok(evk_fit_factorized(&first, &r.data, err));
    r.data.threads = 5;
    assert_ok(evk_fit_factorized(&again, &r.data, err));
    assert_memory_equal(first.weights[0], again.weights[0], sizeof(float) * FEATURES * UNITS);
    assert_memory_equal(first.predicted, again.predicted, sizeof(double) * N * UNITS);
    evk_fit_result_release(&first, 1);
    evk_fit_result_release(&again, 1);
    made_data_free(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pair),    cmocka_unit_test(test_largest),
        cmocka_unit_test(test_planted), cmocka_unit_test(test_flat),
        cmocka_unit_test(test_fit),     cmocka_unit_test(test_no_leak),
        cmocka_unit_test(test_threads),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
