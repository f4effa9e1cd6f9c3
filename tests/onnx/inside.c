/* SPDX-License-Identifier: GPL-3.0-or-later */
/* inside.c - which conformance cases of ONNX are networks that evoke reads */
#include "inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The operators that evoke promises, and those that it promises to compute where they are
   constant. */
static const char operators[] =
    " Abs Add AveragePool BatchNormalization Cast Celu Clip Concat Constant Conv ConvTranspose"
    " DepthToSpace Div Dropout Einsum Elu Erf Exp Flatten Gather Gelu Gemm GlobalAveragePool"
    " GlobalMaxPool GridSample GroupNormalization HardSigmoid HardSwish Identity"
    " InstanceNormalization LRN LayerNormalization LeakyRelu Log LogSoftmax MatMul MaxPool"
    " Mish Mul Neg PRelu Pad Pow ReduceMax ReduceMean ReduceSum Relu Reshape Resize Selu Shape"
    " Sigmoid Slice Softmax Softplus Softsign Split Sqrt Squeeze Sub Tanh Transpose Unsqueeze"
    " Upsample ";

/* Values of an attribute that the list leaves out. */
static const struct {
    const char *op, *attribute, *value;
} left_out[] = {
    {"Resize", "mode", "cubic"},
    {"Upsample", "mode", "cubic"},
};

static bool is_listed(const char *op)
{
    char word[80];

    return snprintf(word, sizeof(word), " %s ", op) < (int)sizeof(word) && strstr(operators, word);
}

static const Onnx__FunctionProto *function_of(const Onnx__ModelProto *m, const Onnx__NodeProto *n)
{
    const char *domain = n->domain ? n->domain : "";

    for (size_t i = 0; i < m->n_functions; i++)
        if (strcmp(m->functions[i]->name, n->op_type) == 0 &&
            strcmp(m->functions[i]->domain ? m->functions[i]->domain : "", domain) == 0)
            return m->functions[i];
    return NULL;
}

static const Onnx__AttributeProto *attribute_of(const Onnx__NodeProto *n, const char *name)
{
    for (size_t i = 0; i < n->n_attribute; i++)
        if (strcmp(n->attribute[i]->name, name) == 0)
            return n->attribute[i];
    return NULL;
}

static bool has_value(const Onnx__NodeProto *n, const char *name, const char *value)
{
    const Onnx__AttributeProto *a = attribute_of(n, name);

    return a && a->s.len == strlen(value) && memcmp(a->s.data, value, a->s.len) == 0;
}

static bool check_attributes(const Onnx__NodeProto *n, char reason[REASON])
{
    for (size_t i = 0; i < sizeof(left_out) / sizeof(left_out[0]); i++)
        if (strcmp(n->op_type, left_out[i].op) == 0 &&
            has_value(n, left_out[i].attribute, left_out[i].value)) {
            snprintf(reason, REASON, "%s %s of operator %s is not in the list",
                     left_out[i].attribute, left_out[i].value, n->op_type);
            return false;
        }
    return true;
}

/* Are all operators in the list?  `depth` bounds functions that call each other. */
static bool check_nodes(const Onnx__ModelProto *m, Onnx__NodeProto *const *node, size_t count,
                        int depth, char reason[REASON])
{
    for (size_t i = 0; i < count; i++) {
        const Onnx__FunctionProto *f = depth < 8 ? function_of(m, node[i]) : NULL;
        const bool own =
            !node[i]->domain || !node[i]->domain[0] || strcmp(node[i]->domain, "ai.onnx") == 0;

        if (f && !check_nodes(m, f->node, f->n_node, depth + 1, reason))
            return false;
        if (!f && (!own || !is_listed(node[i]->op_type))) {
            snprintf(reason, REASON, "operator %s%s%s is not in the list",
                     own ? "" : node[i]->domain, own ? "" : ".", node[i]->op_type);
            return false;
        }
        if (!f && !check_attributes(node[i], reason))
            return false;
    }
    return true;
}

