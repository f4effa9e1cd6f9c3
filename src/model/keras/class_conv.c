/* SPDX-License-Identifier: GPL-3.0-or-later */
/* class_conv.c - the classes of convolutions, and Dense */
#include "model/keras/classes.h"
#include "model/onnx/reduce.h"

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

/* Makes *out the output of a convolution, which is node, behind the layer's activation. */
static evk_status finish(struct evk_keras *k, struct evk_keras_layer *l, int node,
                         struct evk_onnx_value *out, evk_error *err)
{
    EVK_TRY(evk_keras_of_map(k, l, node, out, err));
    return evk_keras_activation(k, l, out, err);
}

static evk_status positive_or_one(const struct evk_keras_layer *l, const char *key, int64_t *out,
                                  evk_error *err)
{
    *out = 1;
    return evk_json_is_null(evk_json_get(l->config, key)) ? EVK_OK
                                                          : evk_keras_count(l, key, out, err);
}

/* ---- convolutions as operators of ONNX ------------------------------------------------------ */

/* Reads a kernel (rows, columns, a, b) as the constant (b, a, rows, columns) that ONNX has. */
static evk_status read_turned(struct evk_keras *k, struct evk_keras_layer *l, const int64_t dim[4],
                              struct evk_onnx_value *out, evk_error *err)
{
    static const int turn[] = {3, 2, 0, 1};
    struct evk_onnx_call c = evk_keras_call(k, l);
    struct evk_onnx_value kernel;

    EVK_TRY(evk_keras_constant(k, l, "kernel", 4, dim, &kernel, err));
    return evk_onnx_transpose(&c, &kernel, turn, out, err);
}

/* Applies Conv or ConvTranspose to map x, with a kernel as ONNX has it, and with the bias of the
   layer, if it has one; then the layer's activation. */
static evk_status apply_conv(struct evk_keras *k, struct evk_keras_layer *l, const char *operator,
                             const struct evk_onnx_value * x, struct evk_onnx_value *kernel,
                             int64_t filters, const struct evk_onnx_argument *arguments, int count,
                             struct evk_onnx_value *out, evk_error *err)
{
    const struct evk_onnx_value *in[3] = {NULL, kernel, NULL};
    struct evk_onnx_value map, bias;
    bool first, has;

    EVK_TRY(evk_keras_channels_first(l, &first, err));
    EVK_TRY(evk_keras_bool(l, "use_bias", true, &has, err));
    if (has)
        EVK_TRY(evk_keras_constant(k, l, "bias", 1, &filters, &bias, err));
    EVK_TRY(evk_keras_to_onnx(k, l, x, first, &map, err));
    in[0] = &map;
    in[2] = &bias;
    EVK_TRY(evk_keras_apply(k, l, operator, has ? 3 : 2, in, arguments, count, &map, err));
    EVK_TRY(evk_keras_from_onnx(k, l, &map, first, out, err));
    return evk_keras_activation(k, l, out, err);
}

static evk_status conv_groups(struct evk_keras *k, struct evk_keras_layer *l,
                              const struct evk_onnx_value *x, const struct evk_window *v,
                              int64_t inputs, int64_t filters, int64_t groups,
                              struct evk_onnx_value *out, evk_error *err)
{
    const int64_t strides[] = {v->stride_h, v->stride_w},
                  dilations[] = {v->dilation_h, v->dilation_w};
    const int64_t pads[] = {v->top, v->left, v->bottom, v->right};
    const struct evk_onnx_argument arguments[] = {
        {"group", EVK_ONNX_INT, {.whole = groups}, 0},
        {"strides", EVK_ONNX_INTS_OF, {.list = strides}, 2},
        {"dilations", EVK_ONNX_INTS_OF, {.list = dilations}, 2},
        {"pads", EVK_ONNX_INTS_OF, {.list = pads}, 4},
    };
    struct evk_onnx_value kernel;

    if (inputs % groups != 0 || filters % groups != 0)
        return evk_keras_fail(l, EVK_EFORMAT, err,
                              "groups is %lld, which does not divide %lld inputs and %lld filters",
                              (long long)groups, (long long)inputs, (long long)filters);
    EVK_TRY(read_turned(k, l, (int64_t[]){v->h, v->w, inputs / groups, filters}, &kernel, err));
    return apply_conv(k, l, "Conv", x, &kernel, filters, arguments, 4, out, err);
}

/* How far a transposed convolution of one axis goes: what it takes off before and behind, and the
   output_padding of ONNX that gives Keras' number of outputs. */
struct reach {
    int64_t before, behind, more;
};

/* Computes the reach for n inputs.  given is output_padding, or -1 where the config has none: Keras
   then gives n times stride outputs where padding is "same", and with "valid" as many as all windows
   reach, or n times stride if these are more. */
