/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_fourier.c - spectra against their definition, and images with known spectra */
#include "../../harness/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/kernels.h"
#include "../../harness/spectrum.h"
#include "base/parallel.h"
#include "image/fourier.h"

static const int64_t sizes[][3] = {
    {8, 8, 3}, {7, 5, 1}, {5, 12, 3}, {13, 31, 1}, {1, 9, 3}, {10, 1, 1}, {1, 1, 3}, {2, 3, 2},
};

static struct evk_fourier of_size(const int64_t size[3])
{
    const char *wanted;
    struct evk_fourier f;

    assert_ok(evk_fourier_init(&f, evk_kernels_best(&wanted), size[0], size[1], size[2], err));
    return f;
}

static int64_t count(const int64_t size[3])
{
    return size[0] * size[1] * size[2];
}

static void test_definition(void **state)
{
    uint64_t seed = 1;

    (void)state;
    for (size_t s = 0; s < COUNT(sizes); s++) {
        struct evk_fourier f = of_size(sizes[s]);
        float *x = fenced_random(&seed, count(sizes[s]));

        evk_fourier_forward(&f, x);
        for (int64_t i = 0; i < f.n * f.c; i++) {
            const int64_t u = i % f.n / f.columns, v = i % f.columns;
            double want[2], bound = naive_coefficient(sizes[s], x, u, v, i / f.n, want);

            assert_true(fabs((double)f.spectrum[2 * i] - want[0]) <= bound);
            assert_true(fabs((double)f.spectrum[2 * i + 1] - want[1]) <= bound);
        }
        fenced_free(x, count(sizes[s]));
        evk_fourier_release(&f);
    }
}

/* Returns the largest |x - y|, and sets the largest |x|. */
static double largest_difference(int64_t n, const float *x, const float *y, double *largest)
{
    double most = 0;

    *largest = 0;
    for (int64_t i = 0; i < n; i++) {
        most = fmax(most, fabs((double)x[i] - (double)y[i]));
        *largest = fmax(*largest, fabs((double)x[i]));
    }
    return most;
}

static void test_inverse(void **state)
{
    uint64_t seed = 2;

    (void)state;
    for (size_t s = 0; s < COUNT(sizes); s++) {
        const int64_t n = count(sizes[s]);
        struct evk_fourier f = of_size(sizes[s]);
        float *x = fenced_random(&seed, n), *y = fenced(n, x);
        double largest;

        evk_fourier_forward(&f, y);
        evk_fourier_inverse(&f, 1, y);
        assert_true(largest_difference(n, x, y, &largest) <= 1e-5);
        fenced_free(x, n);
        fenced_free(y, n);
        evk_fourier_release(&f);
    }
}

/* Coefficients count as often as evk_fourier_places says: then Parseval's theorem holds. */
static void test_places(void **state)
{
    (void)state;
    for (size_t s = 0; s < COUNT(sizes); s++) {
        struct evk_fourier f = of_size(sizes[s]);
        int64_t places = 0;

        for (int64_t i = 0; i < f.n; i++)
            places += evk_fourier_places(&f, i);
        assert_int_equal(places, f.h * f.w);
        evk_fourier_release(&f);
    }
}

static void test_frequencies(void **state)
{
    static const int64_t square[3] = {16, 16, 1};
    struct evk_fourier f;

    (void)state;
    for (size_t s = 0; s < COUNT(sizes); s++) {
        f = of_size(sizes[s]);
        for (int64_t i = 0; i < f.n; i++) {
            const double want = naive_frequency(sizes[s], i / f.columns, i % f.columns);

            assert_true(fabs(f.frequency[i] - want) <= 1e-14 * want);
        }
        evk_fourier_release(&f);
    }
    f = of_size(square);
    assert_true(f.frequency[3 * f.columns + 4] ==
                5); /* exact, for vertical frequencies of either sign */
    assert_true(f.frequency[12 * f.columns + 3] == 5);
    evk_fourier_release(&f);
}

static void test_power_law(void **state)
{
    uint64_t seed = 3;

    (void)state;
    for (size_t s = 0; s < COUNT(sizes); s++) {
        struct evk_fourier f = of_size(sizes[s]);
        const double lowest = (double)(f.h < f.w ? f.h : f.w) / (double)(f.h < f.w ? f.w : f.h);
        const double alpha = 2 * (double)random_float(&seed);
        float *gain = fenced(f.n, NULL);

        evk_fourier_power_law(&f, alpha, 3, gain);
        for (int64_t i = 0; i < f.n; i++) {
            const double want = 3 * pow(i ? f.frequency[i] : lowest, -alpha);

            assert_true(fabs((double)gain[i] - want) <= 1e-7 * want);
        }
        fenced_free(gain, f.n);
        evk_fourier_release(&f);
    }
}

/*
 * A filter multiplies a cosine by the gain at its frequency, for any direction, channel and phase.
 */
