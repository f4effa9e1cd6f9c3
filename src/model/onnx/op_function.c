/* SPDX-License-Identifier: GPL-3.0-or-later */
/* op_function.c - operators of ONNX that change each value by itself */
#include <math.h>
#include <string.h>

#include "model/onnx/binary.h"
#include "model/onnx/ops.h"

/* The attributes of functions that have some, and what they are where a file does not say. */
static const struct parameters {
    const char *function;
    const char *name[2];
    double fallback[2];
} parameters[] = {
    {"elu", {"alpha", NULL}, {1, 0}},
    {"selu", {"alpha", "gamma"}, {1.67326319217681884765625, 1.05070102214813232421875}},
    {"celu", {"alpha", NULL}, {1, 0}},
    {"hard_sigmoid", {"alpha", "beta"}, {(double)0.2f, 0.5}},
    {"thresholded", {"alpha", NULL}, {1, 0}},
    {"shrink", {"lambd", "bias"}, {0.5, 0}},
};

static evk_status apply(struct evk_onnx_call *c, const char *function, const double p[2],
                        evk_error *err)
{
    c->out[0] = *c->in[0];
    return evk_add_function(c->o->graph, c->label, c->in[0]->node, function, p, &c->out[0].node,
                            err);
}

evk_status evk_onnx_op_function(struct evk_onnx_call *c, evk_error *err)
{
    double p[2] = {0, 0};

    for (size_t i = 0; i < sizeof(parameters) / sizeof(parameters[0]); i++)
        for (int j = 0; j < 2; j++)
            if (strcmp(parameters[i].function, c->node->op->detail) == 0 && parameters[i].name[j])
                EVK_TRY(
                    evk_onnx_real(c, parameters[i].name[j], parameters[i].fallback[j], &p[j], err));
    if (c->in[0]->node < 0) /* of the operators here, only Neg is given constants (ops.def) */
        return evk_onnx_whole_neg(c, err);
    return apply(c, c->node->op->detail, p, err);
}

evk_status evk_onnx_op_gelu(struct evk_onnx_call *c, evk_error *err)
{
    const double none[2] = {0, 0};
    static const char *const words[] = {"none", "tanh", NULL};
    char how[EVK_ONNX_WORD];

    EVK_TRY(evk_onnx_word(c, "approximate", words, how, err));
    return apply(c, strcmp(how, "tanh") == 0 ? "gelu_tanh" : "gelu", none, err);
}

evk_status evk_onnx_op_relu(struct evk_onnx_call *c, evk_error *err)
{
    const bool leaky = c->node->op->name[0] == 'L';
    double slope = 0;

    if (leaky)
        EVK_TRY(evk_onnx_real(c, "alpha", (double)0.01f, &slope, err));
    c->out[0] = *c->in[0];
    return evk_add_relu(c->o->graph, c->label, c->in[0]->node, (float)slope, 0, INFINITY,
                        &c->out[0].node, err);
}

/* Reads a bound of Clip, which is an input since opset 11. */
static evk_status read_bound(const struct evk_onnx_call *c, int i, const char *name,
                             double fallback, double *out, evk_error *err)
{
    const struct evk_onnx_value *v = i < c->inputs ? c->in[i] : NULL;

    if (!v)
        return evk_onnx_real(c, name, fallback, out, err);
    if (v->node >= 0 || evk_onnx_count(v) != 1)
        return evk_onnx_fail(c, EVK_EUNSUPPORTED, err, "its %s is no constant number", name);
    *out = v->real ? (double)v->real[0] : (double)v->whole[0];
    return EVK_OK;
}

/* A clip from 0 to a maximum is a ReLU, which other layers can take over. */
evk_status evk_onnx_op_clip(struct evk_onnx_call *c, evk_error *err)
{
    double p[2];

    EVK_TRY(read_bound(c, 1, "min", -INFINITY, &p[0], err));
    EVK_TRY(read_bound(c, 2, "max", INFINITY, &p[1], err));
    if (p[0] != 0 || p[1] <= 0)
        return apply(c, "clip", p, err);
    c->out[0] = *c->in[0];
    return evk_add_relu(c->o->graph, c->label, c->in[0]->node, 0, 0, (float)p[1], &c->out[0].node,
                        err);
}

/* y = max(x, 0) - slope max(-x, 0), which is one layer where all slopes are equal.  Until opset
   6, a vector of slopes belongs to the channels, axis 1. */
evk_status evk_onnx_op_prelu(struct evk_onnx_call *c, evk_error *err)
{
    const struct evk_onnx_value *x = c->in[0], *slope = c->in[1];
    const double none[2] = {0, 0};
    struct evk_onnx_value up, down, scaled, by_channel;
    int64_t channels[EVK_ONNX_AXES];

    for (int a = 0; a < x->axes; a++)
        channels[a] = a == 0 ? evk_onnx_count(slope) : 1;
    if (slope->node < 0 && slope->real && evk_onnx_count(slope) == 1) {
        c->out[0] = *x;
        return evk_add_relu(c->o->graph, c->label, x->node, slope->real[0], 0, INFINITY,
                            &c->out[0].node, err);
    }
    EVK_TRY(evk_onnx_node_of(c, x, &down, err));
    up = down;
    EVK_TRY(evk_add_relu(c->o->graph, c->label, down.node, 0, 0, INFINITY, &up.node, err));
    EVK_TRY(evk_add_function(c->o->graph, c->label, down.node, "neg", none, &down.node, err));
    EVK_TRY(evk_add_relu(c->o->graph, c->label, down.node, 0, 0, INFINITY, &down.node, err));
    by_channel = *slope;
    if (slope->axes == 1 && x->axes > 1 && c->opset < 7)
        EVK_TRY(evk_onnx_reshape(c, slope, x->axes - 1, channels, &by_channel, err));
    EVK_TRY(evk_onnx_binary(c, &down, &by_channel, "mul", &scaled, err));
    return evk_onnx_binary(c, &up, &scaled, "sub", &c->out[0], err);
}
