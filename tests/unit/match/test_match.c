/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_match.c - images matched in luminance and in histogram, and the sums over a set */
#include "../../harness/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/kernels.h"
#include "../../harness/match_set.h"

/* ---- luminance ------------------------------------------------------------------------------ */

/* Every luma is within half a level of the formula, and colour differences within one level. */
static void check_luminance(struct match_set *s, int64_t i)
{
    struct evk_pixels out = matched(s, "luminance", 1, i);
    double mean, sd, after, spread;

    match_naive_moments(&s->image[i], &mean, &sd);
    for (int64_t k = 0; k < s->pixels; k++) {
        const double y = s->t.mean[0] + (match_luma(&s->image[i], k) - mean) / sd * s->t.sd[0];

        assert_true(fabs(match_luma(&out, k) - y) <= 0.5 + 1e-4);
        for (int64_t c = 0; c < 3; c++) {
            const double d = s->image[i].data[3 * k + c] - match_luma(&s->image[i], k);

            assert_true(fabs(out.data[3 * k + c] - match_luma(&out, k) - d) <= 1 + 1e-4);
        }
    }
    match_naive_moments(&out, &after, &spread);
    assert_true(fabs(after - s->t.mean[0]) <= 0.5);
    assert_true(fabs(spread - s->t.sd[0]) <=
                0.5 * sqrt((double)s->pixels / (double)(s->pixels - 1)));
    evk_pixels_release(&out);
}

static void test_luminance(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(match_sizes); i++)
        for (int gray = 0; gray < 2; gray++) {
            struct match_set s = match_random_set(i, match_sizes[i], gray, 40, 1);
            double mean = 0, sd = 0;

            for (int64_t k = 0; k < MATCH_IMAGES; k++) {
                double a, b;

                match_naive_moments(&s.image[k], &a, &b);
                mean += a / MATCH_IMAGES;
                sd += b / MATCH_IMAGES;
            }
            assert_true(fabs(s.t.mean[0] - mean) <= 1e-4 && fabs(s.t.sd[0] - sd) <= 1e-4);
            for (int64_t k = 0; k < MATCH_IMAGES; k++)
                check_luminance(&s, k);
            match_release(&s);
        }
}

static void test_given_luminance(void **state)
{
    struct match_set s = {.count = 2};
    uint64_t seed = 2;

    (void)state;
    for (int64_t i = 0; i < 2; i++)
        s.image[i] = match_random_pixels(&seed, match_sizes[5], false, 60);
    match_finish_set(&s, 1, 140, 9);
    assert_true(s.t.mean[0] == 140 && s.t.sd[0] == 9);
    for (int64_t i = 0; i < 2; i++)
        check_luminance(&s, i);
    match_release(&s);
}

/* Colour differences that do not fit are scaled down together, so that luma and hue stay. */
static void test_colour_at_the_edge(void **state)
{
    struct evk_pixels in, out;
    const unsigned char values[] = {250, 10, 10, 0, 0, 255, 255, 255, 0, 9, 9, 9};
    const float y[] = {200, 250, 3, 260};

    (void)state;
    assert_ok(evk_pixels_new(&in, 1, 4, 3, err));
    assert_ok(evk_pixels_new(&out, 1, 4, 3, err));
    memcpy(in.data, values, sizeof(values));
    evk_match_bytes(&in, 1, y, &out);
    for (int64_t i = 0; i < 4; i++)
        assert_true(fabs(match_luma(&out, i) - fmin((double)y[i], 255)) <= 0.5);
    assert_true(out.data[0] == 255 && out.data[1] == out.data[2] && out.data[1] < 200);
    assert_true(out.data[5] == 255 && out.data[3] == out.data[4]);
    assert_true(out.data[8] == 0 && out.data[6] == out.data[7]);
    assert_true(out.data[9] == 255 && out.data[10] == 255 && out.data[11] == 255);
    evk_pixels_release(&in);
    evk_pixels_release(&out);
}

/* ---- histogram ------------------------------------------------------------------------------ */

/* Count the values of plane p: those of a channel, or luma rounded to levels. */
static void naive_counts(const struct evk_pixels *image, int64_t planes, int64_t p,
                         int64_t counts[EVK_LEVELS])
{
    memset(counts, 0, EVK_LEVELS * sizeof(*counts));
    for (int64_t i = 0; i < image->height * image->width; i++) {
        const unsigned char *v = image->data + 3 * i;

        counts[planes == 3 ? v[p] : (299 * v[0] + 587 * v[1] + 114 * v[2] + 500) / 1000]++;
    }
}

