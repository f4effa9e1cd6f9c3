/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_reduce.c - reductions and normalisation of columns against their formulas in double
 *
 * Gradients are compared with central differences of the formulas.
 */
#include "../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/kernels.h"
#include "../../harness/net.h"

static uint64_t seed = 1;

/* ---- formulas -------------------------------------------------------------------------------- */

/* Returns the reduction of n values. */
static double reduced(const char *name, int64_t n, const double *x)
{
    double sum = 0, squares = 0, magnitudes = 0, product = 1, max = x[0], min = x[0], exps = 0;

    for (int64_t i = 0; i < n; i++) {
        sum += x[i];
        squares += x[i] * x[i];
        magnitudes += fabs(x[i]);
        product *= x[i];
        max = fmax(max, x[i]);
        min = fmin(min, x[i]);
    }
    for (int64_t i = 0; i < n; i++)
        exps += exp(x[i] - max);
    return strcmp(name, "sum") == 0          ? sum
           : strcmp(name, "mean") == 0       ? sum / (double)n
           : strcmp(name, "max") == 0        ? max
           : strcmp(name, "min") == 0        ? min
           : strcmp(name, "prod") == 0       ? product
           : strcmp(name, "l1") == 0         ? magnitudes
           : strcmp(name, "l2") == 0         ? sqrt(squares)
           : strcmp(name, "sum_square") == 0 ? squares
           : strcmp(name, "log_sum") == 0    ? log(sum)
                                             : max + log(exps);
}

static const char *const names[] = {"sum", "mean", "max",        "min",     "prod",
                                    "l1",  "l2",   "sum_square", "log_sum", "log_sum_exp"};

static void begin(struct net *n, int64_t h, int64_t w, int64_t c, const char *name)
{
    int node;

    net_begin(n, h, w, c);
    assert_ok(evk_add_reduce(&n->g, "r", 0, name, &node, err));
    net_end(n);
}

/* ---- values and gradients -------------------------------------------------------------------- */

/* Compares the gradient of one row and channel, whose columns are x (w), with differences. */
static void check_gradient(const char *name, int64_t w, double *x, double gy, const float *gx,
                           int64_t step)
{
    const double h = 1e-6;

    for (int64_t i = 0; i < w; i++) {
        const double at = x[i];
        double want;

        x[i] = at + h;
        want = reduced(name, w, x);
        x[i] = at - h;
        want = gy * (want - reduced(name, w, x)) / (2 * h);
        x[i] = at;
        if (!(fabs((double)gx[i * step] - want) <= 1e-5 * (fabs(gy) + fabs(want))))
            fail_msg("the gradient of %s in column %d is %.9g, by differences %.9g", name, (int)i,
                     (double)gx[i * step], want);
    }
}

static void check_reduction(const char *name, int64_t h, int64_t w, int64_t c)
{
    const bool positive = strcmp(name, "log_sum") == 0;
    float *x = random_floats(&seed, h * w * c), *gy = random_floats(&seed, h * c);
    float *gx = floats(h * w * c);
    double *columns = calloc((size_t)w, sizeof(*columns));
    const float *y;
    struct net n;

    begin(&n, h, w, c, name);
    assert_int_equal(n.outputs, h * c);
    for (int64_t i = 0; i < n.inputs; i++)
        x[i] = positive ? 0.1f + fabsf(x[i]) : 2 * x[i];
    y = net_forward(&n, x);
    net_backward(&n, gy, gx);
    for (int64_t i = 0; i < h * c; i++) {
        const int64_t first = i / c * w * c + i % c;
        double want;

        for (int64_t j = 0; j < w; j++)
            columns[j] = (double)x[first + j * c];
        want = reduced(name, w, columns);
        if (!(fabs((double)y[i] - want) <= 0x1.01p-24 * fabs(want) + 1e-13))
            fail_msg("%s is %.9g, expected %.9g", name, (double)y[i], want);
        check_gradient(name, w, columns, (double)gy[i], gx + first, c);
    }
    free(x);
    free(gy);
    free(gx);
    free(columns);
    net_release(&n);
}

