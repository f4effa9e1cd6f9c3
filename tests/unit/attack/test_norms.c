/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_norms.c - balls and the box: projections and optima against double, bounds in whole numbers */
#include "../../harness/test.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/kernels.h"
#include "attack/norm.h"

enum { N = 437 };

static uint64_t seed = 1;

static const char *const names[] = {"rms", "linf", "mean-abs", "l2"};

static struct evk_ball ball_of(const char *name, double budget, int64_t n, const float *base)
{
    struct evk_ball b = {
        .k = evk_kernels_best(&(const char *){NULL}), .n = n, .base = base, .budget = budget};

    assert_ok(evk_norm_find(&b.norm, name, err));
    return b;
}

/* In the norm's unit. */
static double length(const char *name, int64_t n, const double *d)
{
    double most = 0, sum = 0, squares = 0;

    for (int64_t i = 0; i < n; i++) {
        most = fmax(most, fabs(d[i]));
        sum += fabs(d[i]);
        squares += d[i] * d[i];
    }
    if (strcmp(name, "linf") == 0)
        return most;
    if (strcmp(name, "mean-abs") == 0)
        return sum / (double)n;
    return strcmp(name, "l2") == 0 ? sqrt(squares) / 255 : sqrt(squares / (double)n);
}

static double boxed(double d, float base)
{
    return fmin(fmax(d, -(double)base), 255 - (double)base);
}

/* What projection makes of v, at parameter t: 0 leaves it in the box, infinity makes it 0. */
static double shrunk(const char *name, double t, double v, float base, double budget)
{
    if (strcmp(name, "linf") == 0)
        return boxed(fmin(fmax(v, -budget), budget), base);
    if (strcmp(name, "mean-abs") == 0)
        return boxed(v > t ? v - t : v < -t ? v + t : 0, base);
    return boxed(v / (1 + t), base);
}

/* The nearest in ball and box, by halving its parameter. */
static void nearest(const struct evk_ball *b, const float *v, double *out)
{
    const char *name = b->norm->name;
    double low = 0, high = 1e6;

    for (int i = 0; i < 200; i++) {
        const double t = i == 0 ? 0 : (low + high) / 2;

        for (int64_t j = 0; j < b->n; j++)
            out[j] = shrunk(name, t, (double)v[j], b->base[j], b->budget);
        if (length(name, b->n, out) <= b->budget * (1 + 1e-12)) {
            if (i == 0)
                return;
            high = t;
        } else {
            low = t;
        }
    }
}

static float *new_base(int64_t n)
{
    float *x = fenced_random(&seed, n);

    for (int64_t i = 0; i < n; i++)
        x[i] = i % 9 == 0 ? 0 : i % 9 == 1 ? 255 : rintf(127.5F + 127 * x[i]);
    return x;
}

static void check_projection(const char *name, double budget, float spread)
{
    float *base = new_base(N), *v = fenced_random(&seed, N), *x = fenced(N, NULL);
    const struct evk_ball b = ball_of(name, budget, N, base);
    double want[N], apart = 0;

    b.k->scale(N, spread, v);
    b.norm->project(&b, v, x);
    nearest(&b, v, want);
    for (int64_t i = 0; i < N; i++)
        apart = fmax(apart, fabs((double)x[i] - (double)base[i] - want[i]));
    /* Threshold and values are floats: of this size, and of that of the box. */
    if (!(apart <= 1e-4 + 2 * (double)FLT_EPSILON * (double)spread))
        fail_msg("%s of %g, %g: apart by %g", name, budget, (double)spread, apart);
    fenced_free(base, N);
    fenced_free(v, N);
    fenced_free(x, N);
}

/* From well within the ball to far outside of it and of the box. */
static void test_projections(void **state)
{
    static const float spreads[] = {0.5F, 8, 40, 300, 5000};

    (void)state;
    for (size_t i = 0; i < COUNT(names); i++)
        for (size_t j = 0; j < COUNT(spreads); j++)
            for (int k = 0; k < 20; k++)
                check_projection(names[i],
                                 (i == 3 ? 0.02 : 1) * (1 + 40 * fabs((double)random_float(&seed))),
                                 spreads[j]);
}