static void check_histogram(struct match_set *s, int64_t planes)
{
    for (int64_t p = 0; p < planes; p++) {
        double average[EVK_LEVELS] = {0};
        int64_t counts[EVK_LEVELS];

        for (int64_t i = 0; i < s->count; i++) {
            struct evk_pixels out = matched(s, "histogram", 1, i);

            naive_counts(&out, planes, p, counts);
            assert_memory_equal(counts, s->t.counts[p], sizeof(counts));
            naive_counts(&s->image[i], planes, p, counts);
            for (int64_t k = 0; k < EVK_LEVELS; k++)
                average[k] += (double)counts[k] / (double)s->count;
            evk_pixels_release(&out);
        }
        for (int64_t k = 0; k < EVK_LEVELS; k++)
            assert_true(fabs((double)s->t.counts[p][k] - average[k]) < 1);
    }
}

static void test_histogram(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(match_sizes); i++)
        for (int64_t planes = 1; planes <= 3; planes += 2) {
            struct match_set s = match_random_set(i, match_sizes[i], i % 2, 250, planes);

            check_histogram(&s, planes);
            match_release(&s);
        }
}

/*
 * A darker pixel never becomes the brighter one; the order of equal pixels depends on the key
 * alone.
 */
static void test_order(void **state)
{
    struct match_set s = match_random_set(3, match_sizes[6], true, 20, 1);
    struct evk_pixels a = matched(&s, "histogram", 1, 0), b = matched(&s, "histogram", 1, 0), c;

    (void)state;
    for (int64_t i = 0; i < s.pixels; i++)
        for (int64_t j = 0; j < s.pixels; j++)
            if (s.image[0].data[3 * i] < s.image[0].data[3 * j])
                assert_true(a.data[3 * i] <= a.data[3 * j]);
    s.m.ties = evk_rng_key((const unsigned char *)"another order...");
    c = matched(&s, "histogram", 1, 0);
    assert_memory_equal(a.data, b.data, (size_t)s.pixels * 3);
    assert_memory_not_equal(a.data, c.data, (size_t)s.pixels * 3);
    evk_pixels_release(&a);
    evk_pixels_release(&b);
    evk_pixels_release(&c);
    match_release(&s);
}

/* Values that another step has taken below 0 are in order, too, and 0 and -0 are equal. */
static void test_order_below_0(void **state)
{
    struct match_set s = match_random_set(3, match_sizes[6], true, 250, 1);
    float *x = calloc((size_t)s.pixels, sizeof(*x)), *y = calloc((size_t)s.pixels, sizeof(*y));
    struct evk_match_plan plan;
    uint64_t seed = 6;

    (void)state;
    assert_true(x && y);
    assert_ok(evk_match_steps_parse(&plan, "histogram", err));
    for (int64_t i = 0; i < s.pixels; i++)
        x[i] = y[i] = i % 5 ? 100 * random_float(&seed) : i % 2 ? 0.0F : -0.0F;
    plan.steps[0]->apply(&s.m, &s.t, 0, y);
    for (int64_t i = 0; i < s.pixels; i++)
        for (int64_t j = 0; j < s.pixels; j++)
            if (x[i] < x[j])
                assert_true(y[i] <= y[j]);
    free(x);
    free(y);
    match_release(&s);
}

/* ---- sets ----------------------------------------------------------------------------------- */

/* In a set of one image, the image is its own target and does not change. */
static void test_alone(void **state)
{
    static const char *const what[] = {"luminance", "histogram", "spectrum", "sf",
                                       "spectrum,histogram"};

    (void)state;
    for (size_t k = 0; k < COUNT(match_sizes); k++)
        for (int64_t planes = 1; planes <= 3; planes += 2)
            for (size_t i = 0; i < COUNT(what); i++) {
                struct match_set s = {.count = 1};
                struct evk_pixels out;
                uint64_t seed = k;

                s.image[0] = match_random_pixels(&seed, match_sizes[k], false, 200);
                match_finish_set(&s, planes, (double)NAN, (double)NAN);
                out = matched(&s, what[i], 1, 0);
                assert_memory_equal(out.data, s.image[0].data, (size_t)s.pixels * 3);
                evk_pixels_release(&out);
                match_release(&s);
            }
}

