/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_functions.c - elementwise functions and log-softmax against their formulas in double
 *
 * Gradients are compared with central differences of the formulas, away from kinks.
 */
#include "../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/kernels.h"
#include "../../harness/net.h"

static uint64_t seed = 1;

/* ---- formulas, as ONNX's specification has them ---------------------------------------------- */

struct formula {
    const char *name;
    double p[2];
    double low, high; /* the values of x that are tried */
    double (*value)(double x, const double *p);
};

#define FORMULA(name, expression)                 \
    static double name(double x, const double *p) \
    {                                             \
        (void)x;                                  \
        (void)p;                                  \
        return expression;                        \
    }

FORMULA(f_softplus, x > 30 ? x : log1p(exp(x)))
FORMULA(f_sigmoid, 1 / (1 + exp(-x)))
FORMULA(f_tanh, tanh(x))
FORMULA(f_gelu, 0.5 * erfc(-x / sqrt(2)) * x)
FORMULA(f_gelu_tanh, 0.5 * x * (1 + tanh(sqrt(2 / acos(-1)) * (x + 0.044715 * pow(x, 3)))))
FORMULA(f_silu, x / (1 + exp(-x)))
FORMULA(f_mish, tanh(log1p(exp(x))) * x)
FORMULA(f_hard_swish, fmax(0, fmin(1, x / 6 + 0.5)) * x)
FORMULA(f_softsign, x / (1 + fabs(x)))
FORMULA(f_sqrt, sqrt(x))
FORMULA(f_exp, exp(x))
FORMULA(f_log, log(x))
FORMULA(f_abs, fabs(x))
FORMULA(f_neg, -x)
FORMULA(f_reciprocal, 1 / x)
FORMULA(f_square, pow(x, 2))
FORMULA(f_sign, (x > 0) - (x < 0))
FORMULA(f_floor, floor(x))
FORMULA(f_ceil, ceil(x))
FORMULA(f_round, nearbyint(x))
FORMULA(f_sin, sin(x))
FORMULA(f_cos, cos(x))
FORMULA(f_erf, erf(x))
FORMULA(f_power, pow(x, p[0]))
FORMULA(f_elu, x > 0 ? x : p[0] * expm1(x))
FORMULA(f_selu, p[1] * (x > 0 ? x : p[0] * expm1(x)))
FORMULA(f_celu, fmax(0, x) + fmin(0, p[0] * expm1(x / p[0])))
FORMULA(f_clip, fmin(p[1], fmax(p[0], x)))
FORMULA(f_affine, p[0] * x + p[1])
FORMULA(f_hard_sigmoid, fmax(0, fmin(1, p[0] * x + p[1])))
FORMULA(f_thresholded, x > p[0] ? x : 0)
FORMULA(f_shrink, x < -p[0] ? x + p[1] : (x > p[0] ? x - p[1] : 0))

static const struct formula formulas[] = {
    {"softplus", {0, 0}, -40, 40, f_softplus},
    {"sigmoid", {0, 0}, -40, 40, f_sigmoid},
    {"tanh", {0, 0}, -20, 20, f_tanh},
    {"gelu", {0, 0}, -8, 8, f_gelu},
    {"gelu_tanh", {0, 0}, -8, 8, f_gelu_tanh},
    {"silu", {0, 0}, -40, 40, f_silu},
    {"mish", {0, 0}, -40, 20, f_mish},
    {"hard_swish", {0, 0}, -5, 5, f_hard_swish},
    {"softsign", {0, 0}, -20, 20, f_softsign},
    {"sqrt", {0, 0}, 0.01, 100, f_sqrt},
    {"exp", {0, 0}, -20, 20, f_exp},
    {"log", {0, 0}, 0.01, 100, f_log},
    {"abs", {0, 0}, -5, 5, f_abs},
    {"neg", {0, 0}, -5, 5, f_neg},
    {"reciprocal", {0, 0}, 0.1, 10, f_reciprocal},
    {"reciprocal", {0, 0}, -10, -0.1, f_reciprocal},
    {"square", {0, 0}, -5, 5, f_square},
    {"sign", {0, 0}, -5, 5, f_sign},
    {"floor", {0, 0}, -5, 5, f_floor},
    {"ceil", {0, 0}, -5, 5, f_ceil},
    {"round", {0, 0}, -5.2, 5.2, f_round},
    {"sin", {0, 0}, -50, 50, f_sin},
    {"cos", {0, 0}, -50, 50, f_cos},
    {"erf", {0, 0}, -7, 7, f_erf},
    {"power", {0, 0}, -5, 5, f_power},
    {"power", {1, 0}, -5, 5, f_power},
    {"power", {3, 0}, -5, 5, f_power},
    {"power", {8, 0}, -3, 3, f_power},
    {"power", {9, 0}, -3, 3, f_power},
    {"power", {10, 0}, -3, 3, f_power},
    {"power", {-2, 0}, 0.1, 10, f_power},
    {"power", {-9, 0}, -10, -0.5, f_power},
    {"power", {0.5, 0}, 0.1, 10, f_power},
    {"power", {-0.5, 0}, 0.1, 10, f_power},
    {"power", {2.7, 0}, 0.1, 10, f_power},
    {"elu", {1, 0}, -5, 5, f_elu},
    {"elu", {0.3, 0}, -5, 5, f_elu},
    {"elu", {0.3, 0}, -0.001, 0, f_elu},
    {"selu", {1.6732632, 1.0507010}, -5, 5, f_selu},
    {"celu", {0.7, 0}, -5, 5, f_celu},
    {"clip", {-1.03, 2.01}, -5, 5, f_clip},
    {"affine", {-1.5, 0.25}, -5, 5, f_affine},
    {"hard_sigmoid", {0.2, 0.5}, -5, 5, f_hard_sigmoid},
    {"thresholded", {0.51, 0}, -5, 5, f_thresholded},
    {"shrink", {0.52, 0.31}, -5, 5, f_shrink},
};