/* Radius 2 of (3, 1, -2): (1.5, 0, -0.5); radius 1 of (0.5, -0.25): itself. */
static void test_sparse(void **state)
{
    const float base[3] = {128, 128, 128}, v[3] = {3, 1, -2}, inside[2] = {0.5F, -0.25F};
    struct evk_ball b = ball_of("mean-abs", 2.0 / 3, 3, base);
    float x[3];

    (void)state;
    b.norm->project(&b, v, x);
    assert_true(x[0] == 129.5F && x[1] == 128 && x[2] == 127.5F);
    b = ball_of("mean-abs", 0.5, 2, base);
    b.norm->project(&b, inside, x);
    assert_true(x[0] == 128.5F && x[1] == 127.75F);
}

/* w = [[1, -2], [3, 0.5]] from 0.5: gains 0.65 and 0.3774917 for 0.1 of linf and of the Euclidean norm. */
static void test_steepest(void **state)
{
    static const float base[4] = {100, 100, 100, 100}, w[4] = {1, -2, 3, 0.5F};
    static const double l2[4] = {.02649065, -.05298129, .07947194, .01324532};
    struct evk_ball b = ball_of("linf", 0.1, 4, base);
    double gain = 0, unit;
    float v[4], x[4];

    (void)state;
    memcpy(v, w, sizeof(v));
    unit = b.norm->direct(&b, 14.25, v);
    assert_true(unit == 1);
    for (int i = 0; i < 4; i++)
        gain += 0.1 * (double)(v[i] * w[i]);
    assert_true(fabs(gain - 0.65) <= 1e-6);
    b = ball_of("l2", 0.1 / 255, 4, base);
    memcpy(v, w, sizeof(v));
    unit = b.norm->direct(&b, 14.25, v);
    b.norm->extend(&b, w, x);
    b.norm->project(&b, x, x);
    gain = 0;
    for (int i = 0; i < 4; i++) {
        assert_true(fabs((double)v[i] * unit * 0.1 / 255 - l2[i]) <= 1e-7);
        assert_true(fabs((double)x[i] - 100 - l2[i]) <= 1e-5);
        gain += ((double)x[i] - 100) * (double)w[i];
    }
    assert_true(fabs(gain - 0.3774917) <= 1e-4);
}

/* Sorted by gradient: values go to the box until the budget is spent. */
static double best_sparse(const struct evk_ball *b, const float *g)
{
    double left = (double)b->n * b->budget, gain = 0;
    bool used[N] = {false};

    for (int64_t round = 0; round < b->n && left > 0; round++) {
        int64_t best = -1;
        double go;

        for (int64_t i = 0; i < b->n; i++)
            if (!used[i] && (best < 0 || fabsf(g[i]) > fabsf(g[best])))
                best = i;
        used[best] = true;
        go = fmin(left, g[best] > 0 ? 255 - (double)b->base[best] : (double)b->base[best]);
        left -= go;
        gain += go * (double)fabsf(g[best]);
    }
    return gain;
}

/* s g cut at the box, s by halving. */
static double best_euclid(const struct evk_ball *b, const float *g)
{
    double low = 0, high = 1e6, gain = 0, d[N];

    for (int i = 0; i < 200; i++) {
        const double s = (low + high) / 2;

        gain = 0;
        for (int64_t j = 0; j < b->n; j++) {
            d[j] = boxed(s * (double)g[j], b->base[j]);
            gain += d[j] * (double)g[j];
        }
        if (length(b->norm->name, b->n, d) > b->budget)
            high = s;
        else
            low = s;
    }
    return gain;
}

static double best_linear(const struct evk_ball *b, const float *g)
{
    double gain = 0;

    if (strcmp(b->norm->name, "mean-abs") == 0)
        return best_sparse(b, g);
    if (strcmp(b->norm->name, "linf") != 0)
        return best_euclid(b, g);
    for (int64_t i = 0; i < b->n; i++)
        gain += (double)g[i] * boxed(g[i] > 0 ? b->budget : -b->budget, b->base[i]);
    return gain;
}

static void test_optima(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(names); i++)
        for (int k = 0; k < 20; k++) {
            float *base = new_base(N), *g = fenced_random(&seed, N), *v = fenced(N, NULL);
            const double budget =
                (i == 3 ? 0.05 : 1) * (1 + 40 * fabs((double)random_float(&seed)));
            const struct evk_ball b = ball_of(names[i], budget, N, base);
            double gain = 0, d[N];

            for (int64_t j = 0; j < N && k % 2; j++)
                g[j] = rintf(4 * g[j]); /* many alike, some of them 0 */
            b.norm->extend(&b, g, v);
            b.norm->project(&b, v, v);
            for (int64_t j = 0; j < N; j++) {
                d[j] = (double)v[j] - (double)base[j];
                gain += d[j] * (double)g[j];
            }
            assert_true(length(names[i], N, d) <= budget * (1 + 2e-6) + 255 * (double)FLT_EPSILON);
            if (!(fabs(gain - best_linear(&b, g)) <= 1e-5 * gain))
                fail_msg("%s of %g: %.9g, expected %.9g", names[i], budget, gain,
                         best_linear(&b, g));
            fenced_free(base, N);
            fenced_free(g, N);
            fenced_free(v, N);
        }
}