/* 300 channels are more than two blocks of them. */
static void test_reductions(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(names); i++) {
        check_reduction(names[i], 3, 7, 5);
        check_reduction(names[i], 1, 1, 1);
        check_reduction(names[i], 2, 4, 300);
    }
}

/* ---- extremes, zeros and infinities ---------------------------------------------------------- */

struct exact {
    const char *name;
    float x[3], y, gx[3];
};

static void test_exact(void **state)
{
    static const struct exact cases[] = {
        {"max", {1, 3, 3}, 3, {0, 1, 0}},
        {"min", {2, 1, 1}, 1, {0, 1, 0}},
        {"max", {-INFINITY, -INFINITY, -INFINITY}, -INFINITY, {1, 0, 0}},
        {"prod", {2, 3, 4}, 24, {12, 8, 6}},
        {"prod", {2, 0, 4}, 0, {0, 8, 0}},
        {"prod", {0, 0, 4}, 0, {0, 0, 0}},
        {"l1", {-2, 0, 3}, 5, {-1, 0, 1}},
        {"l2", {0, 0, 0}, 0, {0, 0, 0}},
        {"l2", {3, 0, -4}, 5, {0.6f, 0, -0.8f}},
        {"log_sum", {0, 0, 0}, -INFINITY, {0, 0, 0}},
        {"log_sum_exp", {-INFINITY, 4, -INFINITY}, 4, {0, 1, 0}},
        {"log_sum_exp", {-INFINITY, -INFINITY, -INFINITY}, -INFINITY, {0, 0, 0}},
        {"log_sum_exp", {1000, -1000, 0}, 1000, {1, 0, 0}},
        {"log_sum_exp", {-1000, 0, 1000}, 1000, {0, 0, 1}},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct exact *e = &cases[i];
        const float one = 1;
        float gx[3], y;
        struct net n;

        begin(&n, 1, 3, 1, e->name);
        y = *net_forward(&n, e->x);
        net_backward(&n, &one, gx);
        if (y != e->y || memcmp(gx, e->gx, sizeof(gx)) != 0)
            fail_msg("%s, case %d, is %g with the gradient (%g %g %g)", e->name, (int)i, (double)y,
                     (double)gx[0], (double)gx[1], (double)gx[2]);
        net_release(&n);
    }
}

/* A value that is not a number is seen in every result. */
static void test_nan(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(names); i++)
        for (int at = 0; at < 3; at++) {
            float x[3] = {1, 2, 3};
            struct net n;

            x[at] = NAN;
            begin(&n, 1, 3, 1, names[i]);
            assert_true(isnan(*net_forward(&n, x)));
            net_release(&n);
        }
}

/* ---- normalisation --------------------------------------------------------------------------- */

/* Returns the sum of weights gy times the normalised values of w columns. */
static double normalized_sum(int64_t w, const double *x, const double *gy, double epsilon,
                             double *y)
{
    double mean = 0, variance = 0, sum = 0;

    for (int64_t i = 0; i < w; i++)
        mean += x[i] / (double)w;
    for (int64_t i = 0; i < w; i++)
        variance += (x[i] - mean) * (x[i] - mean) / (double)w;
    for (int64_t i = 0; i < w; i++) {
        y[i] = (x[i] - mean) / sqrt(variance + epsilon);
        sum += gy[i] * y[i];
    }
    return sum;
}

