/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_cosine.c - filters in the cosine domain, against the cosine transform by definition
 *
 * Bounds: an entry of a matrix is rounded once, a value that is folded about the middle of n places
 * once (n = 1 has nothing to fold), and a sum of (n + 1) / 2 terms at most that often, so a result
 * at most n + 1 times.  The magnitudes of a sum's terms add up to at most the L2 norm of the values,
 * since a whole wave has norm 1.  So the errors of n results have an L2 norm of at most
 * sqrt(n) (n + 1) roundings of the norm of the values.  Transforms are orthonormal, and so keep the
 * norm of earlier errors.  Each axis is transformed twice, forward and back, and the gain is rounded
 * once.
 */
#include "../../harness/test.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/kernels.h"
#include "image/cosine.h"
#include "image/fourier.h"

static const int64_t sizes[][3] = {
    {8, 8, 3}, {7, 5, 1}, {5, 12, 3}, {13, 31, 1}, {1, 9, 3}, {10, 1, 1}, {1, 1, 3}, {2, 3, 2},
};

static struct evk_cosine of_size(const int64_t size[3])
{
    const char *wanted;
    struct evk_cosine t;

    assert_ok(evk_cosine_init(&t, evk_kernels_best(&wanted), size[0], size[1], size[2], err));
    return t;
}

static int64_t count(const int64_t size[3])
{
    return size[0] * size[1] * size[2];
}

/* Returns the value at a place of cosine wave u of n places, whose L2 norm is 1. */
static double wave(int64_t n, int64_t u, int64_t place)
{
    const double pi = acos(-1), a = sqrt((u ? 2.0 : 1.0) / (double)n);

    return a * cos(pi * ((double)place + 0.5) * (double)u / (double)n);
}

static double basis(const int64_t size[3], int64_t coefficient, int64_t pixel)
{
    const int64_t w = size[1];

    return wave(size[0], coefficient / w, pixel / w) * wave(w, coefficient % w, pixel % w);
}

static double axis_bound(int64_t n)
{
    return 2 * sqrt((double)n) * (double)(n + 1);
}

/* Returns a bound on the error of a filtered value, with 1 % more for products of roundings. */
static double bound_of(const int64_t size[3], double norm, double gain)
{
    const double roundings = axis_bound(size[0]) + axis_bound(size[1]) + 1;

    return roundings * 1.01 * (double)(FLT_EPSILON / 2) * norm * fmax(gain, 1);
}

/* Filter an image by definition; returns the largest L2 norm of a channel. */
static double filter_by_definition(const int64_t size[3], const float *gain, const float *x,
                                   double *y)
{
    const int64_t pixels = size[0] * size[1], c = size[2];
    double largest = 0;

    memset(y, 0, (size_t)(pixels * c) * sizeof(*y));
    for (int64_t j = 0; j < c; j++) {
        double squares = 0;

        for (int64_t k = 0; k < pixels; k++) {
            double sum = 0;

            for (int64_t i = 0; i < pixels; i++)
                sum += basis(size, k, i) * (double)x[i * c + j];
            squares += sum * sum;
            for (int64_t i = 0; i < pixels; i++)
                y[i * c + j] += (double)gain[k] * sum * basis(size, k, i);
        }
        largest = fmax(largest, sqrt(squares));
    }
    return largest;
}

static double largest_of(int64_t n, const float *gain)
{
    double most = 0;

    for (int64_t i = 0; i < n; i++)
        most = fmax(most, fabs((double)gain[i]));
    return most;
}

/* Gains are random and of either sign. */
static void assert_definition(const int64_t size[3], uint64_t *seed)
{
    const int64_t n = count(size), pixels = n / size[2];
    struct evk_cosine t = of_size(size);
    float *x = fenced_random(seed, n), *gain = fenced_random(seed, pixels);
    double *want = malloc((size_t)n * sizeof(*want));
    const double norm = filter_by_definition(size, gain, x, want);
    const double bound = bound_of(size, norm, largest_of(pixels, gain));

    evk_cosine_filter(&t, gain, x);
    for (int64_t i = 0; i < n; i++)
        if (!(fabs((double)x[i] - want[i]) <= bound))
            fail_msg("%d x %d: value %d is %.9g, expected %.9g", (int)size[0], (int)size[1], (int)i,
                     (double)x[i], want[i]);
    fenced_free(x, n);
    fenced_free(gain, pixels);
    free(want);
    evk_cosine_release(&t);
}

/* Images with and without a middle row and column, of each small size and some larger ones. */
static void test_definition(void **state)
{
    uint64_t seed = 1;

    (void)state;
    for (size_t s = 0; s < COUNT(sizes); s++)
        assert_definition(sizes[s], &seed);
    for (int64_t h = 1; h <= 7; h++)
        for (int64_t w = 1; w <= 7; w++)
            assert_definition((const int64_t[]){h, w, 1 + (h + w) % 3}, &seed);
}

