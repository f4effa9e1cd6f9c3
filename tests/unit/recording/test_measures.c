/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_measures.c - correlation, its interval, regression, noise, ceiling and r2_ER */
#include "recording/measures.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/recorded.h"
#include "../../harness/test.h"
#include "base/rng.h"

enum { SEEDS = 200 };

static void near(double found, double expected, double tolerance)
{
    if (!(fabs(found - expected) <= tolerance))
        fail_msg("found %.17g, expected %.17g", found, expected);
}

/* Returns a number from a normal distribution (a sum of 12 uniform ones), by seed and place. */
static double normal(uint32_t seed, uint64_t i)
{
    const struct evk_rng_key key = {{seed, 17}, {0, 0}};
    double sum = -6;

    for (uint64_t k = 0; k < 12; k++)
        sum += (double)evk_rng_uniform(&key, 12 * i + k);
    return sum;
}

/* ---- pairs of numbers ----------------------------------------------------------------------- */

static void test_correlation(void **state)
{
    const double nan = (double)NAN, x[6] = {1, 2, nan, 3, 4, 7}, y[6] = {2, 1, 8, 4, 3, nan},
                 line[4] = {5, 3, 1, -1}, constant[4] = {0.1, 0.1, 0.1, 0.1};
    struct evk_line_fit fit;

    (void)state;
    near(evk_correlation(x, y, 6), 0.6, 1e-15);
    fit = evk_regression(x, y, 6);
    near(fit.slope, 0.6, 1e-15);
    near(fit.offset, 1, 1e-15);
    assert_true(isnan(evk_correlation(x, y, 3)));
    assert_true(isnan(evk_correlation(line, constant, 4)));
    assert_true(isnan(evk_correlation(constant, line, 4)));
    assert_true(isnan(evk_regression(constant, line, 4).slope));
    near(evk_correlation((double[]){1, 2, 3, 4}, line, 4), -1, 1e-15);
    fit = evk_regression((double[]){1, 2, 3, 4}, line, 4);
    near(fit.slope, -2, 1e-15);
    near(fit.offset, 7, 1e-15);
}

/* A large offset takes no digits away. */
static void test_offset(void **state)
{
    double x[100], y[100], far[100];

    (void)state;
    for (int i = 0; i < 100; i++) {
        x[i] = normal(1, (uint64_t)i);
        y[i] = x[i] + normal(2, (uint64_t)i);
        far[i] = y[i] + 1e8;
    }
    near(evk_correlation(x, y, 100), evk_correlation(x, far, 100), 1e-7);
}

/* The interval holds the true correlation about as often as it says, and is always the same. */
static void test_interval(void **state)
{
    enum { N = 200 };
    double x[N], y[N];
    struct evk_interval i, again;
    int held = 0;

    (void)state;
    for (uint32_t seed = 0; seed < SEEDS; seed++) {
        for (uint64_t k = 0; k < N; k++) {
            x[k] = normal(2 * seed, k);
            y[k] = x[k] + normal(2 * seed + 1, k);
        }
        assert_ok(evk_correlation_interval(x, y, N, 400, &i, err));
        assert_true(i.low < evk_correlation(x, y, N) && evk_correlation(x, y, N) < i.high);
        held += i.low <= sqrt(0.5) && sqrt(0.5) <= i.high;
    }
    assert_in_range(held, 180, 197);
    x[7] = (double)NAN;
    assert_ok(evk_correlation_interval(x, y, N, 400, &i, err));
    x[7] = x[N - 1];
    y[7] = y[N - 1];
    assert_ok(evk_correlation_interval(x, y, N - 1, 400, &again, err));
    assert_true(i.low != again.low); /* the order of the pairs counts */
    assert_ok(evk_correlation_interval(x, y, N - 1, 400, &i, err));
    assert_true(i.low == again.low && i.high == again.high);
}

