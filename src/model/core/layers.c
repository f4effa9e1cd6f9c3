/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * layers.c - the layers of a core
 *
 * Each is a convolution, which may be followed by a batch norm, a bias or a scale, a nonlinearity,
 * and squeeze and excitation.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "model/core/build.h"

enum { PREFIX = 40 };

static const struct evk_shape *shape_so_far(const struct evk_core *c)
{
    return &c->network->graph.nodes[c->node].out;
}

evk_status evk_core_record(struct evk_core *c, const char *name, const char *type, int node)
{
    const evk_status s = evk_network_record(c->network, name, type, node, c->taken, c->err);

    c->taken = 0;
    return s;
}

evk_status evk_core_add_function(struct evk_core *c, const char *name, const char *function, int *x)
{
    struct evk_graph *g = &c->network->graph;

    if (strcmp(function, "linear") == 0)
        return EVK_OK;
    if (strcmp(function, "relu") == 0)
        return evk_add_relu(g, name, *x, 0, 0, INFINITY, x, c->err);
    return evk_add_activation(g, name, *x, function, x, c->err);
}

/* ---- convolutions --------------------------------------------------------------------------- */

/* How a kernel moves over a map, alike along rows and columns. */
struct move {
    int64_t dilation, stride;
    int64_t padding; /* pixels on every side; -1: half of what the kernel spans */
};

static const struct move still = {1, 1, 0};

static int64_t padding_of(const struct move *m, int64_t size)
{
    return m->padding >= 0 ? m->padding : ((size - 1) * m->dilation + 1) / 2;
}

/* Gives the weight of a convolution, (o, i, h, w), without taking it. */
static evk_status kernel_of(struct evk_core *c, const char *prefix, const char *name,
                            const struct evk_tensor **out)
{
    EVK_TRY(evk_core_peek(c, prefix, name, out));
    return (*out)->axes == 4 ? EVK_OK
                             : evk_core_wrong_shape(c, prefix, name, *out, "a kernel of 4 axes");
}

/* A convolution of the file, whose tensors are prefix.name.weight and, if it has one,
   prefix.name.bias. */
struct conv {
    const char *prefix, *name;
    bool depthwise;
    struct move move;
    const double
        *constants; /* (constant_count) values of the last input channels, which are constant
                                and so are no channels of the image */
    int constant_count;
};

/* Adds to the bias (o) what constant input channels contribute to each output.  It is the same for
   every pixel, since an image with constant channels is never padded. */
static void add_constants(const struct conv *v, const struct evk_tensor *w, float *bias)
{
    const int64_t o = w->dim[0], i = w->dim[1], area = w->dim[2] * w->dim[3];
    const int64_t image = i - v->constant_count;

    for (int64_t n = 0; n < o; n++) {
        double sum = (double)bias[n];

        for (int64_t k = image; k < i; k++)
            for (int64_t p = 0; p < area; p++)
                sum += v->constants[k - image] * (double)w->data[(n * i + k) * area + p];
        bias[n] = (float)sum;
    }
}

/* Makes the kernel (h, w, i, o), or (h, w, i, 1) if depthwise, and the bias (o) from weight w and
   bias b, which may be NULL.  Constant input channels are left out of the kernel, and what they
   contribute is in the bias.  The caller releases both, also where the call fails. */
static evk_status convert_kernel(struct evk_core *c, const struct conv *v,
                                 const struct evk_tensor *w, const struct evk_tensor *b,
                                 struct evk_tensor *kernel, struct evk_tensor *bias)
{
    static const int full[] = {2, 3, 1, 0}, depthwise[] = {2, 3, 0, 1};
    const int64_t o = w->dim[0], inputs = w->dim[1], image = inputs - v->constant_count;
    struct evk_tensor all;

    EVK_TRY(evk_tensor_new(bias, 1, &o, c->err));
    if (b)
        memcpy(bias->data, b->data, (size_t)o * sizeof(*b->data));
    EVK_TRY(evk_tensor_permuted(kernel, w, v->depthwise ? depthwise : full, c->err));
    if (v->constant_count == 0)
        return EVK_OK;
    add_constants(v, w, bias->data);
    all = *kernel;
    *kernel = (struct evk_tensor){0};
    EVK_TRY(evk_tensor_new(kernel, 4, (int64_t[]){w->dim[2], w->dim[3], image, o}, c->err));
    for (int64_t p = 0; p < w->dim[2] * w->dim[3]; p++)
        memcpy(kernel->data + p * image * o, all.data + p * inputs * o,
               (size_t)(image * o) * sizeof(*kernel->data));
    evk_tensor_release(&all);
    return EVK_OK;
}

