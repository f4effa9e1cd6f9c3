/* SPDX-License-Identifier: GPL-3.0-or-later */
/* op_conv.c - ONNX's Conv and ConvTranspose */
#include <string.h>

#include "model/onnx/ops.h"
#include "model/onnx/window.h"

/* A convolution, whose kernel is (outputs, inputs of a group, rows, columns). */
struct conv {
    const struct evk_onnx_value *kernel, *bias; /* bias: (outputs), or NULL */
    int64_t groups, inputs, outputs;            /* channels of one group */
    struct evk_window window;
    bool transposed;
    int64_t gaps[2]; /* of a transposed one: zeros between neighbours, as a stride */
    int64_t cut[4];  /* of a transposed one: taken off at top, bottom, left and right */
};

/* Returns a weight of group g.  A transposed kernel is (inputs, outputs of a group, rows, columns),
   and is turned by half a turn. */
static float weight_at(const struct conv *v, int64_t g, int64_t o, int64_t i, int64_t r, int64_t s)
{
    const int64_t h = v->window.h, w = v->window.w;

    if (!v->transposed)
        return v->kernel->real[(((g * v->outputs + o) * v->inputs + i) * h + r) * w + s];
    return v->kernel
        ->real[(((g * v->inputs + i) * v->outputs + o) * h + h - 1 - r) * w + w - 1 - s];
}

/* Makes a kernel as layers have it, (rows, columns, inputs, outputs).  A depthwise one is (rows,
   columns, groups, outputs of a group). */
static evk_status make_kernel(struct evk_onnx_call *c, const struct conv *v, int64_t g,
                              bool depthwise, struct evk_tensor *out, evk_error *err)
{
    const int64_t inputs = depthwise ? v->groups : v->inputs;
    const int64_t dim[4] = {v->window.h, v->window.w, inputs, v->outputs};
    float *to;

    EVK_TRY(evk_onnx_weights(c, out, 4, dim, err));
    to = out->data;
    for (int64_t r = 0; r < dim[0]; r++)
        for (int64_t s = 0; s < dim[1]; s++)
            for (int64_t i = 0; i < inputs; i++)
                for (int64_t o = 0; o < v->outputs; o++)
                    *to++ = weight_at(v, depthwise ? i : g, o, depthwise ? 0 : i, r, s);
    return EVK_OK;
}

static evk_status make_bias(struct evk_onnx_call *c, const struct conv *v, int64_t first, int64_t n,
                            struct evk_tensor *out, evk_error *err)
{
    EVK_TRY(evk_onnx_weights(c, out, 1, &n, err));
    memcpy(out->data, v->bias->real + first, (size_t)n * sizeof(*out->data));
    return EVK_OK;
}

/* Adds the convolution of group g, or all of a depthwise one. */
static evk_status add_group(struct evk_onnx_call *c, const struct conv *v, int64_t g,
                            bool depthwise, int x, int *out, evk_error *err)
{
    const int64_t n = depthwise ? v->groups * v->outputs : v->outputs;
    struct evk_tensor kernel = {0}, bias = {0};
    const struct evk_tensor *b = v->bias ? &bias : NULL;
    evk_status s = make_kernel(c, v, g, depthwise, &kernel, err);

    if (!s && v->bias)
        s = make_bias(c, v, depthwise ? 0 : g * v->outputs, n, &bias, err);
    if (!s && depthwise)
        s = evk_add_depthwise(c->o->graph, c->label, x, &v->window, &kernel, b, out, err);
    else if (!s)
        s = evk_add_conv2d(c->o->graph, c->label, x, &v->window, &kernel, b, out, err);
    evk_tensor_release(&kernel);
    evk_tensor_release(&bias);
    return s;
}

/* Groups read channels of their own, and their outputs are joined, some at a time where there are
   more than a layer can join. */
