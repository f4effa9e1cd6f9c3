/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_limits.c - kernels of constraints on an image: their definitions, the same bits everywhere
 */
#include "../harness/test.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "../harness/kernels.h"

enum { SIZES = 131, PERIOD_MAX = 48 }; /* every tail of every vector, several vectors long */

static uint64_t seed = 1;

static float *levels(int64_t n)
{
    float *x = fenced_random(&seed, n);

    for (int64_t i = 0; i < n; i++)
        x[i] = 128 + 200 * x[i];
    return x;
}

/* Set limits; each lane of a vector has its own. */
static void limits(float *low, float *high)
{
    for (int i = 0; i < PERIOD_MAX; i++) {
        low[i] = 20 * random_float(&seed);
        high[i] = 255 + 20 * random_float(&seed);
    }
}

static double held(float x, float low, float high)
{
    return (double)fminf(fmaxf(x, low), high);
}

/* Each lane has a sum of its own, of at most n / period + 1 terms, which are rounded one by one. */
static void test_channel_sums(void **state)
{
    const struct evk_kernels *k;

    (void)state;
    for (int64_t n = 0; n < SIZES; n++) {
        const int64_t period = 16 * (1 + n % 3);
        float low[PERIOD_MAX], high[PERIOD_MAX], *x = levels(n);
        double first[2][PERIOD_MAX] = {{0}}, got[2][PERIOD_MAX] = {{0}};

        limits(low, high);
        evk_kernels_at(0)->channel_sums(n, period, low, high, x, first[0], first[1]);
        for (int64_t j = 0; j < period; j++) {
            long double sum = 0, squares = 0, magnitude = 0;

            for (int64_t i = j; i < n; i += period) {
                const long double d = (long double)held(x[i], low[j], high[j]) - 128;

                sum += d;
                magnitude += fabsl(d);
                squares += d * d;
            }
            assert_true(fabsl((long double)first[0][j] - sum) <=
                        SIZES * (long double)DBL_EPSILON * magnitude);
            assert_true(fabsl((long double)first[1][j] - squares) <=
                        SIZES * (long double)DBL_EPSILON * squares);
        }
        for (int i = 1; (k = next_kernels(&i));) {
            k->channel_sums(n, period, low, high, x, got[0], got[1]);
            assert_memory_equal(got, first, sizeof(got));
        }
        fenced_free(x, n);
    }
}

/* A gray value, at most 300, is rounded five times in float; sums are rounded in double. */
static void test_gray_sums(void **state)
{
    const struct evk_kernels *k;

    (void)state;
    for (int64_t n = 0; n < SIZES; n++) {
        float low[PERIOD_MAX], high[PERIOD_MAX], *x = levels(3 * n);
        double first[2], got[2], sum = 0, squares = 0;
        const double each = 5 * 300 * (double)FLT_EPSILON / 2;

        limits(low, high);
        evk_kernels_at(0)->gray_sums(n, low, high, x, first);
        for (int64_t i = 0; i < n; i++) {
            const double d = 0.299 * held(x[3 * i], low[0], high[0]) +
                             0.587 * held(x[3 * i + 1], low[1], high[1]) +
                             0.114 * held(x[3 * i + 2], low[2], high[2]) - 128;

            sum += d;
            squares += d * d;
        }
        assert_true(fabs(first[0] - sum) <= (double)n * each);
        assert_true(fabs(first[1] - squares) <= (double)n * 300 * 2 * each);
        for (int i = 1; (k = next_kernels(&i));) {
            k->gray_sums(n, low, high, x, got);
            assert_memory_equal(got, first, sizeof(got));
        }
        fenced_free(x, 3 * n);
    }
}

static void test_outside(void **state)
{
    static const int64_t sizes[] = {4095, 4096, 4097, 9001};
    const struct evk_kernels *k;

    (void)state;
    for (size_t i = 0; i < SIZES + COUNT(sizes); i++) {
        const int64_t n = i < SIZES ? (int64_t)i : sizes[i - SIZES];
        float *x = levels(n);
        int64_t want = 0;

        for (int64_t j = 0; j < n; j++) {
            if (j % 7 == 0)
                x[j] = j % 2 ? 0.5F : 254.5F; /* 0.5 counts as inside, 254.5 as outside */
            want += x[j] < 0.5F || x[j] >= 254.5F;
        }
        for (int j = 0; (k = next_kernels(&j));)
            assert_true(k->outside(n, 0.5F, 254.5F, x) == want);
        fenced_free(x, n);
    }
}

static void test_reach(void **state)
{
    const struct evk_kernels *k;

    (void)state;
    for (int64_t n = 0; n < SIZES; n++) {
        const int64_t period = 16 * (1 + n % 3);
        float pivot[PERIOD_MAX], up[PERIOD_MAX], down[PERIOD_MAX], *x = levels(n);

        for (int j = 0; j < PERIOD_MAX; j++) {
            pivot[j] = 128 + 50 * random_float(&seed);
            up[j] = 1 / (255 - pivot[j]);
            down[j] = 1 / pivot[j];
        }
        for (int i = 0; (k = next_kernels(&i));) {
            float *y = fenced(n, NULL);

            k->reach(n, period, pivot, up, down, x, y);
            for (int64_t j = 0; j < n; j++) {
                const float d = x[j] - pivot[j % period];

                assert_true(same_bits(y[j], d > 0 ? d * up[j % period] : -d * down[j % period]));
            }
            fenced_free(y, n);
        }
        fenced_free(x, n);
    }
}