static evk_status add_conv(struct evk_core *c, const struct conv *v)
{
    const int64_t in = v->depthwise ? 1 : shape_so_far(c)->c + v->constant_count;
    struct evk_tensor kernel = {0}, bias = {0};
    const struct evk_tensor *w, *b;
    char weight[EVK_CORE_NAME], name[EVK_CORE_NAME];
    struct evk_window window;
    evk_status s;

    snprintf(weight, sizeof(weight), "%s.weight", v->name);
    snprintf(name, sizeof(name), "%s.bias", v->name);
    EVK_TRY(kernel_of(c, v->prefix, weight, &w));
    EVK_TRY(evk_core_take(
        c, v->prefix, weight, 4,
        (int64_t[]){v->depthwise ? shape_so_far(c)->c : w->dim[0], in, w->dim[2], w->dim[3]}, &w));
    EVK_TRY(evk_core_take_any(c, v->prefix, name, 1, w->dim, &b));
    window = (struct evk_window){w->dim[2],
                                 w->dim[3],
                                 v->move.stride,
                                 v->move.stride,
                                 v->move.dilation,
                                 v->move.dilation,
                                 0,
                                 0,
                                 0,
                                 0};
    window.top = window.bottom = padding_of(&v->move, window.h);
    window.left = window.right = padding_of(&v->move, window.w);
    s = convert_kernel(c, v, w, b, &kernel, &bias);
    snprintf(name, sizeof(name), "%s.%s", v->prefix, v->name);
    if (!s)
        s = (v->depthwise ? evk_add_depthwise : evk_add_conv2d)(
            &c->network->graph, name, c->node, &window, &kernel,
            b || v->constant_count ? &bias : NULL, &c->node, c->err);
    evk_tensor_release(&kernel);
    evk_tensor_release(&bias);
    return s;
}

/* Adds a separable convolution: a pointwise, a depthwise and another pointwise one. */
static evk_status add_separable(struct evk_core *c, const char *prefix, const struct move *m)
{
    const struct conv parts[] = {
        {prefix, "ds_conv.in_depth_conv", false, still, NULL, 0},
        {prefix, "ds_conv.spatial_conv", true, *m, NULL, 0},
        {prefix, "ds_conv.out_depth_conv", false, still, NULL, 0},
    };
    char name[EVK_CORE_NAME];

    for (int i = 0; i < 3; i++)
        EVK_TRY(add_conv(c, &parts[i]));
    snprintf(name, sizeof(name), "%s.ds_conv", prefix);
    return evk_core_record(c, name, "DepthSeparableConv2d", c->node);
}

static evk_status add_plain(struct evk_core *c, const char *prefix, const struct move *m,
                            const double *constants, int count)
{
    const struct conv v = {prefix, "conv", false, *m, constants, count};
    char name[EVK_CORE_NAME];

    EVK_TRY(add_conv(c, &v));
    snprintf(name, sizeof(name), "%s.conv", prefix);
    return evk_core_record(c, name, "Conv2d", c->node);
}

/* ---- what follows a convolution ------------------------------------------------------------- */

static evk_status add_norm(struct evk_core *c, const char *prefix)
{
    const int64_t channels = shape_so_far(c)->c;
    struct evk_norm norm = {.epsilon = c->o->epsilon};
    char name[EVK_CORE_NAME];

    if (!evk_core_has(c, prefix, "norm.running_mean") &&
        !evk_core_has(c, prefix, "norm.running_var") && !evk_core_has(c, prefix, "norm.weight"))
        return EVK_OK;
    EVK_TRY(evk_core_take(c, prefix, "norm.running_mean", 1, &channels, &norm.mean));
    EVK_TRY(evk_core_take(c, prefix, "norm.running_var", 1, &channels, &norm.variance));
    EVK_TRY(evk_core_take_any(c, prefix, "norm.weight", 1, &channels, &norm.gamma));
    EVK_TRY(evk_core_take_any(c, prefix, "norm.bias", 1, &channels, &norm.beta));
    for (int64_t i = 0; i < channels; i++)
        if (!((double)norm.variance->data[i] + norm.epsilon > 0))
            return evk_fail(c->err, EVK_EFORMAT,
                            "%s.norm.running_var is %g at %lld, expected above %g", prefix,
                            (double)norm.variance->data[i], (long long)i, -norm.epsilon);
    snprintf(name, sizeof(name), "%s.norm", prefix);
    EVK_TRY(evk_add_batchnorm(&c->network->graph, name, c->node, &norm, &c->node, c->err));
    return evk_core_record(c, name, "BatchNorm2d", c->node);
}

