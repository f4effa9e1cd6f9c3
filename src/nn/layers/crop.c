/* SPDX-License-Identifier: GPL-3.0-or-later */
/* crop.c - the values of the input in a box of rows, columns and channels */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "nn/layers.h"

static evk_status crop_shape(const void *self, int inputs, const struct evk_shape *in,
                             struct evk_shape *out, evk_error *err)
{
    const struct evk_box *l = self;
    const int64_t n[3] = {in->h, in->w, in->c};
    bool inside = true;

    (void)inputs;
    for (int a = 0; a < 3; a++)
        inside = inside && l->first[a] >= 0 && l->last[a] < n[a];
    if (!inside)
        return evk_fail(err, EVK_EFORMAT, "its box does not lie in its input");
    *out = evk_box_shape(l, in->flat);
    return EVK_OK;
}

/* Returns the index in the input of the first channel of output pixel (y, x). */
static int64_t crop_at(const struct evk_box *l, const struct evk_pass *p, int64_t y, int64_t x)
{
    return ((l->first[0] + y) * p->in->w + l->first[1] + x) * p->in->c + l->first[2];
}

static void crop_forward(const void *self, const struct evk_pass *p)
{
    float *to = p->y;

    for (int64_t y = 0; y < p->out.h; y++)
        for (int64_t x = 0; x < p->out.w; x++, to += p->out.c)
            memcpy(to, p->x[0] + crop_at(self, p, y, x), (size_t)p->out.c * sizeof(*to));
}

static void crop_backward(const void *self, const struct evk_pass *p)
{
    const float *from = p->gy;

    for (int64_t y = 0; y < p->out.h; y++)
        for (int64_t x = 0; x < p->out.w; x++, from += p->out.c)
            p->k->axpy(p->out.c, 1, from, p->gx[0] + crop_at(self, p, y, x));
}

static void crop_field(const void *self, const struct evk_shape *in, int j,
                       const struct evk_shape *out, struct evk_box *box)
{
    const struct evk_box *l = self;

    (void)in;
    (void)j;
    (void)out;
    for (int a = 0; a < 3; a++) {
        box->first[a] += l->first[a];
        box->last[a] += l->first[a];
    }
}

/* The part of the input that is given is just the box that the part of the output needs, so that
   the new layer crops nothing. */
static evk_status crop_cut(const void *self, const struct evk_shape *in,
                           const struct evk_box *in_box, const struct evk_box *out_box, void **copy,
                           evk_error *err)
{
    const struct evk_shape part = evk_box_shape(in_box, in->flat);
    struct evk_box *l;

    (void)self;
    (void)out_box;
    EVK_TRY(evk_alloc(&l, 1, sizeof(*l), "a layer", err));
    *l = evk_box_whole(&part);
    *copy = l;
    return EVK_OK;
}

extern const struct evk_layer_type evk_layer_crop;
const struct evk_layer_type evk_layer_crop = {
    .name = "crop",
    .summary = "a box of rows, columns and channels",
    .params = "first and last of each",
    .shape = crop_shape,
    .forward = crop_forward,
    .backward = crop_backward,
    .field = crop_field,
    .focus = {.cut = crop_cut},
    .release = free,
};

evk_status evk_add_crop(struct evk_graph *g, const char *name, int x, const struct evk_box *box,
                        int *out, evk_error *err)
{
    struct evk_box *l;

    EVK_TRY(evk_alloc(&l, 1, sizeof(*l), "a layer", err));
    *l = *box;
    return evk_graph_add_take(g, &evk_layer_crop, l, name, 1, &x, out, err);
}
