/* SPDX-License-Identifier: GPL-3.0-or-later */
/* op_pool.c - ONNX's MaxPool, AveragePool, GlobalAveragePool and GlobalMaxPool */
#include <string.h>

#include "model/onnx/ops.h"
#include "model/onnx/window.h"

struct pool {
    struct evk_window window;
    struct evk_pad zeros; /* padding that counts as zeros */
    bool max, padded;
};

static evk_status pool_map(struct evk_onnx_call *c, int64_t image, int x, const void *how, int *out,
                           evk_error *err)
{
    const struct pool *p = how;

    (void)image;
    if (p->padded)
        EVK_TRY(evk_add_pad(c->o->graph, c->label, x, &p->zeros, &x, err));
    return p->max ? evk_add_maxpool(c->o->graph, c->label, x, &p->window, out, err)
                  : evk_add_avgpool(c->o->graph, c->label, x, &p->window, out, err);
}

/* ---- pools over depth alone ----------------------------------------------------------------- */

/* Reads an attribute of `count` numbers, of which all but those of the first axis of three must be
   `neutral`: first[0] and, of paddings, first[1]. */
static evk_status read_depth(const struct evk_onnx_call *c, const char *name, int count,
                             int64_t neutral, int64_t *first, evk_error *err)
{
    int64_t given[EVK_ONNX_INTS];
    int n;

    EVK_TRY(evk_onnx_ints(c, name, given, &n, err));
    if (n != 0 && n != count)
        return evk_onnx_fail(c, EVK_EFORMAT, err, "'%s' has %d numbers, expected %d", name, n,
                             count);
    for (int i = 0; i < n; i++) {
        if (given[i] < neutral || given[i] > 1 << 20 || (i % 3 != 0 && given[i] != neutral))
            return evk_onnx_fail(c, EVK_EUNSUPPORTED, err,
                                 "its input has 5 axes, and '%s' is %lld, expected %lld for all "
                                 "axes behind depth",
                                 name, (long long)given[i], (long long)neutral);
        if (i % 3 == 0)
            first[i / 3] = given[i];
    }
    return EVK_OK;
}

/* Reads the window of a pool over the depth of (images, channels, depth, rows, columns). */
static evk_status read_depth_pool(const struct evk_onnx_call *c, struct pool *p, evk_error *err)
{
    int64_t size = 1, stride = 1, dilation = 1, pads[2] = {0, 0}, ceil_mode, include;
    char pad[16];

    EVK_TRY(read_depth(c, "kernel_shape", 3, 1, &size, err));
    EVK_TRY(read_depth(c, "strides", 3, 1, &stride, err));
    EVK_TRY(read_depth(c, "dilations", 3, 1, &dilation, err));
    EVK_TRY(read_depth(c, "pads", 6, 0, pads, err));
    EVK_TRY(evk_onnx_int(c, "ceil_mode", 0, &ceil_mode, err));
    EVK_TRY(evk_onnx_int(c, "count_include_pad", 0, &include, err));
    EVK_TRY(evk_onnx_text(c, "auto_pad", "NOTSET", pad, sizeof(pad), err));
    if (ceil_mode || (strcmp(pad, "NOTSET") != 0 && strcmp(pad, "VALID") != 0))
        return evk_onnx_fail(
            c, EVK_EUNSUPPORTED, err,
            "its input has 5 axes, expected paddings as numbers, and no ceil_mode");
    p->padded = !p->max && include && (pads[0] || pads[1]);
    p->zeros = (struct evk_pad){pads[0], pads[1], 0, 0};
    p->window = (struct evk_window){size, 1, stride, 1, dilation, 1, pads[0], pads[1], 0, 0};
    if (p->padded)
        p->window.top = p->window.bottom = 0;
    return EVK_OK;
}

/* Pools a map whose rows are the depth, and whose columns are all rows and columns. */
static evk_status pool_depth(struct evk_onnx_call *c, struct pool *p, evk_error *err)
{
    const struct evk_onnx_value *x = c->in[0];
    int64_t dim[5];
    struct evk_onnx_value map;

    memcpy(dim, x->dim, sizeof(dim));
    dim[3] *= dim[4];
    EVK_TRY(read_depth_pool(c, p, err));
    EVK_TRY(evk_onnx_reshape(c, x, 4, dim, &map, err));
    EVK_TRY(evk_onnx_each_map(c, &map, pool_map, p, &map, err));
    memcpy(dim, x->dim, sizeof(dim));
    dim[2] = map.dim[2];
    return evk_onnx_reshape(c, &map, 5, dim, &c->out[0], err);
}

/* ---- pools ---------------------------------------------------------------------------------- */

/* Means leave the padding out, but for those with count_include_pad: their padding is a layer, and
   what the last windows of ceil_mode reach beyond it is left out all the same. */
evk_status evk_onnx_op_pool(struct evk_onnx_call *c, evk_error *err)
{
    const struct evk_onnx_value *x = c->in[0];
    struct pool p = {.max = strcmp(c->node->op->detail, "max") == 0};
    struct evk_window *w = &p.window;
    int64_t size[2], extra[2], include;

    if (x->axes == 5)
        return pool_depth(c, &p, err);
    EVK_TRY(evk_onnx_map_size(c, x, size, err));
    EVK_TRY(evk_onnx_pair(c, x, "kernel_shape", 0, 1, size, err));
    if (size[1] == 0)
        return evk_onnx_fail(c, EVK_EFORMAT, err, "it has no kernel_shape");
    EVK_TRY(evk_onnx_window(c, x, size, w, extra, err));
    EVK_TRY(evk_onnx_int(c, "count_include_pad", 0, &include, err));
    if (!p.max && include && (w->top || w->bottom || w->left || w->right)) {
        p.padded = true;
        p.zeros = (struct evk_pad){w->top, w->bottom, w->left, w->right};
        w->top = w->bottom = w->left = w->right = 0;
    }
    w->bottom += extra[0];
    w->right += extra[1];
    return evk_onnx_each_map(c, x, pool_map, &p, &c->out[0], err);
}

static evk_status global_map(struct evk_onnx_call *c, int64_t image, int x, const void *how,
                             int *out, evk_error *err)
{
    const struct evk_shape s = c->o->graph->nodes[x].out;
    const struct evk_shape column = {1, s.h * s.w, s.c, false};

    (void)image;
    (void)how;
    if (strcmp(c->node->op->detail, "mean") == 0)
        return evk_add_globalpool(c->o->graph, c->label, x, true, out, err);
    EVK_TRY(evk_add_reshape(c->o->graph, c->label, x, &column, &x, err));
    return evk_add_reduce(c->o->graph, c->label, x, "max", out, err);
}

evk_status evk_onnx_op_global_pool(struct evk_onnx_call *c, evk_error *err)
{
    const struct evk_onnx_value *x = c->in[0];
    int64_t size[2];

    EVK_TRY(evk_onnx_map_size(c, x, size, err));
    return evk_onnx_each_map(c, x, global_map, NULL, &c->out[0], err);
}
