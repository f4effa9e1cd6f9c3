/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_pool.c - the largest of several pixels and where its gradient goes, against plain loops, on
 * every instruction set; many values are equal, so that it shows which of them wins
 */
#include "../harness/test.h"

#include <stdlib.h>

#include "../harness/kernels.h"

enum { PIXELS = 7, CHANNELS = 37 };

static uint64_t seed = 1;

/* Random pixels of n channels each, of values -1, 0 and 1. */
static float *pixels_of_few_values(int64_t n)
{
    float *x = fenced(PIXELS * n, NULL);

    for (int64_t i = 0; i < PIXELS * n; i++)
        x[i] = (float)between(&seed, -1, 1);
    return x;
}

/* Lists count different pixels of n channels in a random order. */
static void list(int64_t n, int64_t count, int64_t at[])
{
    bool used[PIXELS] = {false};

    for (int64_t i = 0; i < count; i++) {
        int64_t pixel = between(&seed, 0, PIXELS - 1);

        while (used[pixel])
            pixel = (pixel + 1) % PIXELS;
        used[pixel] = true;
        at[i] = pixel * n;
    }
}

/* Returns which of the count listed pixels is the first that has the largest value of channel j. */
static int64_t winner(int64_t count, const int64_t at[], const float *x, int64_t j)
{
    int64_t best = 0;

    for (int64_t i = 1; i < count; i++)
        best = x[at[i] + j] > x[at[best] + j] ? i : best;
    return best;
}

static void check(int64_t n, int64_t count)
{
    float *x = pixels_of_few_values(n), *from = fenced_random(&seed, n);
    float *start = fenced_random(&seed, PIXELS * n);
    float *gx_want = fenced(PIXELS * n, start), *y_want = fenced(n, NULL);
    float *none = calloc((size_t)n, sizeof(*none));
    const struct evk_kernels *k;
    int64_t at[PIXELS];

    list(n, count, at);
    for (int64_t j = 0; j < n; j++) {
        const int64_t place = at[winner(count, at, x, j)] + j;

        y_want[j] = x[place];
        gx_want[place] += from[j];
    }
    for (int i = 0; (k = next_kernels(&i));) {
        float *y = fenced(n, x + at[0]), *gy = fenced(n, from), *gx = fenced(PIXELS * n, start);

        k->pool_largest(n, count, at, x, y);
        assert_same_bits(k, "pool_largest", n, y, y_want);
        k->pool_gradient(n, count, at, x, y, gy, gx);
        assert_same_bits(k, "pool_gradient", PIXELS * n, gx, gx_want);
        assert_same_bits(k, "pool_gradient, what is left", n, gy, none);
        fenced_free(y, n);
        fenced_free(gy, n);
        fenced_free(gx, PIXELS * n);
    }
    fenced_free(x, PIXELS * n);
    fenced_free(from, n);
    fenced_free(start, PIXELS * n);
    fenced_free(gx_want, PIXELS * n);
    fenced_free(y_want, n);
    free(none);
}

static void test_ties(void **state)
{
    (void)state;
    for (int64_t n = 1; n <= CHANNELS; n++)
        for (int64_t count = 1; count <= PIXELS; count++)
            check(n, count);
}

/* A value that no listed pixel has stays in gy, for pixels that a later call lists. */
static void test_left_over(void **state)
{
    const int64_t at[2] = {0, 1};
    const float x[2] = {1, 2}, y = 3;
    const struct evk_kernels *k;

    (void)state;
    for (int i = 0; (k = next_kernels(&i));) {
        float gy = 5, gx[2] = {0, 0};

        k->pool_gradient(1, 2, at, x, &y, &gy, gx);
        assert_true(gy == 5 && gx[0] == 0 && gx[1] == 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ties),
        cmocka_unit_test(test_left_over),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
