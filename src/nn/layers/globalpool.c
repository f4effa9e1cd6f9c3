/* SPDX-License-Identifier: GPL-3.0-or-later */
/* globalpool.c - the mean of each channel over all rows and columns */
#include <stdlib.h>

#include "base/mem.h"
#include "nn/layers.h"

struct globalpool {
    bool keep; /* the output is a map (1, 1, c) rather than a vector */
};

static evk_status globalpool_shape(const void *self, int inputs, const struct evk_shape *in,
                                   struct evk_shape *out, evk_error *err)
{
    const struct globalpool *l = self;

    (void)inputs;
    if (in->flat)
        return evk_fail(err, EVK_EFORMAT, "its input is a vector, expected rows and columns");
    *out = (struct evk_shape){1, 1, in->c, !l->keep};
    return EVK_OK;
}

enum { BLOCK = 64 }; /* channels that are summed at a time */

/* Sums are in double: those of a large map in float would lose three digits. */
static void globalpool_forward(const void *self, const struct evk_pass *p)
{
    const int64_t pixels = p->in->h * p->in->w, c = p->in->c;

    (void)self;
    for (int64_t first = 0; first < c; first += BLOCK) {
        const int64_t n = c - first < BLOCK ? c - first : BLOCK;
        const float *x = p->x[0] + first;
        double sum[BLOCK] = {0};

        for (int64_t i = 0; i < pixels; i++, x += c)
            for (int64_t j = 0; j < n; j++)
                sum[j] += (double)x[j];
        for (int64_t j = 0; j < n; j++)
            p->y[first + j] = (float)(sum[j] / (double)pixels);
    }
}

static void globalpool_backward(const void *self, const struct evk_pass *p)
{
    const int64_t pixels = p->in->h * p->in->w, c = p->in->c;

    (void)self;
    for (int64_t i = 0; i < pixels; i++)
        p->k->axpy(c, 1.0f / (float)pixels, p->gy, p->gx[0] + i * c);
}

static void globalpool_field(const void *self, const struct evk_shape *in, int j,
                             const struct evk_shape *out, struct evk_box *box)
{
    (void)self;
    (void)j;
    (void)out;
    box->first[0] = box->first[1] = 0;
    box->last[0] = in->h - 1;
    box->last[1] = in->w - 1;
}

extern const struct evk_layer_type evk_layer_globalpool;
const struct evk_layer_type evk_layer_globalpool = {
    .name = "globalpool",
    .summary = "mean over all rows and columns",
    .params = "whether rows and columns are kept as 1 x 1",
    .shape = globalpool_shape,
    .forward = globalpool_forward,
    .backward = globalpool_backward,
    .field = globalpool_field,
    .focus = {.cut = evk_focus_same},
    .release = free,
};

evk_status evk_add_globalpool(struct evk_graph *g, const char *name, int x, bool keep, int *out,
                              evk_error *err)
{
    struct globalpool *l;

    EVK_TRY(evk_alloc(&l, 1, sizeof(*l), "a layer", err));
    l->keep = keep;
    return evk_graph_add_take(g, &evk_layer_globalpool, l, name, 1, &x, out, err);
}
