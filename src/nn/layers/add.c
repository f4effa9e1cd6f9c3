/* SPDX-License-Identifier: GPL-3.0-or-later */
/* add.c - the sum of inputs of equal shapes */
#include <stdlib.h>
#include <string.h>

#include "nn/layers.h"

static evk_status add_shape(const void *self, int inputs, const struct evk_shape *in,
                            struct evk_shape *out, evk_error *err)
{
    char a[EVK_LAYER_SHAPE_TEXT], b[EVK_LAYER_SHAPE_TEXT];

    (void)self;
    for (int i = 1; i < inputs; i++)
        if (!evk_shape_equal(&in[0], &in[i]))
            return evk_fail(err, EVK_EFORMAT, "its inputs are %s and %s, expected one shape",
                            evk_layer_shape_text(&in[0], a), evk_layer_shape_text(&in[i], b));
    *out = in[0];
    return EVK_OK;
}

static void add_forward(const void *self, const struct evk_pass *p)
{
    const int64_t n = evk_shape_count(&p->out);

    (void)self;
    memcpy(p->y, p->x[0], (size_t)n * sizeof(*p->y));
    for (int i = 1; i < p->inputs; i++)
        p->k->axpy(n, 1, p->x[i], p->y);
}

static void add_backward(const void *self, const struct evk_pass *p)
{
    (void)self;
    for (int i = 0; i < p->inputs; i++)
        p->k->axpy(evk_shape_count(&p->out), 1, p->gy, p->gx[i]);
}

extern const struct evk_layer_type evk_layer_add;
const struct evk_layer_type evk_layer_add = {
    .name = "add",
    .summary = "sum of several inputs",
    .shape = add_shape,
    .forward = add_forward,
    .backward = add_backward,
    .focus = {.cut = evk_focus_same},
    .release = free,
};

evk_status evk_add_add(struct evk_graph *g, const char *name, int inputs, const int *x, int *out,
                       evk_error *err)
{
    return evk_graph_add_take(g, &evk_layer_add, NULL, name, inputs, x, out, err);
}
