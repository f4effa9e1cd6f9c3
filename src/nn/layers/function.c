/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * function.c - elementwise functions, computed in double
 *
 * The list functions, below, has each function's formula.  A new function is its value and its
 * slope, two C functions here, and a row of that list.  p are the layer's parameters.
 *
 * Where a slope jumps, the slope from the left is used, as relu.c does; abs has the slope 0 at 0.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmath.h"
#include "base/mem.h"
#include "base/str.h"
#include "nn/layers.h"

struct function {
    const char *name;
    int parameters; /* how many of p the function reads */
    double (*value)(double x, const double *p);
    double (*slope)(double x, const double *p);
};

struct function_layer {
    const struct function *f;
    double p[2];
};

/* Defines a value, or a slope, that is one expression of x and p. */
#define EVK_F(name, expression)                   \
    static double name(double x, const double *p) \
    {                                             \
        (void)x;                                  \
        (void)p;                                  \
        return expression;                        \
    }

/* ---- parts of several functions ------------------------------------------------------------- */

static double within(double x, double low, double high)
{
    const double y = x < low ? low : x;

    return y > high ? high : y;
}

/* Returns exp(x) - 1.  Near 0, where the difference would cancel, the Taylor series up to x^3 is
   summed; the first term that is left out is at most 5e-14 times x. */
static double exp_minus_one(double x)
{
    return fabs(x) < 1e-4 ? x * (1 + x * (0.5 + x / 6)) : evk_exp(x) - 1;
}

/* Returns f(x) for a sine or cosine f.  From 1e6 on, x is reduced by whole turns first; the angle
   is then off by 4e-17 times x. */
static double of_angle(double (*f)(double), double x)
{
    const double angle = fabs(x) < 1e6 ? x : fmod(x, 6.28318530717958647693);

    return isnan(angle) ? angle : f(angle);
}

static double normal_density(double x)
{
    const double one_over_root_two_pi = 0.39894228040143267794;

    return one_over_root_two_pi * evk_exp(-0.5 * x * x);
}

static double normal_distribution(double x)
{
    const double root_half = 0.70710678118654752440;

    return 0.5 * (1 + evk_erf(x * root_half));
}

/* The slopes of the sigmoid and of tanh where these have the value y. */
static double slope_of_sigmoid(double y)
{
    return y * (1 - y);
}

static double slope_of_tanh(double y)
{
    return 1 - y * y;
}

/* The argument of the tanh that approximates gelu, and its slope. */
static const double ROOT_TWO_OVER_PI = 0.79788456080286535588;
EVK_F(bend, ROOT_TWO_OVER_PI *(x + 0.044715 * x * x * x))
EVK_F(bend_slope, ROOT_TWO_OVER_PI *(1 + 3 * 0.044715 * x * x))

/* Returns x^e; for the powers of most networks, which are roots, without a logarithm. */
static double power_of(double x, double e)
{
    if (fabs(e) == 0.5)
        return e < 0 ? 1 / sqrt(x) : sqrt(x);
    return evk_pow(x, e);
}

/* ---- values and slopes ---------------------------------------------------------------------- */

EVK_F(zero, 0)
EVK_F(root, sqrt(x))
EVK_F(root_slope, 0.5 / sqrt(x))
EVK_F(exponential, evk_exp(x))
EVK_F(natural_log, evk_log(x))
EVK_F(reciprocal, 1 / x)
EVK_F(reciprocal_slope, -1 / (x * x))
EVK_F(magnitude, fabs(x))
EVK_F(sign, x > 0 ? 1 : x < 0 ? -1 : x)
EVK_F(negative, -x)
EVK_F(minus_one, -1)
EVK_F(power, power_of(x, p[0]))
EVK_F(power_slope, p[0] == 0 ? 0 : p[0] * power_of(x, p[0] - 1))
EVK_F(square, (x * x))
EVK_F(square_slope, 2 * x)
EVK_F(round_down, floor(x))
EVK_F(round_up, ceil(x))
EVK_F(round_to_even, rint(x))
EVK_F(sine, of_angle(evk_sin, x))
EVK_F(cosine, of_angle(evk_cos, x))
EVK_F(cosine_slope, -of_angle(evk_sin, x))
EVK_F(error_function, evk_erf(x))
EVK_F(error_function_slope, 1.1283791670955125739 * evk_exp(-x * x))

EVK_F(elu, x > 0 ? x : p[0] * exp_minus_one(x))
EVK_F(elu_slope, x > 0 ? 1 : p[0] * evk_exp(x))
EVK_F(selu, p[1] * elu(x, p))
EVK_F(selu_slope, p[1] * elu_slope(x, p))
EVK_F(celu, x > 0 ? x : p[0] * exp_minus_one(x / p[0]))
EVK_F(celu_slope, x > 0 ? 1 : evk_exp(x / p[0]))

