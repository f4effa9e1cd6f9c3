/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_penalties.c - total variation and L^p norm: double precision, finite differences, exact
 * cases
 */
#include "../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "../../harness/kernels.h"
#include "../../harness/prior.h"

extern const struct evk_prior_type evk_prior_tv, evk_prior_tv_squared, evk_prior_lp,
    evk_prior_apart;

static const int64_t sizes[][3] = {{1, 1, 1}, {1, 9, 3}, {8, 1, 1}, {1, 1, 3},
                                   {2, 3, 3}, {7, 5, 1}, {9, 8, 3}, {13, 17, 3}};

typedef double (*definition)(const struct trial *t, double parameter, const double *x);

/* Difference of value i to the one a step further in its column (0) or row (1); 0 at the end. */
static double difference(const struct trial *t, const double *x, int64_t i, int axis)
{
    const int64_t row = i / t->frame.c / t->frame.w, column = i / t->frame.c % t->frame.w;

    if (axis == 0)
        return row + 1 < t->frame.h ? x[i + t->frame.w * t->frame.c] - x[i] : 0;
    return column + 1 < t->frame.w ? x[i + t->frame.c] - x[i] : 0;
}

static double tv(const struct trial *t, double epsilon, const double *x)
{
    double sum = 0;

    for (int64_t i = 0; i < t->n; i++) {
        const double down = difference(t, x, i, 0), right = difference(t, x, i, 1);

        sum += sqrt(down * down + right * right + epsilon * epsilon) - epsilon;
    }
    return sum;
}

static double tv_squared(const struct trial *t, double unused, const double *x)
{
    double sum = 0;

    (void)unused;
    for (int64_t i = 0; i < t->n; i++)
        sum += pow(difference(t, x, i, 0), 2) + pow(difference(t, x, i, 1), 2);
    return sum;
}

static double lp(const struct trial *t, double p, const double *x)
{
    double sum = 0;

    for (int64_t i = 0; i < t->n; i++)
        sum += pow(fabs(x[i] - 128), p) / (double)t->n;
    return pow(sum, 1 / p);
}

/* One setting of a penalty, with what it may be off by: of its value, and of a slope. */
struct setting {
    const struct evk_prior_type *type;
    const char *set[3];
    definition define;
    double parameter, step; /* of finite differences */
    double value_bound;     /* relative; sums are in double, terms in float */
    double slope_bound;     /* absolute; slopes are at most 4, 2040 and 1 */
};

/* clang-format off */
static const struct setting settings[] = {
    {&evk_prior_tv, {"epsilon", "1"}, tv, 1, 1e-3, 8e-7, 4e-6},
    {&evk_prior_tv, {"epsilon", "0.25"}, tv, 0.25, 1e-4, 8e-7, 4e-6},
    {&evk_prior_tv, {"epsilon", "40"}, tv, 40, 1e-3, 8e-6, 4e-6},
    {&evk_prior_tv_squared, {NULL}, tv_squared, 0, 0.5, 4e-7, 1e-3},
    {&evk_prior_lp, {"p", "2"}, lp, 2, 1e-3, 4e-7, 1e-6},
    {&evk_prior_lp, {"p", "3"}, lp, 3, 1e-3, 8e-7, 2e-6},
    {&evk_prior_lp, {"p", "6"}, lp, 6, 1e-3, 2e-6, 3e-6},
    {&evk_prior_lp, {"p", "20"}, lp, 20, 1e-3, 4e-6, 1e-5},
};
/* clang-format on */

