/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_resample.c - resampling by rows: when rows are finished, and pictures stored in any
 * orientation
 */
#include "../../harness/test.h"

#include <stdlib.h>
#include <string.h>

#include "image/resample.h"

/* Returns random black and white with some gray, whose sums overshoot 0 and 255. */
static unsigned char *make_picture(int64_t n)
{
    unsigned char *p = malloc((size_t)n);
    uint64_t state = 5;

    assert_non_null(p);
    for (int64_t i = 0; i < n; i++) {
        const float v = 400.0f * random_float(&state) + 128.0f;

        p[i] = (unsigned char)(v < 0.0f ? 0.0f : v > 255.0f ? 255.0f : v);
    }
    return p;
}

/* Returns the index in the stored image of row y, column x of a picture of h x w pixels. */
static int64_t stored(const struct evk_resampling *how, int64_t h, int64_t w, int64_t y, int64_t x)
{
    const int64_t down = how->swapped ? x : y, across = how->swapped ? y : x;
    const int64_t rows = how->swapped ? w : h, columns = how->swapped ? h : w;

    return (how->rows.mirrored ? rows - 1 - down : down) * columns +
           (how->columns.mirrored ? columns - 1 - across : across);
}

/* Returns the picture p of h x w pixels as it is stored, or a stored image as the picture. */
static unsigned char *turn(const unsigned char *p, const struct evk_resampling *how, int64_t h,
                           int64_t w, bool back)
{
    const int64_t c = how->channels;
    unsigned char *q = malloc((size_t)(h * w * c));

    assert_non_null(q);
    for (int64_t y = 0; y < h; y++)
        for (int64_t x = 0; x < w; x++) {
            const int64_t i = (y * w + x) * c, k = stored(how, h, w, y, x) * c;

            memcpy(q + (back ? i : k), p + (back ? k : i), (size_t)c);
        }
    return q;
}

static unsigned char *resample(const unsigned char *x, const struct evk_resampling *how)
{
    const int64_t from = how->columns.from * how->channels, to = how->columns.to * how->channels;
    unsigned char *y = malloc((size_t)(how->rows.to * to));
    struct evk_resampler *r;
    const unsigned char *row;
    int64_t n = 0;

    assert_non_null(y);
    assert_ok(evk_resampler_new(&r, how, err));
    assert_null(evk_resampler_pull(r));
    for (int64_t i = 0; i < how->rows.from; i++) {
        evk_resampler_push(r, x + i * from);
        while ((row = evk_resampler_pull(r)))
            memcpy(y + n++ * to, row, (size_t)to);
    }
    assert_int_equal(n, how->rows.to);
    assert_null(evk_resampler_pull(r));
    evk_resampler_free(r);
    return y;
}

static void check_turned(int64_t c, const int64_t from[2], const int64_t to[2])
{
    const struct evk_resampling upright = {
        {from[0], to[0], false}, {from[1], to[1], false}, false, c};
    unsigned char *x = make_picture(from[0] * from[1] * c), *y = resample(x, &upright);

    for (int way = 0; way < 8; way++) {
        const bool swapped = way & 4;
        const struct evk_resampling how = {{from[swapped], to[swapped], way & 1},
                                           {from[!swapped], to[!swapped], way & 2},
                                           swapped,
                                           c};
        unsigned char *turned = turn(x, &how, from[0], from[1], false);
        unsigned char *small = resample(turned, &how);
        unsigned char *back = turn(small, &how, to[0], to[1], true);

        assert_memory_equal(back, y, (size_t)(to[0] * to[1] * c));
        free(turned);
        free(small);
        free(back);
    }
    free(x);
    free(y);
}

static void test_turned(void **state)
{
    static const int64_t sizes[][2][2] = {
        {{64, 96}, {16, 12}}, {{61, 43}, {7, 9}},  {{7, 9}, {61, 43}}, {{50, 3}, {5, 20}},
        {{1, 1}, {3, 2}},     {{8, 8}, {8, 8}},    {{8, 31}, {8, 5}},  {{1, 100}, {4, 10}},
        {{30, 20}, {1, 1}},   {{90, 91}, {89, 90}}};

    (void)state;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
        for (int64_t c = 1; c <= 3; c += 2)
            check_turned(c, sizes[i][0], sizes[i][1]);
}

/*
 * The first output row is finished as soon as the input rows that it depends on were given.  From
 * 400 rows to 2, these go to row 100 + 400, beyond the edge, so that no row is finished before the
 * last input row; from 400 to 20, they go to row 10 + 2 * 20; from 400 to 400, to row 1/2 + 2.
 */
static void test_when(void **state)
{
    static const int expected[][2] = {{2, 400}, {20, 50}, {400, 2}};
    unsigned char row[3] = {1, 2, 3};

    (void)state;
    for (int i = 0; i < 3; i++) {
        const struct evk_resampling how = {{400, expected[i][0], false}, {1, 1, false}, false, 3};
        struct evk_resampler *r;
        int pushed = 0;

        assert_ok(evk_resampler_new(&r, &how, err));
        do {
            evk_resampler_push(r, row);
            pushed++;
        } while (!evk_resampler_pull(r));
        assert_int_equal(pushed, expected[i][1]);
        evk_resampler_free(r);
    }
}

/* From a million pixels to one, weights are a few multiples of 2^-22, and yet the mean is right. */
static void test_long(void **state)
{
    enum { LONG = 1000000 };
    const struct evk_resampling how = {{1, 1, false}, {LONG, 1, false}, false, 1};
    unsigned char *x = malloc(LONG), *y;

    (void)state;
    assert_non_null(x);
    for (int i = 0; i < LONG; i++)
        x[i] = i % 2 ? 70 : 131;
    y = resample(x, &how);
    assert_int_equal(y[0], 101); /* 100.5, and the kernel is even about the middle */
    free(x);
    free(y);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_turned),
        cmocka_unit_test(test_when),
        cmocka_unit_test(test_long),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