EVK_F(sigmoid, 1 / (1 + evk_exp(-x)))
EVK_F(sigmoid_slope, slope_of_sigmoid(sigmoid(x, p)))
EVK_F(silu, sigmoid(x, p) * x)
EVK_F(hyperbolic, evk_tanh(x))
EVK_F(hyperbolic_slope, slope_of_tanh(evk_tanh(x)))
EVK_F(softplus, (x > 0 ? x : 0) + evk_log1p(evk_exp(-fabs(x))))
EVK_F(softsign, x / (1 + fabs(x)))
EVK_F(softsign_slope, 1 / ((1 + fabs(x)) * (1 + fabs(x))))
EVK_F(mish, evk_tanh(softplus(x, p)) * x)
EVK_F(gelu, normal_distribution(x) * x)
EVK_F(gelu_slope, normal_distribution(x) + x * normal_density(x))
EVK_F(gelu_tanh, 0.5 * x * (1 + evk_tanh(bend(x, p))))

static double silu_slope(double x, const double *p)
{
    const double y = sigmoid(x, p);

    return y + x * slope_of_sigmoid(y);
}

static double mish_slope(double x, const double *p)
{
    const double y = evk_tanh(softplus(x, p));

    return y + x * slope_of_tanh(y) * sigmoid(x, p);
}

static double gelu_tanh_slope(double x, const double *p)
{
    const double y = evk_tanh(bend(x, p));

    return 0.5 * (1 + y) + 0.5 * x * slope_of_tanh(y) * bend_slope(x, p);
}

EVK_F(affine, p[0] * x + p[1])
EVK_F(affine_slope, p[0])
EVK_F(clip, within(x, p[0], p[1]))
EVK_F(clip_slope, x > p[0] && x <= p[1])
EVK_F(hard_sigmoid, within(p[0] * x + p[1], 0, 1))
EVK_F(hard_sigmoid_slope, p[0] * x + p[1] > 0 && p[0] * x + p[1] <= 1 ? p[0] : 0)
EVK_F(hard_swish, within(x / 6 + 0.5, 0, 1) * x)
EVK_F(hard_swish_slope, x <= -3 ? 0 : x > 3 ? 1 : x / 3 + 0.5)
EVK_F(thresholded, x > p[0] ? x : 0)
EVK_F(thresholded_slope, x > p[0])
EVK_F(shrink, -x > p[0] ? x + p[1] : x > p[0] ? x - p[1] : 0)
EVK_F(shrink_slope, -x > p[0] || x > p[0])

static const struct function functions[] = {
    {"softplus", 0, softplus, sigmoid},               /* log(1 + exp(x)) */
    {"sigmoid", 0, sigmoid, sigmoid_slope},           /* 1 / (1 + exp(-x)) */
    {"tanh", 0, hyperbolic, hyperbolic_slope},        /* tanh(x) */
    {"gelu", 0, gelu, gelu_slope},                    /* x Phi(x), Phi the normal distribution */
    {"gelu_tanh", 0, gelu_tanh, gelu_tanh_slope},     /* gelu, approximated by a tanh:
               x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) */
    {"silu", 0, silu, silu_slope},                    /* x sigmoid(x) */
    {"mish", 0, mish, mish_slope},                    /* x tanh(softplus(x)) */
    {"hard_swish", 0, hard_swish, hard_swish_slope},  /* x max(0, min(1, x / 6 + 1 / 2)) */
    {"softsign", 0, softsign, softsign_slope},        /* x / (1 + |x|) */
    {"sqrt", 0, root, root_slope},                    /* NaN below 0 */
    {"exp", 0, exponential, exponential},             /* exp(x) */
    {"log", 0, natural_log, reciprocal},              /* natural logarithm; NaN below 0 */
    {"abs", 0, magnitude, sign},                      /* |x| */
    {"neg", 0, negative, minus_one},                  /* -x */
    {"reciprocal", 0, reciprocal, reciprocal_slope},  /* 1 / x */
    {"square", 0, square, square_slope},              /* x^2 */
    {"sign", 0, sign, zero},                          /* -1, 0 or 1 */
    {"floor", 0, round_down, zero},                   /* the next whole number below */
    {"ceil", 0, round_up, zero},                      /* the next whole number above */
    {"round", 0, round_to_even, zero},                /* the nearest, of two the even one */
    {"sin", 0, sine, cosine},                         /* sin(x) */
    {"cos", 0, cosine, cosine_slope},                 /* cos(x) */
    {"erf", 0, error_function, error_function_slope}, /* erf(x) */
    {"power", 1, power, power_slope},                 /* x^p0 */
    {"elu", 1, elu, elu_slope},                       /* x > 0: x; else p0 (exp(x) - 1) */
    {"selu", 2, selu, selu_slope},                    /* p1 times elu */
    {"celu", 1, celu, celu_slope},                    /* x > 0: x; else p0 (exp(x / p0) - 1) */
    {"clip", 2, clip, clip_slope},                    /* min(p1, max(p0, x)) */
    {"affine", 2, affine, affine_slope},              /* p0 x + p1 */
    {"hard_sigmoid", 2, hard_sigmoid, hard_sigmoid_slope}, /* max(0, min(1, p0 x + p1)) */
    {"thresholded", 1, thresholded, thresholded_slope},    /* x > p0: x; else 0 */
    {"shrink", 2, shrink, shrink_slope}, /* x < -p0: x + p1; x > p0: x - p1; else 0 */
};
enum { FUNCTIONS = sizeof(functions) / sizeof(functions[0]) };

