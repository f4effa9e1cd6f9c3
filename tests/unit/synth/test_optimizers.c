/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_optimizers.c - from gradients to steps: closed recurrences, and an ascent computed by hand
 */
#include "synth/optimizer.h"

#include <math.h>
#include <string.h>

#include "../../harness/kernels.h"
#include "../../harness/test.h"

enum { N = 37 }; /* with a rest for any width of vectors */

static const struct evk_optimizer *find(const char *name)
{
    const struct evk_optimizer *out = NULL;

    assert_ok(evk_optimizer_find(&out, name, err));
    assert_string_equal(out->name, name);
    return out;
}

static void assert_near(double got, double want, double bound)
{
    if (!(fabs(got - want) <= bound))
        fail_msg("found %.10g, expected %.10g within %.3g", got, want, bound);
}

/* f = -(1 - x)^2 from x = 0 with steps of 0.1: x after each of three. */
static void climb(const char *name, const double want[3], double bound)
{
    const struct evk_optimizer *o = find(name);
    const struct evk_kernels *k;

    for (int i = 0; (k = next_kernels(&i));) {
        float first[N] = {0}, second[N] = {0}, g[N], x[N] = {0};
        float *const memory[EVK_OPTIMIZER_MEMORY] = {first, second};

        for (int64_t step = 0; step < 3; step++) {
            for (int j = 0; j < N; j++)
                g[j] = 2 * (1 - x[j]);
            o->direct(k, step, N, g, memory);
            for (int j = 0; j < N; j++) {
                x[j] += 0.1F * g[j];
                assert_near((double)x[j], want[step], bound);
            }
        }
    }
}

/*
 * Plain: 1 - x shrinks by 0.8.  Momentum: m = 0.9 m + 0.1 g, over 1 - 0.9^t.  Adam: as in double
 * elsewhere.
 */
static void test_course(void **state)
{
    (void)state;
    climb("gradient", (const double[]){0.2, 0.36, 0.488}, 1e-7);
    climb("momentum", (const double[]){0.2, 0.378947368, 0.537696644}, 2e-7);
    climb("adam", (const double[]){0.0999999995, 0.1995877713, 0.2984137271}, 3e-7);
}

/*
 * For a constant gradient, both means equal the gradient, and Adam's root its magnitude, from step
 * 1.
 */
static void test_constant(void **state)
{
    /* Three roundings a step, of which 1 / 0.1 last, two of the correction; 0.9 + 0.1 as floats. */
    const double momentum = 32 * 0x1p-24 + 2.5e-7;
    const struct evk_kernels *k = evk_kernels_at(0);
    float m[N] = {0}, v[N] = {0}, u[N] = {0}, a[N], b[N];
    float *const one[EVK_OPTIMIZER_MEMORY] = {m, NULL}, *const two[EVK_OPTIMIZER_MEMORY] = {u, v};

    (void)state;
    for (int64_t step = 0; step < 1000; step++) {
        for (int j = 0; j < N; j++)
            a[j] = b[j] = (float)(j - 18);
        find("momentum")->direct(k, step, N, a, one);
        find("adam")->direct(k, step, N, b, two);
        for (int j = 0; j < N; j++) {
            const double g = j - 18;

            assert_near((double)a[j], g, momentum * fabs(g));
            assert_near((double)b[j], (g > 0) - (g < 0), 1e-4); /* 0.001 (1000 sums) as floats */
        }
    }
}

static void test_table(void **state)
{
    const struct evk_optimizer *o;
    evk_type_info t;
    int rows = 0;

    (void)state;
    for (; evk_optimizer_info(rows, &t); rows++) {
        o = find(t.name);
        assert_true(o->memory <= EVK_OPTIMIZER_MEMORY && t.summary[0]);
    }
    assert_int_equal(rows, 3);
    assert_false(evk_optimizer_info(-1, &t));
    assert_fails(EVK_ENOTFOUND, "optimizer is 'sgd', expected one of: gradient, momentum, adam",
                 evk_optimizer_find(&o, "sgd", err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_course),
                                       cmocka_unit_test(test_constant),
                                       cmocka_unit_test(test_table)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
