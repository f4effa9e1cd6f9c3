/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_gaudy.c - the gaudy rule: exact cases, ties, both definitions, smoothing, gaudiness */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/transform.h"

enum { ROOM = 4096 };

static unsigned char buffer[ROOM];

static struct evk_pixels pixels(int64_t h, int64_t w, int64_t c)
{
    assert_true(h * w * c <= ROOM);
    return (struct evk_pixels){h, w, c, buffer};
}

static void expect(const char *text, const struct evk_pixels *x, const unsigned char *want)
{
    struct evk_pixels y = transformed(text, x, NULL);

    assert_memory_equal(y.data, want, (size_t)(x->height * x->width * x->channels));
    evk_pixels_release(&y);
}

static const char *const definitions[] = {"gaudy", "gaudy:global", "gaudy:definition=channel"};

/*
 * An image of 2 x 2 x 3 values from 0 to 110 in steps of 10: mean 55, means of channels 45, 55, 65.
 */
static void ramp(void **state)
{
    static const unsigned char global[12] = {0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255};
    const struct evk_pixels x = pixels(2, 2, 3);

    (void)state;
    for (int i = 0; i < 12; i++)
        buffer[i] = (unsigned char)(10 * i);
    expect("gaudy", &x, global);
    expect("gaudy:channel", &x, global);
    /* With one bright channel, the two definitions give different images. */
    for (int i = 2; i < 12; i += 3)
        buffer[i] = (unsigned char)(200 + i);
    expect("gaudy", &x, (const unsigned char[]){0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 255});
    expect("gaudy:channel", &x,
           (const unsigned char[]){0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255});
}

/* A flat image becomes 255 everywhere, also if smoothed, since weights add up to exactly 1. */
static void flat(void **state)
{
    static const int64_t sizes[][3] = {{1, 1, 1}, {1, 1, 3}, {7, 5, 3}, {1, 64, 1}, {33, 1, 3}};
    unsigned char white[ROOM];

    (void)state;
    memset(white, 255, sizeof(white));
    for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++)
        for (int v = 0; v < 256; v++) {
            const struct evk_pixels x = pixels(sizes[s][0], sizes[s][1], sizes[s][2]);

            memset(buffer, v, sizeof(buffer));
            for (int d = 0; d < 3; d++)
                expect(definitions[d], &x, white);
            expect("gaudy:smooth=1.5,smooth-after=2", &x, white);
            expect("gaudy:channel,smooth=10", &x, white);
            assert_true(evk_gaudiness(&x) == (255 - v) * (255 - v));
        }
}

/* Each of three flat channels is at its own mean, but not at the mean of all values. */
static void flat_channels(void **state)
{
    const struct evk_pixels x = pixels(1, 1, 3);

    (void)state;
    memcpy(buffer, (const unsigned char[]){10, 20, 31}, 3);
    expect("gaudy", &x, (const unsigned char[]){0, 0, 255});
    expect("gaudy:channel", &x, (const unsigned char[]){255, 255, 255});
    memcpy(buffer, (const unsigned char[]){10, 20, 30}, 3); /* the middle one is the mean */
    expect("gaudy", &x, (const unsigned char[]){0, 255, 255});
}

/* The mean of many values is so near a value that a float could not tell them apart. */
static void near_ties(void **state)
{
    unsigned char want[ROOM];
    const struct evk_pixels x = pixels(1, ROOM, 1);

    (void)state;
    memset(buffer, 200, sizeof(buffer));
    memset(want, 0, sizeof(want));
    buffer[17] = 201;
    want[17] = 255;
    expect("gaudy", &x, want);
    buffer[17] = 199;
    memset(want, 255, sizeof(want));
    want[17] = 0;
    expect("gaudy", &x, want);
}

/* Two values go to 0 and 255; a gaudy image stays as it is, and its gaudiness is 0. */
static void two_values(void **state)
{
    uint64_t seed = 3;

    (void)state;
    for (int trial = 0; trial < 200; trial++) {
        const struct evk_pixels x = pixels(trial % 7 + 1, trial % 5 + 1, trial % 2 ? 3 : 1);
        const int64_t n = x.height * x.width * x.channels;
        const int low = trial, high = trial + 1 + trial % 50;
        unsigned char want[ROOM];
        struct evk_pixels y;

        for (int64_t i = 0; i < n; i++) {
            const bool is_high = i == 0 || (i > 1 && random_float(&seed) > 0.5f);

            buffer[i] = (unsigned char)(is_high ? high : low);
            want[i] = is_high ? 255 : 0;
        }
        expect("gaudy", &x, want);
        y = transformed("gaudy", &x, NULL);
        expect("gaudy", &y, y.data);
        assert_true(n == 1 || evk_gaudiness(&y) == 0);
        evk_pixels_release(&y);
    }
}

