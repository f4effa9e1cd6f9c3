/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_leaves.c - dead leaves: statistics, reproducibility, any size */
#include "../../harness/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/spectrum.h"
#include "base/hash.h"
#include "image/leaves.h"

enum { SIDE = RINGS_SIDE, IMAGES = 40 };

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

/* Statistics like those of natural images: amplitude 1 / f, and means and SDs of the channels. */
static void test_statistics(void **state)
{
    struct rings rings = {0};
    double sum[3] = {0}, square[3] = {0};
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
        add_rings(x, &rings);
        guarded_free(x, 3L * SIDE * SIDE);
    }
    assert_true(fabs(rings_slope(&rings) + 1) < 0.1);
    for (int c = 0; c < 3; c++) {
        assert_true(fabs(sum[c] / n - mean[c]) < 8);
        assert_true(fabs(sqrt(square[c] / n - sum[c] / n * (sum[c] / n)) - 57) < 5);
    }
}

/* A hash of the values' bit patterns, little-endian, has to be this one on every machine. */
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

/*
 * A gray image has the same leaves in their mean colour: equal up to rounding where nothing is
 * clipped.
 */
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

/* Every pixel is painted, and nothing is written beyond the image. */
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
