/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_evidence.c - evidence and predictions of folds against those of the definition */
#include "../../harness/test.h"

#include <math.h>
#include <stdlib.h>

#include "base/fmath.h"
#include "fit/dual.h"
#include "fit/evidence.h"

enum { N = 60, FOLDS = 3, UNITS = 2 };
static const int64_t start[FOLDS + 1] = {0, 15, 40, N};
static const double penalty = 0.6;

struct setting {
    double kernel[N * N], raw[UNITS][N], weight[N]; /* raw: responses */
    double root[N], u[N], y[N * UNITS], m[N * N], trace;
};

static void set_up(struct setting *t)
{
    uint64_t seed = 1;
    double x[N][5], mean[UNITS] = {0}, all = 0, room[N];

    for (int i = 0; i < N; i++) {
        t->weight[i] = 1 + i % 3;
        all += t->weight[i];
        for (int e = 0; e < 5; e++)
            x[i][e] = (double)random_float(&seed);
        for (int u = 0; u < UNITS; u++) {
            t->raw[u][i] = 7 + x[i][u] + (double)random_float(&seed);
            mean[u] += t->weight[i] * t->raw[u][i];
        }
    }
    for (int i = 0; i < N; i++) {
        t->root[i] = sqrt(t->weight[i]);
        t->u[i] = t->root[i] / sqrt(all);
        for (int u = 0; u < UNITS; u++)
            t->y[i * UNITS + u] = t->root[i] * (t->raw[u][i] - mean[u] / all);
        for (int j = 0; j < N; j++) {
            t->kernel[i * N + j] = 0;
            for (int e = 0; e < 5; e++)
                t->kernel[i * N + j] += x[i][e] * x[j][e];
        }
    }
    for (int e = 0; e < N * N; e++)
        t->m[e] = t->kernel[e] * t->root[e / N] * t->root[e % N];
    t->trace = evk_dual_centre(N, t->u, room, t->m);
}

/*
 * By definition, of the images that are not in fold `without`: v is the covariance, and 1 a column
 * of ones.  What does not depend on the constant has log det v + log 1' v^-1 1, and the square
 * (y - c)' v^-1 (y - c) with c = 1' v^-1 y / 1' v^-1 1.  Writes what an image of the fold is
 * predicted to be.
 */
static double define(const struct setting *t, int unit, int64_t without, double *predicted)
{
    struct evk_system s;
    int at[N], n = 0;
    double ones = 0, sum = 0, square = 0, log;

    for (int i = 0; i < N; i++)
        if (without < 0 || i < start[without] || i >= start[without + 1])
            at[n++] = i;
    assert_ok(evk_system_init(&s, n, 2, err));
    evk_system_begin(&s, n, 2);
    for (int i = 0; i < n; i++) {
        for (int j = i; j < n; j++)
            *evk_system_a(&s, i, j) = t->kernel[at[i] * N + at[j]];
        *evk_system_a(&s, i, i) += penalty / t->weight[at[i]];
        *evk_system_b(&s, i, 0) = 1;
        *evk_system_b(&s, i, 1) = t->raw[unit][at[i]];
    }
    assert_true(evk_system_solve(&s));
    for (int i = 0; i < n; i++) {
        ones += *evk_system_b(&s, i, 0);
        sum += *evk_system_b(&s, i, 1);
        square += t->raw[unit][at[i]] * *evk_system_b(&s, i, 1);
    }
    log = -0.5 * ((n - 1) * evk_log(square - sum * sum / ones) + evk_system_log_determinant(&s) +
                  evk_log(ones));
    for (int i = 0; i < N; i++) {
        predicted[i] = sum / ones;
        for (int j = 0; j < n; j++)
            predicted[i] += t->kernel[i * N + at[j]] *
                            (*evk_system_b(&s, j, 1) - sum / ones * *evk_system_b(&s, j, 0));
    }
    evk_system_release(&s);
    return log;
}

/* Evidences are known up to a number that no kernel and no penalty changes. */
static void test_definition(void **state)
{
    static double alpha[N * UNITS], missed[N * UNITS], log[(1 + FOLDS) * UNITS];
    struct evk_posterior out = {alpha, missed, log};
    struct evk_evidence_room room;
    static struct setting t;
    struct evk_evidence e = {N, UNITS, FOLDS, start, t.y, t.u};
    double offset[1 + FOLDS];

    (void)state;
    set_up(&t);
    assert_ok(evk_evidence_room_init(&room, &e, err));
    assert_ok(evk_evidence_weigh(&e, &room, t.m, t.trace, penalty, &out, err));
    for (int u = 0; u < UNITS; u++)
        for (int64_t f = -1; f < FOLDS; f++) {
            double predicted[N], difference;

            difference = log[(1 + f) * UNITS + u] - define(&t, u, f, predicted);
            offset[1 + f] = u == 0 ? difference : offset[1 + f];
            assert_true(fabs(difference - offset[1 + f]) < 1e-9);
            for (int64_t i = f < 0 ? N : start[f]; f >= 0 && i < start[f + 1]; i++)
                assert_true(fabs(t.raw[u][i] - missed[i * UNITS + u] / t.root[i] - predicted[i]) <
                            1e-10);
        }
    evk_evidence_room_release(&room);
}

/* The same number for another kernel and penalty: differences between kernels are as defined. */
static void test_kernels(void **state)
{
    static double alpha[N * UNITS], missed[N * UNITS], log[2][(1 + FOLDS) * UNITS];
    static struct setting t;
    struct evk_evidence e = {N, UNITS, FOLDS, start, t.y, t.u};
    struct evk_evidence_room room;
    double want[2][1 + FOLDS], predicted[N];

    (void)state;
    set_up(&t);
    assert_ok(evk_evidence_room_init(&room, &e, err));
    for (int k = 0; k < 2; k++) {
        struct evk_posterior out = {alpha, missed, log[k]};

        for (int i = 0; k == 1 && i < N * N; i++) {
            t.kernel[i] *= 3;
            t.m[i] *= 3;
        }
        assert_ok(evk_evidence_weigh(&e, &room, t.m, 3 * t.trace, penalty, &out, err));
        for (int64_t f = -1; f < FOLDS; f++)
            want[k][1 + f] = define(&t, 0, f, predicted);
    }
    for (int f = 0; f <= FOLDS; f++)
        assert_true(fabs(log[1][f * UNITS] - log[0][f * UNITS] - want[1][f] + want[0][f]) < 1e-9);
    evk_evidence_room_release(&room);
}

/* A fold that has all images predicts nothing, and a constant response needs no penalty. */
static void test_edges(void **state)
{
    static double alpha[N * UNITS], missed[N * UNITS], log[2 * UNITS];
    static const int64_t one[2] = {0, N};
    static struct setting t;
    struct evk_evidence e = {N, UNITS, 1, one, t.y, t.u};
    struct evk_posterior out = {alpha, missed, log};
    struct evk_evidence_room room;

    (void)state;
    set_up(&t);
    for (int i = 0; i < N; i++)
        t.y[i * UNITS] = 0;
    assert_ok(evk_evidence_room_init(&room, &e, err));
    assert_ok(evk_evidence_weigh(&e, &room, t.m, t.trace, penalty, &out, err));
    for (int i = 0; i < N; i++)
        assert_true(alpha[i * UNITS] == 0 && missed[i * UNITS + 1] == 0);
    assert_true(isfinite(log[0]) && isfinite(log[1]));
    evk_evidence_room_release(&room);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_definition),
        cmocka_unit_test(test_kernels),
        cmocka_unit_test(test_edges),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
