/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pad.c - rows and columns of zeros around a map */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/whole.h"
#include "nn/layers.h"

static evk_status pad_shape(const void *self, int inputs, const struct evk_shape *in,
                            struct evk_shape *out, evk_error *err)
{
    const struct evk_pad *l = self;

    (void)inputs;
    if (in->flat)
        return evk_fail(err, EVK_EFORMAT, "its input is a vector, expected rows and columns");
    *out = *in;
    out->h += l->top + l->bottom;
    out->w += l->left + l->right;
    return EVK_OK;
}

/* Returns the index in the output of the first value of row y of the input. */
static int64_t pad_at(const struct evk_pad *l, const struct evk_pass *p, int64_t y)
{
    return ((y + l->top) * p->out.w + l->left) * p->out.c;
}

static void pad_forward(const void *self, const struct evk_pass *p)
{
    const int64_t row = p->in->w * p->in->c;

    memset(p->y, 0, (size_t)evk_shape_count(&p->out) * sizeof(*p->y));
    for (int64_t y = 0; y < p->in->h; y++)
        memcpy(p->y + pad_at(self, p, y), p->x[0] + y * row, (size_t)row * sizeof(*p->y));
}

static void pad_backward(const void *self, const struct evk_pass *p)
{
    const int64_t row = p->in->w * p->in->c;

    for (int64_t y = 0; y < p->in->h; y++)
        p->k->axpy(row, 1, p->gy + pad_at(self, p, y), p->gx[0] + y * row);
}

static void pad_field(const void *self, const struct evk_shape *in, int j,
                      const struct evk_shape *out, struct evk_box *box)
{
    const struct evk_pad *l = self;

    (void)j;
    (void)out;
    box->first[0] = evk_clamp(box->first[0] - l->top, 0, in->h - 1);
    box->last[0] = evk_clamp(box->last[0] - l->top, 0, in->h - 1);
    box->first[1] = evk_clamp(box->first[1] - l->left, 0, in->w - 1);
    box->last[1] = evk_clamp(box->last[1] - l->left, 0, in->w - 1);
}

/* Widens a box until it holds at least one pixel of the input: a layer must have an input. */
static void pad_widen(const void *self, const struct evk_shape *in, const struct evk_shape *out,
                      struct evk_box *box)
{
    const struct evk_pad *l = self;
    const int64_t first[2] = {l->top, l->left}, n[2] = {in->h, in->w};

    (void)out;
    for (int a = 0; a < 2; a++) {
        if (box->first[a] >= first[a] + n[a])
            box->first[a] = first[a] + n[a] - 1;
        if (box->last[a] < first[a])
            box->last[a] = first[a];
    }
}

static evk_status pad_cut(const void *self, const struct evk_shape *in,
                          const struct evk_box *in_box, const struct evk_box *out_box, void **copy,
                          evk_error *err)
{
    const struct evk_pad *whole = self;
    struct evk_pad *l;

    (void)in;
    EVK_TRY(evk_alloc(&l, 1, sizeof(*l), "a layer", err));
    *l = (struct evk_pad){
        .top = in_box->first[0] + whole->top - out_box->first[0],
        .bottom = out_box->last[0] - in_box->last[0] - whole->top,
        .left = in_box->first[1] + whole->left - out_box->first[1],
        .right = out_box->last[1] - in_box->last[1] - whole->left,
    };
    *copy = l;
    return EVK_OK;
}

extern const struct evk_layer_type evk_layer_pad;
const struct evk_layer_type evk_layer_pad = {
    .name = "pad",
    .summary = "zeros around the image",
    .params = "top, bottom, left, right",
    .shape = pad_shape,
    .forward = pad_forward,
    .backward = pad_backward,
    .field = pad_field,
    .focus = {.widen = pad_widen, .cut = pad_cut},
    .release = free,
};

evk_status evk_add_pad(struct evk_graph *g, const char *name, int x, const struct evk_pad *pad,
                       int *out, evk_error *err)
{
    struct evk_pad *l;

    EVK_TRY(evk_alloc(&l, 1, sizeof(*l), "a layer", err));
    *l = *pad;
    return evk_graph_add_take(g, &evk_layer_pad, l, name, 1, &x, out, err);
}