/* Groups of w values: columns, of which each row has c groups, or channels, where c is 1. */
static void check_normalize(int64_t h, int64_t w, int64_t c, double epsilon, bool channels)
{
    float *x = random_floats(&seed, h * w * c), *gy = random_floats(&seed, h * w * c);
    float *gx = floats(h * w * c);
    double *at = calloc((size_t)w, 3 * sizeof(*at)), *weights = at + w, *want = at + 2 * w;
    const float *y;
    struct net n;
    int node;

    net_begin(&n, h, channels ? 1 : w, channels ? w : c);
    if (channels)
        assert_ok(evk_add_normalize_channels(&n.g, "n", 0, epsilon, &node, err));
    else
        assert_ok(evk_add_normalize(&n.g, "n", 0, epsilon, &node, err));
    net_end(&n);
    y = net_forward(&n, x);
    net_backward(&n, gy, gx);
    for (int64_t i = 0; i < h * c; i++) {
        const int64_t first = i / c * w * c + i % c;

        for (int64_t j = 0; j < w; j++) {
            at[j] = (double)x[first + j * c];
            weights[j] = (double)gy[first + j * c];
        }
        normalized_sum(w, at, weights, epsilon, want);
        for (int64_t j = 0; j < w; j++)
            assert_true(fabs((double)y[first + j * c] - want[j]) <=
                        0x1.01p-24 * fabs(want[j]) + 1e-12);
        for (int64_t j = 0; j < w; j++) {
            const double step = 1e-6, before = at[j];
            double slope;

            at[j] = before + step;
            slope = normalized_sum(w, at, weights, epsilon, want);
            at[j] = before - step;
            slope = (slope - normalized_sum(w, at, weights, epsilon, want)) / (2 * step);
            at[j] = before;
            assert_true(fabs((double)gx[first + j * c] - slope) <= 1e-5 * (1 + fabs(slope)));
        }
    }
    free(x);
    free(gy);
    free(gx);
    free(at);
    net_release(&n);
}

static void test_normalize(void **state)
{
    (void)state;
    check_normalize(3, 7, 5, 1e-5, false);
    check_normalize(1, 40, 1, 0.5, false);
    check_normalize(2, 5, 33, 0, false);
    check_normalize(15, 7, 1, 1e-5, true);
    check_normalize(1, 40, 1, 0, true);
}

/* Equal columns have the variance 0: with an epsilon of 0, too, all results and gradients are 0. */
static void test_normalize_equal(void **state)
{
    static const float x[] = {3, 3, 3, 3}, gy[] = {1, 2, 3, 4};
    const float *y;
    float gx[4];
    struct net n;
    int node;

    (void)state;
    net_begin(&n, 1, 4, 1);
    assert_ok(evk_add_normalize(&n.g, "n", 0, 0, &node, err));
    net_end(&n);
    y = net_forward(&n, x);
    net_backward(&n, gy, gx);
    for (int i = 0; i < 4; i++)
        assert_true(y[i] == 0 && gx[i] == 0);
    net_release(&n);
}

/* ---- what does not fit ----------------------------------------------------------------------- */

static void test_refused(void **state)
{
    struct net n;
    int node, flat;

    (void)state;
    net_begin(&n, 3, 4, 3);
    assert_ok(evk_add_flatten(&n.g, "f", 0, &flat, err));
    assert_fails(EVK_EFORMAT, "layer r: its input is a vector, expected rows and columns",
                 evk_add_reduce(&n.g, "r", flat, "sum", &node, err));
    assert_fails(EVK_EUNSUPPORTED, "layer r: reduction 'median' is not supported; supported: sum, ",
                 evk_add_reduce(&n.g, "r", 0, "median", &node, err));
    assert_fails(EVK_EFORMAT, "layer n: its input is a vector, expected rows and columns",
                 evk_add_normalize(&n.g, "n", flat, 0, &node, err));
    assert_fails(EVK_EFORMAT, "layer n: its epsilon is -1, expected a number from 0 on",
                 evk_add_normalize(&n.g, "n", 0, -1, &node, err));
    assert_fails(EVK_EFORMAT, "layer n: its epsilon is nan",
                 evk_add_normalize(&n.g, "n", 0, (double)NAN, &node, err));
    assert_int_equal(n.g.count, 2);
    net_end(&n);
    net_release(&n);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reductions),
        cmocka_unit_test(test_exact),
        cmocka_unit_test(test_nan),
        cmocka_unit_test(test_normalize),
        cmocka_unit_test(test_normalize_equal),
        cmocka_unit_test(test_refused),
    };

    if (argc > 1)
        seed = strtoull(argv[1], NULL, 10);
    printf("seed %llu\n", (unsigned long long)seed);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