/* Multiplies each channel by its scale and adds its shift, (c) or (1, c, 1, 1), of which either
   may be NULL.  The layer is a batch norm of mean 0 and variance 1, which folds like any other. */
static evk_status add_affine(struct evk_core *c, const char *name, const struct evk_tensor *scale,
                             const struct evk_tensor *shift)
{
    const int64_t channels = shape_so_far(c)->c;
    struct evk_tensor zero = {0}, one = {0};
    struct evk_norm norm = {scale, shift, &zero, &one, 0};
    evk_status s = evk_tensor_new(&zero, 1, &channels, c->err);

    if (!s)
        s = evk_tensor_new(&one, 1, &channels, c->err);
    for (int64_t i = 0; i < channels && !s; i++)
        one.data[i] = 1;
    if (!s)
        s = evk_add_batchnorm(&c->network->graph, name, c->node, &norm, &c->node, c->err);
    evk_tensor_release(&zero);
    evk_tensor_release(&one);
    return s;
}

static evk_status add_constant(struct evk_core *c, const char *name, double value)
{
    const int64_t channels = shape_so_far(c)->c;
    struct evk_tensor shift = {0};
    evk_status s;

    if (value == 0)
        return EVK_OK;
    EVK_TRY(evk_tensor_new(&shift, 1, &channels, c->err));
    for (int64_t i = 0; i < channels; i++)
        shift.data[i] = (float)value;
    s = add_affine(c, name, NULL, &shift);
    evk_tensor_release(&shift);
    return s;
}

/* Adds the bias or the scale, (1, c, 1, 1), that follows a batch norm without its own. */
static evk_status add_bias_or_scale(struct evk_core *c, const char *prefix)
{
    static const char *const parts[][3] = {{"bias.bias", "bias", "Bias2DLayer"},
                                           {"scale.scale", "scale", "Scale2DLayer"}};
    const int64_t dim[] = {1, shape_so_far(c)->c, 1, 1};
    char name[EVK_CORE_NAME];

    for (int i = 0; i < 2; i++) {
        const struct evk_tensor *values;

        EVK_TRY(evk_core_take_any(c, prefix, parts[i][0], 4, dim, &values));
        if (!values)
            continue;
        snprintf(name, sizeof(name), "%s.%s", prefix, parts[i][1]);
        EVK_TRY(add_affine(c, name, i == 1 ? values : NULL, i == 0 ? values : NULL));
        EVK_TRY(evk_core_record(c, name, parts[i][2], c->node));
    }
    return EVK_OK;
}

static evk_status add_nonlinearity(struct evk_core *c, const char *prefix, bool final)
{
    const struct evk_core_options *o = c->o;
    const char *function =
        final && *o->final_nonlinearity ? o->final_nonlinearity : o->nonlinearity;
    const int before = c->node;
    char name[EVK_CORE_NAME];

    if (strcmp(function, "linear") == 0)
        return EVK_OK;
    snprintf(name, sizeof(name), "%s.nonlin", prefix);
    EVK_TRY(add_constant(c, name, -o->elu_xshift));
    EVK_TRY(evk_core_add_function(c, name, function, &c->node));
    EVK_TRY(add_constant(c, name, o->elu_yshift));
    EVK_TRY(evk_core_record(c, name, function, c->node));
    c->network->layers[c->network->count - 1].before = before;
    return EVK_OK;
}

