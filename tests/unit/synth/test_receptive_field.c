/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_receptive_field.c - steps where the neuron looks, and nowhere else */
#include "../../harness/test.h"

#include <math.h>

#include "../../harness/kernels.h"
#include "../../harness/prior.h"

extern const struct evk_prior_type evk_prior_receptive_field;

enum { H = 40, W = 64, C = 3, SEEN = 4, REACH = 16 /* of a blur of 4 pixels */ };

static uint64_t seed = 1;

/* A gradient of the first columns alone. */
static float *gradient_of_columns(const struct trial *t)
{
    float *g = fenced_random(&seed, t->n);

    for (int64_t i = 0; i < t->n; i++)
        if (i / C % W >= SEEN)
            g[i] = 0;
    return g;
}

static float *step_of_ones(const struct trial *t)
{
    float *d = fenced(t->n, NULL);

    for (int64_t i = 0; i < t->n; i++)
        d[i] = 1;
    return d;
}

/* Steps are whole where the gradient is, and 0 where no blur of its power reaches. */
static void test_far_columns(void **state)
{
    struct trial t = trial_open(&evk_prior_receptive_field, H, W, C, NULL);
    float *g = gradient_of_columns(&t), *was = fenced(t.n, g), *d = step_of_ones(&t);

    (void)state;
    t.type->tangent(t.self, &t.frame, g);
    assert_memory_equal(g, was, (size_t)t.n * sizeof(*g));
    t.type->push(t.self, &t.frame, d);
    for (int64_t i = 0; i < t.n; i++) {
        const int64_t column = i / C % W;

        assert_true(d[i] >= 0 && d[i] <= 1 && d[i] == d[i - i % C]);
        if (column < SEEN)
            assert_true(d[i] > 0.9F);
        if (column >= SEEN + REACH)
            assert_true(d[i] == 0);
    }
    fenced_free(g, t.n);
    fenced_free(was, t.n);
    fenced_free(d, t.n);
    trial_close(&t);
}

/* A gradient that is as strong everywhere: each value makes 1 / (1 + threshold) of its step. */
static void test_everywhere(void **state)
{
    static const char *const set[] = {"threshold", "0.25", NULL};
    struct trial t = trial_open(&evk_prior_receptive_field, H, W, C, set);
    float *g = step_of_ones(&t), *d = step_of_ones(&t);

    (void)state;
    t.type->tangent(t.self, &t.frame, g);
    t.type->push(t.self, &t.frame, d);
    for (int64_t i = 0; i < t.n; i++)
        assert_float_equal(d[i], 0.8, 1e-5);
    fenced_free(g, t.n);
    fenced_free(d, t.n);
    trial_close(&t);
}

/* The unit of the gradient does not matter; without any, steps are whole. */
static void test_unit(void **state)
{
    struct trial t = trial_open(&evk_prior_receptive_field, H, W, C, NULL);
    struct trial other = trial_open(&evk_prior_receptive_field, H, W, C, NULL);
    float *g = gradient_of_columns(&t), *d = step_of_ones(&t), *e = step_of_ones(&t);

    (void)state;
    t.type->push(t.self, &t.frame, d);
    assert_memory_equal(d, e, (size_t)t.n * sizeof(*d));
    t.type->tangent(t.self, &t.frame, g);
    t.frame.k->scale(t.n, 0x1p-40F, g);
    t.type->tangent(other.self, &other.frame, g);
    t.type->push(t.self, &t.frame, d);
    t.type->push(other.self, &other.frame, e);
    assert_memory_equal(d, e, (size_t)t.n * sizeof(*d));
    fenced_free(g, t.n);
    fenced_free(d, t.n);
    fenced_free(e, t.n);
    trial_close(&t);
    trial_close(&other);
}

/*
 * The powers of two gradients, each over its mean, are added: pixels that the second one alone
 * reaches then have half of the power.  After the eighth step, parts change at every eighth alone.
 */
static void test_sum_over_steps(void **state)
{
    static const char *const set[] = {"threshold", "0.25", "sigma", "0", NULL};
    struct trial t = trial_open(&evk_prior_receptive_field, 2, 2, C, set);
    const float left[12] = {1, 2, 3, 0, 0, 0, 3, 2, 1};
    const float right[12] = {0, 0, 0, -2e3F, 2e3F, 0, 0, 0, 0, 0, 2e3F, -2e3F};

    (void)state;
    for (int step = 1; step <= 17; step++) {
        /* power of the left pixels, of which there are as many as right ones, over its mean */
        const int seen = step <= 8 ? step : step / 8 * 8;
        const double r[2] = {2.0 / seen, 2 - 2.0 / seen};
        float *g = fenced(t.n, step == 1 ? left : right), *d = fenced(t.n, NULL);

        for (int64_t i = 0; i < t.n; i++)
            d[i] = 1;
        t.type->tangent(t.self, &t.frame, g);
        t.type->push(t.self, &t.frame, d);
        for (int64_t i = 0; i < t.n; i++) {
            const double part = r[i / C % 2] / (r[i / C % 2] + 0.25);

            assert_float_equal(d[i], part, 1e-5);
        }
        fenced_free(g, t.n);
        fenced_free(d, t.n);
    }
    trial_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_far_columns), cmocka_unit_test(test_everywhere),
        cmocka_unit_test(test_unit), cmocka_unit_test(test_sum_over_steps)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
