/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_parts.c - transforms of part of an image, against their definitions in double */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/transform.h"
#include "gaudy/order.h"

/* ---- quantiles -------------------------------------------------------------------------- */

static void order(void **state)
{
    uint64_t values[100], seed = 9;

    (void)state;
    assert_int_equal(evk_quantile_place(1, 0.5), 0);
    assert_int_equal(evk_quantile_place(11, 0.7), 7);
    assert_int_equal(evk_quantile_place(101, 0.07), 7);  /* 7.000000000000001 in double */
    assert_int_equal(evk_quantile_place(101, 0.58), 58); /* 57.99999999999999 */
    assert_int_equal(evk_quantile_place(11, 0.71), 8);
    assert_int_equal(evk_quantile_place(11, 1), 10);
    for (int i = 0; i < 100; i++) /* all lengths, with repeats */
        values[i] = (uint64_t)((double)random_float(&seed) * 100 + 100) << (i % 57);
    for (int k = 0; k < 100; k++) {
        const uint64_t found = evk_kth(values, 100, k);
        int below = 0, equal = 0;

        for (int i = 0; i < 100; i++) {
            below += values[i] < found;
            equal += values[i] == found;
        }
        assert_true(below <= k && k < below + equal);
    }
}

/* ---- edges, by definition ---- */

/*
 * Returns the mean of the channels after a Gaussian of SD 1 pixel, at a place that may be outside.
 */
static double smoothed(const struct evk_pixels *x, int64_t row, int64_t column)
{
    double sum = 0, weights = 0;

    for (int64_t a = -4; a <= 4; a++)
        for (int64_t b = -4; b <= 4; b++) {
            const double weight = exp(-0.5 * (double)(a * a + b * b));
            const int64_t i = reflected(row + a, x->height), j = reflected(column + b, x->width);

            for (int64_t c = 0; c < x->channels; c++)
                sum += weight * x->data[(i * x->width + j) * x->channels + c];
            weights += weight;
        }
    return sum / weights / (double)x->channels;
}

/* Returns the magnitude (h, w) of scipy's sobel along both axes. */
static double *slopes(const struct evk_pixels *x)
{
    const int64_t h = x->height, w = x->width;
    double *g = malloc((size_t)(h * w) * sizeof(*g)), *m = malloc((size_t)(h * w) * sizeof(*m));

    for (int64_t i = 0; i < h * w; i++)
        g[i] = smoothed(x, i / w, i % w);
    for (int64_t i = 0; i < h * w; i++) {
        double down = 0, right = 0;

        for (int64_t a = -1; a <= 1; a++)
            for (int64_t b = -1; b <= 1; b++) {
                const double v = g[reflected(i / w + a, h) * w + reflected(i % w + b, w)];

                down += (double)(a * (2 - b * b)) * v;
                right += (double)(b * (2 - a * a)) * v;
            }
        m[i] = sqrt(down * down + right * right);
    }
    free(g);
    return m;
}

/* ---- parts of an image ------------------------------------------------------------------ */

/* By how much the slope of a pixel may differ from that of the oracle: roundings of smooth.h and
 * edges.c, times the eight weights of Sobel's two operators. */
#define SLOPE_BOUND (16 * (255 * 4 * 0x1p-28 + 0x1p-19))

static void check_edges(const struct evk_pixels *x, double fraction, bool near)
{
    const int64_t n = x->height * x->width;
    double *slope = slopes(x);
    const double q = quantile(slope, n, near ? 1 - fraction : fraction);
    struct evk_pixels y = transformed_by(near ? "near-edges" : "far-edges", fraction, x);
    int64_t unsure = 0;
    /*
     * Pixels whose slope is within the bound of the quantile may change or not; symmetry can make
     * many.
     */
    for (int64_t i = 0; i < n * x->channels; i++) {
        const double s = slope[i / x->channels];

        if (fabs(s - q) <= 2 * SLOPE_BOUND)
            unsure++;
        else
            assert_int_equal(y.data[i], (s >= q) == near ? gaudy_value(x, i) : x->data[i]);
    }
    assert_true(unsure <= 4 * x->channels || n == 1);
    evk_pixels_release(&y);
    free(slope);
}

static void edges(void **state)
{
    (void)state;
    for (int s = 0; s < PICTURES; s++)
        for (int f = 0; f < FRACTIONS; f++) {
            const struct evk_pixels x = picture(s);

            check_edges(&x, fractions[f], true);
            check_edges(&x, fractions[f], false);
        }
}