/* ---- the layer ------------------------------------------------------------------------------ */

static void function_forward(const void *self, const struct evk_pass *p)
{
    const struct function_layer *l = self;

    for (int64_t i = 0; i < evk_shape_count(&p->out); i++)
        p->y[i] = (float)l->f->value((double)p->x[0][i], l->p);
}

/* An infinite slope, such as that of a square root at 0, counts as 0: it would make a NaN of every
   gradient that passes by. */
static void function_backward(const void *self, const struct evk_pass *p)
{
    const struct function_layer *l = self;

    for (int64_t i = 0; i < evk_shape_count(&p->out); i++) {
        const double slope = l->f->slope((double)p->x[0][i], l->p);

        if (!isinf(slope))
            p->gx[0][i] += (float)((double)p->gy[i] * slope);
    }
}

extern const struct evk_layer_type evk_layer_function;
const struct evk_layer_type evk_layer_function = {
    .name = "function",
    .summary = "a function of each value: softplus, sigmoid, tanh, gelu, silu, exp, log, ...",
    .params = "function, and up to two numbers that it takes",
    .shape = evk_shape_same,
    .forward = function_forward,
    .backward = function_backward,
    .focus = {.cut = evk_focus_same},
    .release = free,
};

/* Returns the function of this name, or NULL where there is none. */
static const struct function *function_of(const char *name)
{
    for (int i = 0; i < FUNCTIONS; i++)
        if (strcmp(functions[i].name, name) == 0)
            return &functions[i];
    return NULL;
}

/* Fails with EVK_EUNSUPPORTED and a message that begins with what is supported besides functions of
   up to `parameters` parameters, and lists these. */
static evk_status unsupported(const char *layer, const char *kind, const char *name,
                              const char *others, int parameters, evk_error *err)
{
    struct evk_str list = EVK_STR_INIT;
    evk_status s;

    for (int i = 0; i < FUNCTIONS; i++)
        if (functions[i].parameters <= parameters)
            evk_str_printf(&list, "%s%s", list.size ? ", " : "", functions[i].name);
    s = evk_str_check(&list, err);
    if (!s)
        s = evk_fail(err, EVK_EUNSUPPORTED, "layer %s: %s '%s' is not supported; supported: %s%s",
                     layer, kind, name, others, list.data);
    evk_str_release(&list);
    return s;
}

evk_status evk_add_function(struct evk_graph *g, const char *name, int x, const char *function,
                            const double p[2], int *out, evk_error *err)
{
    const struct function *f = function_of(function);
    struct function_layer *l;

    if (!f)
        return unsupported(name, "function", function, "", 2, err);
    if (f->value == elu && p[0] == 1)
        return evk_add_elu(g, name, x, false, out, err);
    EVK_TRY(evk_alloc(&l, 1, sizeof(*l), "a layer", err));
    l->f = f;
    memcpy(l->p, p, sizeof(l->p));
    return evk_graph_add_take(g, &evk_layer_function, l, name, 1, &x, out, err);
}

evk_status evk_add_activation(struct evk_graph *g, const char *name, int x, const char *function,
                              int *out, evk_error *err)
{
    static const double none[2];
    const struct function *f = function_of(function);

    if (strcmp(function, "elu") == 0 || strcmp(function, "elu_plus_one") == 0)
        return evk_add_elu(g, name, x, strlen(function) > 3, out, err);
    if (!f || f->parameters)
        return unsupported(name, "activation", function,
                           "linear, relu, softmax, elu, elu_plus_one, ", 0, err);
    return evk_add_function(g, name, x, function, none, out, err);
}