/* Returns what the numbers of a type are called, where they are not real ones; else NULL. */
static const char *not_real(int32_t type)
{
    switch (type) {
    case ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT:
    case ONNX__TENSOR_PROTO__DATA_TYPE__DOUBLE:
    case ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT16:
    case ONNX__TENSOR_PROTO__DATA_TYPE__BFLOAT16:
        return NULL;
    case ONNX__TENSOR_PROTO__DATA_TYPE__STRING:
        return "texts";
    case ONNX__TENSOR_PROTO__DATA_TYPE__BOOL:
        return "truth values";
    case ONNX__TENSOR_PROTO__DATA_TYPE__COMPLEX64:
    case ONNX__TENSOR_PROTO__DATA_TYPE__COMPLEX128:
        return "complex numbers";
    default:
        return "whole numbers";
    }
}

static bool check_input(const struct conformance_case *c, const struct data_set *d,
                        char reason[REASON])
{
    Onnx__ValueInfoProto *input[TENSORS_MAX];
    const char *other;

    if (case_inputs(c, input) == 0) {
        snprintf(reason, REASON, "it has no input");
        return false;
    }
    if (!input[0]->type || input[0]->type->value_case != ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE ||
        d->inputs == 0 || !d->input[0]) {
        snprintf(reason, REASON, "its first input is a sequence or an optional value");
        return false;
    }
    other = not_real(d->input[0]->data_type);
    if (other) {
        snprintf(reason, REASON, "its first input has %s", other);
        return false;
    }
    if (d->input[0]->n_dims < 1 || d->input[0]->n_dims > 4) {
        snprintf(reason, REASON, "its first input has %zu axes, not 1 to 4", d->input[0]->n_dims);
        return false;
    }
    return true;
}

/* Is an input of a node a truth value of the case's files, or a constant, that says yes? */
static bool says_yes(const struct conformance_case *c, const struct data_set *d, const char *name)
{
    const Onnx__GraphProto *g = c->model->graph;
    Onnx__ValueInfoProto *input[TENSORS_MAX];
    const int count = case_inputs(c, input);
    const Onnx__TensorProto *t = NULL;

    for (int i = 0; i < count && i < d->inputs; i++)
        if (strcmp(input[i]->name, name) == 0)
            t = d->input[i];
    for (size_t i = 0; i < g->n_initializer; i++)
        if (strcmp(g->initializer[i]->name, name) == 0)
            t = g->initializer[i];
    for (size_t i = 0; i < g->n_node; i++)
        if (strcmp(g->node[i]->op_type, "Constant") == 0 &&
            strcmp(g->node[i]->output[0], name) == 0 && attribute_of(g->node[i], "value"))
            t = attribute_of(g->node[i], "value")->t;
    return t && ((t->raw_data.len > 0 && t->raw_data.data[0]) ||
                 (t->n_int32_data > 0 && t->int32_data[0]));
}

static bool check_mode(const struct conformance_case *c, const struct data_set *d,
                       char reason[REASON])
{
    const Onnx__GraphProto *g = c->model->graph;

    for (size_t i = 0; i < g->n_node; i++) {
        const Onnx__NodeProto *n = g->node[i];
        const Onnx__AttributeProto *training = attribute_of(n, "training_mode");
        const bool norm = strcmp(n->op_type, "BatchNormalization") == 0;

        if ((norm && ((training && training->i) || n->n_output > 1)) ||
            (strcmp(n->op_type, "Dropout") == 0 && n->n_input > 2 && says_yes(c, d, n->input[2]))) {
            snprintf(reason, REASON, "its %s is in training mode", n->op_type);
            return false;
        }
    }
    return true;
}

static bool check_outputs(const struct data_set *d, char reason[REASON])
{
    for (int i = 0; i < d->outputs; i++)
        if (!d->output[i] || d->output[i]->data_type == ONNX__TENSOR_PROTO__DATA_TYPE__STRING) {
            snprintf(reason, REASON, "its output %d is %s", i,
                     d->output[i] ? "a tensor of texts" : "a sequence or an optional value");
            return false;
        }
    return true;
}

bool case_is_inside(const struct conformance_case *c, const struct data_set *d, char reason[REASON])
{
    const Onnx__GraphProto *g = c->model->graph;

    return check_nodes(c->model, g->node, g->n_node, 0, reason) && check_input(c, d, reason) &&
           check_outputs(d, reason) && check_mode(c, d, reason);
}
