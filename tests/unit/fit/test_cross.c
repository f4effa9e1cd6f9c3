/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_cross.c - one decomposition against fits that are made anew, in the features' own space */
#include "../../harness/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/made_data.h"
#include "fit/cross.h"
#include "fit/features.h"
#include "fit/patterns.h"
#include "linalg/cholesky.h"

enum { N = 40, UNITS = 3 };
static const int64_t shape[3] = {2, 2, 5}; /* 20 features */
static const int64_t wide[3] = {2, 3, 15}; /* 90 features: more than images */

static double z(const struct evk_fit_features *f, int64_t i, int64_t e)
{
    return f->scale[e] * ((double)f->core->x[i * f->core->features + e] - f->mean[e]);
}

/*
 * The primal: minimises sum w (y - c - z b)^2 + penalty |b|^2 over the images whose `use` is true,
 * and returns what it predicts for image `at`.
 */
static double primal(const struct evk_fit_features *f, const double *w, const bool *use,
                     const double *y, double penalty, int64_t at)
{
    const int64_t p = f->core->features;
    struct evk_system s;
    double sum = 0;

    assert_ok(evk_system_init(&s, p + 1, 1, err));
    evk_system_begin(&s, p + 1, 1);
    for (int64_t a = 0; a <= p; a++)
        for (int64_t i = 0; i < N; i++) {
            const double za = a < p ? z(f, i, a) : 1, wa = use[i] ? w[i] * za : 0;

            for (int64_t b = a; wa != 0 && b <= p; b++)
                *evk_system_a(&s, a, b) += wa * (b < p ? z(f, i, b) : 1);
            if (wa != 0)
                *evk_system_b(&s, a, 0) += wa * y[i];
        }
    for (int64_t a = 0; a < p; a++)
        *evk_system_a(&s, a, a) += penalty;
    assert_true(evk_system_solve(&s));
    for (int64_t a = 0; a <= p; a++)
        sum += *evk_system_b(&s, a, 0) * (a < p ? z(f, at, a) : 1);
    evk_system_release(&s);
    return sum;
}

struct setting {
    struct made_data r;
    struct evk_fit_features features;
    struct evk_pattern *pattern;
    int64_t patterns;
    struct evk_dual dual;
    struct evk_cross cross;
    double *gram, *y; /* y: (images, units) from the level, times r */
};

static void set_up(struct setting *t)
{
    const struct evk_fit_data *d = &t->r.data;

    t->gram = calloc(N * N, sizeof(*t->gram));
    t->y = calloc(N * UNITS, sizeof(*t->y));
    assert_ok(evk_patterns_find(&t->pattern, &t->patterns, d, err));
    assert_int_equal(t->patterns, 1);
    assert_ok(evk_fit_features_init(&t->features, &t->r.core, N, 1, err));
    assert_ok(evk_fit_features_gram(&t->features, t->gram, err));
    assert_ok(evk_dual_init(&t->dual, N, t->gram, t->pattern->weight, 1, err));
    assert_ok(evk_cross_init(&t->cross, N, UNITS, d->folds, d->fold, t->pattern->weight, 1, err));
    for (int64_t u = 0; u < UNITS; u++)
        for (int64_t i = 0; i < N; i++)
            if (t->dual.root[i] > 0)
                t->y[i * UNITS + u] = t->dual.root[i] * (d->y[u * N + i] - t->pattern->level[u]);
}

static void tear_down(struct setting *t)
{
    evk_cross_release(&t->cross);
    evk_dual_release(&t->dual);
    evk_fit_features_release(&t->features);
    evk_patterns_release(t->pattern, t->patterns);
    made_data_free(&t->r);
    free(t->gram);
    free(t->y);
}

/* What the dual predicts for an image that is left out with its fold, and with a second one. */
static void compare(struct setting *t, double penalty)
{
    const struct evk_fit_data *d = &t->r.data;
    double worst = 0;

    assert_ok(evk_dual_penalise(&t->dual, penalty, err));
    assert_ok(evk_cross_offer(&t->cross, &t->dual, t->y, 0, err));
    for (int64_t u = 0; u < UNITS; u++)
        for (int64_t i = 0; i < N; i++) {
            bool use[N];
            double error;

            for (int64_t j = 0; j < N; j++)
                use[j] = d->fold[j] != d->fold[i];
            if (!(t->dual.root[i] > 0))
                continue;
            error = d->y[u * N + i] - t->cross.missed[i * UNITS + u] / t->dual.root[i] -
                    primal(&t->features, t->pattern->weight, use, d->y + u * N, penalty, i);
            worst = fabs(error) > worst ? fabs(error) : worst;
        }
    assert_true(worst < 1e-10 * 100); /* responses are some 100 */
}