static evk_status add_groups(struct evk_onnx_call *c, const struct conv *v, int x, int *out,
                             evk_error *err)
{
    const struct evk_shape s = c->o->graph->nodes[x].out;
    int joined[EVK_INPUTS_MAX] = {0}, parts[EVK_INPUTS_MAX], count = 0, waiting = 0;

    if (v->groups > EVK_INPUTS_MAX * EVK_INPUTS_MAX)
        return evk_onnx_fail(c, EVK_EUNSUPPORTED, err, "it has %lld groups, supported: up to %d",
                             (long long)v->groups, EVK_INPUTS_MAX * EVK_INPUTS_MAX);
    for (int64_t g = 0; g < v->groups; g++) {
        const struct evk_box box = {{0, 0, g * v->inputs},
                                    {s.h - 1, s.w - 1, (g + 1) * v->inputs - 1}};
        int part;

        EVK_TRY(evk_add_crop(c->o->graph, c->label, x, &box, &part, err));
        EVK_TRY(add_group(c, v, g, false, part, &parts[waiting++], err));
        if (waiting == EVK_INPUTS_MAX || g == v->groups - 1) {
            EVK_TRY(
                evk_add_concat(c->o->graph, c->label, waiting, parts, 2, &joined[count++], err));
            waiting = 0;
        }
    }
    *out = joined[0];
    return count > 1 ? evk_add_concat(c->o->graph, c->label, count, joined, 2, out, err) : EVK_OK;
}

static evk_status conv_map(struct evk_onnx_call *c, int64_t image, int x, const void *how, int *out,
                           evk_error *err)
{
    const struct conv *v = how;
    const bool depthwise = v->groups > 1 && v->inputs == 1;

    (void)image;
    if (v->groups == 1 || depthwise)
        return add_group(c, v, 0, depthwise, x, out, err);
    return add_groups(c, v, x, out, err);
}

/* Reads kernel, bias and group; transposed kernels have their inputs first. */
static evk_status read_conv(const struct evk_onnx_call *c, struct conv *v, int64_t kernel[2],
                            evk_error *err)
{
    const struct evk_onnx_value *x = c->in[0], *w = c->in[1];
    const struct evk_onnx_value *b = c->inputs > 2 ? c->in[2] : NULL;
    char text[EVK_SHAPE_TEXT];
    int64_t size[2];

    EVK_TRY(evk_onnx_map_size(c, x, size, err));
    if (w->node >= 0 || !w->real || (b && (b->node >= 0 || !b->real)))
        return evk_onnx_fail(c, EVK_EUNSUPPORTED, err,
                             "its weights are not constants of real numbers");
    EVK_TRY(evk_onnx_int(c, "group", 1, &v->groups, err));
    if (w->axes != x->axes || v->groups < 1 || w->dim[0] % v->groups != 0 || w->dim[0] == 0)
        return evk_onnx_fail(c, EVK_EFORMAT, err, "its kernel of %s does not suit %lld groups",
                             evk_shape_text(w->axes, w->dim, text), (long long)v->groups);
    v->kernel = w;
    v->bias = b;
    v->inputs = v->transposed ? w->dim[0] / v->groups : w->dim[1];
    v->outputs = v->transposed ? w->dim[1] : w->dim[0] / v->groups;
    if (v->inputs * v->groups != x->dim[1])
        return evk_onnx_fail(c, EVK_EFORMAT, err,
                             "its input has %lld channels, its kernel reads %lld",
                             (long long)x->dim[1], (long long)(v->inputs * v->groups));
    if (b && evk_onnx_count(b) != v->outputs * v->groups)
        return evk_onnx_fail(c, EVK_EFORMAT, err, "its bias has %lld values, expected %lld",
                             (long long)evk_onnx_count(b), (long long)(v->outputs * v->groups));
    EVK_TRY(evk_onnx_map_size(c, w, kernel, err));
    if (kernel[0] < 1 || kernel[1] < 1 || v->outputs < 1)
        return evk_onnx_fail(c, EVK_EFORMAT, err, "its kernel is empty");
    return EVK_OK;
}

evk_status evk_onnx_op_conv(struct evk_onnx_call *c, evk_error *err)
{
    struct conv v = {.transposed = false};
    int64_t kernel[2], extra[2];

    EVK_TRY(read_conv(c, &v, kernel, err));
    EVK_TRY(evk_onnx_window(c, c->in[0], kernel, &v.window, extra, err));
    return evk_onnx_each_map(c, c->in[0], conv_map, &v, &c->out[0], err);
}

/* ---- transposed ----------------------------------------------------------------------------- */