/* Adds a dense layer of squeeze and excitation, whose weight is (o, i), after node *x. */
static evk_status add_dense(struct evk_core *c, const char *prefix, int part, int64_t o, int *x)
{
    static const int turn[] = {1, 0};
    const int64_t in = c->network->graph.nodes[*x].out.c;
    const struct evk_tensor *w, *b;
    struct evk_tensor kernel = {0};
    char name[EVK_CORE_NAME];
    evk_status s;

    snprintf(name, sizeof(name), "seg_ex_block.se.%d.weight", part);
    EVK_TRY(evk_core_take(c, prefix, name, 2, (int64_t[]){o, in}, &w));
    snprintf(name, sizeof(name), "seg_ex_block.se.%d.bias", part);
    EVK_TRY(evk_core_take_any(c, prefix, name, 1, &o, &b));
    EVK_TRY(evk_tensor_permuted(&kernel, w, turn, c->err));
    s = evk_add_dense(&c->network->graph, name, *x, &kernel, b, x, c->err);
    evk_tensor_release(&kernel);
    return s;
}

/* Adds squeeze and excitation (Hu et al. 2018) if the file has it: each channel is multiplied by a
   factor that two dense layers compute from the means of all channels. */
static evk_status add_squeeze(struct evk_core *c, const char *prefix)
{
    struct evk_graph *g = &c->network->graph;
    const struct evk_tensor *w;
    char name[EVK_CORE_NAME];
    int x;

    if (!evk_core_has(c, prefix, "seg_ex_block.se.1.weight") &&
        !evk_core_has(c, prefix, "seg_ex_block.se.3.weight"))
        return EVK_OK;
    snprintf(name, sizeof(name), "%s.seg_ex_block", prefix);
    EVK_TRY(evk_core_peek(c, prefix, "seg_ex_block.se.1.weight", &w));
    EVK_TRY(evk_add_globalpool(g, name, c->node, false, &x, c->err));
    EVK_TRY(add_dense(c, prefix, 1, w->dim[0], &x));
    EVK_TRY(evk_add_relu(g, name, x, 0, 0, INFINITY, &x, c->err));
    EVK_TRY(add_dense(c, prefix, 3, shape_so_far(c)->c, &x));
    EVK_TRY(evk_add_activation(g, name, x, "sigmoid", &x, c->err));
    EVK_TRY(evk_add_scale(g, name, c->node, x, &c->node, c->err));
    return evk_core_record(c, name, "SqueezeExcitationBlock", c->node);
}

/* ---- the whole ------------------------------------------------------------------------------ */

static int count_layers(const struct evk_core *c)
{
    char prefix[PREFIX];
    int n = 0;

    for (; n < EVK_CORE_LAYERS_MAX; n++) {
        snprintf(prefix, sizeof(prefix), "core.features.layer%d", n);
        if (!evk_core_has(c, prefix, "conv.weight") &&
            !evk_core_has(c, prefix, "ds_conv.spatial_conv.weight"))
            break;
    }
    return n;
}

/* Adds the input layer.  The image has as many channels as the first kernel reads, less the
   constant ones. */
static evk_status add_image(struct evk_core *c, int64_t height, int64_t width, int constants,
                            const struct move *m)
{
    struct evk_shape image = {height, width, 0, false};
    const struct evk_tensor *w;

    EVK_TRY(kernel_of(c, "core.features.layer0", "conv.weight", &w));
    image.c = w->dim[1] - constants;
    if (image.c < 1)
        return evk_fail(c->err, EVK_EINVAL,
                        "behavior has %d values, expected fewer than the %lld channels of "
                        "core.features.layer0.conv.weight",
                        constants, (long long)w->dim[1]);
    if (constants && m->padding != 0)
        return evk_fail(c->err, EVK_EUNSUPPORTED,
                        "has both behavior and an image with padding %lld, expected "
                        "input-padding 0",
                        (long long)m->padding);
    EVK_TRY(evk_add_input(&c->network->graph, "input", &image, &c->node, c->err));
    return evk_core_record(c, "input", "input", c->node);
}

/* Makes c->node the layers (count nodes) joined along channels, which the next layer reads. */
static evk_status join_layers(struct evk_core *c, const int *layers, int count, const char *name)
{
    if (count == 1) {
        c->node = layers[0];
        return EVK_OK;
    }
    return evk_add_concat(&c->network->graph, name, count, layers, 2, &c->node, c->err);
}

/* Adds what follows the convolution of a layer. */
static evk_status add_rest(struct evk_core *c, const char *prefix, bool final)
{
    EVK_TRY(add_norm(c, prefix));
    EVK_TRY(add_bias_or_scale(c, prefix));
    EVK_TRY(add_nonlinearity(c, prefix, final));
    return add_squeeze(c, prefix);
}

