/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reshape.c - the values of the input, in the same order, with another shape */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "nn/layers.h"

/* Sets *out to the number of values of a shape that may be too large; returns whether it is not. */
static bool count_values(const struct evk_shape *s, int64_t *out)
{
    return evk_size_mul(s->h, s->w, out) && evk_size_mul(*out, s->c, out);
}

static evk_status reshape_shape(const void *self, int inputs, const struct evk_shape *in,
                                struct evk_shape *out, evk_error *err)
{
    const struct evk_shape *l = self;
    char a[EVK_LAYER_SHAPE_TEXT], b[EVK_LAYER_SHAPE_TEXT];
    int64_t values;

    (void)inputs;
    if (!count_values(l, &values) || values != evk_shape_count(in))
        return evk_fail(err, EVK_EFORMAT,
                        "its input is %s, its output %s, expected equal numbers of values",
                        evk_layer_shape_text(in, a), evk_layer_shape_text(l, b));
    *out = *l;
    return EVK_OK;
}

static void reshape_forward(const void *self, const struct evk_pass *p)
{
    (void)self;
    memcpy(p->y, p->x[0], (size_t)evk_shape_count(&p->out) * sizeof(*p->y));
}

static void reshape_backward(const void *self, const struct evk_pass *p)
{
    (void)self;
    p->k->axpy(evk_shape_count(&p->out), 1, p->gy, p->gx[0]);
}

static bool is_one_value(const struct evk_box *box)
{
    bool one = true;

    for (int a = 0; a < 3; a++)
        one = one && box->first[a] == box->last[a];
    return one;
}

/* A single value of the output is a single value of the input; several values are taken to need
   the whole input, which reshape_widen makes true. */
static void reshape_field(const void *self, const struct evk_shape *in, int j,
                          const struct evk_shape *out, struct evk_box *box)
{
    const int64_t i = (box->first[0] * out->w + box->first[1]) * out->c + box->first[2];

    (void)self;
    (void)j;
    if (is_one_value(box))
        *box = evk_box_at(in, i);
    else
        *box = evk_box_whole(in);
}

/*
 * Of the output, either a single value is computed or all of them: a box of several values grows to
 * the whole output.
 */
static void reshape_widen(const void *self, const struct evk_shape *in, const struct evk_shape *out,
                          struct evk_box *box)
{
    (void)self;
    (void)in;
    if (!is_one_value(box))
        *box = evk_box_whole(out);
}

static evk_status reshape_new(struct evk_shape **out, const struct evk_shape *shape, evk_error *err)
{
    EVK_TRY(evk_alloc(out, 1, sizeof(**out), "a layer", err));
    **out = *shape;
    return EVK_OK;
}

static evk_status reshape_cut(const void *self, const struct evk_shape *in,
                              const struct evk_box *in_box, const struct evk_box *out_box,
                              void **copy, evk_error *err)
{
    const struct evk_shape *whole = self, part = evk_box_shape(out_box, whole->flat);
    struct evk_shape *l;

    (void)in;
    (void)in_box;
    EVK_TRY(reshape_new(&l, &part, err));
    *copy = l;
    return EVK_OK;
}

extern const struct evk_layer_type evk_layer_reshape;
const struct evk_layer_type evk_layer_reshape = {
    .name = "reshape",
    .summary = "the same values with another shape, as one vector for example",
    .params = "shape",
    .shape = reshape_shape,
    .forward = reshape_forward,
    .backward = reshape_backward,
    .field = reshape_field,
    .focus = {.widen = reshape_widen, .cut = reshape_cut},
    .release = free,
};

evk_status evk_add_reshape(struct evk_graph *g, const char *name, int x,
                           const struct evk_shape *shape, int *out, evk_error *err)
{
    struct evk_shape *l;

    EVK_TRY(reshape_new(&l, shape, err));
    return evk_graph_add_take(g, &evk_layer_reshape, l, name, 1, &x, out, err);
}

evk_status evk_add_flatten(struct evk_graph *g, const char *name, int x, int *out, evk_error *err)
{
    const struct evk_shape vector = {1, 1, evk_shape_count(&g->nodes[x].out), true};

    return evk_add_reshape(g, name, x, &vector, out, err);
}
