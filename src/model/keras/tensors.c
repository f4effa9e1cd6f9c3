/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tensors.c - tensors and operators of a layer, with Keras' order of axes */
#include "model/keras/keras.h"

struct evk_onnx_call evk_keras_call(struct evk_keras *k, const struct evk_keras_layer *l)
{
    return (struct evk_onnx_call){.o = &k->onnx, .label = l->label};
}

evk_status evk_keras_apply(struct evk_keras *k, const struct evk_keras_layer *l,
                           const char *operator, int inputs, const struct evk_onnx_value *const *in,
                           const struct evk_onnx_argument *arguments, int count,
                           struct evk_onnx_value *out, evk_error *err)
{
    return evk_onnx_apply(&k->onnx, l->label, operator, inputs, in, arguments, count, out, err);
}

evk_status evk_keras_function(struct evk_keras *k, const struct evk_keras_layer *l,
                              const char *function, double p0, double p1, struct evk_onnx_value *v,
                              evk_error *err)
{
    const double p[2] = {p0, p1};

    return evk_add_function(k->onnx.graph, l->label, v->node, function, p, &v->node, err);
}

/* ---- maps ----------------------------------------------------------------------------------- */

/* Fails unless a tensor is a map: batch, and rows, columns and channels in either order. */
static evk_status need_map(const struct evk_keras_layer *l, const struct evk_onnx_value *x,
                           evk_error *err)
{
    if (x->axes == 4)
        return EVK_OK;
    return evk_keras_fail(l, EVK_EFORMAT, err,
                          "its input has %d axes, expected 4: batch, rows, columns, channels",
                          x->axes);
}

evk_status evk_keras_map(struct evk_keras *k, const struct evk_keras_layer *l,
                         const struct evk_onnx_value *x, int *node, evk_error *err)
{
    static const int first_order[] = {0, 2, 3, 1}, last_order[] = {0, 1, 2, 3};
    struct evk_onnx_call c = evk_keras_call(k, l);
    struct evk_onnx_value v;
    const int *order;
    bool first;

    EVK_TRY(need_map(l, x, err));
    EVK_TRY(evk_keras_channels_first(l, &first, err));
    order = first ? first_order : last_order;
    EVK_TRY(evk_onnx_order(&c, x, order, &v, err));
    return evk_onnx_as(&c, &v, v.dim[order[1]], v.dim[order[2]], v.dim[order[3]], node, err);
}

void evk_keras_of_image(const struct evk_shape *s, size_t axes, bool first, int node,
                        struct evk_onnx_value *out)
{
    *out = evk_onnx_shape((int)axes, first ? (int64_t[]){1, s->c, s->h, s->w}
                                           : (int64_t[]){1, s->h, s->w, s->c});
    out->node = node;
    if (first) {
        out->order[1] = 2;
        out->order[2] = 3;
        out->order[3] = 1;
    }
}

evk_status evk_keras_of_map(const struct evk_keras *k, const struct evk_keras_layer *l, int node,
                            struct evk_onnx_value *out, evk_error *err)
{
    bool first;

    EVK_TRY(evk_keras_channels_first(l, &first, err));
    evk_keras_of_image(evk_keras_shape(k, node), 4, first, node, out);
    return EVK_OK;
}

evk_status evk_keras_to_onnx(struct evk_keras *k, const struct evk_keras_layer *l,
                             const struct evk_onnx_value *x, bool first, struct evk_onnx_value *out,
                             evk_error *err)
{
    static const int from[] = {0, 3, 1, 2};
    struct evk_onnx_call c = evk_keras_call(k, l);

    EVK_TRY(need_map(l, x, err));
    *out = *x;
    return first ? EVK_OK : evk_onnx_transpose(&c, x, from, out, err);
}

evk_status evk_keras_from_onnx(struct evk_keras *k, const struct evk_keras_layer *l,
                               const struct evk_onnx_value *x, bool first,
                               struct evk_onnx_value *out, evk_error *err)
{
    static const int from[] = {0, 2, 3, 1};
    struct evk_onnx_call c = evk_keras_call(k, l);
    const struct evk_onnx_value v = *x;

    *out = v;
    return first ? EVK_OK : evk_onnx_transpose(&c, &v, from, out, err);
}

void evk_keras_of_vector(const struct evk_keras *k, int node, struct evk_onnx_value *out)
{
    *out = evk_onnx_shape(2, (int64_t[]){1, evk_shape_count(evk_keras_shape(k, node))});
    out->node = node;
}
