/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * transform.c - pictures, image transforms of them, and parts of transforms by definition in double
 */
#include "transform.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const double fractions[FRACTIONS] = {0, 0.025, 0.1, 0.25, 0.5, 0.9, 1};

struct evk_pixels picture(int i)
{
    static const int64_t sizes[PICTURES][3] = {{17, 23, 3}, {9, 31, 1}, {1, 1, 3},  {1, 1, 1},
                                               {1, 40, 3},  {33, 2, 3}, {40, 50, 3}};
    static unsigned char buffer[PICTURE_ROOM];
    const struct evk_pixels x = {sizes[i][0], sizes[i][1], sizes[i][2], buffer};
    uint64_t seed = (uint64_t)i + 1;

    assert_true(value_count(&x) <= PICTURE_ROOM);
    for (int64_t k = 0; k < value_count(&x); k++) {
        const double row = (double)(k / x.channels / x.width);
        const double column = (double)(k / x.channels % x.width);
        const double wave = 90 * sin(0.4 * row + (double)(k % x.channels)) * cos(0.3 * column);

        buffer[k] = (unsigned char)(120 + wave + 25 * (double)random_float(&seed));
    }
    return x;
}

int64_t value_count(const struct evk_pixels *x)
{
    return x->height * x->width * x->channels;
}

struct evk_pixels transformed(const char *text, const struct evk_pixels *x,
                              const struct evk_rng_key *key)
{
    struct evk_transform *t = NULL;
    struct evk_pixels y;

    assert_ok(evk_transform_open(&t, text, err));
    assert_string_equal(evk_transform_text(t), text);
    assert_int_equal(evk_transform_is_random(t), key != NULL);
    assert_ok(evk_transform_apply(t, x, key, &y, err));
    assert_true(y.height == x->height && y.width == x->width && y.channels == x->channels);
    evk_transform_close(t);
    return y;
}

struct evk_pixels transformed_by(const char *name, double value, const struct evk_pixels *x)
{
    char text[80];

    snprintf(text, sizeof(text), "%s:%g", name, value);
    return transformed(text, x, NULL);
}

static int up(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

double quantile(const double *x, int64_t n, double q)
{
    double *sorted = malloc((size_t)n * sizeof(*sorted)), place = (double)(n - 1) * q, r;
    const int64_t i = (int64_t)place, j = i + 1 < n ? i + 1 : i;

    assert_non_null(sorted);
    memcpy(sorted, x, (size_t)n * sizeof(*sorted));
    qsort(sorted, (size_t)n, sizeof(*sorted), up);
    r = sorted[i] + (sorted[j] - sorted[i]) * (place - (double)i);
    free(sorted);
    return r;
}

unsigned char gaudy_value(const struct evk_pixels *x, int64_t i)
{
    double sum = 0;

    for (int64_t k = 0; k < value_count(x); k++)
        sum += x->data[k];
    return x->data[i] < sum / (double)value_count(x) ? 0 : 255;
}

double centred_value(const struct evk_pixels *x, int64_t i)
{
    static const double mean[3] = {123.68, 116.78, 103.94};

    return x->data[i] - (x->channels == 3 ? mean[i % 3] : (mean[0] + mean[1] + mean[2]) / 3);
}

unsigned char rail_value(const struct evk_pixels *x, int64_t i)
{
    return centred_value(x, i) < 0 ? 0 : 255;
}

int64_t reflected(int64_t i, int64_t n)
{
    while (i < 0 || i >= n)
        i = i < 0 ? -1 - i : 2 * n - 1 - i;
    return i;
}
