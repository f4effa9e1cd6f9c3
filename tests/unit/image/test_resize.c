/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_resize.c - bicubic resampling against its definition */
#include "../../harness/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "image/image.h"

static evk_image *make_random(int64_t h, int64_t w, int64_t c)
{
    evk_image *x;
    uint64_t state = 11;

    assert_ok(evk_image_new(&x, h, w, c, err));
    for (int64_t i = 0; i < h * w * c; i++)
        x->values[i] = roundf(127.5f + 127.5f * random_float(&state));
    return x;
}

static evk_image *resize(const evk_image *x, int64_t h, int64_t w)
{
    evk_image *y;

    assert_ok(evk_image_resize(&y, x, h, w, err));
    assert_int_equal(y->height, h);
    assert_int_equal(y->width, w);
    assert_int_equal(y->channels, x->channels);
    return y;
}

static void test_identity(void **state)
{
    (void)state;
    for (int c = 1; c <= 3; c += 2) {
        evk_image *x = make_random(13, 21, c), *y = resize(x, 13, 21);

        assert_memory_equal(y->values, x->values, sizeof(float) * 13 * 21 * (size_t)c);
        evk_image_free(y);
        evk_image_free(x);
    }
}

static void test_constant(void **state)
{
    static const int64_t sizes[][2] = {{1, 1}, {1, 30}, {7, 9}, {13, 21}, {40, 5}, {100, 101}};
    evk_image *x = make_random(13, 21, 3);

    (void)state;
    for (int v = 0; v < 256; v += 17) {
        for (int i = 0; i < 13 * 21 * 3; i++)
            x->values[i] = (float)v;
        for (size_t k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++) {
            evk_image *y = resize(x, sizes[k][0], sizes[k][1]);

            for (int64_t i = 0; i < y->height * y->width * 3; i++)
                assert_true(y->values[i] == (float)v);
            evk_image_free(y);
        }
    }
    evk_image_free(x);
}

/* The kernel reproduces a ramp: 8 levels a pixel become 4 levels a pixel at twice the size. */
static void test_ramp(void **state)
{
    evk_image *x, *y;

    (void)state;
    assert_ok(evk_image_new(&x, 24, 24, 1, err));
    for (int i = 0; i < 24 * 24; i++)
        x->values[i] = (float)(8 * (i % 24));
    y = resize(x, 48, 48);
    for (int i = 4; i < 44; i++)
        for (int row = 0; row < 48; row++)
            assert_true(y->values[row * 48 + i] == (float)(4 * i - 2));
    evk_image_free(y);
    for (int i = 0; i < 24 * 24; i++)
        x->values[i] = (float)(8 * (i / 24));
    y = resize(x, 48, 24);
    for (int i = 4; i < 44; i++)
        for (int column = 0; column < 24; column++)
            assert_true(y->values[i * 24 + column] == (float)(4 * i - 2));
    evk_image_free(y);
    evk_image_free(x);
}

/*
 * From 4 pixels to 2, input pixels are at distances 1/4, 1/4, 3/4 and 5/4 in the widened kernel,
 * which is 0.8671875 (twice), 0.2265625 and -0.0703125 there; their sum is 1.890625.  So the output
 * is 255 (0.2265625 - 0.0703125) / 1.890625 = 21.07.
 */
static void test_by_hand(void **state)
{
    static const float step[] = {0, 0, 255, 255};
    evk_image *x, *y;

    (void)state;
    assert_ok(evk_image_new(&x, 1, 4, 1, err));
    memcpy(x->values, step, sizeof(step));
    y = resize(x, 1, 2);
    assert_true(y->values[0] == 21 && y->values[1] == 234);
    evk_image_free(y);
    /*
     * To twice as many pixels: 255 (0.2265625 - 0.0234375) = 51.8; values beyond 255 are clipped.
     */
    y = resize(x, 1, 8);
    for (int i = 0; i < 8; i++) {
        static const float expected[] = {0, 0, 0, 52, 203, 255, 255, 255};

        assert_true(y->values[i] == expected[i]);
    }
    evk_image_free(y);
    evk_image_free(x);
}