/* Replaces a padding of -1 by half of what the kernel of layer prefix spans. */
static evk_status resolve_padding(struct evk_core *c, const char *prefix, struct move *m)
{
    const bool plain = evk_core_has(c, prefix, "conv.weight");
    const struct evk_tensor *w;

    EVK_TRY(kernel_of(c, prefix, plain ? "conv.weight" : "ds_conv.spatial_conv.weight", &w));
    m->padding = padding_of(m, w->dim[2]);
    return EVK_OK;
}

static evk_status add_first(struct evk_core *c, int64_t height, int64_t width, struct move *m,
                            bool final)
{
    static const char prefix[] = "core.features.layer0";
    double constants[EVK_CORE_LIST_MAX];
    int count;

    EVK_TRY(
        evk_core_numbers("behavior", c->o->behavior, constants, EVK_CORE_LIST_MAX, &count, c->err));
    EVK_TRY(resolve_padding(c, prefix, m));
    EVK_TRY(add_image(c, height, width, count, m));
    EVK_TRY(add_plain(c, prefix, m, constants, count));
    return add_rest(c, prefix, final);
}

static evk_status add_later(struct evk_core *c, const char *prefix, const struct move *m,
                            bool final)
{
    if (evk_core_has(c, prefix, "conv.weight"))
        EVK_TRY(add_plain(c, prefix, m, NULL, 0));
    else
        EVK_TRY(add_separable(c, prefix, m));
    return add_rest(c, prefix, final);
}

/* Adds all layers after the first, and gives the nodes of all layers.  A padding of -1 is
   resolved by the kernel of layer 1 and used for all later layers, as neuralpredictors does. */
static evk_status add_all(struct evk_core *c, int layers, int *nodes, struct move *m)
{
    const int before = c->o->skip > 1 ? (int)c->o->skip : 1;

    nodes[0] = c->node;
    for (int i = 1; i < layers; i++) {
        const int n = i < before ? i : before;
        char prefix[PREFIX];

        snprintf(prefix, sizeof(prefix), "core.features.layer%d", i);
        if (i == 1)
            EVK_TRY(resolve_padding(c, prefix, m));
        EVK_TRY(join_layers(c, nodes + i - n, n, prefix));
        EVK_TRY(add_later(c, prefix, m, i == layers - 1));
        nodes[i] = c->node;
    }
    return EVK_OK;
}

static evk_status note_core(struct evk_core *c, int layers, const struct move *first,
                            const struct move *later)
{
    struct evk_str text = EVK_STR_INIT;
    evk_status s;

    evk_str_printf(&text, "%d layer%s, %s; padding of the image %lld", layers,
                   layers == 1 ? "" : "s", c->o->nonlinearity, (long long)first->padding);
    if (layers > 1)
        evk_str_printf(&text, ", of later maps %lld, dilation %lld; readouts see layers: %s",
                       (long long)later->padding, (long long)later->dilation, c->o->stack);
    s = evk_str_check(&text, c->err);
    if (!s)
        s = evk_network_note(c->network, "core", text.data, c->err);
    evk_str_release(&text);
    return s;
}

evk_status evk_core_add_layers(struct evk_core *c, int64_t height, int64_t width)
{
    const struct evk_core_options *o = c->o;
    struct move first = {1, 1, o->input_padding};
    struct move later = {o->hidden_dilation, o->hidden_stride, o->hidden_padding};
    int stack[EVK_CORE_LIST_MAX], nodes[EVK_CORE_LAYERS_MAX], chosen[EVK_CORE_LIST_MAX], stacked;
    const int layers = count_layers(c);

    EVK_TRY(add_first(c, height, width, &first, layers <= 1));
    EVK_TRY(evk_core_stacked(o->stack, layers, stack, &stacked, c->err));
    EVK_TRY(add_all(c, layers, nodes, &later));
    for (int i = 0; i < stacked; i++)
        chosen[i] = nodes[stack[i]];
    EVK_TRY(note_core(c, layers, &first, &later));
    EVK_TRY(join_layers(c, chosen, stacked, "core.stack"));
    return stacked == 1 ? EVK_OK : evk_core_record(c, "core.stack", "concat", c->node);
}