static struct reach reach_of(int64_t n, int64_t size, int64_t stride, bool same, int64_t given)
{
    const int64_t all = (n - 1) * stride + size;
    int64_t wanted, off;

    if (same)
        wanted = given < 0 ? n * stride : (n - 1) * stride + size % 2 + given;
    else
        wanted = given < 0 ? (size > stride ? all : n * stride) : all + given;
    off = same && all > wanted ? all - wanted : 0;
    return (struct reach){off / 2, off - off / 2, wanted - (all - off)};
}

static evk_status read_output_padding(const struct evk_keras_layer *l, int64_t out[2],
                                      evk_error *err)
{
    const evk_json *v = evk_json_get(l->config, "output_padding");
    char text[EVK_JSON_BRIEF];

    out[0] = out[1] = -1;
    if (evk_json_is_null(v))
        return EVK_OK;
    for (size_t i = 0; i < 2; i++)
        if (!evk_json_int(evk_json_is_array(v) ? evk_json_at(v, i) : v, &out[i]) || out[i] < 0 ||
            out[i] > 65536)
            return evk_keras_fail(l, EVK_EFORMAT, err,
                                  "output_padding is %s, expected one or two "
                                  "whole numbers from 0 to 65536",
                                  evk_json_brief(v, text));
    return EVK_OK;
}

evk_status evk_keras_conv_transpose(struct evk_keras *k, struct evk_keras_layer *l,
                                    const struct evk_onnx_value *const *x,
                                    struct evk_onnx_value *out, evk_error *err)
{
    static const char *const paddings[] = {"valid", "same", NULL};
    int64_t strides[2], dilations[2], filters, given[2], pads[4], more[2];
    const struct evk_onnx_argument arguments[] = {
        {"strides", EVK_ONNX_INTS_OF, {.list = strides}, 2},
        {"dilations", EVK_ONNX_INTS_OF, {.list = dilations}, 2},
        {"pads", EVK_ONNX_INTS_OF, {.list = pads}, 4},
        {"output_padding", EVK_ONNX_INTS_OF, {.list = more}, 2},
    };
    struct evk_onnx_value kernel;
    const struct evk_shape *in;
    struct evk_window v;
    const char *padding;
    int node;

    EVK_TRY(evk_keras_only_int(l, "groups", 1, err));
    EVK_TRY(evk_keras_map(k, l, x[0], &node, err));
    in = evk_keras_shape(k, node);
    EVK_TRY(evk_keras_window(l, "kernel_size", in, &v, err));
    EVK_TRY(evk_keras_word(l, "padding", paddings, &padding, err));
    EVK_TRY(read_output_padding(l, given, err));
    EVK_TRY(evk_keras_count(l, "filters", &filters, err));
    for (int a = 0; a < 2; a++) {
        const int64_t n = a ? in->w : in->h, size = a ? v.w : v.h;
        struct reach r;

        strides[a] = a ? v.stride_w : v.stride_h;
        dilations[a] = a ? v.dilation_w : v.dilation_h;
        r = reach_of(n, (size - 1) * dilations[a] + 1, strides[a], padding == paddings[1],
                     given[a]);
        pads[a] = r.before;
        pads[a + 2] = r.behind;
        more[a] = r.more;
    }
    EVK_TRY(read_turned(k, l, (int64_t[]){v.h, v.w, filters, in->c}, &kernel, err));
    return apply_conv(k, l, "ConvTranspose", x[0], &kernel, filters, arguments, 4, out, err);
}

/* ---- convolutions as layers of their own ---------------------------------------------------- */

evk_status evk_keras_conv(struct evk_keras *k, struct evk_keras_layer *l,
                          const struct evk_onnx_value *const *x, struct evk_onnx_value *out,
                          evk_error *err)
{
    struct evk_tensor kernel = {0}, bias = {0};
    const struct evk_tensor *b;
    struct evk_window v;
    int64_t filters, groups, inputs;
    evk_status s;
    int node;

    EVK_TRY(evk_keras_map(k, l, x[0], &node, err));
    inputs = evk_keras_shape(k, node)->c;
    EVK_TRY(evk_keras_window(l, "kernel_size", evk_keras_shape(k, node), &v, err));
    EVK_TRY(evk_keras_count(l, "filters", &filters, err));
    EVK_TRY(positive_or_one(l, "groups", &groups, err));
    if (groups > 1)
        return conv_groups(k, l, x[0], &v, inputs, filters, groups, out, err);
    s = evk_keras_weight(k, l, "kernel", 4, (int64_t[]){v.h, v.w, inputs, filters}, &kernel, err);
    if (!s)
        s = read_bias(k, l, filters, &bias, &b, err);
    if (!s)
        s = evk_add_conv2d(k->onnx.graph, l->label, node, &v, &kernel, b, &node, err);
    evk_tensor_release(&kernel);
    evk_tensor_release(&bias);
    return s ? s : finish(k, l, node, out, err);
}

