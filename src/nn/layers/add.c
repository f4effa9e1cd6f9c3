/* SPDX-License-Identifier: GPL-3.0-or-later */
/* add.c - the sum of inputs of equal shapes */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "nn/layers.h"
#include "nn/rows.h"

struct add {
    bool relu; /* a ReLU follows the sum */
};

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
    const struct add *l = self;
    int64_t at;
    const int64_t n = evk_rows_values(p, &at);

    if (p->inputs == 1)
        memcpy(p->y + at, p->x[0] + at, (size_t)n * sizeof(*p->y));
    if (p->inputs == 1 && l->relu)
        p->k->relu(n, p->x[0] + at, p->y + at);
    for (int i = 1; i < p->inputs; i++)
        p->k->sum(n, (i == 1 ? p->x[0] : p->y) + at, p->x[i] + at, l->relu && i == p->inputs - 1,
                  p->y + at);
}

static void add_backward(const void *self, const struct evk_pass *p)
{
    const struct add *l = self;
    int64_t at;
    const int64_t n = evk_rows_values(p, &at);

    if (l->relu)
        p->k->rectify_gradient(n, p->y + at, p->gy + at);
    for (int i = 0; i < p->inputs; i++)
        if (p->add[i])
            p->k->sum(n, p->gx[i] + at, p->gy + at, false, p->gx[i] + at);
        else
            memcpy(p->gx[i] + at, p->gy + at, (size_t)n * sizeof(*p->gy));
}

static void add_rectify(void *self)
{
    ((struct add *)self)->relu = true;
}

extern const struct evk_layer_type evk_layer_add;
const struct evk_layer_type evk_layer_add = {
    .name = "add",
    .summary = "sum of several inputs",
    .shape = add_shape,
    .forward = add_forward,
    .backward = add_backward,
    .parts = {1, 1},
    .focus = {.cut = evk_focus_same},
    .fusion = {.rectify = add_rectify},
    .overwrites = true,
    .release = free,
};

evk_status evk_add_add(struct evk_graph *g, const char *name, int inputs, const int *x, int *out,
                       evk_error *err)
{
    struct add *l;

    EVK_TRY(evk_alloc(&l, 1, sizeof(*l), "a layer", err));
    return evk_graph_add_take(g, &evk_layer_add, l, name, inputs, x, out, err);
}