/* An image that does not vary, such as one of a single pixel, gets the target's mean alone. */
static void test_constant(void **state)
{
    static const int64_t size[][2] = {{6, 7}, {1, 1}, {1, 5}};
    static const char *const what[] = {"luminance", "spectrum", "sf"};

    (void)state;
    for (size_t k = 0; k < COUNT(size); k++)
        for (size_t i = 0; i < COUNT(what); i++) {
            struct match_set s = {.count = 2};
            struct evk_match_measure measure;
            struct evk_pixels out;

            for (int j = 0; j < 2; j++) {
                assert_ok(evk_pixels_new(&s.image[j], size[k][0], size[k][1], 3, err));
                memset(s.image[j].data, j ? 201 : 101, (size_t)(size[k][0] * size[k][1] * 3));
            }
            match_finish_set(&s, 1, (double)NAN, (double)NAN);
            out = matched(&s, what[i], 2, 1);
            for (int64_t v = 0; v < s.pixels * 3; v++)
                assert_int_equal(out.data[v], 151);
            evk_match_measure(&s.m, &s.t, &out, 1, &measure);
            assert_true(measure.mean == 151 && measure.sd == 0 && measure.spectrum == 0);
            evk_pixels_release(&out);
            match_release(&s);
        }
}

/* Sums do not depend on which thread adds which image. */
static void test_sums(void **state)
{
    struct match_set s = match_random_set(9, match_sizes[6], false, 200, 3);
    struct evk_match_sums a, b, c;
    struct evk_match_target t;

    (void)state;
    assert_ok(evk_match_sums_init(&a, &s.m, err));
    assert_ok(evk_match_sums_init(&b, &s.m, err));
    assert_ok(evk_match_sums_init(&c, &s.m, err));
    for (int64_t i = MATCH_IMAGES - 1; i >= 0; i--)
        evk_match_sums_add(i % 2 ? &b : &c, &s.m, &s.image[i]);
    evk_match_sums_join(&a, &c);
    evk_match_sums_join(&a, &b);
    assert_ok(evk_match_target_of(&t, &a, &s.m, (double)NAN, (double)NAN, err));
    assert_memory_equal(t.mean, s.t.mean, sizeof(t.mean));
    assert_memory_equal(t.sd, s.t.sd, sizeof(t.sd));
    assert_memory_equal(t.counts, s.t.counts, sizeof(t.counts));
    assert_memory_equal(t.amplitude, s.t.amplitude, (size_t)(3 * t.n) * sizeof(*t.amplitude));
    assert_memory_equal(t.ring_amplitude, s.t.ring_amplitude,
                        (size_t)(3 * t.rings) * sizeof(*t.ring_amplitude));
    evk_match_target_release(&t);
    evk_match_sums_release(&a);
    evk_match_sums_release(&b);
    evk_match_sums_release(&c);
    match_release(&s);
}

static void test_steps(void **state)
{
    struct evk_match_plan plan;

    (void)state;
    assert_ok(evk_match_steps_parse(&plan, "histogram,spectrum", err));
    assert_int_equal(plan.count, 2);
    assert_string_equal(plan.steps[0]->name, "histogram");
    assert_string_equal(plan.steps[1]->name, "spectrum");
    assert_fails(EVK_ENOTFOUND, "'hist', expected one of: luminance, histogram, sf, spectrum",
                 evk_match_steps_parse(&plan, "sf,hist,spectrum", err));
    assert_fails(EVK_ENOTFOUND, "''", evk_match_steps_parse(&plan, "", err));
    assert_fails(EVK_ENOTFOUND, "''", evk_match_steps_parse(&plan, "sf,", err));
    assert_fails(EVK_EINVAL, "sf twice", evk_match_steps_parse(&plan, "sf,histogram,sf", err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_luminance),
        cmocka_unit_test(test_given_luminance),
        cmocka_unit_test(test_colour_at_the_edge),
        cmocka_unit_test(test_histogram),
        cmocka_unit_test(test_order_below_0),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_alone),
        cmocka_unit_test(test_constant),
        cmocka_unit_test(test_sums),
        cmocka_unit_test(test_steps),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
