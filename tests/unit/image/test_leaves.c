/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_leaves.c - dead leaves: statistics, reproducibility, any size */
#include "../../harness/test.h"

#include <complex.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "image/leaves.h"

enum { SIDE = 112, IMAGES = 40, LOW = 4, HIGH = 32 };

static struct evk_rng_key key(unsigned char number)
{
    const unsigned char bytes[16] = {number, 7};

    return evk_rng_key(bytes);
}

static float *leaves(int64_t h, int64_t w, int64_t c, unsigned char number)
{
    const struct evk_rng_key k = key(number);
    float *x = guarded_floats(h * w * c);

    assert_ok(evk_leaves(h, w, c, &k, x, err));
    return x;
}

/* Coefficients 0 to HIGH of n lines of SIDE numbers each, step apart: out (n, HIGH + 1). */
static void transform(int64_t n, int64_t line, int64_t step, const double complex *x,
                      double complex *out)
{
    static double complex table[SIDE];
    const double turn = 2 * acos(-1) / SIDE;

    for (int i = 0; i < SIDE; i++)
        table[i] = cos(turn * i) - sin(turn * i) * (double complex)I;
    for (int64_t j = 0; j < n; j++)
        for (int64_t f = 0; f <= HIGH; f++) {
            double complex sum = 0;

            for (int64_t i = 0; i < SIDE; i++)
                sum += x[j * line + i * step] * table[i * f % SIDE];
            out[j * (HIGH + 1) + f] = sum;
        }
}

/* Add |F(fy, fx)| of one image's luminance, fx and fy 0 to HIGH, to the rings of total. */
static void add_amplitude(const float *x, double *total, double *count)
{
    static double complex grey[SIDE * SIDE], rows[SIDE * (HIGH + 1)];
    static double complex both[(HIGH + 1) * (HIGH + 1)];

    for (int i = 0; i < SIDE * SIDE; i++)
        grey[i] = (double)x[3 * i] + (double)x[3 * i + 1] + (double)x[3 * i + 2];
    transform(SIDE, SIDE, 1, grey, rows);
    transform(HIGH + 1, 1, HIGH + 1, rows, both);
    for (int i = 0; i < (HIGH + 1) * (HIGH + 1); i++) {
        const long ring = lround(hypot(i / (HIGH + 1), i % (HIGH + 1)));

        if (ring >= LOW && ring <= HIGH) {
            total[ring] += cabs(both[i]);
            count[ring]++;
        }
    }
}

/* Least squares of log amplitude on log frequency. */
static double slope(const double *total, const double *count)
{
    double n = 0, x = 0, y = 0, xx = 0, xy = 0;

    for (int f = LOW; f <= HIGH; f++) {
        const double u = log(f), v = log(total[f] / count[f]);

        n++;
        x += u;
        y += v;
        xx += u * u;
        xy += u * v;
    }
    return (n * xy - x * y) / (n * xx - x * x);
}

/* As natural images: amplitude 1 / f, and the means and SDs of the channels. */
static void test_statistics(void **state)
{
    double total[HIGH + 1] = {0}, count[HIGH + 1] = {0}, sum[3] = {0}, square[3] = {0};
    static const double mean[3] = {116, 109, 100};
    const double n = (double)IMAGES * SIDE * SIDE;

    (void)state;
    for (int i = 0; i < IMAGES; i++) {
        float *x = leaves(SIDE, SIDE, 3, (unsigned char)i);

        for (int j = 0; j < 3 * SIDE * SIDE; j++) {
            assert_true(x[j] >= 0 && x[j] <= 255);
            sum[j % 3] += (double)x[j];
            square[j % 3] += (double)x[j] * (double)x[j];
        }
        add_amplitude(x, total, count);
        guarded_free(x, 3L * SIDE * SIDE);
    }
    assert_true(fabs(slope(total, count) + 1) < 0.1);
    for (int c = 0; c < 3; c++) {
        assert_true(fabs(sum[c] / n - mean[c]) < 8);
        assert_true(fabs(sqrt(square[c] / n - sum[c] / n * (sum[c] / n)) - 57) < 5);
    }
}

/* Bit patterns, little-endian, hashed: this value is that of every machine. */
static void test_same_bits(void **state)
{
    float *x = leaves(37, 53, 3, 1), *again = leaves(37, 53, 3, 1), *other = leaves(37, 53, 3, 2);
    unsigned char bytes[4 * 37 * 53 * 3];
    char hex[EVK_SHA256_TEXT];

    (void)state;
    assert_memory_equal(x, again, sizeof(bytes));
    assert_memory_not_equal(x, other, sizeof(bytes));
    for (size_t i = 0; i < sizeof(bytes); i++) {
        uint32_t bits;

        memcpy(&bits, &x[i / 4], sizeof(bits));
        bytes[i] = (unsigned char)(bits >> (8 * (i % 4)));
    }
    assert_ok(evk_sha256_text(bytes, sizeof(bytes), hex, err));
    assert_string_equal(hex, "6a45cba7612301b8d53e826f63d98014a0347c73f2354420c544ca021990c899");
    guarded_free(x, 37L * 53 * 3);
    guarded_free(again, 37L * 53 * 3);
    guarded_free(other, 37L * 53 * 3);
}

/* One channel is the same leaves, of mean colour; where nothing was clipped, to rounding. */
static void test_one_channel(void **state)
{
    float *x = leaves(31, 64, 3, 5), *grey = leaves(31, 64, 1, 5);

    (void)state;
    for (int i = 0; i < 31 * 64; i++) {
        const float *p = x + 3 * (size_t)i;

        if (fminf(fminf(p[0], p[1]), p[2]) > 0 && fmaxf(fmaxf(p[0], p[1]), p[2]) < 255)
            assert_true(fabsf(grey[i] - (p[0] + p[1] + p[2]) / 3) < 1e-3f);
    }
    guarded_free(x, 31L * 64 * 3);
    guarded_free(grey, 31L * 64);
}

/* Nothing is left unpainted, and nothing is written beyond the image. */
static void test_any_size(void **state)
{
    static const int64_t sizes[][2] = {{1, 1}, {1, 40}, {40, 1}, {2, 3}, {13, 17}, {61, 7}};

    (void)state;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
        for (int64_t c = 1; c <= 3; c += 2) {
            const int64_t n = sizes[i][0] * sizes[i][1] * c;
            float *x = leaves(sizes[i][0], sizes[i][1], c, 9);
            double sum = 0;

            for (int64_t j = 0; j < n; j++) {
                assert_true(x[j] >= 0 && x[j] <= 255);
                sum += (double)x[j];
            }
            assert_true(sum > 0);
            guarded_free(x, n);
        }
}

static void test_refused(void **state)
{
    const struct evk_rng_key k = key(0);
    float x[1];

    (void)state;
    assert_fails(EVK_EINVAL, "4 x 0 pixels", evk_leaves(0, 4, 3, &k, x, err));
    assert_fails(EVK_EINVAL, "pixels in all", evk_leaves(INT64_MAX, INT64_MAX, 3, &k, x, err));
    assert_fails(EVK_EINVAL, "2 channels, expected 1 or 3", evk_leaves(1, 1, 2, &k, x, err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_statistics),  cmocka_unit_test(test_same_bits),
        cmocka_unit_test(test_one_channel), cmocka_unit_test(test_any_size),
        cmocka_unit_test(test_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
