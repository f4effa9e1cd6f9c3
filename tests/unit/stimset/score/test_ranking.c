/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_ranking.c - disagreement by definition, and choices against trying every image */
#include "stimset/score/ranking.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../../harness/test.h"

/* Distances 5, 13 and 8 (and 0): known on paper. */
static void test_disagreement(void **state)
{
    static const float r[] = {
        0, 0,  9, /* member 0 */
        3, 4,  9, /* 5 from it */
        5, 12, 9, /* 13 from 0, sqrt(68) from 1 */
    };
    static const float four[] = {0, 1, 3, 7};
    const int64_t both[] = {0, 1}, last[] = {2};

    (void)state;
    assert_true(evk_disagreement(2, 3, r, both, 2) == 5);
    assert_true(evk_disagreement(3, 3, r, both, 2) == sqrt(68));
    assert_true(evk_disagreement(3, 3, r, last, 1) == 0);
    /* 1 3 7 2 6 4: the mean of 3 and 4 */
    assert_true(evk_disagreement(4, 1, four, both, 1) == 3.5);
}

static void check(const double *scores, int64_t n, const float *each, int64_t size, int64_t keep,
                  const int64_t *chosen, const int64_t *rank, int64_t count)
{
    struct evk_choice c;

    assert_ok(evk_choose(&c, scores, n, each, size, keep, err));
    assert_int_equal(c.count, count);
    for (int64_t i = 0; i < count; i++) {
        assert_int_equal(c.list[i].image, chosen[i]);
        assert_int_equal(c.list[i].rank, rank[i]);
    }
    evk_choice_release(&c);
}

static void test_best(void **state)
{
    const double missing = (double)NAN, scores[] = {3, missing, 5, 5, -HUGE_VAL, 4};

    (void)state;
    check(scores, 6, NULL, 0, 3, (int64_t[]){2, 3, 5}, (int64_t[]){1, 2, 3}, 3);
    check(scores, 6, NULL, 0, 9, (int64_t[]){0, 2, 3, 5}, (int64_t[]){4, 1, 2, 3}, 4);
    check(scores + 1, 1, NULL, 0, 2, NULL, NULL, 0);
}

/* Of 16 candidates on a line, the best, then the ends, then the middle of the largest gap. */
static void test_spread(void **state)
{
    double scores[40];
    float each[40];

    (void)state;
    for (int i = 0; i < 40; i++) {
        scores[i] = i < 17 ? 100 - i : -i; /* only the first 8 keep are looked at */
        each[i] = i < 17 ? (float)(i * 10) : 1e6F;
    }
    check(scores, 40, each, 1, 2, (int64_t[]){0, 15}, (int64_t[]){1, 16}, 2);
    /* 24 candidates: the far ones are among them, and all alike: one of them is enough. */
    check(scores, 40, each, 1, 3, (int64_t[]){0, 16, 17}, (int64_t[]){1, 17, 18}, 3);
}

/* Distance of candidate i from the nearest that is taken, over all. */
static double nearest(const float *each, int64_t size, const bool *taken, int64_t n, int64_t i)
{
    double least = HUGE_VAL;

    for (int64_t k = 0; k < n; k++) {
        double sum = 0;

        for (int64_t j = 0; j < size; j++)
            sum += pow((double)each[i * size + j] - (double)each[k * size + j], 2);
        if (taken[k])
            least = fmin(least, sum);
    }
    return least;
}

/* Whole numbers, so that equal distances are equal; scores fall with the index. */
static void test_greedy(void **state)
{
    enum { N = 60, SIZE = 3, KEEP = 12 };
    bool taken[N] = {true};
    double scores[N];
    float each[N * SIZE];
    int64_t chosen[KEEP], rank[KEEP], n = 0;
    uint64_t seed = 1;

    (void)state;
    for (int i = 0; i < N; i++)
        scores[i] = -i;
    for (int i = 0; i < N * SIZE; i++)
        each[i] = floorf(random_float(&seed) * 20);
    for (int k = 1; k < KEEP; k++) {
        int64_t best = -1;

        for (int64_t i = 0; i < N; i++)
            if (!taken[i] && (best < 0 || nearest(each, SIZE, taken, N, i) >
                                              nearest(each, SIZE, taken, N, best)))
                best = i;
        taken[best] = true;
    }
    for (int64_t i = 0; i < N; i++)
        if (taken[i]) {
            rank[n] = i + 1;
            chosen[n++] = i;
        }
    check(scores, N, each, SIZE, KEEP, chosen, rank, KEEP);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_disagreement),
        cmocka_unit_test(test_best),
        cmocka_unit_test(test_spread),
        cmocka_unit_test(test_greedy),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
