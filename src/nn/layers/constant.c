/* SPDX-License-Identifier: GPL-3.0-or-later */
/* constant.c - values that depend on no other node */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "nn/layers.h"

struct constant {
    struct evk_shape shape;
    float values[]; /* (values of shape) */
};

static evk_status constant_shape(const void *self, int inputs, const struct evk_shape *in,
                                 struct evk_shape *out, evk_error *err)
{
    const struct constant *l = self;

    (void)inputs;
    (void)in;
    (void)err;
    *out = l->shape;
    return EVK_OK;
}

static void constant_forward(const void *self, const struct evk_pass *p)
{
    const struct constant *l = self;

    memcpy(p->y, l->values, (size_t)evk_shape_count(&p->out) * sizeof(*p->y));
}

static void constant_backward(const void *self, const struct evk_pass *p)
{
    (void)self;
    (void)p;
}

/* Makes a layer of this shape, whose values are 0. */
static evk_status constant_new(struct constant **out, const struct evk_shape *shape, evk_error *err)
{
    const int64_t floats = evk_shape_count(shape) * (int64_t)sizeof(float);

    EVK_TRY(evk_alloc(out, (int64_t)sizeof(**out) + floats, 1, "a layer", err));
    (*out)->shape = *shape;
    return EVK_OK;
}

static evk_status constant_cut(const void *self, const struct evk_shape *in,
                               const struct evk_box *in_box, const struct evk_box *out_box,
                               void **copy, evk_error *err)
{
    const struct constant *whole = self;
    const struct evk_shape *s = &whole->shape, part = evk_box_shape(out_box, s->flat);
    struct constant *l;
    float *to;

    (void)in;
    (void)in_box;
    EVK_TRY(constant_new(&l, &part, err));
    to = l->values;
    for (int64_t y = out_box->first[0]; y <= out_box->last[0]; y++)
        for (int64_t x = out_box->first[1]; x <= out_box->last[1]; x++, to += part.c)
            memcpy(to, whole->values + (y * s->w + x) * s->c + out_box->first[2],
                   (size_t)part.c * sizeof(*to));
    *copy = l;
    return EVK_OK;
}

extern const struct evk_layer_type evk_layer_constant;
const struct evk_layer_type evk_layer_constant = {
    .name = "constant",
    .summary = "values that are the same for every image",
    .params = "shape, values",
    .shape = constant_shape,
    .forward = constant_forward,
    .backward = constant_backward,
    .focus = {.cut = constant_cut},
    .release = free,
};

evk_status evk_add_constant(struct evk_graph *g, const char *name, const struct evk_shape *shape,
                            const float *values, int *out, evk_error *err)
{
    struct constant *l;

    EVK_TRY(constant_new(&l, shape, err));
    memcpy(l->values, values, (size_t)evk_shape_count(shape) * sizeof(*values));
    return evk_graph_add_take(g, &evk_layer_constant, l, name, 0, NULL, out, err);
}