/*
 * whole (n, n) = the waves whose halves are given, in the order of their frequencies; turned: the
 * halves are the columns of their matrices.  A middle place belongs to even waves alone.
 */
static void put_together(int64_t n, float *const half[2], bool turned, float *whole)
{
    for (int64_t i = 0; i < n * n; i++)
        whole[i] = 0;
    for (int64_t u = 0; u < n; u++) {
        const int64_t parity = u % 2, m = (n + 1 - parity) / 2;

        for (int64_t y = 0; y < m; y++) {
            const float v = half[parity][turned ? y * m + u / 2 : u / 2 * m + y];

            whole[u * n + y] = v;
            whole[u * n + n - 1 - y] = parity ? -v : v;
        }
    }
}

/*
 * The whole waves are those of the definition, rounded once, and so orthonormal up to that; and the
 * matrices forward and back have the same bits.
 */
static void assert_orthonormal(int64_t n, float *const forward[2], bool turned,
                               float *const back[2])
{
    float *whole = fenced(n * n, NULL), *again = fenced(n * n, NULL);

    put_together(n, forward, turned, whole);
    put_together(n, back, !turned, again);
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < n; j++) {
            double sum = 0;

            for (int64_t k = 0; k < n; k++)
                sum += (double)whole[i * n + k] * (double)whole[j * n + k];
            assert_true(fabs(sum - (i == j)) <= 1.01 * (double)FLT_EPSILON);
            assert_true(fabs((double)whole[i * n + j] - wave(n, i, j)) <=
                        0.51 * (double)FLT_EPSILON * fabs(wave(n, i, j)) + 1e-14);
            assert_true(same_bits(whole[i * n + j], again[i * n + j]));
        }
    fenced_free(whole, n * n);
    fenced_free(again, n * n);
}

static void test_orthonormal(void **state)
{
    (void)state;
    for (int64_t n = 1; n <= 112; n += n < 24 ? 1 : 11) {
        const int64_t size[3] = {n, 113 - n, 1};
        struct evk_cosine t = of_size(size);

        assert_orthonormal(t.h, t.rows, false, t.rows_back);
        assert_orthonormal(t.w, t.columns, true, t.columns_back);
        evk_cosine_release(&t);
    }
}

/* A gain of 1 leaves any image as it is. */
static void test_identity(void **state)
{
    uint64_t seed = 2;

    (void)state;
    for (size_t s = 0; s < COUNT(sizes); s++) {
        const int64_t n = count(sizes[s]), pixels = n / sizes[s][2];
        struct evk_cosine t = of_size(sizes[s]);
        float *x = fenced_random(&seed, n), *y = fenced(n, x), *gain = fenced(pixels, NULL);
        const double norm = sqrt((double)pixels); /* an upper bound, since values are below 1 */

        for (int64_t i = 0; i < pixels; i++)
            gain[i] = 1;
        evk_cosine_filter(&t, gain, y);
        for (int64_t i = 0; i < n; i++)
            assert_true(fabs((double)y[i] - (double)x[i]) <= bound_of(sizes[s], norm, 1));
        fenced_free(x, n);
        fenced_free(y, n);
        fenced_free(gain, pixels);
        evk_cosine_release(&t);
    }
}

/* Frequencies are in cycles per shorter side, also half cycles, and exact where they are whole. */
static void test_frequencies(void **state)
{
    static const int64_t square[3] = {16, 16, 1};
    struct evk_cosine t;

    (void)state;
    for (size_t s = 0; s < COUNT(sizes); s++) {
        const double h = (double)sizes[s][0], w = (double)sizes[s][1];

        t = of_size(sizes[s]);
        for (int64_t u = 0; u < t.h; u++)
            for (int64_t v = 0; v < t.w; v++) {
                const double want = fmin(h, w) * hypot((double)u / (2 * h), (double)v / (2 * w));

                assert_true(fabs(t.frequency[u * t.w + v] - want) <= 1e-14 * want);
            }
        evk_cosine_release(&t);
    }
    t = of_size(square);
    assert_true(t.frequency[6 * 16 + 8] == 5);
    assert_true(t.frequency[1] == 0.5);
    evk_cosine_release(&t);
}

/* The mean, and frequencies below one cycle per longer side, have the gain of one cycle. */
static void test_power_law(void **state)
{
    static const double alphas[] = {-1.3, 0, 0.2, 0.6, 2};

    (void)state;
    for (size_t s = 0; s < COUNT(sizes); s++) {
        struct evk_cosine t = of_size(sizes[s]);
        const double lowest = (double)(t.h < t.w ? t.h : t.w) / (double)(t.h < t.w ? t.w : t.h);
        float *gain = fenced(t.h * t.w, NULL);

        for (size_t a = 0; a < COUNT(alphas); a++) {
            evk_cosine_power_law(&t, alphas[a], gain);
            for (int64_t i = 0; i < t.h * t.w; i++) {
                const double want = pow(fmax(t.frequency[i], lowest), -alphas[a]);

                assert_true(fabs((double)gain[i] - want) <= 1e-7 * want);
            }
        }
        fenced_free(gain, t.h * t.w);
        evk_cosine_release(&t);
    }
}

