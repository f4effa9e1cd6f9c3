/* SPDX-License-Identifier: GPL-3.0-or-later */
/* op_norm.c - ONNX's normalisations */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "model/onnx/binary.h"
#include "model/onnx/ops.h"
#include "model/onnx/reduce.h"

/* ---- by stored statistics ------------------------------------------------------------------- */

/* Makes a tensor of input i, which must be a constant of n real numbers. */
static evk_status statistics(struct evk_onnx_call *c, int i, int64_t n, struct evk_tensor *out,
                             evk_error *err)
{
    const struct evk_onnx_value *v = c->in[i];

    if (v->node >= 0 || !v->real || evk_onnx_count(v) != n)
        return evk_onnx_fail(c, EVK_EUNSUPPORTED, err,
                             "its input %d has %lld values, expected %lld constants", i,
                             (long long)evk_onnx_count(v), (long long)n);
    EVK_TRY(evk_onnx_weights(c, out, 1, &n, err));
    memcpy(out->data, v->real, (size_t)n * sizeof(*out->data));
    return EVK_OK;
}

evk_status evk_onnx_op_batch_norm(struct evk_onnx_call *c, evk_error *err)
{
    struct evk_tensor t[4] = {{0}, {0}, {0}, {0}};
    struct evk_norm norm = {&t[0], &t[1], &t[2], &t[3], 0};
    int64_t training, tested, spatial;
    evk_status s;

    EVK_TRY(evk_onnx_real(c, "epsilon", (double)1e-5f, &norm.epsilon, err));
    EVK_TRY(evk_onnx_int(c, "training_mode", 0, &training, err));
    EVK_TRY(evk_onnx_int(c, "is_test", c->opset >= 7, &tested, err));
    EVK_TRY(evk_onnx_int(c, "spatial", 1, &spatial, err));
    if (training || !tested || !spatial || c->in[0]->axes < 2)
        return evk_onnx_fail(c, EVK_EUNSUPPORTED, err,
                             "it is in training mode, or has statistics a pixel: export the "
                             "network in evaluation mode");
    EVK_TRY(evk_onnx_inside(c, c->in[0], 1, &c->out[0], err));
    s = EVK_OK;
    for (int i = 0; i < 4 && !s; i++)
        s = statistics(c, i + 1, c->in[0]->dim[1], &t[i], err);
    if (!s)
        s = evk_add_batchnorm(c->o->graph, c->label, c->out[0].node, &norm, &c->out[0].node, err);
    for (int i = 0; i < 4; i++)
        evk_tensor_release(&t[i]);
    return s;
}

/* ---- by statistics of the image ------------------------------------------------------------- */

/* Are the chosen axes the channels of the node's layer, and no others? */
static bool are_channels(const struct evk_onnx_call *c, const struct evk_onnx_value *v,
                         const struct evk_onnx_axes *axes)
{
    const struct evk_shape *s = &c->o->graph->nodes[v->node].out;

    return axes->inner == 1 && axes->chosen == s->c && axes->value.node == v->node;
}

/* Normalises the chosen axes of v together. */
static evk_status normalize(struct evk_onnx_call *c, const struct evk_onnx_value *v,
                            const bool *chosen, double epsilon, struct evk_onnx_value *out,
                            evk_error *err)
{
    struct evk_onnx_value lying;
    struct evk_onnx_axes axes;
    int node;

    EVK_TRY(evk_onnx_node_of(c, v, &lying, err));
    EVK_TRY(evk_onnx_gather_axes(c, &lying, chosen, &axes, err));
    *out = axes.value;
    if (are_channels(c, &lying, &axes))
        return evk_add_normalize_channels(c->o->graph, c->label, lying.node, epsilon, &out->node,
                                          err);
    EVK_TRY(evk_onnx_as(c, &axes.value, axes.outer, axes.chosen, axes.inner, &node, err));
    return evk_add_normalize(c->o->graph, c->label, node, epsilon, &out->node, err);
}

/* Gives a vector of one value a channel the axes of v behind its channels, each of one value. */
static evk_status beside_channels(struct evk_onnx_call *c, const struct evk_onnx_value *vector,
                                  int behind, struct evk_onnx_value *out, evk_error *err)
{
    int64_t dim[EVK_ONNX_AXES];

    dim[0] = evk_onnx_count(vector);
    for (int a = 1; a <= behind; a++)
        dim[a] = 1;
    return evk_onnx_reshape(c, vector, behind + 1, dim, out, err);
}

