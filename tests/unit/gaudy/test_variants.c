/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_variants.c - levels, contrast and colours, against their definitions in double */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/transform.h"

/* ---- levels and contrast ---------------------------------------------------------------- */

static void levels(void **state)
{
    static const struct {
        const char *text;
        int values[3], count;
    } cases[] = {
        {"levels", {0, 255}, 2},
        {"levels:0/128/255", {0, 128, 255}, 3},
        {"levels:values=255/100/0", {255, 100, 0}, 3},
        {"levels:77", {77}, 1},
        {"levels:10/20", {10, 20}, 2},
        {"levels:20/10", {20, 10}, 2},
    };
    unsigned char values[256];
    const struct evk_pixels x = {16, 16, 1, values};

    (void)state;
    for (int i = 0; i < 256; i++)
        values[i] = (unsigned char)i;
    for (size_t k = 0; k < COUNT(cases); k++) {
        struct evk_pixels y = transformed(cases[k].text, &x, NULL);

        for (int v = 0; v < 256; v++) {
            int best = cases[k].values[0];

            for (int j = 1; j < cases[k].count; j++)
                if (abs(v - cases[k].values[j]) < abs(v - best))
                    best = cases[k].values[j];
            assert_int_equal(y.data[v], best);
        }
        evk_pixels_release(&y);
    }
}

static void contrast(void **state)
{
    static const double gains[] = {0, 0.5, 1, 3.3, 20};

    (void)state;
    for (int s = 0; s < PICTURES; s++)
        for (size_t g = 0; g < COUNT(gains); g++) {
            const struct evk_pixels x = picture(s);
            const int64_t n = value_count(&x);
            double *values = malloc((size_t)n * sizeof(*values)), zero;
            struct evk_pixels y = transformed_by("contrast", gains[g], &x);

            for (int64_t i = 0; i < n; i++)
                values[i] = x.data[i];
            zero = quantile(values, n, 0.05);
            for (int64_t i = 0; i < n; i++) {
                const double want = fmin(fmax((x.data[i] - zero) * gains[g], 0), 255);

                assert_true(fabs(y.data[i] - want) <= 0.5 + 1e-9);
            }
            free(values);
            evk_pixels_release(&y);
        }
}

/* A gain of a half gives 0.5, 1.5 and 2.5, which are rounded to 0, 2 and 2. */
static void contrast_at_halves(void **state)
{
    unsigned char values[256];
    const struct evk_pixels x = {16, 16, 1, values};
    struct evk_pixels y;

    (void)state;
    for (int i = 0; i < 256; i++)
        values[i] = (unsigned char)i;
    y = transformed("contrast:0.5,quantile=0", &x, NULL);
    for (int v = 0; v < 256; v++)
        assert_int_equal(y.data[v], v % 2 == 0 ? v / 2 : v % 4 == 1 ? v / 2 : v / 2 + 1);
    evk_pixels_release(&y);
}

/*
 * The quantile 0.043 of 0 and fifteen 100s is 64.5 in NumPy, which interpolates from the nearer
 * value; from the further one it would be 64.49999999999999.
 */
static void contrast_of_numpy(void **state)
{
    unsigned char values[16] = {0};
    const struct evk_pixels x = {4, 4, 1, values};
    struct evk_pixels y;

    (void)state;
    for (int i = 1; i < 16; i++)
        values[i] = 100;
    y = transformed("contrast:3,quantile=0.043", &x, NULL);
    assert_int_equal(y.data[0], 0);
    assert_int_equal(y.data[1], 106); /* of 106.5 */
    evk_pixels_release(&y);
}

static void limit_levels(void **state)
{
    (void)state;
    for (int s = 0; s < PICTURES; s++)
        for (int f = 0; f < FRACTIONS; f++) {
            const struct evk_pixels x = picture(s);
            struct evk_pixels y = transformed_by("limit-levels", fractions[f], &x);

            for (int64_t i = 0; i < value_count(&x); i++) {
                const double v = centred_value(&x, i), m = x.data[i] - v;

                assert_true(fabs(y.data[i] - (m + fractions[f] * (v < 0 ? -m : 255 - m))) <=
                            0.5 + 1e-9);
            }
            evk_pixels_release(&y);
        }
}

/* ---- colours ---------------------------------------------------------------------------- */

/* Returns how many channels of pixel p are at least the mean. */
static int above(const struct evk_pixels *x, int64_t p)
{
    int n = 0;

    for (int64_t c = 0; c < x->channels; c++)
        n += gaudy_value(x, p * x->channels + c) == 255;
    return n;
}