/* ---- values and gradients -------------------------------------------------------------------- */

static void begin(struct net *n, int64_t count, const char *name, const double p[2])
{
    int node;

    net_begin(n, 1, 1, count);
    assert_ok(evk_add_function(&n->g, "f", 0, name, p, &node, err));
    net_end(n);
}

/* Compares d with the slope at x: central differences whose steps go to zero agree with it, except
   at a kink or a step between x - h and x + h. */
static void check_slope(const struct formula *f, double x, double got)
{
    const double h = 1e-6;
    const double left = (f->value(x, f->p) - f->value(x - h, f->p)) / h;
    const double right = (f->value(x + h, f->p) - f->value(x, f->p)) / h;
    const double want = (left + right) / 2;

    if (fabs(right - left) > 0.02 * (1 + fabs(want)))
        return;
    if (!(fabs(got - want) <= 1e-5 * (1 + fabs(want)) + fabs(right - left) * 1e-3))
        fail_msg("the slope of %s at %.9g is %.9g, by differences %.9g", f->name, x, got, want);
}

static void check_formula(const struct formula *f)
{
    enum { N = 400 }; /* even: 0, where sign jumps, is not among them */
    float x[N], gy[N], gx[N];
    const float *y;
    struct net n;

    begin(&n, N, f->name, f->p);
    for (int i = 0; i < N; i++) {
        x[i] = (float)(f->low + (f->high - f->low) * i / (N - 1));
        gy[i] = 2;
    }
    y = net_forward(&n, x);
    for (int i = 0; i < N; i++) {
        const double want = f->value((double)x[i], f->p);

        if (!(fabs((double)y[i] - want) <= 0x1.1p-23 * fabs(want) + 1e-14))
            fail_msg("%s(%.9g) is %.9g, expected %.9g", f->name, (double)x[i], (double)y[i], want);
    }
    net_backward(&n, gy, gx);
    for (int i = 0; i < N; i++)
        check_slope(f, (double)x[i], (double)gx[i] / 2);
    net_release(&n);
}

static void test_formulas(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(formulas); i++)
        check_formula(&formulas[i]);
}

/* ---- ends of domains, and kinks -------------------------------------------------------------- */

struct exact {
    const char *name;
    double p[2];
    float x, y, slope; /* a y of NaN is any NaN */
};