/* The RMS stays whatever the gain; an image of zeros stays zero. */
static void test_precondition(void **state)
{
    uint64_t seed = 3;

    (void)state;
    for (size_t s = 0; s < COUNT(sizes); s++) {
        const int64_t n = count(sizes[s]), pixels = n / sizes[s][2];
        struct evk_cosine t = of_size(sizes[s]);
        float *x = fenced_random(&seed, n), *y = fenced(n, x), *gain = fenced(pixels, NULL);
        double ratio, wanted, squares = 0, after = 0;

        evk_cosine_power_law(&t, 0.7, gain);
        evk_cosine_filter(&t, gain, y);
        for (int64_t i = 0; i < n; i++) {
            squares += (double)x[i] * (double)x[i];
            after += (double)y[i] * (double)y[i];
        }
        wanted = sqrt(squares / after);
        evk_cosine_precondition(&t, gain, x);
        for (int64_t i = 0; i < n; i++) {
            ratio = (double)x[i] - wanted * (double)y[i];
            assert_true(fabs(ratio) <= 4 * (double)FLT_EPSILON * fabs((double)x[i]));
        }
        memset(x, 0, (size_t)n * sizeof(*x));
        evk_cosine_precondition(&t, gain, x);
        for (int64_t i = 0; i < n; i++)
            assert_true(x[i] == 0);
        fenced_free(x, n);
        fenced_free(y, n);
        fenced_free(gain, pixels);
        evk_cosine_release(&t);
    }
}

enum { FAR_H = 32, FAR_W = 64, FAR_N = FAR_H * FAR_W };

/* Returns the largest magnitude in the last four of 64 columns. */
static double far_of(const float *x)
{
    double most = 0;

    for (int i = 0; i < FAR_N; i++)
        most = i % FAR_W >= 60 ? fmax(most, fabs((double)x[i])) : most;
    return most;
}

/*
 * Returns how much a power-law filter carries from the first column to the last columns, apart from
 * the mean; around: with the Fourier transform, for which opposite edges are neighbours.
 */
static double leak(double alpha, bool around)
{
    static const int64_t size[3] = {FAR_H, FAR_W, 1};
    struct evk_cosine t = of_size(size);
    struct evk_fourier f;
    float x[FAR_N] = {0}, gain[FAR_N];
    uint64_t seed = 4;

    assert_ok(evk_fourier_init(&f, t.k, FAR_H, FAR_W, 1, err));
    for (int y = 0; y < FAR_H; y++)
        x[y * FAR_W] = random_float(&seed);
    if (around)
        evk_fourier_power_law(&f, alpha, 1, gain);
    else
        evk_cosine_power_law(&t, alpha, gain);
    gain[0] = 0;
    if (around) {
        evk_fourier_forward(&f, x);
        evk_fourier_multiply(&f, gain);
        evk_fourier_inverse(&f, 1, x);
    } else {
        evk_cosine_filter(&t, gain, x);
    }
    evk_cosine_release(&t);
    evk_fourier_release(&f);
    return far_of(x);
}

/* It is less than a twentieth of what the same filter carries there in the Fourier domain. */
static void test_far_edge(void **state)
{
    (void)state;
    for (int i = 1; i <= 4; i++) {
        printf("%g: %g, around %g\n", 0.2 * i, leak(0.2 * i, false), leak(0.2 * i, true));
        assert_true(leak(0.2 * i, false) < leak(0.2 * i, true) / 20);
    }
}

static void test_refused(void **state)
{
    struct evk_cosine t;
    const char *wanted;
    const struct evk_kernels *k = evk_kernels_best(&wanted);

    (void)state;
    assert_fails(EVK_EINVAL, "0 x 5 pixels", evk_cosine_init(&t, k, 0, 5, 3, err));
    assert_fails(EVK_EINVAL, "expected 1 to 32767", evk_cosine_init(&t, k, 1 << 20, 5, 3, err));
    t = (struct evk_cosine){.k = NULL};
    evk_cosine_release(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_definition), cmocka_unit_test(test_orthonormal),
        cmocka_unit_test(test_identity),   cmocka_unit_test(test_frequencies),
        cmocka_unit_test(test_power_law),  cmocka_unit_test(test_precondition),
        cmocka_unit_test(test_far_edge),   cmocka_unit_test(test_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
