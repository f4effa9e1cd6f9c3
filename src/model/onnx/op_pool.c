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

/* Means leave the padding out, but for those with count_include_pad: their padding is a layer, and
   what the last windows of ceil_mode reach beyond it is left out all the same. */
evk_status evk_onnx_op_pool(struct evk_onnx_call *c, evk_error *err)
{
    const struct evk_onnx_value *x = c->in[0];
    struct pool p = {.max = strcmp(c->node->op->detail, "max") == 0};
    struct evk_window *w = &p.window;
    int64_t size[2], extra[2], include;

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
