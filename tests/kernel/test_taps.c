/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_taps.c - sums over rows and columns of places: against double within a bound, the same bits
 * everywhere
 */
#include "../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../harness/kernels.h"

static uint64_t seed = 1;

enum { N_MAX = 65, ROWS_MAX = 9, COLUMNS_MAX = 9, M_MAX = 40 };

/* The input of the kernel, for m rows of sums.  Every buffer ends at an unmapped page. */
struct trial {
    struct evk_taps t;
    int64_t m, xo[ROWS_MAX], wo[ROWS_MAX];
    int64_t x_size, w_size, y_size;
    float *x, *w, *scale, *shift, *before;
};

/* x_at, w_at: the index in x, and in w, of what row r and column q of taps contribute to sum i. */
static int64_t x_at(const struct evk_taps *t, int64_t i, int64_t r, int64_t q)
{
    return i * t->x_step + t->xo[r] + q * t->x_column;
}

static int64_t w_at(const struct evk_taps *t, int64_t r, int64_t q)
{
    return t->wo[r] + q * t->w_column;
}

/*
 * Place rows of taps in any order, and columns forwards or backwards; fill what taps read with
 * random numbers, and the rest of x and w, which the kernel must not read, with NaN.
 */
static void place(struct trial *c)
{
    struct evk_taps *t = &c->t;
    const int64_t before = t->x_column < 0 ? -t->x_column * (t->columns - 1) : 0;

    c->x_size = c->w_size = 0;
    for (int64_t r = 0; r < t->rows; r++) {
        c->xo[r] = before + between(&seed, 0, 99);
        c->wo[r] = between(&seed, 0, 99);
        for (int64_t q = 0; q < t->columns && c->m > 0; q++) {
            const int64_t x = x_at(t, c->m - 1, r, q) + t->n, w = w_at(t, r, q) + t->n;

            c->x_size = x > c->x_size ? x : c->x_size;
            c->w_size = w > c->w_size ? w : c->w_size;
        }
    }
    c->x = fenced(c->x_size, NULL);
    c->w = fenced(c->w_size, NULL);
    for (int64_t r = 0; r < t->rows; r++)
        for (int64_t q = 0; q < t->columns; q++)
            for (int64_t j = 0; j < t->n && c->m > 0; j++) {
                for (int64_t i = 0; i < c->m; i++)
                    c->x[x_at(t, i, r, q) + j] = random_float(&seed);
                c->w[w_at(t, r, q) + j] = random_float(&seed);
            }
}

static void trial_init(struct trial *c, int64_t n, int64_t rows, int64_t columns, int64_t m)
{
    const bool scaled = between(&seed, 0, 1);

    *c = (struct trial){.m = m};
    c->scale = fenced_random(&seed, scaled ? n : 0);
    c->shift = fenced_random(&seed, scaled ? n : 0);
    c->t = (struct evk_taps){
        .n = n,
        .rows = rows,
        .columns = columns,
        .xo = c->xo,
        .wo = c->wo,
        .x_column = between(&seed, -2 * n, 2 * n),
        .w_column = between(&seed, 0, n + 1),
        .x_step = between(&seed, 0, 2 * n),
        .y_step = n + between(&seed, 0, 3),
        .add = between(&seed, 0, 1),
        .scale = scaled ? c->scale : NULL,
        .shift = scaled ? c->shift : NULL,
        .relu = between(&seed, 0, 1),
    };
    place(c);
    c->t.w = c->w;
    c->y_size = m > 0 ? (m - 1) * c->t.y_step + n : 0;
    c->before = fenced_random(&seed, c->y_size);
}

static void trial_release(struct trial *c)
{
    fenced_free(c->x, c->x_size);
    fenced_free(c->w, c->w_size);
    fenced_free(c->scale, c->t.scale ? c->t.n : 0);
    fenced_free(c->shift, c->t.scale ? c->t.n : 0);
    fenced_free(c->before, c->y_size);
}