/* Multiplies v by input 1 and adds input 2, which have one value for each entry of axis 1.  That axis
   is brought inside first, where convolutions have it. */
static evk_status scale_channels(struct evk_onnx_call *c, struct evk_onnx_value *v, evk_error *err)
{
    struct evk_onnx_value factor;

    EVK_TRY(evk_onnx_inside(c, v, 1, v, err));
    EVK_TRY(beside_channels(c, c->in[1], v->axes - 2, &factor, err));
    EVK_TRY(evk_onnx_binary(c, v, &factor, "mul", v, err));
    EVK_TRY(beside_channels(c, c->in[2], v->axes - 2, &factor, err));
    return evk_onnx_binary(c, v, &factor, "add", v, err);
}

static evk_status need_channels(const struct evk_onnx_call *c, evk_error *err)
{
    if (c->in[0]->axes >= 3)
        return EVK_OK;
    return evk_onnx_fail(c, EVK_EFORMAT, err, "its input has %d axes, expected at least 3",
                         c->in[0]->axes);
}

evk_status evk_onnx_op_instance_norm(struct evk_onnx_call *c, evk_error *err)
{
    bool chosen[EVK_ONNX_AXES] = {false};
    double epsilon;

    EVK_TRY(need_channels(c, err));
    EVK_TRY(evk_onnx_real(c, "epsilon", (double)1e-5f, &epsilon, err));
    for (int a = 2; a < c->in[0]->axes; a++)
        chosen[a] = true;
    EVK_TRY(normalize(c, c->in[0], chosen, epsilon, &c->out[0], err));
    return scale_channels(c, &c->out[0], err);
}

/* Until opset 20, scale and bias have one value a group; since then, one a channel. */
evk_status evk_onnx_op_group_norm(struct evk_onnx_call *c, evk_error *err)
{
    const struct evk_onnx_value *x = c->in[0];
    int64_t groups, dim[EVK_ONNX_AXES + 1];
    bool chosen[EVK_ONNX_AXES] = {false};
    struct evk_onnx_value v;
    double epsilon;

    EVK_TRY(need_channels(c, err));
    EVK_TRY(evk_onnx_real(c, "epsilon", (double)1e-5f, &epsilon, err));
    EVK_TRY(evk_onnx_int(c, "num_groups", 1, &groups, err));
    if (groups < 1 || x->dim[1] % groups != 0 || x->axes == EVK_ONNX_AXES)
        return evk_onnx_fail(c, EVK_EFORMAT, err, "its %lld channels do not make %lld groups",
                             (long long)x->dim[1], (long long)groups);
    dim[0] = x->dim[0];
    dim[1] = groups;
    dim[2] = x->dim[1] / groups;
    for (int a = 2; a < x->axes; a++)
        dim[a + 1] = x->dim[a];
    for (int a = 2; a <= x->axes; a++)
        chosen[a] = true;
    if (evk_onnx_count(c->in[1]) != groups && evk_onnx_count(c->in[1]) != x->dim[1])
        return evk_onnx_fail(c, EVK_EFORMAT, err, "its scale has %lld values, expected %lld",
                             (long long)evk_onnx_count(c->in[1]), (long long)x->dim[1]);
    EVK_TRY(evk_onnx_reshape(c, x, x->axes + 1, dim, &v, err));
    EVK_TRY(normalize(c, &v, chosen, epsilon, &v, err));
    if (evk_onnx_count(c->in[1]) == groups && groups != x->dim[1])
        EVK_TRY(scale_channels(c, &v, err));
    EVK_TRY(evk_onnx_reshape(c, &v, x->axes, x->dim, &c->out[0], err));
    return evk_onnx_count(c->in[1]) == x->dim[1] ? scale_channels(c, &c->out[0], err) : EVK_OK;
}