/* At a step from 50 to 150, the two columns beside it are the steepest. */
static void step_edge(void **state)
{
    unsigned char values[200];
    const struct evk_pixels x = {10, 20, 1, values};
    struct evk_pixels near, far;

    (void)state;
    for (int i = 0; i < 200; i++)
        values[i] = i % 20 < 10 ? 50 : 150;
    near = transformed_by("near-edges", 0.1, &x);
    far = transformed_by("far-edges", 0.9, &x);
    for (int i = 0; i < 200; i++) {
        const int column = i % 20, side = column < 10 ? 0 : 255;
        const bool is_steep = column == 9 || column == 10;

        assert_int_equal(near.data[i], is_steep ? side : values[i]);
        assert_int_equal(far.data[i], is_steep ? values[i] : side);
    }
    evk_pixels_release(&near);
    evk_pixels_release(&far);
    memset(values, 80, 200); /* without an edge nothing changes */
    near = transformed_by("near-edges", 1, &x);
    far = transformed_by("far-edges", 1, &x);
    assert_memory_equal(near.data, values, 200);
    assert_memory_equal(far.data, values, 200);
    evk_pixels_release(&near);
    evk_pixels_release(&far);
}

/* Distances are multiples of 0.01: one nearer than 1e-6 to the quantile is equal to it. */
static void check_median(const struct evk_pixels *x, double fraction, bool near)
{
    const int64_t n = value_count(x);
    double *distance = malloc((size_t)n * sizeof(*distance)), q;
    struct evk_pixels y = transformed_by(near ? "near-median" : "far-median", fraction, x);

    for (int64_t i = 0; i < n; i++)
        distance[i] = fabs(centred_value(x, i));
    q = quantile(distance, n, near ? fraction : 1 - fraction);
    for (int64_t i = 0; i < n; i++) {
        const bool is_near = distance[i] < q - 1e-6;

        assert_int_equal(y.data[i], is_near == near ? rail_value(x, i) : x->data[i]);
    }
    free(distance);
    evk_pixels_release(&y);
}

static void medians(void **state)
{
    (void)state;
    for (int s = 0; s < PICTURES; s++)
        for (int f = 0; f < FRACTIONS; f++) {
            const struct evk_pixels x = picture(s);

            check_median(&x, fractions[f], true);
            check_median(&x, fractions[f], false);
        }
}

/* ---- random ----------------------------------------------------------------------------- */

static struct evk_rng_key key_of(int64_t seed, const char *name)
{
    struct evk_rng_key key;

    assert_ok(evk_transform_key(&key, seed, name, err));
    return key;
}

/* Exactly floor(f n) values change, each to 0 or 255 on its side of its channel's mean. */
static void random_count(void **state)
{
    const struct evk_rng_key key = key_of(1, "a.png");

    (void)state;
    for (int s = 0; s < PICTURES; s++)
        for (int f = 0; f < FRACTIONS; f++) {
            const struct evk_pixels x = picture(s);
            char text[80];
            struct evk_pixels y;
            int64_t changed = 0;

            for (int64_t i = 0; i < value_count(&x); i++)
                if (x.data[i] == 0 || x.data[i] == 255)
                    x.data[i] = 100;
            snprintf(text, sizeof(text), "random-pixels:%g", fractions[f]);
            y = transformed(text, &x, &key);
            for (int64_t i = 0; i < value_count(&x); i++) {
                assert_true(y.data[i] == x.data[i] || y.data[i] == rail_value(&x, i));
                changed += y.data[i] != x.data[i];
            }
            assert_int_equal(changed, (int64_t)floor((double)value_count(&x) * fractions[f]));
            evk_pixels_release(&y);
        }
}

/*
 * The choice depends on the key, which depends on seed and name; every value is chosen sometimes.
 */
static void random_keys(void **state)
{
    enum { N = 40 * 50 * 3, KEYS = 400 };
    const struct evk_pixels x = picture(PICTURE_LARGEST);
    struct evk_rng_key key = key_of(1, "a.png");
    struct evk_pixels first = transformed("random-pixels:0.25", &x, &key), y;
    static int hits[N];

    (void)state;
    y = transformed("random-pixels:0.25", &x, &key);
    assert_memory_equal(y.data, first.data, N);
    evk_pixels_release(&y);
    for (int k = 0; k < KEYS; k++) {
        char name[16];

        snprintf(name, sizeof(name), "%d.png", k / 2);
        key = key_of(k % 2, name);
        y = transformed("random-pixels:0.25", &x, &key);
        assert_memory_not_equal(y.data, first.data, N);
        for (int i = 0; i < N; i++)
            hits[i] += y.data[i] != x.data[i];
        evk_pixels_release(&y);
    }
    for (int i = 0; i < N; i++) /* of a mean of 100 and an SD of 8.7: six of them */
        assert_in_range(hits[i], 48, 152);
    evk_pixels_release(&first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order),   cmocka_unit_test(edges),        cmocka_unit_test(step_edge),
        cmocka_unit_test(medians), cmocka_unit_test(random_count), cmocka_unit_test(random_keys),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