evk_status evk_keras_depthwise(struct evk_keras *k, struct evk_keras_layer *l,
                               const struct evk_onnx_value *const *x, struct evk_onnx_value *out,
                               evk_error *err)
{
    struct evk_tensor kernel = {0}, bias = {0};
    const struct evk_tensor *b;
    struct evk_window v;
    int64_t m, c;
    evk_status s;
    int node;

    EVK_TRY(evk_keras_only_int(l, "groups", 1, err));
    EVK_TRY(evk_keras_map(k, l, x[0], &node, err));
    c = evk_keras_shape(k, node)->c;
    EVK_TRY(evk_keras_window(l, "kernel_size", evk_keras_shape(k, node), &v, err));
    EVK_TRY(positive_or_one(l, "depth_multiplier", &m, err));
    s = evk_keras_weight(k, l, "kernel", 4, (int64_t[]){v.h, v.w, c, m}, &kernel, err);
    if (!s)
        s = read_bias(k, l, c * m, &bias, &b, err);
    if (!s)
        s = evk_add_depthwise(k->onnx.graph, l->label, node, &v, &kernel, b, &node, err);
    evk_tensor_release(&kernel);
    evk_tensor_release(&bias);
    return s ? s : finish(k, l, node, out, err);
}

/* The layer becomes a depthwise convolution without a bias and a 1x1 convolution with its bias. */
evk_status evk_keras_separable(struct evk_keras *k, struct evk_keras_layer *l,
                               const struct evk_onnx_value *const *x, struct evk_onnx_value *out,
                               evk_error *err)
{
    const struct evk_window point = {1, 1, 1, 1, 1, 1, 0, 0, 0, 0};
    struct evk_tensor depth = {0}, kernel = {0}, bias = {0};
    const struct evk_tensor *b = NULL;
    struct evk_window v;
    int64_t m, filters, c;
    evk_status s;
    int node;

    EVK_TRY(evk_keras_only_int(l, "groups", 1, err));
    EVK_TRY(evk_keras_map(k, l, x[0], &node, err));
    c = evk_keras_shape(k, node)->c;
    EVK_TRY(evk_keras_window(l, "kernel_size", evk_keras_shape(k, node), &v, err));
    EVK_TRY(positive_or_one(l, "depth_multiplier", &m, err));
    EVK_TRY(evk_keras_count(l, "filters", &filters, err));
    s = evk_keras_weight(k, l, "depthwise kernel", 4, (int64_t[]){v.h, v.w, c, m}, &depth, err);
    if (!s)
        s = evk_keras_weight(k, l, "pointwise kernel", 4, (int64_t[]){1, 1, c * m, filters},
                             &kernel, err);
    if (!s)
        s = read_bias(k, l, filters, &bias, &b, err);
    if (!s)
        s = evk_add_depthwise(k->onnx.graph, l->label, node, &v, &depth, NULL, &node, err);
    if (!s)
        s = evk_add_conv2d(k->onnx.graph, l->label, node, &point, &kernel, b, &node, err);
    evk_tensor_release(&depth);
    evk_tensor_release(&kernel);
    evk_tensor_release(&bias);
    return s ? s : finish(k, l, node, out, err);
}

/* A dense layer acts on the last axis, whichever that is. */
evk_status evk_keras_dense(struct evk_keras *k, struct evk_keras_layer *l,
                           const struct evk_onnx_value *const *x, struct evk_onnx_value *out,
                           evk_error *err)
{
    const int last = x[0]->axes - 1;
    struct evk_onnx_call c = evk_keras_call(k, l);
    struct evk_tensor kernel = {0}, bias = {0};
    const struct evk_tensor *b;
    int64_t units;
    evk_status s;

    EVK_TRY(evk_keras_count(l, "units", &units, err));
    EVK_TRY(evk_onnx_inside(&c, x[0], last, out, err));
    s = evk_keras_weight(k, l, "kernel", 2, (int64_t[]){x[0]->dim[last], units}, &kernel, err);
    if (!s)
        s = read_bias(k, l, units, &bias, &b, err);
    if (!s)
        s = evk_add_dense(k->onnx.graph, l->label, out->node, &kernel, b, &out->node, err);
    out->dim[last] = units;
    evk_tensor_release(&kernel);
    evk_tensor_release(&bias);
    return s ? s : evk_keras_activation(k, l, out, err);
}