/* Check sum j of row i: fused multiply-adds, to which the earlier value is added, then scaled. */
static void check_sum(const struct trial *c, const float *y, int64_t i, int64_t j)
{
    const struct evk_taps *t = &c->t;
    const int64_t at = i * t->y_step + j;
    double sum = t->add ? (double)c->before[at] : 0, magnitude = fabs(sum);

    for (int64_t r = 0; r < t->rows; r++)
        for (int64_t q = 0; q < t->columns; q++) {
            const double term =
                (double)c->x[x_at(t, i, r, q) + j] * (double)c->w[w_at(t, r, q) + j];

            sum += term;
            magnitude += fabs(term);
        }
    if (t->scale) {
        sum = sum * (double)t->scale[j] + (double)t->shift[j];
        magnitude = magnitude * fabs((double)t->scale[j]) + fabs((double)t->shift[j]);
    }
    if (t->relu)
        sum = fmax(sum, 0);
    if (!(fabs((double)y[at] - sum) <= sum_bound(t->rows * t->columns + 2, magnitude)))
        fail_msg("n %lld, %lldx%lld, m %lld: %.9g at (%lld, %lld), expected %.9g", (long long)t->n,
                 (long long)t->rows, (long long)t->columns, (long long)c->m, (double)y[at],
                 (long long)i, (long long)j, sum);
}

/* Check all sums, and that values between the rows of y stay. */
static void check_values(const struct trial *c, const float *y)
{
    for (int64_t at = 0; at < c->y_size; at++)
        if (at % c->t.y_step < c->t.n)
            check_sum(c, y, at / c->t.y_step, at % c->t.y_step);
        else
            assert_true(same_bits(y[at], c->before[at]));
}

static void check(int64_t n, int64_t rows, int64_t columns, int64_t m)
{
    const struct evk_kernels *k;
    struct trial c;
    float *want;

    trial_init(&c, n, rows, columns, m);
    want =
        fenced(c.y_size, c.before); /* rows computed one by one have the same bits as in any tile */
    for (int64_t i = 0; i < m; i++)
        evk_kernels_at(0)->taps(&c.t, 1, c.x + i * c.t.x_step, want + i * c.t.y_step);
    check_values(&c, want);
    for (int i = 0; (k = next_kernels(&i));) {
        float *y = fenced(c.y_size, c.before);

        k->taps(&c.t, m, c.x, y);
        assert_same_bits(k, "taps", c.y_size, y, want);
        fenced_free(y, c.y_size);
    }
    fenced_free(want, c.y_size);
    trial_release(&c);
}

static int64_t some(int64_t most)
{
    return between(&seed, 0, most);
}

static void test_channels(void **state)
{
    (void)state;
    for (int64_t n = 1; n <= N_MAX; n++)
        for (int i = 0; i < 8; i++)
            check(n, some(ROWS_MAX), some(COLUMNS_MAX), some(M_MAX));
}

static void test_places(void **state)
{
    (void)state;
    for (int64_t rows = 0; rows <= ROWS_MAX; rows++)
        for (int64_t columns = 0; columns <= COLUMNS_MAX; columns++)
            for (int i = 0; i < 3; i++)
                check(1 + some(N_MAX - 1), rows, columns, some(M_MAX));
}

static void test_sums(void **state)
{
    (void)state;
    for (int64_t m = 0; m <= M_MAX; m++)
        for (int i = 0; i < 6; i++)
            check(1 + some(N_MAX - 1), some(ROWS_MAX), some(COLUMNS_MAX), m);
}

/* With no taps, -0 becomes +0; with a ReLU, NaN becomes 0. */
static void test_special(void **state)
{
    static const float before[] = {-0.0f, 0, NAN, INFINITY, -INFINITY, -1, 1e-45f, -1e-45f, 3e38f};
    const int64_t n = COUNT(before);
    const struct evk_kernels *k;

    (void)state;
    for (int i = 0; (k = next_kernels(&i));)
        for (int relu = 0; relu < 2; relu++) {
            const struct evk_taps t = {.n = n, .y_step = n, .add = true, .relu = relu};
            float *y = fenced(n, before);

            k->taps(&t, 1, before, y);
            for (int64_t j = 0; j < n; j++) {
                const float sum =
                    0 + before[j]; /* the sum of no taps, +0, is added: -0 becomes +0 */

                assert_true(same_bits(y[j], relu && !(sum > 0) ? 0 : sum));
            }
            fenced_free(y, n);
        }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_channels),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_sums),
        cmocka_unit_test(test_special),
    };

    if (argc > 1)
        seed = strtoull(argv[1], NULL, 10);
    printf("seed %llu\n", (unsigned long long)seed);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