/* Puts zeros between the neighbours of a map, convolves it, and takes the edges off. */
static evk_status transposed_map(struct evk_onnx_call *c, int64_t image, int x, const void *how,
                                 int *out, evk_error *err)
{
    const struct conv *v = how;
    const struct evk_shape s = c->o->graph->nodes[x].out;
    struct evk_onnx_value map = evk_onnx_shape(3, (int64_t[]){s.h, s.w, s.c});
    const int64_t dim[3] = {(s.h - 1) * v->gaps[0] + 1, (s.w - 1) * v->gaps[1] + 1, s.c};
    const int64_t *pick[3] = {NULL, NULL, NULL};
    struct evk_box box;

    map.node = x;
    for (int a = 0; a < 2; a++) {
        int64_t *list;

        EVK_TRY(evk_onnx_alloc(c, &list, dim[a], sizeof(*list), err));
        for (int64_t i = 0; i < dim[a]; i++)
            list[i] = i % v->gaps[a] ? -1 : i / v->gaps[a];
        pick[a] = list;
    }
    if (v->gaps[0] > 1 || v->gaps[1] > 1)
        EVK_TRY(evk_onnx_pick(c, &map, pick, dim, 0, &map, err));
    EVK_TRY(evk_onnx_as(c, &map, dim[0], dim[1], dim[2], &x, err));
    EVK_TRY(conv_map(c, image, x, v, out, err));
    if (!v->cut[0] && !v->cut[1] && !v->cut[2] && !v->cut[3])
        return EVK_OK;
    box = evk_box_whole(&c->o->graph->nodes[*out].out);
    box.first[0] += v->cut[0];
    box.last[0] -= v->cut[1];
    box.first[1] += v->cut[2];
    box.last[1] -= v->cut[3];
    if (box.first[0] > box.last[0] || box.first[1] > box.last[1])
        return evk_onnx_fail(c, EVK_EFORMAT, err, "its output is empty");
    return evk_add_crop(c->o->graph, c->label, *out, &box, out, err);
}

/* Gives the padding that a transposed convolution takes off one axis, before and behind. */
static evk_status transposed_pads(const struct evk_onnx_call *c, int64_t n, int64_t size,
                                  int64_t stride, int64_t more, int64_t wanted, int64_t *before,
                                  int64_t *behind, evk_error *err)
{
    int64_t total;
    char pad[16];

    EVK_TRY(evk_onnx_text(c, "auto_pad", "NOTSET", pad, sizeof(pad), err));
    if (wanted == 0 && strncmp(pad, "SAME", 4) == 0)
        wanted = n * stride;
    if (wanted == 0)
        return EVK_OK;
    total = stride * (n - 1) + more + size - wanted;
    /* an output that is larger than all windows together has zeros behind them */
    *before = total < 0 ? 0 : strcmp(pad, "SAME_UPPER") == 0 ? total / 2 : total - total / 2;
    *behind = total - *before;
    return EVK_OK;
}

/* Sets what one axis of the convolution pads, or cuts off, for a padding that is taken off. */
static void pad_or_cut(int64_t size, int64_t taken, int64_t *pad, int64_t *cut)
{
    const int64_t left = size - 1 - taken;

    *pad = left > 0 ? left : 0;
    *cut = left < 0 ? -left : 0;
}

evk_status evk_onnx_op_conv_transpose(struct evk_onnx_call *c, evk_error *err)
{
    const struct evk_onnx_value *x = c->in[0];
    struct conv v = {.transposed = true};
    struct evk_window *w = &v.window;
    int64_t kernel[2], extra[2], more[2], wanted[2], n[2], size[2], taken[4];

    EVK_TRY(read_conv(c, &v, kernel, err));
    EVK_TRY(evk_onnx_map_size(c, x, n, err));
    EVK_TRY(evk_onnx_window(c, x, kernel, w, extra, err));
    EVK_TRY(evk_onnx_pair(c, x, "output_padding", 0, 0, more, err));
    EVK_TRY(evk_onnx_pair(c, x, "output_shape", 0, 0, wanted, err));
    memcpy(taken, (int64_t[]){w->top, w->bottom, w->left, w->right}, sizeof(taken));
    v.gaps[0] = w->stride_h;
    v.gaps[1] = w->stride_w;
    size[0] = (w->h - 1) * w->dilation_h + 1;
    size[1] = (w->w - 1) * w->dilation_w + 1;
    for (int a = 0; a < 2; a++)
        EVK_TRY(transposed_pads(c, n[a], size[a], v.gaps[a], more[a], wanted[a], &taken[2 * a],
                                &taken[2 * a + 1], err));
    w->stride_h = w->stride_w = 1;
    pad_or_cut(size[0], taken[0], &w->top, &v.cut[0]);
    pad_or_cut(size[0], taken[1] - more[0], &w->bottom, &v.cut[1]);
    pad_or_cut(size[1], taken[2], &w->left, &v.cut[2]);
    pad_or_cut(size[1], taken[3] - more[1], &w->right, &v.cut[3]);
    return evk_onnx_each_map(c, x, transposed_map, &v, &c->out[0], err);
}