/* The errors in fold g of fits that saw neither f nor g. */
static void compare_pairs(struct setting *t, double penalty)
{
    const struct evk_fit_data *d = &t->r.data;

    for (int64_t f = 0; f < d->folds; f++)
        for (int64_t g = 0; g < d->folds; g++) {
            double want = 0;
            bool use[N];

            if (f == g)
                continue;
            for (int64_t j = 0; j < N; j++)
                use[j] = d->fold[j] != f && d->fold[j] != g;
            for (int64_t i = 0; i < N; i++)
                if (d->fold[i] == g && t->dual.root[i] > 0) {
                    const double miss =
                        d->y[i] - primal(&t->features, t->pattern->weight, use, d->y, penalty, i);

                    want += t->pattern->weight[i] * miss * miss;
                }
            assert_true(fabs(t->cross.error[(f * d->folds + g) * UNITS] - want) < 1e-9 * want);
        }
}

static void test_folds(void **state)
{
    struct setting t;

    (void)state;
    made_data_new(&t.r, 1, N, UNITS, shape, 2, 5);
    set_up(&t);
    compare(&t, 0.7);
    compare_pairs(&t, 0.7);
    compare(&t, 1e-3);
    tear_down(&t);
}

/* More features than images, presentations that differ, and images without responses. */
static void test_weights(void **state)
{
    struct setting t;

    (void)state;
    made_data_new(&t.r, 2, N, UNITS, wide, 2, 4);
    for (int64_t u = 0; u < UNITS; u++)
        for (int64_t i = 0; i < N; i++) {
            t.r.count[u * N + i] = 1 + i % 5;
            if (i % 7 == 3)
                t.r.y[u * N + i] = NAN;
        }
    set_up(&t);
    compare(&t, 5);
    compare_pairs(&t, 5);
    tear_down(&t);
}

static void test_leave_one_out(void **state)
{
    struct setting t;

    (void)state;
    made_data_new(&t.r, 3, N, UNITS, wide, 2, N);
    set_up(&t);
    compare(&t, 2);
    tear_down(&t);
}

/* Without a fold, its own weights decide nothing, and what is chosen is the larger of equals. */
static void test_choice(void **state)
{
    struct setting t;

    (void)state;
    made_data_new(&t.r, 4, N, UNITS, shape, 2, 5);
    set_up(&t);
    assert_ok(evk_dual_penalise(&t.dual, 1, err));
    for (int64_t candidate = 0; candidate < 2; candidate++)
        assert_ok(evk_cross_offer(&t.cross, &t.dual, t.y, candidate, err));
    assert_ok(evk_dual_penalise(&t.dual, 1e9, err));
    assert_ok(evk_cross_offer(&t.cross, &t.dual, t.y, 2, err));
    for (int64_t u = 0; u < UNITS; u++) {
        assert_int_equal(t.cross.best[u], 1);
        for (int64_t f = 0; f < 5; f++)
            assert_int_equal(t.cross.inner_best[f * UNITS + u], 1);
    }
    tear_down(&t);
}

/* Columns of mean 0 and length 1 that are orthogonal to each other: x (N, 3). */
static void make_orthonormal(double x[N][3])
{
    uint64_t seed = 11;

    for (int c = 0; c < 3; c++) {
        double mean = 0, length = 0;

        for (int i = 0; i < N; i++) {
            x[i][c] = (double)random_float(&seed);
            mean += x[i][c] / N;
        }
        for (int i = 0; i < N; i++)
            x[i][c] -= mean;
        for (int b = 0; b < c; b++) {
            double dot = 0;

            for (int i = 0; i < N; i++)
                dot += x[i][b] * x[i][c];
            for (int i = 0; i < N; i++)
                x[i][c] -= dot * x[i][b];
        }
        for (int i = 0; i < N; i++)
            length += x[i][c] * x[i][c];
        for (int i = 0; i < N; i++)
            x[i][c] /= sqrt(length);
    }
}

