/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_mixture.c - means over kernels and penalties, counted by their probability */
#include "../../harness/test.h"

#include <math.h>
#include <stdlib.h>

#include "base/fmath.h"
#include "fit/mixture.h"

/* Two folds of one image each, one unit, two kernels with two penalties. */
enum { N = 2, FOLDS = 2, KERNELS = 2, PENALTIES = 2 };
static const int64_t start[FOLDS + 1] = {0, 1, 2};

/* [kernel][penalty]: probabilities, of all images and without each fold, up to one factor */
static const double chance[KERNELS][PENALTIES][1 + FOLDS] = {{{1, 4, 0}, {2, 1, 3}},
                                                             {{5, 2, 1}, {2, 3, 4}}};
static const double alpha[KERNELS][PENALTIES][N] = {{{1, -1}, {2, 0}}, {{3, 5}, {-4, 1}}};

static void test_shares(void **state)
{
    const struct evk_evidence e = {N, 1, FOLDS, start, NULL, NULL};
    struct evk_mixture m;

    (void)state;
    assert_ok(evk_mixture_init(&m, &e, KERNELS, err));
    for (int k = 0; k < KERNELS; k++) {
        double a[PENALTIES][N], missed[PENALTIES][N], log[PENALTIES][1 + FOLDS];
        struct evk_posterior of[PENALTIES];

        for (int p = 0; p < PENALTIES; p++) {
            of[p] = (struct evk_posterior){a[p], missed[p], log[p]};
            for (int i = 0; i < N; i++) {
                a[p][i] = alpha[k][p][i];
                missed[p][i] = 10 * alpha[k][p][i];
            }
            for (int f = 0; f <= FOLDS; f++) /* far from 1, where exp would be 0 */
                log[p][f] = evk_log(chance[k][p][f]) - 5000;
        }
        evk_mixture_take(&m, k, of, PENALTIES);
    }
    evk_mixture_share(&m);
    for (int i = 0; i < N; i++) {
        double got = 0, want = 0, got_missed = 0, want_missed = 0, sum = 0, sum_fold = 0;

        for (int k = 0; k < KERNELS; k++) {
            got += m.share[k * 3] * m.alpha[k * N + i];
            got_missed += m.share[k * 3 + 1 + i] * m.missed[k * N + i];
            for (int p = 0; p < PENALTIES; p++) {
                want += chance[k][p][0] * alpha[k][p][i];
                sum += chance[k][p][0];
                want_missed += chance[k][p][1 + i] * 10 * alpha[k][p][i];
                sum_fold += chance[k][p][1 + i];
            }
        }
        assert_true(fabs(got - want / sum) < 1e-10);
        assert_true(fabs(got_missed - want_missed / sum_fold) < 1e-10);
    }
    assert_int_equal(m.best_penalty[0], 0);
    evk_mixture_release(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_shares)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
