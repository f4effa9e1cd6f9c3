/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_smooth.c - smoothing in whole numbers: the bits of its definition, and the real Gaussian */
#include "gaudy/smooth.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/test.h"
#include "image/image.h"

static uint64_t seed = 5;

/* The pixel at place i of a line of n that is continued by reflection, the edge repeated. */
static int64_t reflected(int64_t i, int64_t n)
{
    while (i < 0 || i >= n)
        i = i < 0 ? -1 - i : 2 * n - 1 - i;
    return i;
}

static uint64_t weight(const struct evk_smooth *s, int64_t d)
{
    return s->weights[d < 0 ? -d : d];
}

/* The input at a place: a channel, or the sum of all channels (channel -1). */
static uint64_t input(const struct evk_pixels *x, int64_t row, int64_t column, int64_t channel)
{
    const unsigned char *p =
        x->data +
        (reflected(row, x->height) * x->width + reflected(column, x->width)) * x->channels;
    uint64_t sum = 0;

    for (int64_t c = 0; c < x->channels; c++)
        sum += channel < 0 || channel == c ? p[c] : 0;
    return sum;
}

/* A sum along a row, of which the lowest 8 bits are rounded away, halves up. */
static uint64_t along_row(const struct evk_smooth *s, const struct evk_pixels *x, int64_t row,
                          int64_t column, int64_t channel)
{
    uint64_t sum = 0;

    for (int64_t d = -s->radius; d <= s->radius; d++)
        sum += weight(s, d) * input(x, row, column + d, channel);
    return (sum + 128) / 256;
}

static uint64_t smoothed(const struct evk_smooth *s, const struct evk_pixels *x, int64_t row,
                         int64_t column, int64_t channel)
{
    uint64_t sum = 0;

    for (int64_t d = -s->radius; d <= s->radius; d++)
        sum += weight(s, d) * along_row(s, x, row + d, column, channel);
    return sum;
}

static struct evk_pixels random_pixels(int64_t h, int64_t w, int64_t c)
{
    struct evk_pixels p;

    assert_ok(evk_pixels_new(&p, h, w, c, err));
    for (int64_t i = 0; i < h * w * c; i++)
        p.data[i] = (unsigned char)(128 + 128 * random_float(&seed));
    return p;
}

static void check_smoothing(double sigma, const struct evk_pixels *x, bool gray)
{
    const int64_t c = gray ? 1 : x->channels, n = x->height * x->width * c;
    uint64_t *out = calloc((size_t)n, sizeof(*out));
    struct evk_smooth s;

    assert_non_null(out);
    assert_ok(evk_smooth_init(&s, sigma, err));
    assert_ok(evk_smooth_apply(&s, x, gray, out, err));
    for (int64_t i = 0; i < n; i++)
        assert_true(out[i] ==
                    smoothed(&s, x, i / c / x->width, i / c % x->width, gray ? -1 : i % c));
    evk_smooth_release(&s);
    free(out);
}

static void has_the_bits_of_its_definition(void **state)
{
    static const double sigmas[] = {0, 0.3, 1, 2.4};
    static const int64_t sizes[][2] = {{1, 1}, {1, 7}, {6, 2}, {9, 11}};

    (void)state;
    for (size_t i = 0; i < 4; i++)
        for (size_t k = 0; k < 4; k++)
            for (int64_t c = 1; c <= 3; c += 2) {
                struct evk_pixels x = random_pixels(sizes[k][0], sizes[k][1], c);

                check_smoothing(sigmas[i], &x, false);
                check_smoothing(sigmas[i], &x, true);
                evk_pixels_release(&x);
            }
}

/* Weights are a Gaussian's, each rounded, and add up to exactly 1. */
static void weights_are_gaussian(void **state)
{
    static const double sigmas[] = {0.3, 1, 2.4, 30};

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        struct evk_smooth s;
        double sum = 0;
        int64_t total = 0;

        assert_ok(evk_smooth_init(&s, sigmas[i], err));
        assert_int_equal(s.radius, (int64_t)(4 * sigmas[i] + 0.5));
        for (int64_t d = -s.radius; d <= s.radius; d++) {
            sum += exp(-0.5 * (double)(d * d) / (sigmas[i] * sigmas[i]));
            total += (int64_t)weight(&s, d);
        }
        assert_int_equal(total, 1 << 30);
        for (int64_t d = 1; d <= s.radius; d++) {
            const double w = exp(-0.5 * (double)(d * d) / (sigmas[i] * sigmas[i])) / sum;

            assert_true(fabs((double)weight(&s, d) - w * (1 << 30)) < 0.51);
        }
        evk_smooth_release(&s);
    }
}

static void refuses(void **state)
{
    struct evk_smooth s;

    (void)state;
    assert_fails(EVK_EINVAL, "smoothing of -1 pixels", evk_smooth_init(&s, -1, err));
    assert_fails(EVK_EINVAL, "smoothing of 101 pixels", evk_smooth_init(&s, 101, err));
    assert_fails(EVK_EINVAL, "expected 0 to 100", evk_smooth_init(&s, (double)NAN, err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(has_the_bits_of_its_definition),
        cmocka_unit_test(weights_are_gaussian),
        cmocka_unit_test(refuses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
