/* SPDX-License-Identifier: GPL-3.0-or-later */
/* class_pool.c - the classes of pools */
#include "model/keras/classes.h"

/* A pool of nn/layers.h over windows. */
typedef evk_status pool(struct evk_graph *g, const char *name, int x, const struct evk_window *v,
                        int *out, evk_error *err);

static evk_status pool_windows(struct evk_keras *k, struct evk_keras_layer *l,
                               const struct evk_onnx_value *x, pool *add,
                               struct evk_onnx_value *out, evk_error *err)
{
    struct evk_window v;
    int node;

    EVK_TRY(evk_keras_map(k, l, x, &node, err));
    EVK_TRY(evk_keras_window(l, "pool_size", evk_keras_shape(k, node), &v, err));
    EVK_TRY(add(k->onnx.graph, l->label, node, &v, &node, err));
    return evk_keras_of_map(k, l, node, out, err);
}

evk_status evk_keras_max_pool(struct evk_keras *k, struct evk_keras_layer *l,
                              const struct evk_onnx_value *const *x, struct evk_onnx_value *out,
                              evk_error *err)
{
    return pool_windows(k, l, x[0], evk_add_maxpool, out, err);
}

evk_status evk_keras_average_pool(struct evk_keras *k, struct evk_keras_layer *l,
                                  const struct evk_onnx_value *const *x, struct evk_onnx_value *out,
                                  evk_error *err)
{
    return pool_windows(k, l, x[0], evk_add_avgpool, out, err);
}

evk_status evk_keras_global_average(struct evk_keras *k, struct evk_keras_layer *l,
                                    const struct evk_onnx_value *const *x,
                                    struct evk_onnx_value *out, evk_error *err)
{
    bool keep;
    int node;

    EVK_TRY(evk_keras_bool(l, "keepdims", false, &keep, err));
    EVK_TRY(evk_keras_map(k, l, x[0], &node, err));
    EVK_TRY(evk_add_globalpool(k->onnx.graph, l->label, node, keep, &node, err));
    if (keep)
        return evk_keras_of_map(k, l, node, out, err);
    evk_keras_of_vector(k, node, out);
    return EVK_OK;
}

evk_status evk_keras_global_max(struct evk_keras *k, struct evk_keras_layer *l,
                                const struct evk_onnx_value *const *x, struct evk_onnx_value *out,
                                evk_error *err)
{
    const struct evk_shape *s;
    bool keep;
    int node;

    EVK_TRY(evk_keras_bool(l, "keepdims", false, &keep, err));
    EVK_TRY(evk_keras_map(k, l, x[0], &node, err));
    s = evk_keras_shape(k, node);
    EVK_TRY(evk_add_reshape(k->onnx.graph, l->label, node,
                            &(struct evk_shape){1, s->h * s->w, s->c, false}, &node, err));
    EVK_TRY(evk_add_reduce(k->onnx.graph, l->label, node, "max", &node, err));
    if (keep)
        return evk_keras_of_map(k, l, node, out, err);
    EVK_TRY(evk_add_flatten(k->onnx.graph, l->label, node, &node, err));
    evk_keras_of_vector(k, node, out);
    return EVK_OK;
}
