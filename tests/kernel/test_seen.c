/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_seen.c - weighted sums, for images that are seen through a window
 *
 * With weights of 1, they have the same bits as sums without weights; values of weight 0 do not
 * matter; in general, each value counts as often as its weight says.
 */
#include "../harness/test.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../harness/kernels.h"

enum { SIZES = 131, PERIOD_MAX = 48, KINDS = 3, SUMS = 2 * PERIOD_MAX };

static uint64_t seed = 1;

/* The input of the kernels: n values; each lane of a vector has its own limits. */
struct question {
    int64_t n, period;
    float low[PERIOD_MAX], high[PERIOD_MAX], within[2];
    double pivot[PERIOD_MAX], inverse[PERIOD_MAX];
    float *x;
};

/* Calls one kind of kernel; out has SUMS numbers, which are 0 where the kernel writes fewer. */
typedef void sums(const struct evk_kernels *k, const struct question *q, const float *weight,
                  double *out);

static void moments(const struct evk_kernels *k, const struct question *q, const float *weight,
                    double *out)
{
    if (weight)
        k->moments_seen(q->n, q->period, q->pivot, q->inverse, q->within, weight, q->x, out);
    else
        k->moments(q->n, q->period, q->pivot, q->inverse, q->within, q->x, out);
}

static void channel_sums(const struct evk_kernels *k, const struct question *q, const float *weight,
                         double *out)
{
    if (weight)
        k->channel_sums_seen(q->n, q->period, q->low, q->high, weight, q->x, out, out + PERIOD_MAX);
    else
        k->channel_sums(q->n, q->period, q->low, q->high, q->x, out, out + PERIOD_MAX);
}

static void gray_sums(const struct evk_kernels *k, const struct question *q, const float *weight,
                      double *out)
{
    if (weight)
        k->gray_sums_seen(q->n / 3, q->low, q->high, weight, q->x, out);
    else
        k->gray_sums(q->n / 3, q->low, q->high, q->x, out);
}

static sums *const kinds[KINDS] = {moments, channel_sums, gray_sums};

/* Make an input of this many pixels of three channels. */
static struct question ask(int64_t pixels)
{
    struct question q = {.n = 3 * pixels, .period = PERIOD_MAX, .within = {20, 230}};

    q.x = fenced_random(&seed, q.n);
    for (int64_t i = 0; i < q.n; i++)
        q.x[i] = 128 + 200 * q.x[i];
    for (int i = 0; i < PERIOD_MAX; i++) {
        q.low[i] = 20 * random_float(&seed);
        q.high[i] = 255 + 20 * random_float(&seed);
        q.pivot[i] = 100 + 50 * (double)random_float(&seed);
        q.inverse[i] = 0.02 * (double)random_float(&seed);
    }
    return q;
}

/* Make weights, of which the three values of a pixel share one. */
static float *weights(int64_t n, float (*of)(void))
{
    float *w = fenced(n, NULL);

    for (int64_t i = 0; i < n; i++)
        w[i] = i % 3 ? w[i - 1] : of();
    return w;
}

static float one(void)
{
    return 1;
}

static float none_or_one(void)
{
    return random_float(&seed) > 0;
}

static float any(void)
{
    return 0.5F + 0.5F * random_float(&seed);
}

/* Check that all instruction sets compute the same bits, and set out to these. */
static void ask_all(sums *of, const struct question *q, const float *weight, double out[SUMS])
{
    const struct evk_kernels *k;
    double got[SUMS];

    memset(out, 0, SUMS * sizeof(*out));
    of(evk_kernels_at(0), q, weight, out);
    for (int i = 1; (k = next_kernels(&i));) {
        memset(got, 0, sizeof(got));
        of(k, q, weight, got);
        assert_memory_equal(got, out, sizeof(got));
    }
}

static void test_ones(void **state)
{
    (void)state;
    for (int64_t pixels = 0; pixels < SIZES; pixels++)
        for (int kind = 0; kind < KINDS; kind++) {
            struct question q = ask(pixels);
            float *w = weights(q.n, one);
            double seen[SUMS], whole[SUMS];

            ask_all(kinds[kind], &q, w, seen);
            ask_all(kinds[kind], &q, NULL, whole);
            assert_memory_equal(seen, whole, sizeof(seen));
            fenced_free(w, q.n);
            fenced_free(q.x, q.n);
        }
}

