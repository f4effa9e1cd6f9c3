/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compact_build.c - building a published compact model from its arrays, without a description */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "model/compact.h"

enum { IMAGE = 112, STAGES = 5, LAST = 28, STAGE_NAME = 32 };

/* A network while it is built. */
struct build {
    struct evk_network *network;
    const struct evk_compact_array *arrays;
    int64_t count, next; /* number of arrays; the array that the next layer takes first */
    double epsilon;      /* epsilon of the batch norms */
    int node;            /* the node that the next layer reads */
    evk_error *err;
};

static const struct evk_shape *shape_so_far(const struct build *b)
{
    return &b->network->graph.nodes[b->node].out;
}

/* Returns the size of an axis of the next array: the number of outputs that a layer has.  Returns 0
   where there is no next array, or the array has no such axis. */
static int64_t outputs_of_next(const struct build *b, int axis)
{
    const struct evk_tensor *t = &b->arrays[b->next].values;

    return b->next < b->count && axis < t->axes ? t->dim[axis] : 0;
}

/* Takes the next array, which must have this shape and finite values; what describes it in
   messages. */
static evk_status take_array(struct build *b, const char *what, int axes, const int64_t *dim,
                             const struct evk_tensor **out)
{
    const struct evk_compact_array *a = &b->arrays[b->next];
    char found[EVK_SHAPE_TEXT], expected[EVK_SHAPE_TEXT];
    int64_t bad;

    if (!evk_tensor_is(&a->values, axes, dim) || evk_tensor_count(&a->values) == 0)
        return evk_fail(b->err, EVK_EFORMAT, "%s is %s, expected %s, %s of a compact model",
                        a->name, evk_shape_text(a->values.axes, a->values.dim, found),
                        evk_shape_text(axes, dim, expected), what);
    bad = evk_tensor_not_finite(&a->values);
    if (bad >= 0)
        return evk_fail(b->err, EVK_EFORMAT, "%s has a value that is not finite (%g at %lld)",
                        a->name, (double)a->values.data[bad], (long long)bad);
    b->next++;
    *out = &a->values;
    return EVK_OK;
}

/* Adds the layer just built to the network's list; its parameters are in the arrays from number
   from to the last that was taken. */
static evk_status record_layer(struct build *b, const char *name, const char *type, int64_t from)
{
    int64_t parameters = 0;

    for (int64_t i = from; i < b->next; i++)
        parameters += evk_tensor_count(&b->arrays[i].values);
    return evk_network_record(b->network, name, type, b->node, parameters, b->err);
}

static evk_status add_norm(struct build *b, const char *name)
{
    static const char *const what[] = {"gamma", "beta", "moving mean", "moving variance"};
    const int64_t c = shape_so_far(b)->c, from = b->next;
    const struct evk_tensor *t[4];
    struct evk_norm norm;

    for (int i = 0; i < 4; i++)
        EVK_TRY(take_array(b, what[i], 1, &c, &t[i]));
    for (int64_t i = 0; i < c; i++)
        if (!((double)t[3]->data[i] + b->epsilon > 0))
            return evk_fail(b->err, EVK_EFORMAT,
                            "%s, a moving variance, is %g at %lld, expected "
                            "above %g",
                            b->arrays[b->next - 1].name, (double)t[3]->data[i], (long long)i,
                            -b->epsilon);
    norm = (struct evk_norm){t[0], t[1], t[2], t[3], b->epsilon};
    EVK_TRY(evk_add_batchnorm(&b->network->graph, name, b->node, &norm, &b->node, b->err));
    return record_layer(b, name, "BatchNormalization", from);
}

/* Adds a convolution of o outputs, which takes a kernel and a bias. */
static evk_status add_conv(struct build *b, const char *name, const struct evk_window *v, int64_t o)
{
    const struct evk_tensor *kernel, *bias;

    EVK_TRY(take_array(b, "a kernel", 4, (int64_t[]){v->h, v->w, shape_so_far(b)->c, o}, &kernel));
    EVK_TRY(take_array(b, "a bias", 1, &o, &bias));
    return evk_add_conv2d(&b->network->graph, name, b->node, v, kernel, bias, &b->node, b->err);
}

static evk_status add_depthwise(struct build *b, const char *name, const struct evk_window *v,
                                bool biased)
{
    const int64_t c = shape_so_far(b)->c;
    const struct evk_tensor *kernel, *bias = NULL;

    EVK_TRY(take_array(b, "a depthwise kernel", 4, (int64_t[]){v->h, v->w, c, 1}, &kernel));
    if (biased)
        EVK_TRY(take_array(b, "a bias", 1, &c, &bias));
    return evk_add_depthwise(&b->network->graph, name, b->node, v, kernel, bias, &b->node, b->err);
}

static const struct evk_window point = {1, 1, 1, 1, 1, 1, 0, 0, 0, 0};

/* Adds stage i: a convolution, a batch norm and a ReLU.  The convolution of stage 0 is a full one,
   the others are separable; those of stages 1 and 2 halve rows and columns. */