static void check(const struct setting *s, const int64_t *size, uint64_t *seed)
{
    struct trial t = trial_open(s->type, size[0], size[1], size[2], s->set);
    float *x = trial_image(&t, seed), *g = fenced(t.n, NULL);
    const double value = t.type->penalty(t.self, &t.frame, x, g);
    double wide[13 * 17 * 3], want;

    for (int64_t i = 0; i < t.n; i++)
        wide[i] = (double)x[i];
    want = s->define(&t, s->parameter, wide);
    if (!(fabs(value - want) <= s->value_bound * want))
        fail_msg("%s: %.17g, expected %.17g", t.type->name, value, want);
    for (int64_t i = 0; i < t.n; i++) {
        double up, down;

        wide[i] = (double)x[i] + s->step;
        up = s->define(&t, s->parameter, wide);
        wide[i] = (double)x[i] - s->step;
        down = s->define(&t, s->parameter, wide);
        wide[i] = (double)x[i];
        want = (up - down) / (2 * s->step);
        if (!(fabs((double)g[i] - want) <= s->slope_bound))
            fail_msg("slope of %s %s at %d: %.9g, expected %.9g", t.type->name, s->set[1], (int)i,
                     (double)g[i], want);
    }
    fenced_free(x, t.n);
    fenced_free(g, t.n);
    trial_close(&t);
}

static void test_definition(void **state)
{
    uint64_t seed = 1;

    (void)state;
    for (size_t i = 0; i < COUNT(settings); i++)
        for (size_t s = 0; s < COUNT(sizes); s++)
            check(settings + i, sizes[s], &seed);
}

/* The penalty of an image of one channel. */
static double value_of(const struct evk_prior_type *type, const char *const *set, int64_t h,
                       int64_t w, const float *x, float *g)
{
    struct trial t = trial_open(type, h, w, 1, set);
    const double value = type->penalty(t.self, &t.frame, x, g);

    trial_close(&t);
    return value;
}

/* Not nearly: the terms are floats, which a double adds without rounding; gradients likewise. */
static void test_transpose(void **state)
{
    static const struct evk_prior_type *const both[] = {&evk_prior_tv, &evk_prior_tv_squared};
    enum { H = 23, W = 18 };
    float x[H * W], turned[H * W], g[H * W], back[H * W];
    uint64_t seed = 2;

    (void)state;
    for (int trial = 0; trial < 20; trial++)
        for (int b = 0; b < 2; b++) {
            for (int i = 0; i < H * W; i++) {
                x[i] = 128 + 127 * random_float(&seed);
                if (b == 1)
                    x[i] = floorf(x[i]); /* whole numbers: squares add up exactly */
            }
            for (int i = 0; i < H * W; i++)
                turned[i % W * H + i / W] = x[i];
            assert_true(value_of(both[b], NULL, H, W, x, g) ==
                        value_of(both[b], NULL, W, H, turned, back));
            for (int i = 0; i < H * W; i++)
                assert_true(fabsf(g[i] - back[i % W * H + i / W]) <= 4e-6f * (b ? 512 : 1));
        }
}

/* Penalties of flat, striped and dotted images, computed by hand. */
static void test_by_hand(void **state)
{
    static const char *const sharp[] = {"epsilon", "0.001", NULL};
    const float dots[9] = {0, 0, 0, 0, 2, 0, 0, 0, 1};
    float columns[64], rows[64], edge[64], flat[64], g[64];

    (void)state;
    for (int i = 0; i < 64; i++) {
        columns[i] = (float)(i % 2);
        rows[i] = (float)(i / 8 % 2);
        edge[i] = (float)(i >= 8);
        flat[i] = 77;
    }
    /* Rounded by epsilon at each of the pixels that differ. */
    assert_true(fabs(value_of(&evk_prior_tv, sharp, 3, 3, dots, g) - (6 + sqrt(8))) < 6e-3);
    assert_true(fabs(value_of(&evk_prior_tv, sharp, 8, 8, columns, g) - 56) < 56e-3);
    assert_true(fabs(value_of(&evk_prior_tv, sharp, 8, 8, rows, g) - 56) < 56e-3);
    assert_true(fabs(value_of(&evk_prior_tv, sharp, 8, 8, edge, g) - 8) < 8e-3);
    assert_true(value_of(&evk_prior_tv_squared, NULL, 3, 3, dots, g) == 4 * 4 + 2);
    assert_true(value_of(&evk_prior_tv_squared, NULL, 8, 8, columns, g) == 56);
    assert_true(value_of(&evk_prior_tv_squared, NULL, 8, 8, rows, g) == 56);
    assert_true(value_of(&evk_prior_tv_squared, NULL, 8, 8, edge, g) == 8);
    assert_true(value_of(&evk_prior_tv, NULL, 8, 8, flat, g) == 0);
    for (int i = 0; i < 64; i++)
        assert_true(g[i] == 0);
    assert_true(value_of(&evk_prior_tv_squared, NULL, 8, 8, flat, g) == 0);
    for (int i = 0; i < 64; i++)
        assert_true(g[i] == 0);
}