/* With orthonormal columns, the weights are x'y / (1 + penalty). */
static void test_orthonormal(void **state)
{
    double x[N][3], kernel[N * N] = {0}, ones[N], y[N], alpha[N] = {0};
    uint64_t seed = 12;
    struct evk_dual dual;

    (void)state;
    make_orthonormal(x);
    for (int i = 0; i < N; i++) {
        ones[i] = 1;
        y[i] = (double)random_float(&seed);
        for (int j = 0; j < N; j++)
            for (int c = 0; c < 3; c++)
                kernel[i * N + j] += x[i][c] * x[j][c];
    }
    assert_ok(evk_dual_init(&dual, N, kernel, ones, 1, err));
    assert_true(fabs(dual.mean - 3.0 / N) < 1e-12);
    assert_ok(evk_dual_penalise(&dual, 0.25, err));
    assert_ok(evk_dual_apply(&dual, 1, y, alpha, err));
    for (int c = 0; c < 3; c++) {
        double got = 0, want = 0;

        for (int i = 0; i < N; i++) {
            got += x[i][c] * alpha[i];
            want += x[i][c] * y[i] / 1.25;
        }
        assert_true(fabs(got - want) < 1e-13);
    }
    evk_dual_release(&dual);
}

/* With more features than images, a penalty that vanishes leaves no residuals. */
static void test_interpolates(void **state)
{
    double gy[N * UNITS] = {0};
    struct setting t;

    (void)state;
    made_data_new(&t.r, 6, N, UNITS, wide, 2, 4);
    set_up(&t);
    assert_ok(evk_dual_penalise(&t.dual, 1e-9 * t.dual.mean, err));
    assert_ok(evk_dual_apply(&t.dual, UNITS, t.y, gy, err));
    for (int i = 0; i < N * UNITS; i++)
        assert_true(fabs(1e-9 * t.dual.mean * gy[i]) < 1e-5);
    tear_down(&t);
}

/* An image with a weight of n counts as n rows do. */
static void test_rows(void **state)
{
    enum { ROWS = 2 * N - 1 };
    double weight[N], ones[ROWS], *kernel = calloc(ROWS * ROWS, sizeof(*kernel));
    double y[N], y_rows[ROWS], got[N] = {0}, want[ROWS] = {0};
    struct evk_dual dual, rows;
    struct setting t;

    (void)state;
    made_data_new(&t.r, 5, N, UNITS, wide, 2, 4);
    set_up(&t);
    for (int64_t a = 0; a < ROWS; a++) {
        ones[a] = 1;
        weight[a % N] = a % N == N - 1 ? 1 : 2;
        y_rows[a] = t.r.y[a % N];
        y[a % N] = sqrt(weight[a % N]) * t.r.y[a % N];
        for (int64_t b = 0; b < ROWS; b++)
            kernel[a * ROWS + b] = t.gram[a % N * N + b % N];
    }
    assert_ok(evk_dual_init(&dual, N, t.gram, weight, 1, err));
    assert_ok(evk_dual_init(&rows, ROWS, kernel, ones, 1, err));
    assert_ok(evk_dual_penalise(&dual, 3, err));
    assert_ok(evk_dual_penalise(&rows, 3, err));
    assert_ok(evk_dual_apply(&dual, 1, y, got, err));
    assert_ok(evk_dual_apply(&rows, 1, y_rows, want, err));
    for (int64_t i = 0; i < N; i++) /* both are the residual over the penalty, and g sqrt(2) r y */
        assert_true(fabs(got[i] / sqrt(weight[i]) - want[i]) < 1e-10);
    evk_dual_release(&dual);
    evk_dual_release(&rows);
    tear_down(&t);
    free(kernel);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_folds),         cmocka_unit_test(test_weights),
        cmocka_unit_test(test_leave_one_out), cmocka_unit_test(test_rows),
        cmocka_unit_test(test_orthonormal),   cmocka_unit_test(test_interpolates),
        cmocka_unit_test(test_choice),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
