/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * activation.c - smooth elementwise functions, computed in double
 *
 * A new function is its value and its slope, two C functions here, and a row of the list functions.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmath.h"
#include "base/mem.h"
#include "nn/layers.h"

struct function {
    const char *name;
    double (*value)(double x);
    double (*slope)(double x);
};

struct activation {
    const struct function *f;
};

static double sigmoid(double x)
{
    return 1 / (1 + evk_exp(-x));
}

static double sigmoid_slope(double x)
{
    const double y = sigmoid(x);

    return y * (1 - y);
}

static double softplus(double x)
{
    return (x > 0 ? x : 0) + evk_log1p(evk_exp(-fabs(x)));
}

static double tanh_slope(double x)
{
    const double y = evk_tanh(x);

    return 1 - y * y;
}

/*
 * Returns the normal distribution function.  gelu is x times it: the exact form, Keras' default,
 * rather than the approximation by tanh.
 */
static double normal(double x)
{
    const double root_half = 0.70710678118654752440;

    return 0.5 * (1 + evk_erf(x * root_half));
}

static double gelu(double x)
{
    return x * normal(x);
}

static double gelu_slope(double x)
{
    const double one_over_root_two_pi = 0.39894228040143267794;

    return normal(x) + x * one_over_root_two_pi * evk_exp(-0.5 * x * x);
}

static const struct function functions[] = {
    {"softplus", softplus, sigmoid},
    {"sigmoid", sigmoid, sigmoid_slope},
    {"tanh", evk_tanh, tanh_slope},
    {"gelu", gelu, gelu_slope},
};

static void activation_forward(const void *self, const struct evk_pass *p)
{
    const struct activation *l = self;

    for (int64_t i = 0; i < evk_shape_count(&p->out); i++)
        p->y[i] = (float)l->f->value((double)p->x[0][i]);
}

static void activation_backward(const void *self, const struct evk_pass *p)
{
    const struct activation *l = self;

    for (int64_t i = 0; i < evk_shape_count(&p->out); i++)
        p->gx[0][i] += (float)((double)p->gy[i] * l->f->slope((double)p->x[0][i]));
}

extern const struct evk_layer_type evk_layer_activation;
const struct evk_layer_type evk_layer_activation = {
    .name = "activation",
    .summary = "softplus, sigmoid, tanh, gelu",
    .params = "function",
    .shape = evk_shape_same,
    .forward = activation_forward,
    .backward = activation_backward,
    .focus = {.cut = evk_focus_same},
    .release = free,
};

evk_status evk_add_activation(struct evk_graph *g, const char *name, int x, const char *function,
                              int *out, evk_error *err)
{
    const size_t count = sizeof(functions) / sizeof(functions[0]);
    struct activation *l;
    size_t i = 0;

    if (strcmp(function, "elu") == 0 || strcmp(function, "elu_plus_one") == 0)
        return evk_add_elu(g, name, x, strlen(function) > 3, out, err);
    while (i < count && strcmp(functions[i].name, function) != 0)
        i++;
    if (i == count)
        return evk_fail(err, EVK_EUNSUPPORTED,
                        "layer %s: activation '%s' is not supported; supported: linear, relu, "
                        "softmax, elu, elu_plus_one, %s",
                        name, function, evk_layer_activation.summary);
    EVK_TRY(evk_alloc(&l, 1, sizeof(*l), "a layer", err));
    l->f = &functions[i];
    return evk_graph_add_take(g, &evk_layer_activation, l, name, 1, &x, out, err);
}