static double mean(const struct evk_pixels *x)
{
    double sum = 0;

    for (int64_t i = 0; i < value_count(x); i++)
        sum += x->data[i];
    return sum / (double)value_count(x);
}

static unsigned char colour(const char *name, const struct evk_pixels *x, int64_t i)
{
    const int64_t p = i / x->channels, c = i % x->channels;
    const unsigned char v = x->data[i], g = gaudy_value(x, i);

    if (strcmp(name, "grayscale") == 0) {
        double sum = 0;

        for (int64_t k = 0; k < x->channels; k++)
            sum += x->data[p * x->channels + k];
        return sum / (double)x->channels < mean(x) - 1e-9 ? 0 : 255;
    }
    if (strcmp(name, "black-white") == 0)
        return above(x, p) == 0 || above(x, p) == x->channels ? g : v;
    if (strcmp(name, "inverted") == 0)
        return (unsigned char)(255 - g);
    if (strcmp(name, "below-only") == 0)
        return g == 0 ? 0 : v;
    if (strcmp(name, "above-only") == 0)
        return g == 255 ? 255 : v;
    return c == (name[0] == 'r' ? 0 : name[0] == 'g' ? 1 : 2) ? g : v;
}

static void colours(void **state)
{
    static const char *const names[] = {"grayscale",  "black-white", "inverted",   "below-only",
                                        "above-only", "red-only",    "green-only", "blue-only"};

    (void)state;
    for (int s = 0; s < PICTURES; s++)
        for (size_t k = 0; k < COUNT(names); k++) {
            const struct evk_pixels x = picture(s);
            struct evk_pixels y;

            if (k >= 5 && x.channels == 1)
                continue;
            y = transformed(names[k], &x, NULL);
            for (int64_t i = 0; i < value_count(&x); i += 1 + value_count(&x) / 300)
                assert_int_equal(y.data[i], colour(names[k], &x, i));
            evk_pixels_release(&y);
        }
}

static void refused(void **state)
{
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"levels:", NULL},
        {"levels:values=", "transform levels: values has '', expected whole numbers from 0 to 255"},
        {"levels:0/", "values has '', expected"},
        {"levels:256", "values has '256', expected"},
        {"levels:0/1.5", "values has '1.5', expected"},
        {"levels:0/123456789", "values has '123456789', expected"},
        {"near-edges:1.1", "fraction is '1.1', expected a number from 0 to 1"},
        {"inverted:1", "transform inverted has '1', expected PARAMETER=VALUE"},
        {"red-only:weight=1", "transform red-only has no parameter 'weight'"},
    };
    unsigned char values[4] = {0};
    const struct evk_pixels gray = {2, 2, 1, values};
    struct evk_transform *t;
    struct evk_pixels y;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        if (cases[i].says) {
            assert_fails(EVK_EINVAL, cases[i].says, evk_transform_open(&t, cases[i].text, err));
        } else {
            assert_ok(evk_transform_open(&t, cases[i].text, err));
            evk_transform_close(t);
        }
    assert_ok(evk_transform_open(&t, "blue-only", err));
    assert_fails(EVK_EUNSUPPORTED, "image has 1 channel for transform blue-only, expected 3",
                 evk_transform_apply(t, &gray, NULL, &y, err));
    evk_transform_close(t);
}

/* Every row of the table has a summary, and can be opened by its name. */
static void table(void **state)
{
    const evk_param *params;
    const void *defaults;
    evk_type_info info;
    int n = 0;

    (void)state;
    for (; evk_transform_info(n, &info, &params, &defaults); n++) {
        struct evk_transform *t;

        assert_true(info.summary[0] && info.params[0] && !params == !defaults);
        assert_ok(evk_transform_open(&t, info.name, err));
        assert_int_equal(evk_transform_is_random(t), strcmp(info.name, "random-pixels") == 0);
        evk_transform_close(t);
    }
    assert_int_equal(n, 17);
    assert_false(evk_transform_info(-1, &info, &params, &defaults));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels),
        cmocka_unit_test(contrast),
        cmocka_unit_test(contrast_at_halves),
        cmocka_unit_test(contrast_of_numpy),
        cmocka_unit_test(limit_levels),
        cmocka_unit_test(colours),
        cmocka_unit_test(refused),
        cmocka_unit_test(table),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
