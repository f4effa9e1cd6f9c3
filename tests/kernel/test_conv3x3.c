/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_conv3x3.c - the transforms of a tile: products with the matrices of tmpl/conv3x3.h, exact
 * for whole numbers and the same bits for any, on every instruction set
 */
#include "../harness/test.h"

#include <stdlib.h>

#include "../harness/kernels.h"

enum { POINTS = EVK_CONV3X3_POINTS, OUTPUTS = EVK_CONV3X3_OUTPUTS, CHANNELS = 37, ROOM = 48 };

static const int into[4][4] = {{1, 0, -1, 0}, {0, 1, 1, 0}, {0, -1, 1, 0}, {0, 1, 0, -1}};
static const int outof[2][4] = {{1, 1, 1, 0}, {0, 1, -1, -1}};

static uint64_t seed = 1;

static float *whole_numbers(int64_t n)
{
    float *x = fenced(n, NULL);

    for (int64_t i = 0; i < n; i++)
        x[i] = (float)between(&seed, -9, 9);
    return x;
}

static void check_input(int64_t n, bool whole)
{
    const int64_t step = n + 5;
    float *pixels[POINTS], *first = NULL;
    const struct evk_kernels *k;

    for (int i = 0; i < POINTS; i++)
        pixels[i] = whole ? whole_numbers(n) : fenced_random(&seed, n);
    for (int t = 0; (k = next_kernels(&t));) {
        float *start = calloc((size_t)(POINTS * step), sizeof(*start));
        float *v = fenced((POINTS - 1) * step + n, start);

        k->conv3x3_input(n, (const float *const *)pixels, v, step);
        for (int i = 0; i < POINTS && whole; i++)
            for (int64_t j = 0; j < n; j++) {
                float want = 0;

                for (int q = 0; q < POINTS; q++)
                    want += (float)(into[i / 4][q / 4] * into[i % 4][q % 4]) * pixels[q][j];
                assert_true(v[i * step + j] == want);
            }
        for (int64_t i = 0; i < (POINTS - 1) * step;
             i++) /* nothing between the points is written */
            assert_true(i % step < n || v[i] == 0);
        if (first)
            assert_same_bits(k, "conv3x3_input", (POINTS - 1) * step + n, v, first);
        else
            first = fenced((POINTS - 1) * step + n, v);
        fenced_free(v, (POINTS - 1) * step + n);
        free(start);
    }
    fenced_free(first, (POINTS - 1) * step + n);
    for (int i = 0; i < POINTS; i++)
        fenced_free(pixels[i], n);
}

/* Returns output i of channel j, where all numbers are whole. */
static float output_of(const struct evk_conv3x3 *s, const float *m, int i, int64_t j, float before)
{
    float sum = 0;

    for (int q = 0; q < POINTS; q++)
        sum += (float)(outof[i / 2][q / 4] * outof[i % 2][q % 4]) * m[q * s->m_step + j];
    sum = sum * s->scale[j] + s->shift[j];
    sum = s->relu && sum < 0 ? 0 : sum;
    return s->add ? before + sum : sum;
}

static void check_output(int64_t n, bool whole, bool relu, bool add)
{
    float *scale = whole ? whole_numbers(ROOM) : fenced_random(&seed, ROOM);
    float *shift = whole ? whole_numbers(ROOM) : fenced_random(&seed, ROOM);
    float *m = whole ? whole_numbers(POINTS * ROOM) : fenced_random(&seed, POINTS * ROOM);
    float *before = whole_numbers(n), *first[OUTPUTS] = {NULL};
    const struct evk_conv3x3 s = {n, ROOM, scale, shift, relu, add};
    const struct evk_kernels *k;

    for (int t = 0; (k = next_kernels(&t));) {
        float *y[OUTPUTS];

        for (int i = 0; i < OUTPUTS; i++)
            y[i] = fenced(n, before);
        k->conv3x3_output(&s, m, y);
        for (int i = 0; i < OUTPUTS; i++) {
            for (int64_t j = 0; j < n && whole; j++)
                assert_true(y[i][j] == output_of(&s, m, i, j, before[j]));
            if (first[i])
                assert_same_bits(k, "conv3x3_output", n, y[i], first[i]);
            else
                first[i] = fenced(n, y[i]);
            fenced_free(y[i], n);
        }
    }
    for (int i = 0; i < OUTPUTS; i++)
        fenced_free(first[i], n);
    fenced_free(scale, ROOM);
    fenced_free(shift, ROOM);
    fenced_free(m, POINTS * ROOM);
    fenced_free(before, n);
}

static void test_input(void **state)
{
    (void)state;
    for (int64_t n = 1; n <= CHANNELS; n++)
        for (int whole = 0; whole < 2; whole++)
            check_input(n, whole);
}

static void test_output(void **state)
{
    (void)state;
    for (int64_t n = 1; n <= CHANNELS; n++)
        for (int i = 0; i < 8; i++)
            check_output(n, i & 1, i & 2, i & 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_input),
        cmocka_unit_test(test_output),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