static void test_interval_edges(void **state)
{
    struct evk_interval i;
    double values[] = {3, (double)NAN, 1, 2, 5, 4};

    (void)state;
    assert_ok(evk_correlation_interval((double[]){1, 1, 1}, (double[]){1, 2, 3}, 3, 100, &i, err));
    assert_true(isnan(i.low) && isnan(i.high));
    assert_ok(evk_correlation_interval((double[]){1, 2, 3}, (double[]){2, 4, 6}, 3, 100, &i, err));
    near(i.low, 1, 1e-12);
    near(i.high, 1, 1e-12);
    i = evk_bootstrap_interval(values, 6);
    near(i.low, 1.1, 1e-12);
    near(i.high, 4.9, 1e-12);
    i = evk_bootstrap_interval((double[]){(double)NAN}, 1);
    assert_true(isnan(i.low) && isnan(i.high));
}

/* Every number is drawn about equally often, and none beyond. */
static void test_draws(void **state)
{
    int counts[10] = {0};
    uint32_t drawn[10];

    (void)state;
    for (int64_t sample = 0; sample < 100; sample++) {
        evk_bootstrap_sample(sample, 10, drawn);
        for (int64_t i = 0; i < 100; i++) {
            const int64_t k = evk_bootstrap_draw(sample, i, 10);

            assert_in_range(k, 0, 9);
            assert_true(i >= 10 || k == drawn[i]);
            counts[k]++;
        }
    }
    for (int k = 0; k < 10; k++)
        assert_in_range(counts[k], 880, 1120); /* 4 SD about 1,000 */
}

/* ---- noise ---------------------------------------------------------------------------------- */

/* Two images with known variances, one with a single response, one with none. */
static void test_noise(void **state)
{
    evk_recording *r = recorded_new(2, 5, 3);
    struct evk_reliability a;
    const double predicted[5] = {1, 2, 3, 4, 5};

    (void)state;
    *recorded_at(r, 1, 0, 0) = 1, *recorded_at(r, 1, 0, 2) = 3; /* mean 2, variance 2 */
    *recorded_at(r, 1, 1, 0) = 10, *recorded_at(r, 1, 1, 1) = 11, *recorded_at(r, 1, 1, 2) = 12;
    *recorded_at(r, 1, 3, 1) = 8;
    assert_ok(evk_reliability_measure(r, 1, &a, err));
    assert_int_equal(a.images, 2);
    assert_true(a.repeats == 2.5);
    near(a.noise, 1.5, 1e-15);
    /* Means 2, 11 and 8: V is 21, and N is 1.5 times the mean of 1/2, 1/3 and 1. */
    near(a.ceiling, sqrt((21 - 1.5 * 11 / 18) / 21), 1e-12);
    near(evk_r2_er(r, 1, predicted, NULL, &a),
         /* x is -4/3, -1/3 and 5/3, y is -5, 4 and 1; sum x y is 7 */
         (49 - 1.5 * (16.0 / 18 + 1.0 / 27 + 25.0 / 9)) / (42.0 / 9 * (42 - 2 * 1.5 * 11 / 18)),
         1e-12);
    assert_ok(evk_reliability_measure(r, 0, &a, err));
    assert_int_equal(a.images, 0);
    assert_true(isnan(a.noise) && isnan(a.ceiling) && isnan(evk_r2_er(r, 0, predicted, NULL, &a)));
    evk_recording_free(r);
}

/* Without noise r2_ER is r squared and the ceiling is 1; with nothing else the ceiling is 0. */
static void test_extremes(void **state)
{
    evk_recording *r = recorded_new(2, 4, 2);
    const double x[4] = {1, 2, 3, 4}, y[4] = {2, 1, 4, 3};
    struct evk_reliability a;

    (void)state;
    for (int i = 0; i < 4; i++)
        for (int k = 0; k < 2; k++) {
            *recorded_at(r, 0, i, k) = y[i];
            *recorded_at(r, 1, i, k) = k ? 1 : -1;
        }
    assert_ok(evk_reliability_measure(r, 0, &a, err));
    assert_true(a.ceiling == 1);
    near(evk_r2_er(r, 0, x, NULL, &a), 0.36, 1e-15);
    assert_true(isnan(evk_r2_er(r, 0, (double[]){2, 2, 2, 2}, NULL, &a)));
    /* The mean of these, as a double, is not 0.1. */
    assert_true(isnan(evk_r2_er(r, 0, (double[]){0.1, 0.1, 0.1, (double)NAN}, NULL, &a)));
    assert_ok(evk_reliability_measure(r, 1, &a, err));
    assert_true(a.ceiling == 0);
    assert_true(isnan(evk_r2_er(r, 1, x, NULL, &a)));
    evk_recording_free(r);
}