/* ---- smoothing -------------------------------------------------------------------------- */

/* Computes scipy.ndimage.gaussian_filter(x, (sigma, sigma, 0)) by definition, both axes at once. */
static void smooth_oracle(const struct evk_pixels *x, double sigma, double *y)
{
    const int64_t r = (int64_t)(4 * sigma + 0.5), h = x->height, w = x->width, c = x->channels;
    double sum = 0;

    for (int64_t d = -r; d <= r; d++)
        sum += exp(-0.5 * (double)(d * d) / (sigma * sigma));
    for (int64_t i = 0; i < h * w * c; i++) {
        y[i] = 0;
        for (int64_t a = -r; a <= r; a++)
            for (int64_t b = -r; b <= r; b++) {
                const int64_t row = reflected(i / (w * c) + a, h),
                              col = reflected(i / c % w + b, w);

                y[i] += exp(-0.5 * (double)(a * a + b * b) / (sigma * sigma)) / (sum * sum) *
                        x->data[(row * w + col) * c + i % c];
            }
    }
}

/* Returns the error bound that smooth.h states, with some room for the oracle's own roundings. */
static double smooth_bound(double sigma)
{
    return 255 * (4 * sigma + 1) * 0x1p-28 + 0x1p-22;
}

static double mean(const double *x, int64_t n, int64_t step)
{
    double sum = 0;

    for (int64_t i = 0; i < n; i++)
        sum += x[i * step];
    return sum / (double)n;
}

static void check_before(const struct evk_pixels *x, double sigma, bool by_channel)
{
    const int64_t c = x->channels, n = x->height * x->width;
    double *smoothed = calloc((size_t)(n * c), sizeof(*smoothed));
    struct evk_pixels y;
    char text[80];
    int excluded = 0;

    snprintf(text, sizeof(text), "gaudy:%s,smooth=%g", by_channel ? "channel" : "global", sigma);
    y = transformed(text, x, NULL);
    smooth_oracle(x, sigma, smoothed);
    for (int64_t i = 0; i < n * c; i++) {
        const double m = by_channel ? mean(smoothed + i % c, n, c) : mean(smoothed, n * c, 1);

        if (fabs(smoothed[i] - m) <= 2 * smooth_bound(sigma))
            excluded++;
        else
            assert_int_equal(y.data[i], smoothed[i] >= m ? 255 : 0);
    }
    assert_true(excluded <= 2 || n <= 10); /* the smallest become flat */
    evk_pixels_release(&y);
    free(smoothed);
}

static void check_after(const struct evk_pixels *x, double sigma)
{
    const int64_t n = x->height * x->width * x->channels;
    double *smoothed = calloc((size_t)n, sizeof(*smoothed));
    struct evk_pixels gaudy = transformed("gaudy", x, NULL), y;
    char text[80];

    snprintf(text, sizeof(text), "gaudy:smooth-after=%g", sigma);
    y = transformed(text, x, NULL);
    smooth_oracle(&gaudy, sigma, smoothed);
    for (int64_t i = 0; i < n; i++)
        assert_true(fabs(y.data[i] - smoothed[i]) <= 0.5 + smooth_bound(sigma));
    evk_pixels_release(&gaudy);
    evk_pixels_release(&y);
    free(smoothed);
}

static void smoothing(void **state)
{
    static const int64_t sizes[][3] = {{17, 23, 3}, {9, 31, 1}, {1, 1, 3}, {1, 40, 3}, {5, 2, 3}};
    static const double sigmas[] = {0.3, 1, 1.5, 2.25, 4};
    uint64_t seed = 5;

    (void)state;
    for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++)
        for (size_t i = 0; i < sizeof(sigmas) / sizeof(sigmas[0]); i++) {
            const struct evk_pixels x = pixels(sizes[s][0], sizes[s][1], sizes[s][2]);

            for (int k = 0; k < ROOM; k++)
                buffer[k] = (unsigned char)(128 + 127 * random_float(&seed));
            check_before(&x, sigmas[i], false);
            check_before(&x, sigmas[i], true);
            check_after(&x, sigmas[i]);
        }
}

