/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_ascent.c - kernels of an ascent between passes: exact bits, and sums within their error
 * bound
 */
#include "../harness/test.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "../harness/kernels.h"

static uint64_t seed = 1;

enum { SIZES = 131 }; /* every tail of every vector, several vectors long */

/*
 * Sums of positive terms are off by n roundings in double at most, alike on all instruction sets.
 */
static void test_sum_squares(void **state)
{
    const struct evk_kernels *k;

    (void)state;
    for (int64_t n = 0; n < SIZES; n++) {
        float *x = fenced_random(&seed, n);
        const double first = evk_kernels_at(0)->sum_squares(n, x);
        long double want = 0;

        for (int64_t i = 0; i < n; i++)
            want += (long double)x[i] * (long double)x[i];
        assert_true(fabsl((long double)first - want) <=
                    (long double)(n + 1) * (long double)(DBL_EPSILON / 2) * want);
        for (int i = 1; (k = next_kernels(&i));)
            assert_true(k->sum_squares(n, x) == first);
        fenced_free(x, n);
    }
}

/*
 * Counts, sums and sums of squares of (x - pivot) * inverse; each of 1 to 3 channels has its own.
 */
static void test_moments(void **state)
{
    const struct evk_kernels *k;

    (void)state;
    for (int64_t n = 0; n < SIZES; n++) {
        const int64_t period = 16 * (1 + n % 3);
        const float within[2] = {n % 2 ? -2 : -0.5F, n % 2 ? 2 : 0.25F};
        double pivot[48], inverse[48], first[3], got[3], count = 0;
        long double sum = 0, squares = 0, magnitude = 0;
        float *x = fenced_random(&seed, n);

        for (int64_t j = 0; j < period; j++) {
            pivot[j] = (double)random_float(&seed);
            inverse[j] = (double)random_float(&seed);
        }
        for (int64_t j = 0; j < n; j++) {
            const long double d = ((long double)x[j] - (long double)pivot[j % period]) *
                                  (long double)inverse[j % period];

            if (x[j] <= within[0] || x[j] >= within[1])
                continue;
            count++;
            sum += d;
            magnitude += fabsl(d);
            squares += d * d;
        }
        evk_kernels_at(0)->moments(n, period, pivot, inverse, within, x, first);
        assert_true(first[0] == count);
        assert_true(fabsl((long double)first[1] - sum) <=
                    (long double)(n + 3) * (long double)(DBL_EPSILON / 2) * magnitude);
        assert_true(fabsl((long double)first[2] - squares) <=
                    (long double)(n + 6) * (long double)(DBL_EPSILON / 2) * squares);
        for (int i = 1; (k = next_kernels(&i));) {
            k->moments(n, period, pivot, inverse, within, x, got);
            assert_memory_equal(got, first, sizeof(got));
        }
        fenced_free(x, n);
    }
}

/*
 * Values are rounded twice in double, clipped, and rounded to float; those beyond the limits stay.
 */
static void test_stretch(void **state)
{
    const struct evk_kernels *k;

    (void)state;
    for (int i = 0; (k = next_kernels(&i));)
        for (int64_t n = 0; n < SIZES; n++) {
            const int64_t period = 16 * (1 + n % 3);
            const double a = 2 * (double)random_float(&seed);
            float *x = fenced_random(&seed, n), *y;
            const float within[2] = {n % 2 ? -1 : 20, n % 2 ? 256 : 240};
            double shift[48];

            for (int64_t j = 0; j < period; j++)
                shift[j] = 200 * (double)random_float(&seed);
            for (int64_t j = 0; j < n; j++)
                x[j] = j % 5 == 0 ? within[j / 5 % 2] : 128 + 127 * x[j]; /* the limits stay too */
            y = fenced(n, x);
            k->stretch(n, period, a, shift, within, y);
            for (int64_t j = 0; j < n; j++) {
                const double product = a * (double)x[j], there = product + shift[j % period];
                const float boxed = (float)(there < 0 ? 0 : there > 255 ? 255 : there);
                const bool is_in = x[j] > within[0] && x[j] < within[1];

                assert_true(same_bits(y[j], is_in ? boxed : x[j]));
            }
            fenced_free(x, n);
            fenced_free(y, n);
        }
}

static void test_scale(void **state)
{
    const struct evk_kernels *k;

    (void)state;
    for (int i = 0; (k = next_kernels(&i));)
        for (int64_t n = 0; n < SIZES; n++) {
            float *before = fenced_awkward(&seed, n), *x = fenced(n, before);
            const float a = random_float(&seed);

            k->scale(n, a, x);
            for (int64_t j = 0; j < n; j++) {
                const float want = before[j] * a;

                assert_true(isnan(want) ? isnan(x[j]) : same_bits(x[j], want));
            }
            fenced_free(before, n);
            fenced_free(x, n);
        }
}

/* Values are rounded twice, then clipped. */
static void test_step(void **state)
{
    const struct evk_kernels *k;

    (void)state;
    for (int i = 0; (k = next_kernels(&i));)
        for (int64_t n = 0; n < SIZES; n++) {
            float *x = fenced_random(&seed, n), *g = fenced_random(&seed, n), *y;

            for (int64_t j = 0; j < n; j++)
                x[j] = 128 + 127 * x[j];
            y = fenced(n, x);
            k->step(n, 100, g, y);
            for (int64_t j = 0; j < n; j++) {
                const float move = 100 * g[j], there = x[j] + move;

                assert_true(same_bits(y[j], there < 0 ? 0 : there > 255 ? 255 : there));
            }
            fenced_free(x, n);
            fenced_free(g, n);
            fenced_free(y, n);
        }
}

/* Terms are added in the order of the formula; each product and each sum is rounded. */
static void test_blur(void **state)
{
    const struct evk_kernels *k;

    (void)state;
    for (int i = 0; (k = next_kernels(&i));)
        for (int64_t n = 0; n < 50; n++) {
            const int64_t radius = n % 6, apart = 1 + n % 4, room = radius * apart;
            float *x = fenced_random(&seed, n + 2 * room), *w = fenced_random(&seed, radius + 1);
            float *y = fenced(n, NULL);

            k->blur(n, radius, w, apart, x + room, y);
            for (int64_t j = 0; j < n; j++) {
                float sum = w[0] * x[room + j];

                for (int64_t d = 1; d <= radius; d++) {
                    const float both = x[room + j - d * apart] + x[room + j + d * apart];
                    const float term = w[d] * both;

                    sum += term;
                }
                assert_true(same_bits(y[j], sum));
            }
            fenced_free(x, n + 2 * room);
            fenced_free(w, radius + 1);
            fenced_free(y, n);
        }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sum_squares), cmocka_unit_test(test_moments),
        cmocka_unit_test(test_stretch),     cmocka_unit_test(test_scale),
        cmocka_unit_test(test_step),        cmocka_unit_test(test_blur),
    };

    if (argc > 1)
        seed = strtoull(argv[1], NULL, 10);
    printf("seed %llu\n", (unsigned long long)seed);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