/*
 * Set add to what value i, or the pixel that begins at i, adds to each sum of this kind,
 * unweighted.
 */
static void terms(int kind, const struct question *q, int64_t i, double add[SUMS])
{
    const int64_t lane = i % q->period;
    const double x = (double)q->x[i];

    memset(add, 0, SUMS * sizeof(*add));
    if (kind == 0 && q->x[i] > q->within[0] && q->x[i] < q->within[1]) {
        add[0] = 1;
        add[1] = (x - q->pivot[lane]) * q->inverse[lane];
        add[2] = add[1] * add[1];
    }
    if (kind == 1) {
        add[lane] = fmin(fmax(x, (double)q->low[lane]), (double)q->high[lane]) - 128;
        add[PERIOD_MAX + lane] = add[lane] * add[lane];
    }
    if (kind == 2 && i % 3 == 0) {
        static const double part[3] = {0.299, 0.587, 0.114};

        for (int c = 0; c < 3; c++)
            add[0] +=
                part[c] * fmin(fmax((double)q->x[i + c], (double)q->low[c]), (double)q->high[c]);
        add[0] -= 128;
        add[1] = add[0] * add[0];
    }
}

/*
 * Returns a bound on the error of a sum.  A gray value, at most 300, is rounded five times in
 * float, and its square is off by up to 2 * 300 times that error; all else is rounded n + 8 times
 * in double.
 */
static double bound_of(int kind, int64_t n, double weights, int sum, double magnitude)
{
    const double gray = 5 * 300 * (double)FLT_EPSILON / 2;
    const double in_float = kind == 2 ? weights * gray * (sum ? 2 * 300 : 1) : 0;

    return in_float + (double)(n + 8) * DBL_EPSILON * magnitude;
}

static void assert_weighted(int kind, const struct question *q, const float *w)
{
    double seen[SUMS], want[SUMS] = {0}, magnitude[SUMS] = {0}, total = 0;

    ask_all(kinds[kind], q, w, seen);
    for (int64_t i = 0; i < q->n; i++) {
        double add[SUMS];

        terms(kind, q, i, add);
        total += (double)w[i];
        for (int s = 0; s < SUMS; s++) {
            want[s] += (double)w[i] * add[s];
            magnitude[s] += (double)w[i] * fabs(add[s]);
        }
    }
    for (int s = 0; s < SUMS; s++)
        assert_true(fabs(seen[s] - want[s]) <= bound_of(kind, q->n, total, s, magnitude[s]));
}

static void test_weights(void **state)
{
    (void)state;
    for (int64_t pixels = 0; pixels < SIZES; pixels++)
        for (int kind = 0; kind < KINDS; kind++) {
            struct question q = ask(pixels);
            float *w = weights(q.n, any);

            assert_weighted(kind, &q, w);
            fenced_free(w, q.n);
            fenced_free(q.x, q.n);
        }
}

/* Values of weight 0 may change without any change of the sums. */
static void test_hidden(void **state)
{
    (void)state;
    for (int64_t pixels = 0; pixels < SIZES; pixels++)
        for (int kind = 0; kind < KINDS; kind++) {
            struct question q = ask(pixels);
            float *w = weights(q.n, none_or_one);
            double before[SUMS], after[SUMS];

            ask_all(kinds[kind], &q, w, before);
            for (int64_t i = 0; i < q.n; i++)
                q.x[i] = w[i] > 0 ? q.x[i] : 128 + 300 * random_float(&seed);
            ask_all(kinds[kind], &q, w, after);
            for (int s = 0; s < SUMS; s++)
                assert_true(before[s] ==
                            after[s]); /* numbers are compared, not bits: a 0 may become -0 */
            assert_weighted(kind, &q, w);
            fenced_free(w, q.n);
            fenced_free(q.x, q.n);
        }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ones),
        cmocka_unit_test(test_weights),
        cmocka_unit_test(test_hidden),
    };

    if (argc > 1)
        seed = strtoull(argv[1], NULL, 10);
    printf("seed %llu\n", (unsigned long long)seed);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
