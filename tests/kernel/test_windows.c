/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_windows.c - outputs and gradients of depthwise windows that overlap: every sum is that of
 * fmaf in the order of taps.h, to the bit, on every instruction set
 */
#include "../harness/test.h"

#include <math.h>
#include <stdlib.h>

#include "../harness/kernels.h"

enum { ROWS = 5, LARGEST_TILE = 14 };

static uint64_t seed = 1;

/* A call: the kernel's argument, and what its arrays have. */
struct call {
    struct evk_taps t;
    int64_t xo[ROWS], wo[ROWS];
    int64_t m, stride, phase;
    int64_t first, inputs; /* pixels of a row of x before the pixel that xo names, and in all */
    int64_t pixel;         /* floats of a pixel of x and of y */
    float *x, *w, *scale, *shift;
};

static void call_init(struct call *c, int64_t n, int64_t columns)
{
    const int64_t row = c->inputs * (n + 3);

    c->pixel = n + 3;
    c->t = (struct evk_taps){.n = n, .columns = columns, .xo = c->xo, .wo = c->wo};
    c->t.rows = between(&seed, 1, ROWS);
    c->t.x_column = c->pixel;
    c->t.y_step = c->pixel;
    c->t.w_column = n;
    for (int64_t r = 0; r < ROWS; r++) { /* the rows of the weights in a random order */
        c->xo[r] = r * row + c->first * c->pixel;
        c->wo[r] = (r * 2 + 1) % ROWS * columns * n;
    }
    c->x = fenced_random(&seed, ROWS * row);
    c->t.w = c->w = fenced_random(&seed, ROWS * columns * n);
    c->scale = fenced_random(&seed, n);
    c->shift = fenced_random(&seed, n);
    if (between(&seed, 0, 1)) {
        c->t.scale = c->scale;
        c->t.shift = c->shift;
    }
    c->t.relu = between(&seed, 0, 1);
}

static void call_release(struct call *c)
{
    fenced_free(c->x, ROWS * c->inputs * c->pixel);
    fenced_free(c->w, ROWS * c->t.columns * c->t.n);
    fenced_free(c->scale, c->t.n);
    fenced_free(c->shift, c->t.n);
}

static float finish(const struct call *c, float sum, int64_t j)
{
    if (c->t.scale)
        sum = fmaf(sum, c->scale[j], c->shift[j]);
    return c->t.relu && !(sum > 0) ? 0 : sum;
}

/* Output i of channel j. */
static float output(const struct call *c, int64_t i, int64_t j)
{
    float sum = 0;

    for (int64_t r = 0; r < c->t.rows; r++)
        for (int64_t s = 0; s < c->t.columns; s++)
            sum = fmaf(c->x[c->xo[r] + (i * c->stride + s) * c->pixel + j],
                       c->w[c->wo[r] + s * c->t.n + j], sum);
    return finish(c, sum, j);
}

/* Pixel i of the gradient, of channel j. */
static float slope(const struct call *c, int64_t i, int64_t j)
{
    float sum = 0;

    for (int64_t r = 0; r < c->t.rows; r++)
        for (int64_t s = 0; s < c->t.columns; s++) {
            const int64_t at = i + c->phase - s;

            if (at % c->stride == 0)
                sum = fmaf(c->x[c->xo[r] + at / c->stride * c->pixel + j],
                           c->w[c->wo[r] + s * c->t.n + j], sum);
        }
    return finish(c, sum, j);
}

static void check(const struct call *c, bool gradient)
{
    const int64_t count = c->m * c->pixel;
    float *start = fenced_random(&seed, count), *want = fenced(count, start);
    const struct evk_kernels *k;

    for (int64_t i = 0; i < c->m; i++)
        for (int64_t j = 0; j < c->t.n; j++)
            want[i * c->pixel + j] = gradient ? slope(c, i, j) : output(c, i, j);
    for (int i = 0; (k = next_kernels(&i));) {
        float *y = fenced(count, start);
        const bool done = gradient ? k->windows_gradient(&c->t, c->m, c->stride, c->phase, c->x, y)
                                   : k->windows(&c->t, c->m, c->x, y);

        assert_true(done || c->m < LARGEST_TILE);
        assert_same_bits(k, "windows", count, y, done ? want : start);
        fenced_free(y, count);
    }
    fenced_free(start, count);
    fenced_free(want, count);
}

static void test_outputs(void **state)
{
    (void)state;
    for (int i = 0; i < 400; i++) {
        const int64_t columns = i % 2 ? 3 : 5, n = between(&seed, 1, 70);
        struct call c = {.m = between(&seed, 1, 60), .stride = i / 2 % 2 + 1};

        c.inputs = (c.m - 1) * c.stride + columns;
        call_init(&c, n, columns);
        c.t.x_step = c.stride * c.pixel;
        check(&c, false);
        call_release(&c);
    }
}

static void test_gradient(void **state)
{
    (void)state;
    for (int i = 0; i < 400; i++) {
        const int64_t columns = i % 2 ? 3 : 5, n = between(&seed, 1, 70);
        struct call c = {.stride = i / 2 % 2 + 1};

        c.m = c.stride * between(&seed, 1, 30);
        c.phase = between(&seed, 0, c.stride - 1);
        c.first = (columns - 1 - c.phase) / c.stride;
        c.inputs = c.first + (c.m - 1 + c.phase) / c.stride + 1;
        call_init(&c, n, columns);
        check(&c, true);
        call_release(&c);
    }
}

/* What has no tile is left alone. */
static void test_left(void **state)
{
    struct call c = {.m = 30, .stride = 1, .inputs = 34};
    const struct evk_kernels *k;
    float *y = fenced(30 * 7, NULL);

    (void)state;
    call_init(&c, 4, 5);
    for (int i = 0; (k = next_kernels(&i));) {
        struct evk_taps t = c.t;

        t.x_step = c.pixel;
        t.add = true;
        assert_false(k->windows(&t, c.m, c.x, y));
        assert_false(k->windows_gradient(&t, c.m, 1, 0, c.x, y));
        t.add = false;
        t.columns = 4;
        assert_false(k->windows(&t, c.m, c.x, y));
        assert_false(k->windows_gradient(&t, c.m, 1, 0, c.x, y));
        t.columns = 5;
        t.x_step = 3 * c.pixel;
        assert_false(k->windows(&t, c.m, c.x, y));
        assert_false(k->windows_gradient(&t, c.m, 3, 0, c.x, y));
        assert_false(k->windows_gradient(&t, c.m - 1, 2, 0, c.x, y)); /* no multiple of 2 */
    }
    call_release(&c);
    fenced_free(y, 30 * 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_outputs),
        cmocka_unit_test(test_gradient),
        cmocka_unit_test(test_left),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