/* Products and sums are rounded each; values up to the knees keep their bits. */
static float bent(float x, float at, float up, float down, float slope)
{
    const float d = x - at, above = (d - up) * slope, below = (d + down) * slope;
    const float high = up + above, low = below - down;

    return d > up ? at + high : d < -down ? at + low : x;
}

/* The knee on each side is a float of its own, and some values stand exactly on it. */
static void test_bend(void **state)
{
    const struct evk_kernels *k;

    (void)state;
    for (int64_t n = 0; n < SIZES; n++) {
        const int64_t period = 16 * (1 + n % 3);
        const float slope = n % 5 ? 0.5F + 0.5F * random_float(&seed) : 0;
        float at[PERIOD_MAX], up[PERIOD_MAX], down[PERIOD_MAX], *x = levels(n);

        for (int j = 0; j < PERIOD_MAX; j++) {
            at[j] = (float)(100 + j);
            up[j] = 60 + floorf(30 * random_float(&seed));
            down[j] = 70 + floorf(40 * random_float(&seed));
        }
        for (int64_t j = 0; j < n; j += 7)
            x[j] = j % 2 ? at[j % period] + up[j % period] : at[j % period] - down[j % period];
        for (int i = 0; (k = next_kernels(&i));) {
            float *y = fenced(n, x);

            k->bend(n, period, at, up, down, slope, y);
            for (int64_t j = 0; j < n; j++) {
                const int64_t p = j % period;

                assert_true(same_bits(y[j], bent(x[j], at[p], up[p], down[p], slope)));
                assert_true(j % 7 || same_bits(y[j], x[j]));
            }
            fenced_free(y, n);
        }
        fenced_free(x, n);
    }
}

static void test_hold(void **state)
{
    const struct evk_kernels *k;

    (void)state;
    for (int64_t n = 0; n < SIZES; n++) {
        float *x = levels(n), *low = fenced(n, x), *high = fenced(n, x);

        for (int64_t j = 0; j < n; j++) {
            low[j] = 60 + 50 * random_float(&seed);
            high[j] = 190 + 50 * random_float(&seed);
        }
        for (int i = 0; (k = next_kernels(&i));) {
            float *y = fenced(n, x);

            k->hold(n, low, high, y);
            for (int64_t j = 0; j < n; j++)
                assert_true((double)y[j] == held(x[j], low[j], high[j]));
            fenced_free(y, n);
        }
        fenced_free(x, n);
        fenced_free(low, n);
        fenced_free(high, n);
    }
}

/* Product and sum are rounded each. */
static void test_affine(void **state)
{
    const struct evk_kernels *k;

    (void)state;
    for (int64_t n = 0; n < SIZES; n++) {
        const int64_t period = 16 * (1 + n % 3);
        const float a = random_float(&seed);
        float shift[PERIOD_MAX], *x = levels(n);

        for (int j = 0; j < PERIOD_MAX; j++)
            shift[j] = 200 * random_float(&seed);
        for (int i = 0; (k = next_kernels(&i));) {
            float *y = fenced(n, x);

            k->affine(n, period, a, shift, y);
            for (int64_t j = 0; j < n; j++) {
                const float product = a * x[j];

                assert_true(same_bits(y[j], product + shift[j % period]));
            }
            fenced_free(y, n);
        }
        fenced_free(x, n);
    }
}

/* Products and sums are rounded each, in the order of the channels. */
static void test_mix_channels(void **state)
{
    const struct evk_kernels *k;

    (void)state;
    for (int64_t n = 0; n < SIZES; n++) {
        float mix[9], shift[3], *x = levels(3 * n);

        for (int j = 0; j < 9; j++)
            mix[j] = 2 * random_float(&seed);
        for (int j = 0; j < 3; j++)
            shift[j] = 200 * random_float(&seed);
        for (int i = 0; (k = next_kernels(&i));) {
            float *y = fenced(3 * n, NULL);

            k->mix_channels(n, mix, shift, x, y);
            for (int64_t j = 0; j < 3 * n; j++) {
                const float *m = mix + j % 3 * 3, *from = x + j / 3 * 3;
                const float red = m[0] * from[0], green = m[1] * from[1], blue = m[2] * from[2];

                assert_true(same_bits(y[j], red + green + blue + shift[j % 3]));
            }
            fenced_free(y, 3 * n);
        }
        fenced_free(x, 3 * n);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_channel_sums), cmocka_unit_test(test_gray_sums),
        cmocka_unit_test(test_outside),      cmocka_unit_test(test_reach),
        cmocka_unit_test(test_bend),         cmocka_unit_test(test_hold),
        cmocka_unit_test(test_affine),       cmocka_unit_test(test_mix_channels),
    };

    if (argc > 1)
        seed = strtoull(argv[1], NULL, 10);
    printf("seed %llu\n", (unsigned long long)seed);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
