/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_folds.c - runs of images, and near-equal images that stay together */
#include "../../harness/test.h"

#include <stdlib.h>
#include <string.h>

#include "fit/folds.h"

static void apart(int64_t n, int64_t *group)
{
    for (int64_t i = 0; i < n; i++)
        group[i] = i;
}

/* 23 images make 5 runs of 4 or 5. */
static void test_runs(void **state)
{
    int64_t group[23], fold[23], folds = 5, size[5] = {0};

    (void)state;
    apart(23, group);
    assert_ok(evk_folds(23, group, &folds, fold, err));
    assert_int_equal(folds, 5);
    for (int i = 0; i < 23; i++) {
        assert_true(i == 0 ? fold[i] == 0
                           : fold[i] - fold[i - 1] == 0 || fold[i] - fold[i - 1] == 1);
        size[fold[i]]++;
    }
    for (int f = 0; f < 5; f++)
        assert_in_range(size[f], 4, 5);
}

/* Images that are shown twice, in the same order again: every fold has both, and none is empty. */
static void test_twice(void **state)
{
    int64_t group[40], fold[40], folds = 4, size[4] = {0};

    (void)state;
    for (int i = 0; i < 40; i++)
        group[i] = i % 20;
    assert_ok(evk_folds(40, group, &folds, fold, err));
    assert_int_equal(folds, 4);
    for (int i = 0; i < 40; i++) {
        assert_int_equal(fold[i], fold[i % 20]);
        size[fold[i]]++;
    }
    for (int f = 0; f < 4; f++)
        assert_int_equal(size[f], 10);
}

/* A large group takes the room of folds, which become fewer; too few are refused. */
static void test_few(void **state)
{
    int64_t group[10] = {0, 1, 2, 2, 2, 2, 2, 2, 3, 4}, fold[10], folds = 5;
    int64_t one[1] = {0}, same[9] = {0};

    (void)state;
    assert_ok(evk_folds(10, group, &folds, fold, err));
    assert_int_equal(folds, 3);
    assert_true(fold[0] == 0 && fold[2] == 1 && fold[7] == 1 && fold[9] == 2);
    folds = 5;
    assert_fails(EVK_EINVAL, "1 images", evk_folds(1, one, &folds, fold, err));
    folds = 5;
    assert_fails(EVK_EINVAL, "9 images", evk_folds(9, same, &folds, fold, err));
}

enum { IMAGES = 30, ROWS = 11, COLUMNS = 13, CHANNELS = 3, SIZE = ROWS * COLUMNS * CHANNELS };

static void random_pixels(uint8_t *p)
{
    uint64_t seed = 1;

    for (int64_t i = 0; i < IMAGES * SIZE; i++)
        p[i] = (uint8_t)(128 + 100 * random_float(&seed));
}

/*
 * Image 9 is image 4 with every level changed by 2; 20 is image 9 so again, 4 levels from 4; 13 is
 * 5 with a few pixels more than an RMS of 2 allows; 28 equals 0.
 */
static void test_twins(void **state)
{
    uint8_t *p = calloc(IMAGES, SIZE);
    int64_t group[IMAGES];

    (void)state;
    random_pixels(p);
    for (int e = 0; e < SIZE; e++) {
        p[9 * SIZE + e] = (uint8_t)(p[4 * SIZE + e] + (e % 2 ? 2 : -2));
        p[20 * SIZE + e] = (uint8_t)(p[9 * SIZE + e] + (e % 2 ? 2 : -2));
        p[13 * SIZE + e] = (uint8_t)(p[5 * SIZE + e] + (e % 2 ? 2 : -2));
    }
    p[13 * SIZE] = (uint8_t)(p[13 * SIZE] - 1);
    memcpy(p + 28 * SIZE, p, SIZE);
    for (int threads = 1; threads <= 4; threads += 3) {
        assert_ok(evk_twins(threads, IMAGES, ROWS, COLUMNS, CHANNELS, p, group, err));
        for (int i = 0; i < IMAGES; i++)
            assert_int_equal(group[i], i == 28 ? 0 : i == 9 || i == 20 ? 4 : i);
    }
    free(p);
}

/* A shift of the mean alone, within blocks as over the image, is found and bounded, too. */
static void test_shift(void **state)
{
    uint8_t p[3 * 64];
    int64_t group[3];

    (void)state;
    memset(p, 100, 64);
    memset(p + 64, 103, 64);
    memset(p + 128, 101, 64);
    assert_ok(evk_twins(1, 2, 8, 8, 1, p, group, err));
    assert_int_equal(group[1], 1);
    assert_ok(evk_twins(1, 3, 8, 8, 1, p, group, err));
    assert_true(group[1] == 0 && group[2] == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_runs),  cmocka_unit_test(test_twice), cmocka_unit_test(test_few),
        cmocka_unit_test(test_twins), cmocka_unit_test(test_shift),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
