/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flatten.c - a map (h, w, c) as a vector of its values, in the same order */
#include <stdlib.h>
#include <string.h>

#include "nn/layers.h"

static evk_status flatten_shape(const void *self, int inputs, const struct evk_shape *in,
                                struct evk_shape *out, evk_error *err)
{
    (void)self;
    (void)inputs;
    (void)err;
    *out = (struct evk_shape){1, 1, evk_shape_count(in), true};
    return EVK_OK;
}

static void flatten_forward(const void *self, const struct evk_pass *p)
{
    (void)self;
    memcpy(p->y, p->x[0], (size_t)p->out.c * sizeof(*p->y));
}

static void flatten_backward(const void *self, const struct evk_pass *p)
{
    (void)self;
    p->k->axpy(p->out.c, 1, p->gy, p->gx[0]);
}

/* A single value of the vector lies at one position of the map; several values are taken to need
   the whole map, which flatten_widen makes true. */
static void flatten_field(const void *self, const struct evk_shape *in, int j,
                          const struct evk_shape *out, struct evk_box *box)
{
    const int64_t i = box->first[2], size[3] = {in->h, in->w, in->c};
    const int64_t place[3] = {i / (in->w * in->c), i / in->c % in->w, i % in->c};
    const bool one = box->first[2] == box->last[2];

    (void)self;
    (void)j;
    (void)out;
    for (int a = 0; a < 3; a++) {
        box->first[a] = one ? place[a] : 0;
        box->last[a] = one ? place[a] : size[a] - 1;
    }
}

/*
 * Of the vector, either a single value is computed or all of them: a box of several values grows to
 * the whole vector.
 */
static void flatten_widen(const void *self, const struct evk_shape *in, const struct evk_shape *out,
                          struct evk_box *box)
{
    if (box->first[2] != box->last[2])
        evk_widen_channels(self, in, out, box);
}

extern const struct evk_layer_type evk_layer_flatten;
const struct evk_layer_type evk_layer_flatten = {
    .name = "flatten",
    .summary = "rows, columns and channels as one vector",
    .shape = flatten_shape,
    .forward = flatten_forward,
    .backward = flatten_backward,
    .field = flatten_field,
    .focus = {.widen = flatten_widen, .cut = evk_focus_same},
    .release = free,
};

evk_status evk_add_flatten(struct evk_graph *g, const char *name, int x, int *out, evk_error *err)
{
    return evk_graph_add_take(g, &evk_layer_flatten, NULL, name, 1, &x, out, err);
}