/* An image of 124s and 132s has 4 for every p, and slopes of 1/n; mid-grey has 0, and none. */
static void test_lp_by_hand(void **state)
{
    float x[15], g[15];

    (void)state;
    for (int p = 1; p <= 20; p++) {
        char text[16];
        const char *const set[] = {"p", text, NULL};

        snprintf(text, sizeof(text), "%d", p);
        for (int i = 0; i < 15; i++)
            x[i] = i % 3 ? 124 : 132;
        assert_true(fabs(value_of(&evk_prior_lp, set, 3, 5, x, g) - 4) < 1e-6);
        for (int i = 0; i < 15; i++)
            assert_true(fabs((double)g[i] * (i % 3 ? -15 : 15) - 1) < 1e-5);
        x[3] = 128;
        (void)value_of(&evk_prior_lp, set, 3, 5, x, g);
        assert_true(g[3] == 0);
        for (int i = 0; i < 15; i++)
            x[i] = 128;
        assert_true(value_of(&evk_prior_lp, set, 3, 5, x, g) == 0);
        for (int i = 0; i < 15; i++)
            assert_true(g[i] == 0);
    }
}

/* One value next to mid-grey, ever nearer: slopes stay numbers, of at most 1. */
static void test_lp_small(void **state)
{
    static const char *const set[] = {"p", "20", NULL};
    float x[15], g[15];

    (void)state;
    for (int i = 0; i < 15; i++)
        x[i] = 128;
    for (float d = 64; d > 1e-5f; d /= 2) {
        x[7] = 128 - d;
        (void)value_of(&evk_prior_lp, set, 3, 5, x, g);
        for (int i = 0; i < 15; i++)
            assert_true(g[i] <= 0 && g[i] > -1);
        assert_true(d < 2.1f || g[7] < -0.8f);
    }
}

/*
 * From (0, 0, 3, 4) the RMS difference of 0 is 2.5, the unit vector away from it (0, 0, 0.6, 0.8).
 */
static void test_apart(void **state)
{
    static const float zero[4] = {0}, far[4] = {100, 0, 0, 0}, x[4] = {0, 0, 3, 4};
    static const float *const others[] = {far, zero};
    struct trial t = trial_open(&evk_prior_apart, 2, 2, 1, NULL);
    float g[4] = {9, 9, 9, 9};

    (void)state;
    assert_true(isnan(t.type->penalty(t.self, &t.frame, x, g)));
    for (int i = 0; i < 4; i++)
        assert_true(g[i] == 0);
    t.frame.others = others;
    t.frame.others_count = 2;
    assert_true(t.type->penalty(t.self, &t.frame, x, g) == -2.5);
    assert_true(g[0] == 0 && g[1] == 0);
    assert_true(fabs((double)g[2] + 0.6 / 2) < 1e-7 && fabs((double)g[3] + 0.8 / 2) < 1e-7);
    assert_true(t.type->penalty(t.self, &t.frame, zero, g) == 0); /* at one: nowhere to go */
    for (int i = 0; i < 4; i++)
        assert_true(g[i] == 0);
    trial_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_definition), cmocka_unit_test(test_transpose),
        cmocka_unit_test(test_by_hand),    cmocka_unit_test(test_lp_by_hand),
        cmocka_unit_test(test_lp_small),   cmocka_unit_test(test_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