/* ---- 200 seeds ------------------------------------------------------------------------------ */

enum { IMAGES = 200, REPEATS = 6 };

/* A made unit: its signal, what a model predicts of it, and noise of SD 1.5 in each response. */
struct made {
    double signal[IMAGES], predicted[IMAGES];
    double truth;   /* squared correlation of both */
    double ceiling; /* over images with REPEATS responses */
};

static void make(struct made *m, bool related)
{
    double v = 0;
    double mean = 0;

    for (uint64_t i = 0; i < IMAGES; i++) {
        m->signal[i] = normal(900, i);
        m->predicted[i] = (related ? m->signal[i] : 0) + normal(901, i);
        mean += m->signal[i] / IMAGES;
    }
    for (int i = 0; i < IMAGES; i++)
        v += (m->signal[i] - mean) * (m->signal[i] - mean) / (IMAGES - 1);
    m->truth = pow(evk_correlation(m->predicted, m->signal, IMAGES), 2);
    m->ceiling = sqrt(v / (v + 1.5 * 1.5 / REPEATS));
}

/* Record a unit anew.  padded: the first half of the images has 2 to 6 responses. */
static void record(evk_recording *r, const struct made *m, uint32_t seed, bool padded)
{
    for (int i = 0; i < IMAGES; i++)
        for (int k = 0; k < REPEATS; k++)
            *recorded_at(r, 0, i, k) =
                padded && i < IMAGES / 2 && k >= 2 + i % 5
                    ? (double)NAN
                    : m->signal[i] + 1.5 * normal(seed, (uint64_t)(i * REPEATS + k));
}

/* Check that the mean of values over the seeds is the truth within two standard errors. */
static void is_unbiased(const double *values, double truth)
{
    double mean = 0, variance = 0;

    for (int i = 0; i < SEEDS; i++)
        mean += values[i] / SEEDS;
    for (int i = 0; i < SEEDS; i++)
        variance += (values[i] - mean) * (values[i] - mean) / (SEEDS - 1);
    if (fabs(mean - truth) > 2 * sqrt(variance / SEEDS))
        fail_msg("mean over seeds %g, truth %g, standard error %g", mean, truth,
                 sqrt(variance / SEEDS));
}

static void over_seeds(bool related, bool padded)
{
    evk_recording *r = recorded_new(1, IMAGES, REPEATS);
    double r2[SEEDS], ceiling[SEEDS];
    struct evk_reliability a;
    struct made m;

    make(&m, related);
    for (uint32_t seed = 0; seed < SEEDS; seed++) {
        record(r, &m, seed + 1000 * (related + 2 * padded), padded);
        assert_ok(evk_reliability_measure(r, 0, &a, err));
        r2[seed] = evk_r2_er(r, 0, m.predicted, NULL, &a);
        ceiling[seed] = a.ceiling;
    }
    is_unbiased(r2, m.truth);
    if (!padded)
        is_unbiased(ceiling, m.ceiling);
    evk_recording_free(r);
}

static void test_unbiased(void **state)
{
    (void)state;
    over_seeds(true, false);
    over_seeds(true, true);
    over_seeds(false, false);
    over_seeds(false, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_correlation), cmocka_unit_test(test_offset),
        cmocka_unit_test(test_interval),    cmocka_unit_test(test_interval_edges),
        cmocka_unit_test(test_draws),       cmocka_unit_test(test_noise),
        cmocka_unit_test(test_extremes),    cmocka_unit_test(test_unbiased),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