/* The kernel K(x) as in Keys' paper. */
static double keys(double x)
{
    const double a = -0.5;

    x = fabs(x);
    if (x <= 1)
        return (a + 2) * pow(x, 3) - (a + 3) * pow(x, 2) + 1;
    return x < 2 ? a * pow(x, 3) - 5 * a * pow(x, 2) + 8 * a * x - 4 * a : 0;
}

/* Returns the weight of input pixel k, of m, for output pixel i, of n, before normalisation. */
static double weight(int64_t i, int64_t n, int64_t k, int64_t m)
{
    const double scale = m > n ? (double)m / (double)n : 1;

    return keys((((double)k + 0.5) - ((double)i + 0.5) * (double)m / (double)n) / scale);
}

static double cut_off(double v)
{
    return fmin(fmax(v, 0), 255);
}

/* Returns one output value, a sum over every input pixel, across and then down. */
static double naive(const evk_image *x, int64_t h, int64_t w, int64_t i, int64_t j, int64_t c)
{
    double sum = 0, total = 0;

    for (int64_t r = 0; r < x->height; r++) {
        const double down = weight(i, h, r, x->height);
        double row = 0, norm = 0;

        for (int64_t s = 0; s < x->width; s++) {
            const double across = weight(j, w, s, x->width);

            row += across * (double)x->values[(r * x->width + s) * x->channels + c];
            norm += across;
        }
        sum += down * cut_off(row / norm);
        total += down;
    }
    return cut_off(sum / total);
}

/*
 * Results are whole numbers, at most a half away from the exact value, apart from the error of
 * weights of 22 bits.  Each weight is off by less than 2^-22, and multiplies values up to 255;
 * errors of the pass across count less than 4 times in the pass down, whose weights' magnitudes sum
 * to less than 4.
 */
static void test_definition(void **state)
{
    static const int64_t sizes[][4] = {{13, 21, 26, 42}, {13, 21, 7, 5},   {13, 21, 5, 60},
                                       {1, 1, 5, 7},     {2, 3, 9, 2},     {30, 30, 1, 1},
                                       {5, 4, 4, 5},     {16, 16, 15, 17}, {3, 25, 2, 24},
                                       {97, 101, 9, 7},  {211, 1, 3, 1},   {1, 211, 4, 3}};

    (void)state;
    for (size_t k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++) {
        const int64_t c = k % 2 ? 1 : 3;
        evk_image *x = make_random(sizes[k][0], sizes[k][1], c);
        evk_image *y = resize(x, sizes[k][2], sizes[k][3]);
        const double off = 255 * (double)(x->height + 4 * x->width) * ldexp(1, -22);

        for (int64_t i = 0; i < y->height * y->width * c; i++) {
            const int64_t row = i / (y->width * c), column = i / c % y->width;
            const double exact = naive(x, y->height, y->width, row, column, i % c);
            const double v = (double)y->values[i];

            assert_true(v == floor(v));
            if (fabs(v - exact) > 0.5 + off)
                fail_msg("%g at (%d, %d), expected %.9g", v, (int)row, (int)column, exact);
        }
        evk_image_free(y);
        evk_image_free(x);
    }
}

static void test_refused(void **state)
{
    evk_image *x = make_random(2, 2, 1), *y = NULL;

    (void)state;
    assert_fails(EVK_EINVAL, "3 x 0 pixels", evk_image_resize(&y, x, 0, 3, err));
    assert_fails(EVK_EINVAL, "expected 1 x 1", evk_image_resize(&y, x, 20000, 20000, err));
    assert_null(y);
    evk_image_free(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_identity),   cmocka_unit_test(test_constant),
        cmocka_unit_test(test_ramp),       cmocka_unit_test(test_by_hand),
        cmocka_unit_test(test_definition), cmocka_unit_test(test_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