/* ---- whole numbers ---------------------------------------------------------------------- */

__extension__ typedef unsigned __int128 wide;

/* floor(a (m / 2^s)), floor(a (m / 2^s)^2), of whole a and m. */
static int64_t floor_exact(int64_t a, int64_t m, int s, bool squared)
{
    wide p = (wide)a * (wide)m;

    if (squared)
        p *= (wide)m;
    return (int64_t)(p >> (squared ? 2 * s : s));
}

/* Budgets of 53 bits, most of them such that the product is a hair from a whole number. */
static void test_bounds(void **state)
{
    enum { BITS = 50 };

    (void)state;
    for (int i = 0; i < 20000; i++) {
        const int64_t n = 1 + (int64_t)(37632 * fabs((double)random_float(&seed)));
        const double near = 1 + floor(60 * (double)n * fabs((double)random_float(&seed)));
        const double b = i % 3 == 0   ? 7 * fabs((double)random_float(&seed))
                         : i % 3 == 1 ? floor(near / 8) / (double)n
                                      : sqrt(near / (double)n);
        const int64_t m = (int64_t)(b * 0x1p50) + i % 7 - 3;

        if (m < 0)
            continue;
        assert_int_equal(evk_floor_square((double)n, ldexp((double)m, -BITS)),
                         floor_exact(n, m, BITS, true));
        assert_int_equal(evk_floor_product((double)n, ldexp((double)m, -BITS)),
                         floor_exact(n, m, BITS, false));
    }
    assert_int_equal(evk_floor_square(37632, 10), 3763200);
    assert_int_equal(evk_floor_product(37632, 10), 376320);
    assert_int_equal(evk_floor_square(65025, 0.1), 650); /* 0.1 is a little more */
}

/* A hair below what bytes measure they do not fit, at it they do. */
static void test_edges(void **state)
{
    unsigned char base[N], x[N];

    (void)state;
    for (int i = 0; i < N; i++) {
        base[i] = (unsigned char)(127.5F + 127 * random_float(&seed));
        x[i] = (unsigned char)(127.5F + 127 * random_float(&seed));
    }
    for (size_t i = 0; i < COUNT(names); i++) {
        const struct evk_delta d = evk_delta_measure(N, base, x);
        const struct evk_norm_type *norm;
        double size;

        assert_ok(evk_norm_find(&norm, names[i], err));
        size = norm->size(&d);
        assert_true(norm->measure(&d) > norm->bound(size * (1 - 1e-12), N));
        assert_true(norm->measure(&d) <= norm->bound(size * (1 + 1e-12), N));
    }
}

static void test_budgets(void **state)
{
    const struct evk_norm_type *norm;

    (void)state;
    assert_fails(EVK_ENOTFOUND, "expected one of: rms, linf, mean-abs, l2",
                 evk_norm_find(&norm, "l1", err));
    for (size_t i = 0; i < COUNT(names); i++) {
        assert_ok(evk_norm_find(&norm, names[i], err));
        assert_fails(EVK_EINVAL, "budget is 0", evk_norm_check(norm, 0, err));
        assert_fails(EVK_EINVAL, "budget is nan", evk_norm_check(norm, (double)NAN, err));
        assert_ok(evk_norm_check(norm, 255, err));
    }
    assert_ok(evk_norm_find(&norm, "rms", err));
    assert_fails(EVK_EINVAL, "budget is 300, expected above 0 and at most 255",
                 evk_norm_check(norm, 300, err));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_projections), cmocka_unit_test(test_sparse),
        cmocka_unit_test(test_steepest),    cmocka_unit_test(test_optima),
        cmocka_unit_test(test_bounds),      cmocka_unit_test(test_edges),
        cmocka_unit_test(test_budgets),
    };

    if (argc > 1)
        seed = strtoull(argv[1], NULL, 10);
    printf("seed %llu\n", (unsigned long long)seed);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