/* In a symmetric edge, the column in the middle is exactly at the mean, whatever the smoothing. */
static void smoothed_ties(void **state)
{
    enum { W = 17, MIDDLE = W / 2 };
    const struct evk_pixels x = pixels(8, W, 1);
    unsigned char want[ROOM];

    (void)state;
    for (int i = 0; i < 8 * W; i++) {
        const int column = i % W;

        buffer[i] = column < MIDDLE ? 50 : column == MIDDLE ? 100 : 150;
        want[i] = column >= MIDDLE ? 255 : 0;
    }
    expect("gaudy:smooth=0.5", &x, want);
    expect("gaudy:smooth=1.7", &x, want);
    expect("gaudy:smooth=3", &x, want);
}

/* Of many values one is higher: the mean is less than 2^-20 levels above all others. */
static void smoothed_near_tie(void **state)
{
    enum { N = 2000000, AT = 700000 };
    struct evk_pixels x = {1, N, 1, malloc(N)}, y;

    (void)state;
    assert_non_null(x.data);
    memset(x.data, 200, N);
    x.data[AT] = 201;
    y = transformed("gaudy:smooth=1", &x, NULL);
    for (int i = 0; i < N; i++)
        assert_true(y.data[i] == (abs(i - AT) <= 4 ? 255 : 0));
    evk_pixels_release(&y);
    free(x.data);
}

/* A Gaussian too narrow to reach the next pixel smooths nothing. */
static void no_smoothing(void **state)
{
    const struct evk_pixels x = pixels(4, 4, 3);
    struct evk_pixels plain;

    (void)state;
    for (int i = 0; i < 48; i++)
        buffer[i] = (unsigned char)(i * 37);
    plain = transformed("gaudy", &x, NULL);
    expect("gaudy:smooth=0,smooth-after=0", &x, plain.data);
    expect("gaudy:smooth=0.1,smooth-after=0.1", &x, plain.data);
    evk_pixels_release(&plain);
}

static void refused(void **state)
{
    static const struct {
        const char *text, *says;
        evk_status status;
    } cases[] = {
        {"gaud", "transform is 'gaud', expected one of: gaudy", EVK_ENOTFOUND},
        {"", "transform is '', expected one of: gaudy", EVK_ENOTFOUND},
        {"gaudy:local", "transform gaudy: definition is 'local', expected global or channel",
         EVK_EINVAL},
        {"gaudy:smooth=-1", "smooth is '-1', expected a number from 0 to 100", EVK_EINVAL},
        {"gaudy:smooth=101", "smooth is '101', expected a number from 0 to 100", EVK_EINVAL},
        {"gaudy:sigma=1",
         "transform gaudy has no parameter 'sigma'; 'evoke list transforms' has them", EVK_EINVAL},
        {"gaudy:global,2", "transform gaudy has '2', expected PARAMETER=VALUE", EVK_EINVAL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct evk_transform *t = NULL;

        assert_fails(cases[i].status, cases[i].says, evk_transform_open(&t, cases[i].text, err));
        assert_null(t);
    }
}

/*
 * Sums exceed 32 bits: half of the values are 0, half 201, which are 54 away from their gaudy 255.
 */
static void gaudiness(void **state)
{
    const struct evk_pixels x = pixels(2, 2, 1);
    struct evk_pixels large = {4000, 6000, 1, calloc(24000000, 1)};

    (void)state;
    memcpy(buffer, (const unsigned char[]){0, 100, 200, 255}, 4); /* mean 138.75 */
    assert_true(evk_gaudiness(&x) == (100 * 100 + 55 * 55) / 4.0);
    assert_non_null(large.data);
    memset(large.data, 201, 12000000);
    assert_true(evk_gaudiness(&large) == 54 * 54 / 2.0);
    free(large.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ramp),          cmocka_unit_test(flat),
        cmocka_unit_test(flat_channels), cmocka_unit_test(near_ties),
        cmocka_unit_test(two_values),    cmocka_unit_test(smoothing),
        cmocka_unit_test(smoothed_ties), cmocka_unit_test(smoothed_near_tie),
        cmocka_unit_test(no_smoothing),  cmocka_unit_test(refused),
        cmocka_unit_test(gaudiness),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
