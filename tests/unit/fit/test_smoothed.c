/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_smoothed.c - smoothed features, and the weights that they stand for */
#include "../../harness/test.h"

#include <math.h>
#include <stdlib.h>

#include "../../harness/made_data.h"
#include "base/fmath.h"
#include "fit/smoothed.h"

enum { N = 20, ROWS = 3, COLUMNS = 7, CHANNELS = 2, FEATURES = ROWS * COLUMNS * CHANNELS };
static const int64_t shape[3] = {ROWS, COLUMNS, CHANNELS};
static const double smoothing = 0.2;

/* The smoothing kernel between two places: a Gaussian of their distance, as part of the grid. */
static double between_places(int a, int b)
{
    const double down = (double)(a / COLUMNS - b / COLUMNS) / (smoothing * ROWS);
    const double right = (double)(a % COLUMNS - b % COLUMNS) / (smoothing * COLUMNS);

    return evk_exp(-(down * down + right * right) / 2);
}

/* The SD of a channel: the root of the mean, over places, of the variance over images. */
static double pooled_sd(const struct made_data *r, int channel)
{
    double sum = 0;

    for (int p = 0; p < ROWS * COLUMNS; p++) {
        double mean = 0;

        for (int i = 0; i < N; i++)
            mean += (double)r->x[i * FEATURES + p * CHANNELS + channel] / N;
        for (int i = 0; i < N; i++) {
            const double d = (double)r->x[i * FEATURES + p * CHANNELS + channel] - mean;

            sum += d * d / (N - 1) / (ROWS * COLUMNS);
        }
    }
    return sqrt(sum);
}

static void test_definition(void **state)
{
    struct evk_smoothed s;
    struct made_data r;

    (void)state;
    made_data_new(&r, 1, N, 1, shape, 1, 4);
    assert_ok(evk_smoothed_init(&s, &r.core, N, smoothing, 2, err));
    for (int e = 0; e < FEATURES; e++) {
        const int channel = e % CHANNELS;
        const double by = 1 / sqrt(pooled_sd(&r, channel));
        double want = 0;

        for (int p = 0; p < ROWS * COLUMNS; p++)
            want += between_places(e / CHANNELS, p) * by *
                    ((double)r.x[3 * FEATURES + p * CHANNELS + channel] -
                     s.mean[p * CHANNELS + channel]);
        assert_true(fabs((double)s.z[3 * FEATURES + e] - want) < 1e-5);
    }
    evk_smoothed_release(&s);
    made_data_free(&r);
}

/* Weights for z, and the weights for x that they become, give the same response. */
static void test_weights(void **state)
{
    double w[FEATURES], of_z[N] = {0}, of_x[N] = {0};
    uint64_t seed = 2;
    struct evk_smoothed s;
    struct made_data r;

    (void)state;
    made_data_new(&r, 2, N, 1, shape, 1, 4);
    for (int i = 0; i < N; i++)
        r.x[i * FEATURES + 9] = 1;
    assert_ok(evk_smoothed_init(&s, &r.core, N, smoothing, 1, err));
    for (int e = 0; e < FEATURES; e++)
        w[e] = (double)random_float(&seed);
    for (int i = 0; i < N; i++)
        for (int e = 0; e < FEATURES; e++)
            of_z[i] += w[e] * (double)s.z[i * FEATURES + e];
    assert_ok(evk_smoothed_weights(&s, 1, w, err));
    for (int i = 0; i < N; i++) {
        for (int e = 0; e < FEATURES; e++)
            of_x[i] += w[e] * ((double)r.x[i * FEATURES + e] - s.mean[e]);
        assert_true(fabs(of_x[i] - of_z[i]) < 1e-5);
    }
    assert_true(w[9] == 0);
    evk_smoothed_release(&s);
    made_data_free(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_definition),
        cmocka_unit_test(test_weights),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