static void test_cosines(void **state)
{
    uint64_t seed = 4;

    (void)state;
    for (size_t s = 0; s < COUNT(sizes); s++) {
        const int64_t n = count(sizes[s]);
        struct evk_fourier f = of_size(sizes[s]);
        float *gain = fenced_random(&seed, f.n);

        for (int64_t y = 0; y < f.h;
             y++) /* a gain must be the same for a coefficient and its conjugate */
            gain[(f.h - y) % f.h * f.columns] = gain[y * f.columns];
        for (int64_t y = 0; f.w % 2 == 0 && y < f.h; y++)
            gain[(f.h - y) % f.h * f.columns + f.w / 2] = gain[y * f.columns + f.w / 2];
        for (int64_t i = 0; i < f.n; i++) {
            float *x = calloc((size_t)n, sizeof(float)), *want = calloc((size_t)n, sizeof(float));
            const double phase = (double)random_float(&seed);
            double largest;

            add_cosine(sizes[s], i / f.columns, i % f.columns, i % f.c, 100, phase, x);
            add_cosine(sizes[s], i / f.columns, i % f.columns, i % f.c, 100 * (double)gain[i],
                       phase, want);
            evk_fourier_forward(&f, x);
            evk_fourier_multiply(&f, gain);
            evk_fourier_inverse(&f, 1, x);
            assert_true(largest_difference(n, x, want, &largest) <= 1e-3);
            free(x);
            free(want);
        }
        fenced_free(gain, f.n);
        evk_fourier_release(&f);
    }
}

/* The Hartley transform is (real - imaginary part) / sqrt(h w), and its own inverse. */
static void test_hartley(void **state)
{
    uint64_t seed = 6;

    (void)state;
    for (size_t s = 0; s < COUNT(sizes); s++) {
        const int64_t n = count(sizes[s]);
        struct evk_fourier f = of_size(sizes[s]);
        float *x = fenced_random(&seed, n), *y = fenced(n, x);
        const double root = sqrt((double)(f.h * f.w));
        double largest;

        evk_fourier_hartley(&f, y);
        for (int64_t i = 0; i < n; i++) {
            const int64_t u = i / f.c / f.w, v = i / f.c % f.w;
            double want[2], bound = naive_coefficient(sizes[s], x, u, v, i % f.c, want);

            assert_true(fabs((double)y[i] - (want[0] - want[1]) / root) <= 2 * bound / root);
        }
        evk_fourier_hartley(&f, y);
        assert_true(largest_difference(n, x, y, &largest) <= 1e-5);
        fenced_free(x, n);
        fenced_free(y, n);
        evk_fourier_release(&f);
    }
}

/* ---- bits ------------------------------------------------------------------------------ */

enum { TASKS = 24 };

struct task {
    const float *x; /* (56, 40, 3) */
    float *y[TASKS];
};

/* Other threads make plans of other sizes at the same time. */
static void filter(void *arg, int worker, int64_t i)
{
    static const int64_t size[3] = {56, 40, 3};
    const int64_t other[3] = {7 + i, 8 * i + 8, 1};
    struct task *t = arg;
    struct evk_fourier f, g = of_size(other);

    (void)worker;
    f = of_size(size);
    t->y[i] = malloc((size_t)count(size) * sizeof(float));
    evk_fourier_forward(&f, t->x);
    evk_fourier_inverse(&f, 0.5, t->y[i]);
    evk_fourier_release(&f);
    evk_fourier_release(&g);
}

static void test_threads(void **state)
{
    const int64_t n = 56 * 40 * 3;
    uint64_t seed = 5;
    float *x = fenced_random(&seed, n);
    struct task t = {.x = x};

    (void)state;
    evk_parallel_for(evk_thread_count(8, TASKS), TASKS, filter, &t);
    for (int i = 0; i < TASKS; i++) {
        assert_memory_equal(t.y[i], t.y[0], (size_t)n * sizeof(float));
        if (i)
            free(t.y[i]);
    }
    free(t.y[0]);
    fenced_free(x, n);
}

static void test_refused(void **state)
{
    struct evk_fourier f;
    const char *wanted;
    const struct evk_kernels *k = evk_kernels_best(&wanted);

    (void)state;
    assert_fails(EVK_EINVAL, "0 x 5 pixels", evk_fourier_init(&f, k, 0, 5, 3, err));
    assert_fails(EVK_EINVAL, "pixels", evk_fourier_init(&f, k, 1 << 20, 1 << 20, 3, err));
    f = (struct evk_fourier){.k = NULL};
    evk_fourier_release(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_definition), cmocka_unit_test(test_inverse),
        cmocka_unit_test(test_places),     cmocka_unit_test(test_frequencies),
        cmocka_unit_test(test_power_law),  cmocka_unit_test(test_cosines),
        cmocka_unit_test(test_threads),    cmocka_unit_test(test_refused),
        cmocka_unit_test(test_hartley),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
