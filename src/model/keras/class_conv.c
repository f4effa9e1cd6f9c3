/* SPDX-License-Identifier: GPL-3.0-or-later */
/* class_conv.c - the classes Conv2D, DepthwiseConv2D, SeparableConv2D and Dense */
#include "model/keras/classes.h"

/* Reads the bias of a layer into *bias, which the caller releases, and sets *out to bias.  Where
   the layer has no bias, *bias stays empty and *out is NULL. */
static evk_status read_bias(struct evk_keras *k, struct evk_keras_layer *l, int64_t channels,
                            struct evk_tensor *bias, const struct evk_tensor **out, evk_error *err)
{
    bool has;

    *out = NULL;
    EVK_TRY(evk_keras_bool(l, "use_bias", true, &has, err));
    if (!has)
        return EVK_OK;
    EVK_TRY(evk_keras_weight(k, l, "bias", 1, &channels, bias, err));
    *out = bias;
    return EVK_OK;
}

evk_status evk_keras_Conv2D(struct evk_keras *k, struct evk_keras_layer *l, const int *x, int *out,
                            evk_error *err)
{
    const struct evk_shape in = *evk_keras_shape(k, *x);
    struct evk_tensor kernel = {0}, bias = {0};
    const struct evk_tensor *b;
    struct evk_window v;
    int64_t filters;
    evk_status s;

    EVK_TRY(evk_keras_only_int(l, "groups", 1, err));
    EVK_TRY(evk_keras_window(l, "kernel_size", &in, &v, err));
    EVK_TRY(evk_keras_count(l, "filters", &filters, err));
    s = evk_keras_weight(k, l, "kernel", 4, (int64_t[]){v.h, v.w, in.c, filters}, &kernel, err);
    if (!s)
        s = read_bias(k, l, filters, &bias, &b, err);
    if (!s)
        s = evk_add_conv2d(&k->network->graph, l->label, *x, &v, &kernel, b, out, err);
    evk_tensor_release(&kernel);
    evk_tensor_release(&bias);
    return s ? s : evk_keras_activation(k, l, out, err);
}

static evk_status multiplier_of(const struct evk_keras_layer *l, int64_t *out, evk_error *err)
{
    *out = 1;
    return evk_json_is_null(evk_json_get(l->config, "depth_multiplier"))
               ? EVK_OK
               : evk_keras_count(l, "depth_multiplier", out, err);
}

evk_status evk_keras_DepthwiseConv2D(struct evk_keras *k, struct evk_keras_layer *l, const int *x,
                                     int *out, evk_error *err)
{
    const struct evk_shape in = *evk_keras_shape(k, *x);
    struct evk_tensor kernel = {0}, bias = {0};
    const struct evk_tensor *b;
    struct evk_window v;
    int64_t m;
    evk_status s;

    EVK_TRY(evk_keras_only_int(l, "groups", 1, err));
    EVK_TRY(evk_keras_window(l, "kernel_size", &in, &v, err));
    EVK_TRY(multiplier_of(l, &m, err));
    s = evk_keras_weight(k, l, "kernel", 4, (int64_t[]){v.h, v.w, in.c, m}, &kernel, err);
    if (!s)
        s = read_bias(k, l, in.c * m, &bias, &b, err);
    if (!s)
        s = evk_add_depthwise(&k->network->graph, l->label, *x, &v, &kernel, b, out, err);
    evk_tensor_release(&kernel);
    evk_tensor_release(&bias);
    return s ? s : evk_keras_activation(k, l, out, err);
}

/* The layer becomes a depthwise convolution without a bias and a 1x1 convolution with its bias. */
evk_status evk_keras_SeparableConv2D(struct evk_keras *k, struct evk_keras_layer *l, const int *x,
                                     int *out, evk_error *err)
{
    const struct evk_shape in = *evk_keras_shape(k, *x);
    const struct evk_window point = {1, 1, 1, 1, 1, 1, 0, 0, 0, 0};
    struct evk_tensor depth = {0}, kernel = {0}, bias = {0};
    const struct evk_tensor *b = NULL;
    struct evk_window v;
    int64_t m, filters;
    evk_status s;
    int node = *x;

    EVK_TRY(evk_keras_only_int(l, "groups", 1, err));
    EVK_TRY(evk_keras_window(l, "kernel_size", &in, &v, err));
    EVK_TRY(multiplier_of(l, &m, err));
    EVK_TRY(evk_keras_count(l, "filters", &filters, err));
    s = evk_keras_weight(k, l, "depthwise kernel", 4, (int64_t[]){v.h, v.w, in.c, m}, &depth, err);
    if (!s)
        s = evk_keras_weight(k, l, "pointwise kernel", 4, (int64_t[]){1, 1, in.c * m, filters},
                             &kernel, err);
    if (!s)
        s = read_bias(k, l, filters, &bias, &b, err);
    if (!s)
        s = evk_add_depthwise(&k->network->graph, l->label, node, &v, &depth, NULL, &node, err);
    if (!s)
        s = evk_add_conv2d(&k->network->graph, l->label, node, &point, &kernel, b, out, err);
    evk_tensor_release(&depth);
    evk_tensor_release(&kernel);
    evk_tensor_release(&bias);
    return s ? s : evk_keras_activation(k, l, out, err);
}

evk_status evk_keras_Dense(struct evk_keras *k, struct evk_keras_layer *l, const int *x, int *out,
                           evk_error *err)
{
    const int64_t c = evk_keras_shape(k, *x)->c;
    struct evk_tensor kernel = {0}, bias = {0};
    const struct evk_tensor *b;
    int64_t units;
    evk_status s;

    EVK_TRY(evk_keras_count(l, "units", &units, err));
    s = evk_keras_weight(k, l, "kernel", 2, (int64_t[]){c, units}, &kernel, err);
    if (!s)
        s = read_bias(k, l, units, &bias, &b, err);
    if (!s)
        s = evk_add_dense(&k->network->graph, l->label, *x, &kernel, b, out, err);
    evk_tensor_release(&kernel);
    evk_tensor_release(&bias);
    return s ? s : evk_keras_activation(k, l, out, err);
}
