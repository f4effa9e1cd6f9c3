/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_taps.c - sums at lists of places: against double within a bound, the same bits everywhere */
#include "../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../harness/kernels.h"

static uint64_t seed = 1;

enum { N_MAX = 65, COUNT_MAX = 64, M_MAX = 40 };

/* m rows of sums. Every buffer ends with the last float that belongs to it. */
struct trial {
    struct evk_taps t;
    int64_t m, xo[COUNT_MAX], wo[COUNT_MAX];
    int64_t x_size, w_size, y_size;
    float *x, *w, *scale, *shift, *before;
};

/* Places in any order, some twice; the rest of x and w is NaN, and nobody's business. */
static void place(struct trial *c)
{
    struct evk_taps *t = &c->t;

    c->x_size = c->w_size = 0;
    for (int64_t k = 0; k < t->count; k++) {
        c->xo[k] = between(&seed, 0, 3 * COUNT_MAX);
        c->wo[k] = between(&seed, 0, t->count - 1) * (t->n + between(&seed, 0, 1));
        if (c->m > 0 && c->xo[k] + (c->m - 1) * t->x_step + t->n > c->x_size)
            c->x_size = c->xo[k] + (c->m - 1) * t->x_step + t->n;
        if (c->m > 0 && c->wo[k] + t->n > c->w_size)
            c->w_size = c->wo[k] + t->n;
    }
    c->x = fenced(c->x_size, NULL);
    c->w = fenced(c->w_size, NULL);
    for (int64_t k = 0; k < t->count; k++)
        for (int64_t j = 0; j < t->n && c->m > 0; j++) {
            for (int64_t i = 0; i < c->m; i++)
                c->x[c->xo[k] + i * t->x_step + j] = random_float(&seed);
            c->w[c->wo[k] + j] = random_float(&seed);
        }
}

static void trial_init(struct trial *c, int64_t n, int64_t count, int64_t m)
{
    const bool scaled = between(&seed, 0, 1);

    *c = (struct trial){.m = m};
    c->scale = fenced_random(&seed, scaled ? n : 0);
    c->shift = fenced_random(&seed, scaled ? n : 0);
    c->t = (struct evk_taps){
        .n = n,
        .count = count,
        .xo = c->xo,
        .wo = c->wo,
        .x_step = between(&seed, 0, 2 * n),
        .y_step = n + between(&seed, 0, 3),
        .add = (int)between(&seed, 0, 1),
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

/* Sum j of row i: count fused multiply-adds, the sum added, scaled. */
static void check_sum(const struct trial *c, const float *y, int64_t i, int64_t j)
{
    const struct evk_taps *t = &c->t;
    const int64_t at = i * t->y_step + j;
    double sum = t->add ? (double)c->before[at] : 0, magnitude = fabs(sum);

    for (int64_t k = 0; k < t->count; k++) {
        const double term = (double)c->x[c->xo[k] + i * t->x_step + j] * (double)c->w[c->wo[k] + j];

        sum += term;
        magnitude += fabs(term);
    }
    if (t->scale) {
        sum = sum * (double)t->scale[j] + (double)t->shift[j];
        magnitude = magnitude * fabs((double)t->scale[j]) + fabs((double)t->shift[j]);
    }
    if (t->relu)
        sum = fmax(sum, 0);
    if (!(fabs((double)y[at] - sum) <= sum_bound(t->count + 2, magnitude)))
        fail_msg("n %lld, count %lld, m %lld: %.9g at (%lld, %lld), expected %.9g", (long long)t->n,
                 (long long)t->count, (long long)c->m, (double)y[at], (long long)i, (long long)j,
                 sum);
}

/* What lies between the rows of y stays. */
static void check_values(const struct trial *c, const float *y)
{
    for (int64_t at = 0; at < c->y_size; at++)
        if (at % c->t.y_step < c->t.n)
            check_sum(c, y, at / c->t.y_step, at % c->t.y_step);
        else
            assert_true(same_bits(y[at], c->before[at]));
}

static void check(int64_t n, int64_t count, int64_t m)
{
    const struct evk_kernels *k;
    struct trial c;
    float *want;

    trial_init(&c, n, count, m);
    want = fenced(c.y_size, c.before); /* one by one: the same bits as in any tile */
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

static void test_channels(void **state)
{
    (void)state;
    for (int64_t n = 1; n <= N_MAX; n++)
        for (int i = 0; i < 8; i++)
            check(n, between(&seed, 0, COUNT_MAX), between(&seed, 0, M_MAX));
}

static void test_counts(void **state)
{
    (void)state;
    for (int64_t count = 0; count <= COUNT_MAX; count++)
        for (int i = 0; i < 4; i++)
            check(between(&seed, 1, N_MAX), count, between(&seed, 0, M_MAX));
}

static void test_rows(void **state)
{
    (void)state;
    for (int64_t m = 0; m <= M_MAX; m++)
        for (int i = 0; i < 6; i++)
            check(between(&seed, 1, N_MAX), between(&seed, 0, COUNT_MAX), m);
}

/* Without a place, with every choice of what is done to a sum: -0 becomes +0, NaN becomes 0. */
static void test_special(void **state)
{
    static const float before[] = {-0.0f, 0, NAN, INFINITY, -INFINITY, -1, 1e-45f, -1e-45f, 3e38f};
    const int64_t n = COUNT(before);
    const struct evk_kernels *k;

    (void)state;
    for (int i = 0; (k = next_kernels(&i));)
        for (int relu = 0; relu < 2; relu++) {
            const struct evk_taps t = {.n = n, .y_step = n, .add = 1, .relu = relu};
            float *y = fenced(n, before);

            k->taps(&t, 1, before, y);
            for (int64_t j = 0; j < n; j++) {
                const float sum = 0 + before[j]; /* of no places and y: -0 is lost */

                assert_true(same_bits(y[j], relu && !(sum > 0) ? 0 : sum));
            }
            fenced_free(y, n);
        }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_channels),
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_special),
    };

    if (argc > 1)
        seed = strtoull(argv[1], NULL, 10);
    printf("seed %llu\n", (unsigned long long)seed);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