static void test_exact(void **state)
{
    static const struct exact cases[] = {
        {"sqrt", {0, 0}, 0, 0, 0}, /* an infinite slope counts as 0 */
        {"log", {0, 0}, 0, -INFINITY, 0},
        {"log", {0, 0}, -1, NAN, -1},
        {"reciprocal", {0, 0}, 0, INFINITY, 0},
        {"abs", {0, 0}, 0, 0, 0},
        {"sign", {0, 0}, 0, 0, 0},
        {"round", {0, 0}, 0.5f, 0, 0},
        {"round", {0, 0}, 1.5f, 2, 0},
        {"round", {0, 0}, -2.5f, -2, 0},
        {"power", {0, 0}, 0, 1, 0},
        {"power", {1, 0}, 0, 0, 1},
        {"power", {2, 0}, -3, 9, -6},
        {"power", {3, 0}, -2, -8, 12},
        {"power", {-1, 0}, 4, 0.25f, -0.0625f},
        {"power", {0.5, 0}, 0, 0, 0},
        {"power", {0.5, 0}, 9, 3, 1.0f / 6},
        {"power", {1.5, 0}, -1, NAN, NAN},
        {"power", {1.5, 0}, 0, 0, 0},
        {"power", {11, 0}, 0, 0, 0},
        {"clip", {-1, 2}, -1, -1, 0},
        {"clip", {-1, 2}, 2, 2, 1},
        {"clip", {3, 2}, 0, 2, 0},
        {"thresholded", {1, 0}, 1, 0, 0},
        {"shrink", {0.5, 0}, -0.5f, 0, 0},
        {"shrink", {0.5, 0}, 0.5f, 0, 0},
        {"hard_sigmoid", {0.25, 0.5}, -2, 0, 0},
        {"hard_sigmoid", {0.25, 0.5}, 2, 1, 0.25f},
        {"hard_swish", {0, 0}, -3, 0, 0},
        {"sin", {0, 0}, INFINITY, NAN, NAN},
        {"tanh", {0, 0}, INFINITY, 1, 0},
        {"sigmoid", {0, 0}, -INFINITY, 0, 0},
        {"exp", {0, 0}, -INFINITY, 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct exact *e = &cases[i];
        const float one = 1;
        struct net n;
        float y, gx;

        begin(&n, 1, e->name, e->p);
        y = *net_forward(&n, &e->x);
        net_backward(&n, &one, &gx);
        if ((isnan(e->y) ? !isnan(y) : y != e->y) ||
            (isnan(e->slope) ? !isnan(gx) : gx != e->slope))
            fail_msg("%s(%g) is %g with the slope %g, expected %g and %g", e->name, (double)e->x,
                     (double)y, (double)gx, (double)e->y, (double)e->slope);
        net_release(&n);
    }
}

/* Angles from 1e6 on lose whole turns, and the result is off by 4e-17 times the angle. */
static void test_large_angles(void **state)
{
    static const float x[] = {999999.9375f, 1000000, 1234567.5f, -3e7f, 1e9f};
    static const double none[2];

    (void)state;
    for (int cosine = 0; cosine < 2; cosine++) {
        struct net n;
        const float *y;

        begin(&n, 5, cosine ? "cos" : "sin", none);
        y = net_forward(&n, x);
        for (int i = 0; i < 5; i++)
            assert_true(fabs((double)y[i] - (cosine ? cos((double)x[i]) : sin((double)x[i]))) <
                        1e-7 * fabs((double)y[i]) + 1e-16 * fabs((double)x[i]));
        net_release(&n);
    }
}

/* The ELU of alpha 1 is the layer type that kernels compute; an activation is a function without
   parameters. */
static void test_names(void **state)
{
    static const double p[2] = {1, 0}, half[2] = {0.5, 0};
    struct net n;
    int node;

    (void)state;
    net_begin(&n, 1, 1, 3);
    assert_ok(evk_add_function(&n.g, "e", 0, "elu", p, &node, err));
    assert_string_equal(n.g.nodes[node].type->name, "elu");
    assert_ok(evk_add_function(&n.g, "e", 0, "elu", half, &node, err));
    assert_string_equal(n.g.nodes[node].type->name, "function");
    assert_ok(evk_add_activation(&n.g, "a", 0, "silu", &node, err));
    assert_string_equal(n.g.nodes[node].type->name, "function");
    assert_fails(EVK_EUNSUPPORTED,
                 "layer a: activation 'clip' is not supported; supported: linear, relu, softmax, "
                 "elu, elu_plus_one, softplus, sigmoid, tanh, gelu, ",
                 evk_add_activation(&n.g, "a", 0, "clip", &node, err));
    assert_fails(EVK_EUNSUPPORTED, "layer f: function 'sinc' is not supported; supported: softplus",
                 evk_add_function(&n.g, "f", 0, "sinc", p, &node, err));
    assert_int_equal(n.g.count, 4);
    net_end(&n);
    net_release(&n);
}

/* ---- log-softmax ----------------------------------------------------------------------------- */

/* Values around 100, whose exponentials overflow a float. */
static void test_log_softmax(void **state)
{
    enum { PIXELS = 6, C = 5, N = PIXELS * C };
    float *x = random_floats(&seed, N), *gy = random_floats(&seed, N), gx[N];
    const float *y;
    struct net n;
    int node;

    (void)state;
    net_begin(&n, 2, 3, C);
    assert_ok(evk_add_log_softmax(&n.g, "l", 0, &node, err));
    net_end(&n);
    for (int i = 0; i < N; i++)
        x[i] = 100 + 9 * x[i];
    y = net_forward(&n, x);
    net_backward(&n, gy, gx);
    for (int i = 0; i < PIXELS; i++) {
        double sum = 0, weights = 0;

        for (int j = i * C; j < i * C + C; j++) {
            sum += exp((double)x[j]);
            weights += (double)gy[j];
        }
        for (int j = i * C; j < i * C + C; j++) {
            const double want = (double)x[j] - log(sum);
            const double slope = (double)gy[j] - exp(want) * weights;

            assert_true(fabs((double)y[j] - want) <= 0x1p-23 * fabs(want) + 1e-13);
            assert_true(fabs((double)gx[j] - slope) <= 1e-5);
        }
    }
    free(x);
    free(gy);
    net_release(&n);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_formulas),     cmocka_unit_test(test_exact),
        cmocka_unit_test(test_large_angles), cmocka_unit_test(test_names),
        cmocka_unit_test(test_log_softmax),
    };

    if (argc > 1)
        seed = strtoull(argv[1], NULL, 10);
    printf("seed %llu\n", (unsigned long long)seed);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