static evk_status add_stage(struct build *b, int i)
{
    static const struct evk_window full = {5, 5, 1, 1, 1, 1, 2, 2, 2, 2};
    static const struct evk_window halving = {5, 5, 2, 2, 1, 1, 1, 2, 1, 2};
    const int64_t from = b->next;
    char name[STAGE_NAME];

    snprintf(name, sizeof(name), "layer%d_conv", i);
    if (i == 0) {
        EVK_TRY(add_conv(b, name, &full, outputs_of_next(b, 3)));
    } else {
        EVK_TRY(add_depthwise(b, name, i <= 2 ? &halving : &full, false));
        EVK_TRY(add_conv(b, name, &point, outputs_of_next(b, 3)));
    }
    EVK_TRY(record_layer(b, name, i == 0 ? "Conv2D" : "SeparableConv2D", from));
    snprintf(name, sizeof(name), "layer%d_bn", i);
    EVK_TRY(add_norm(b, name));
    snprintf(name, sizeof(name), "layer%d_act", i);
    EVK_TRY(evk_add_relu(&b->network->graph, name, b->node, 0, 0, INFINITY, &b->node, b->err));
    return record_layer(b, name, "Activation", b->next);
}

static evk_status add_flatten(struct build *b)
{
    EVK_TRY(evk_add_flatten(&b->network->graph, "embeddings", b->node, &b->node, b->err));
    return record_layer(b, "embeddings", "Flatten", b->next);
}

static evk_status add_dense_readout(struct build *b)
{
    const struct evk_tensor *kernel, *bias;
    const int64_t from = b->next;
    int64_t in, o = outputs_of_next(b, 1);

    EVK_TRY(add_flatten(b));
    in = shape_so_far(b)->c;
    EVK_TRY(take_array(b, "the readout", 2, (int64_t[]){in, o}, &kernel));
    EVK_TRY(take_array(b, "the readout's bias", 1, &o, &bias));
    EVK_TRY(evk_add_dense(&b->network->graph, "Beta", b->node, kernel, bias, &b->node, b->err));
    return record_layer(b, "Beta", "Dense", from);
}

static evk_status add_shared_readout(struct build *b)
{
    static const struct evk_window whole = {LAST, LAST, 1, 1, 1, 1, 0, 0, 0, 0};
    int64_t from = b->next;

    EVK_TRY(add_conv(b, "mixing_stage", &point, outputs_of_next(b, 3)));
    EVK_TRY(record_layer(b, "mixing_stage", "Conv2D", from));
    from = b->next;
    EVK_TRY(add_depthwise(b, "spatial_pool_stage", &whole, true));
    EVK_TRY(record_layer(b, "spatial_pool_stage", "DepthwiseConv2D", from));
    return add_flatten(b);
}

/* Notes what was assumed: what shapes of arrays tell, and what is in no array. */
static evk_status note_assumed(struct build *b)
{
    struct evk_str text = EVK_STR_INIT;
    evk_status s;

    evk_str_puts(&text, "the published compact architecture, from shapes; widths ");
    for (int i = 0; i < STAGES; i++) /* a stage's width is the length of its bias */
        evk_str_printf(&text, i ? ", %lld" : "%lld",
                       (long long)evk_tensor_count(&b->arrays[i ? 1 + 7 * i : 1].values));
    evk_str_printf(&text,
                   "; batch norm epsilon %g; a ReLU after each; padding 'same', "
                   "1 before and 2 after where strides are 2",
                   b->epsilon);
    s = evk_str_check(&text, b->err);
    if (!s)
        s = evk_network_note(b->network, "assumed", text.data, b->err);
    evk_str_release(&text);
    return s;
}

const char *evk_compact_unlike(const struct evk_compact_array *arrays, int64_t count)
{
    if (count != EVK_COMPACT_ARRAYS && count != EVK_COMPACT_SHARED_ARRAYS)
        return "the published compact models have 36 arrays, or 38 where they share layers";
    if (arrays[0].values.axes != 4 || arrays[0].values.dim[2] != 3)
        return "the published compact models begin with a kernel of 5x5x3xN";
    return NULL;
}

evk_status evk_compact_build(struct evk_network *out, const struct evk_compact_array *arrays,
                             int64_t count, double epsilon, evk_error *err)
{
    static const struct evk_shape image = {IMAGE, IMAGE, 3, false};
    struct build b = {
        .network = out, .arrays = arrays, .count = count, .epsilon = epsilon, .err = err};

    if (count != EVK_COMPACT_ARRAYS && count != EVK_COMPACT_SHARED_ARRAYS)
        return evk_fail(err, EVK_EFORMAT,
                        "has %lld arrays, expected %d (a compact model) or %d (a shared one)",
                        (long long)count, EVK_COMPACT_ARRAYS, EVK_COMPACT_SHARED_ARRAYS);
    EVK_TRY(evk_add_input(&out->graph, "image_input", &image, &b.node, err));
    EVK_TRY(record_layer(&b, "image_input", "InputLayer", 0));
    for (int i = 0; i < STAGES; i++)
        EVK_TRY(add_stage(&b, i));
    EVK_TRY(count == EVK_COMPACT_ARRAYS ? add_dense_readout(&b) : add_shared_readout(&b));
    return note_assumed(&b);
}
