/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_attack.c - kernels of perturbations: steps and projections by definition, the same bits
 * everywhere
 */
#include "../harness/test.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../harness/kernels.h"

enum { SIZES = 131 }; /* every tail of every vector, several vectors long */

static uint64_t seed = 1;

/* A base image with some values of 0 and 255; perturbations of it sometimes leave 0 to 255. */
static float *new_base(int64_t n)
{
    float *x = fenced_random(&seed, n);

    for (int64_t i = 0; i < n; i++)
        x[i] = i % 7 == 0 ? 0 : i % 7 == 1 ? 255 : rintf(127.5F + 127 * x[i]);
    return x;
}

static float *new_delta(int64_t n)
{
    float *v = fenced_random(&seed, n);

    for (int64_t i = 0; i < n; i++)
        v[i] = i % 5 == 0 ? 0 : 90 * v[i];
    return v;
}

static double boxed(double d, float base)
{
    return fmin(fmax(d, -(double)base), 255 - (double)base);
}

static double soft(double v, double t)
{
    return v > t ? v - t : v < -t ? v + t : 0;
}

/* The elementwise kernels, whose results are computed by definition below. */
enum { SIGN, NUDGE, MOMENTUM, SCALED, CLAMPED, SOFT, ROUND, KINDS };

static void run(const struct evk_kernels *k, int kind, int64_t n, const float *base, const float *v,
                float *x)
{
    switch (kind) {
    case SIGN:
        memcpy(x, v, (size_t)n * sizeof(*x));
        k->sign(n, x);
        break;
    case NUDGE:
        k->nudge(n, 0.75F, v, base, v, x);
        break;
    case MOMENTUM:
        k->momentum(n, 0.75F, base, v, base, v, x);
        break;
    case SCALED:
        k->apply_scaled(n, 1.7F, base, v, x);
        break;
    case CLAMPED:
        k->apply_clamped(n, 11.5F, base, v, x);
        break;
    case SOFT:
        k->apply_soft(n, 20.25F, base, v, x);
        break;
    default:
        memcpy(x, v, (size_t)n * sizeof(*x));
        k->round_in_box(n, base, x);
    }
}

static double want(int kind, float base, float v)
{
    switch (kind) {
    case SIGN:
        return (v > 0) - (v < 0);
    case NUDGE:
        return (double)v - (double)base + 0.75 * (double)v;
    case MOMENTUM:
        return 0.75 * ((double)v - (double)base) + 0.25 * ((double)base - (double)v);
    case SCALED:
        return (double)base + boxed((double)(1.7F * v), base);
    case CLAMPED:
        return (double)base + boxed(fmin(fmax((double)v, -11.5), 11.5), base);
    case SOFT:
        return (double)base + boxed(soft((double)v, 20.25), base);
    default:
        return round(boxed((double)v, base));
    }
}

static void test_elements(void **state)
{
    const struct evk_kernels *k;

    (void)state;
    for (int kind = 0; kind < KINDS; kind++)
        for (int64_t n = 0; n < SIZES; n++) {
            float *base = new_base(n), *v = new_delta(n), *first = fenced(n, NULL);

            run(evk_kernels_at(0), kind, n, base, v, first);
            for (int64_t i = 0; i < n; i++)
                assert_true(fabs((double)first[i] - want(kind, base[i], v[i])) <=
                            (kind == SIGN || kind == ROUND ? 0 : 3 * 512 * (double)FLT_EPSILON));
            for (int i = 1; (k = next_kernels(&i));) {
                float *x = fenced(n, NULL);

                run(k, kind, n, base, v, x);
                assert_same_bits(k, "attack", n, x, first);
                fenced_free(x, n);
            }
            fenced_free(base, n);
            fenced_free(v, n);
            fenced_free(first, n);
        }
}

static void assert_near(double got, double expected)
{
    if (!(fabs(got - expected) <= 1e-5 * fabs(expected)))
        fail_msg("found %.9g, expected %.9g", got, expected);
}

/*
 * scaled_sums adds the squares of clipped values, where the scaled perturbation leaves the box, and
 * those of unscaled values where it does not; soft_sums adds the clipped magnitudes that a
 * threshold leaves, and counts those that are above 0 and not clipped.
 */
static void test_sums(void **state)
{
    const struct evk_kernels *k;

    (void)state;
    for (int64_t n = 0; n < SIZES; n++) {
        float *base = new_base(n), *v = new_delta(n);
        double scaled[2], thresholds[2], got[2], cut = 0, all = 0, sum = 0, growing = 0;

        for (int64_t i = 0; i < n; i++) {
            const double d = (double)(1.7F * v[i]), s = soft((double)v[i], 20.25);
            const bool within = boxed(d, base[i]) == d;

            cut += within ? 0 : pow(boxed(d, base[i]), 2);
            all += within ? pow((double)v[i], 2) : 0;
            sum += fabs(boxed(s, base[i]));
            growing += s != 0 && boxed(s, base[i]) == s;
        }
        evk_kernels_at(0)->scaled_sums(n, 1.7F, base, v, scaled);
        evk_kernels_at(0)->soft_sums(n, 20.25F, base, v, thresholds);
        assert_near(scaled[0], cut);
        assert_near(scaled[1], all);
        assert_near(thresholds[0], sum);
        assert_true(thresholds[1] == growing);
        for (int i = 1; (k = next_kernels(&i));) {
            k->scaled_sums(n, 1.7F, base, v, got);
            assert_memory_equal(got, scaled, sizeof(got));
            k->soft_sums(n, 20.25F, base, v, got);
            assert_memory_equal(got, thresholds, sizeof(got));
        }
        fenced_free(base, n);
        fenced_free(v, n);
    }
}

/* Magnitudes are exact, however large values are. */
static void test_magnitudes(void **state)
{
    const struct evk_kernels *k;

    (void)state;
    for (int64_t n = 0; n < SIZES; n++) {
        float *v = new_delta(n);
        double got[3];
        int64_t expected[3] = {0};

        for (int64_t i = 0; i < n; i++) {
            const int64_t whole = (int64_t)rintf(2.8F * v[i]);

            v[i] = (float)whole;
            expected[0] = llabs(whole) > expected[0] ? llabs(whole) : expected[0];
            expected[1] += llabs(whole);
            expected[2] += whole * whole;
        }
        for (int i = 0; (k = next_kernels(&i));) {
            k->magnitudes(n, v, got);
            for (int j = 0; j < 3; j++)
                assert_true(got[j] == (double)expected[j]);
        }
        fenced_free(v, n);
    }
}

/* Halves are rounded away from 0, and results never leave the box. */
static void test_rounding(void **state)
{
    const float base[6] = {10, 10, 0, 255, 1, 254}, expected[6] = {3, -3, 0, 0, -1, 1};
    const struct evk_kernels *k;

    (void)state;
    for (int i = 0; (k = next_kernels(&i));) {
        float v[6] = {2.5F, -2.5F, -7, 9, -1.6F, 1.7F};

        k->round_in_box(6, base, v);
        assert_memory_equal(v, expected, sizeof(v));
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_elements),
        cmocka_unit_test(test_sums),
        cmocka_unit_test(test_magnitudes),
        cmocka_unit_test(test_rounding),
    };

    if (argc > 1)
        seed = strtoull(argv[1], NULL, 10);
    printf("seed %llu\n", (unsigned long long)seed);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
