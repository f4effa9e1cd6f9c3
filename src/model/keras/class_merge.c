/* SPDX-License-Identifier: GPL-3.0-or-later */
/* class_merge.c - the classes that have several inputs */
#include <string.h>

#include "model/keras/classes.h"

static bool same_shapes(const struct evk_onnx_value *const *x, int count)
{
    for (int i = 1; i < count; i++)
        if (x[i]->axes != x[0]->axes ||
            memcmp(x[i]->dim, x[0]->dim, (size_t)x[0]->axes * sizeof(x[0]->dim[0])) != 0)
            return false;
    return true;
}

/* Applies the operator of ONNX that does what the layer's class does to all inputs, of which axes of
   size 1 count for all. */
evk_status evk_keras_merge(struct evk_keras *k, struct evk_keras_layer *l,
                           const struct evk_onnx_value *const *x, struct evk_onnx_value *out,
                           evk_error *err)
{
    static const char *const operators[][2] = {{"Add", "Sum"},
                                               {"Average", "Mean"},
                                               {"Maximum", "Max"},
                                               {"Minimum", "Min"},
                                               {"Subtract", "Sub"}};
    size_t i = 0;

    while (strcmp(operators[i][0], l->class->name) != 0)
        i++;
    return evk_keras_apply(k, l, operators[i][1], l->inputs, x, NULL, 0, out, err);
}

/* Tensors of one shape are added by one layer. */
evk_status evk_keras_add(struct evk_keras *k, struct evk_keras_layer *l,
                         const struct evk_onnx_value *const *x, struct evk_onnx_value *out,
                         evk_error *err)
{
    struct evk_onnx_call c = evk_keras_call(k, l);
    int nodes[EVK_INPUTS_MAX];
    struct evk_onnx_value v;

    if (!same_shapes(x, l->inputs))
        return evk_keras_merge(k, l, x, out, err);
    *out = *x[0];
    for (int i = 0; i < l->inputs; i++) {
        const struct evk_shape *s = evk_keras_shape(k, x[0]->node);

        EVK_TRY(evk_onnx_order(&c, x[i], x[0]->order, &v, err));
        nodes[i] = v.node;
        if (!evk_shape_equal(evk_keras_shape(k, v.node), s))
            EVK_TRY(evk_add_reshape(k->onnx.graph, l->label, v.node, s, &nodes[i], err));
    }
    return evk_add_add(k->onnx.graph, l->label, l->inputs, nodes, &out->node, err);
}

/* ONNX's Mul takes two tensors at a time. */
evk_status evk_keras_multiply(struct evk_keras *k, struct evk_keras_layer *l,
                              const struct evk_onnx_value *const *x, struct evk_onnx_value *out,
                              evk_error *err)
{
    *out = *x[0];
    for (int i = 1; i < l->inputs; i++) {
        const struct evk_onnx_value product = *out, *pair[2] = {&product, x[i]};

        EVK_TRY(evk_keras_apply(k, l, "Mul", 2, pair, NULL, 0, out, err));
    }
    return EVK_OK;
}

evk_status evk_keras_concatenate(struct evk_keras *k, struct evk_keras_layer *l,
                                 const struct evk_onnx_value *const *x, struct evk_onnx_value *out,
                                 evk_error *err)
{
    struct evk_onnx_call c = evk_keras_call(k, l);
    int axis;

    EVK_TRY(evk_keras_axis(l, "axis", x[0], -1, &axis, err));
    for (int i = 1; i < l->inputs; i++)
        for (int a = 0; a < x[0]->axes; a++)
            if (x[i]->axes != x[0]->axes || (a != axis && x[i]->dim[a] != x[0]->dim[a]))
                return evk_keras_fail(l, EVK_EFORMAT, err,
                                      "its inputs differ in another axis than %d", axis);
    return evk_onnx_join(&c, l->inputs, x, axis, out, err);
}
