/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_spectrum.c - the power of an image in half octaves */
#include "../../harness/test.h"

#include <math.h>
#include <string.h>

#include "../../harness/kernels.h"
#include "image/spectrum.h"

static const double turn = 6.283185307179586;

/*
 * Set out (n, n) to the central square less its weighted mean, times the window; returns the sum of
 * the squared weights.
 */
static double cut(const int64_t size[3], int64_t n, const float *x, double *out)
{
    double sum = 0, weights = 0, squares = 0;

    for (int pass = 0; pass < 2; pass++)
        for (int64_t i = 0; i < n * n; i++) {
            const double a = 0.5 - 0.5 * cos(turn * ((double)(i / n) + 0.5) / (double)n);
            const double b = 0.5 - 0.5 * cos(turn * ((double)(i % n) + 0.5) / (double)n);
            const int64_t row = (size[0] - n) / 2 + i / n, column = (size[1] - n) / 2 + i % n;
            double v = 0;

            for (int64_t c = 0; c < size[2]; c++)
                v += (double)x[(row * size[1] + column) * size[2] + c] / (double)size[2];
            if (pass) {
                out[i] = (v - sum / weights) * a * b;
                continue;
            }
            sum += a * b * v;
            weights += a * b;
            squares += a * b * a * b;
        }
    return squares;
}

/* Returns |X(u, v)|^2. */
static double power_at(int64_t n, const double *x, int64_t u, int64_t v)
{
    double re = 0, im = 0;

    for (int64_t i = 0; i < n * n; i++) {
        const double angle = turn * (double)(u * (i / n) + v * (i % n)) / (double)n;

        re += x[i] * cos(angle);
        im += x[i] * sin(angle);
    }
    return re * re + im * im;
}

/* Returns the mean power of the coefficients with v from 0 to n / 2 that are in half octave b. */
static double band_power(int64_t n, const double *x, int b, double squares)
{
    double sum = 0, count = 0;

    for (int64_t u = n / 2 - n + 1; u <= n / 2; u++)
        for (int64_t v = 0; v <= n / 2; v++) {
            const double f = sqrt((double)(u * u + v * v)) / (double)n;

            if (f <= 0.5 * pow(2, -0.5 * b) * (1 + 1e-12) &&
                f > 0.5 * pow(2, -0.5 * (b + 1)) * (1 + 1e-12)) {
                sum += power_at(n, x, u, v);
                count++;
            }
        }
    return sum / count / squares;
}

static void check(const int64_t size[3], uint64_t *seed)
{
    const int64_t n = size[0] < size[1] ? size[0] : size[1];
    const char *wanted;
    struct evk_spectrum s = {0};
    float *x = fenced_random(seed, size[0] * size[1] * size[2]);
    double power[EVK_STATISTICS_BANDS], square[400], squares;

    assert_ok(evk_spectrum_init(&s, evk_kernels_best(&wanted), err));
    for (int64_t i = 0; i < size[0] * size[1] * size[2]; i++)
        x[i] = 100 * x[i] + 50;
    squares = cut(size, n, x, square);
    evk_spectrum_power(&s, size[0], size[1], size[2], x, power);
    for (int b = 0; b < EVK_STATISTICS_BANDS; b++) {
        const double want = band_power(n, square, b, squares);

        assert_int_equal(isnan(want), isnan(power[b]));
        assert_true(isnan(want) || fabs(power[b] - want) < 1e-4 * want);
    }
    evk_spectrum_release(&s);
    fenced_free(x, size[0] * size[1] * size[2]);
}

static void test_transform(void **state)
{
    static const int64_t sizes[][3] = {{16, 16, 3}, {9, 14, 1}, {20, 11, 3}, {8, 8, 1}};
    uint64_t seed = 31;

    (void)state;
    for (size_t i = 0; i < COUNT(sizes); i++)
        check(sizes[i], &seed);
}

/*
 * White noise has a power of its variance at all frequencies, here in 12 bands of a central square.
 */
static void test_white(void **state)
{
    enum { N = 131 };
    uint64_t seed = 32;
    const char *wanted;
    struct evk_spectrum s = {0};
    double power[EVK_STATISTICS_BANDS];
    float *x = fenced_random(&seed, (int64_t)N * N);

    (void)state;
    assert_ok(evk_spectrum_init(&s, evk_kernels_best(&wanted), err));
    evk_spectrum_power(&s, N, N, 1, x, power);
    for (int b = 0; b < 4; b++)
        assert_true(fabs(power[b] * 3 - 1) < 0.2);
    for (int b = 4; b < EVK_STATISTICS_BANDS; b++)
        assert_true(power[b] * 3 > 0.02 && power[b] * 3 < 4);
    evk_spectrum_power(&s, 7, 200, 1, x, power);
    for (int b = 0; b < EVK_STATISTICS_BANDS; b++)
        assert_true(isnan(power[b]));
    evk_spectrum_release(&s);
    fenced_free(x, (int64_t)N * N);
}

static void test_frequencies(void **state)
{
    (void)state;
    for (int b = 0; b < EVK_STATISTICS_BANDS; b++)
        assert_true(fabs(evk_statistics_frequency(b) * pow(2, 1 + (b + 0.5) / 2) - 1) < 1e-14);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_transform),
        cmocka_unit_test(test_white),
        cmocka_unit_test(test_frequencies),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