/* Gives the mean and 1 / SD, which are further outputs of a layer normalisation. */
static evk_status layer_statistics(struct evk_onnx_call *c, const bool *chosen, double epsilon,
                                   evk_error *err)
{
    const struct evk_onnx_value *x = c->in[0];
    const double add[2] = {1, epsilon}, root[2] = {-0.5, 0};
    struct evk_onnx_value difference;
    int node;

    EVK_TRY(evk_onnx_reduce(c, x, chosen, true, "mean", &c->out[1], err));
    if (c->outputs < 3)
        return EVK_OK;
    EVK_TRY(evk_onnx_binary(c, x, &c->out[1], "sub", &difference, err));
    EVK_TRY(evk_add_function(c->o->graph, c->label, difference.node, "square", root,
                             &difference.node, err));
    EVK_TRY(evk_onnx_reduce(c, &difference, chosen, true, "mean", &c->out[2], err));
    EVK_TRY(evk_add_function(c->o->graph, c->label, c->out[2].node, "affine", add, &node, err));
    return evk_add_function(c->o->graph, c->label, node, "power", root, &c->out[2].node, err);
}

evk_status evk_onnx_op_layer_norm(struct evk_onnx_call *c, evk_error *err)
{
    const struct evk_onnx_value *bias = c->inputs > 2 ? c->in[2] : NULL;
    bool chosen[EVK_ONNX_AXES] = {false};
    double epsilon;
    int64_t given;
    int axis;

    EVK_TRY(evk_onnx_real(c, "epsilon", (double)1e-5f, &epsilon, err));
    EVK_TRY(evk_onnx_int(c, "axis", -1, &given, err));
    EVK_TRY(evk_onnx_axis(c, c->in[0], given, &axis, err));
    for (int a = axis; a < c->in[0]->axes; a++)
        chosen[a] = true;
    if (c->outputs > 1)
        EVK_TRY(layer_statistics(c, chosen, epsilon, err));
    EVK_TRY(normalize(c, c->in[0], chosen, epsilon, &c->out[0], err));
    EVK_TRY(evk_onnx_binary(c, &c->out[0], c->in[1], "mul", &c->out[0], err));
    return bias ? evk_onnx_binary(c, &c->out[0], bias, "add", &c->out[0], err) : EVK_OK;
}

/* ---- by neighbouring channels --------------------------------------------------------------- */

/*
 * LRN: y = x (bias + alpha m)^-beta, where m is the mean square of `size` neighbouring channels,
 * and channels that are not there count as 0.  Channels become columns, over which a pool takes
 * the mean.
 */
evk_status evk_onnx_op_lrn(struct evk_onnx_call *c, evk_error *err)
{
    const struct evk_onnx_value *x = c->in[0];
    struct evk_onnx_value v, m;
    struct evk_window w = {1, 1, 1, 1, 1, 1, 0, 0, 0, 0};
    double affine[2], power[2] = {0, 0};
    struct evk_shape shape;
    struct evk_pad pad = {0, 0, 0, 0};
    int64_t size;
    int node;

    EVK_TRY(need_channels(c, err));
    EVK_TRY(evk_onnx_int(c, "size", 0, &size, err));
    EVK_TRY(evk_onnx_real(c, "alpha", (double)1e-4f, &affine[0], err));
    EVK_TRY(evk_onnx_real(c, "bias", 1, &affine[1], err));
    EVK_TRY(evk_onnx_real(c, "beta", 0.75, &power[0], err));
    if (size < 1 || size > EVK_NODE_VALUES_MAX)
        return evk_onnx_fail(c, EVK_EFORMAT, err, "its size is %lld", (long long)size);
    power[0] = -power[0];
    w.w = size;
    pad.left = (size - 1) / 2;
    pad.right = size - 1 - pad.left;
    EVK_TRY(evk_onnx_inside(c, x, 1, &v, err));
    shape = c->o->graph->nodes[v.node].out;
    EVK_TRY(evk_add_function(c->o->graph, c->label, v.node, "square", power, &node, err));
    m = v;
    m.node = node;
    EVK_TRY(evk_onnx_as(c, &m, shape.h * shape.w, shape.c, 1, &node, err));
    EVK_TRY(evk_add_pad(c->o->graph, c->label, node, &pad, &node, err));
    EVK_TRY(evk_add_avgpool(c->o->graph, c->label, node, &w, &node, err));
    EVK_TRY(evk_add_function(c->o->graph, c->label, node, "affine", affine, &node, err));
    EVK_TRY(evk_add_function(c->o->graph, c->label, node, "power", power, &m.node, err));
    EVK_TRY(evk_onnx_as(c, &m, shape.h, shape.w, shape.c, &m.node, err));
    return evk_onnx_binary(c, &v, &m, "mul", &c->out[0], err);
}
