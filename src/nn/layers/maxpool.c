/* SPDX-License-Identifier: GPL-3.0-or-later */
/* maxpool.c - the largest value in a window; of equal values, the first one gets the gradient */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "nn/layers.h"
#include "nn/rows.h"

static evk_status maxpool_shape(const void *self, int inputs, const struct evk_shape *in,
                                struct evk_shape *out, evk_error *err)
{
    (void)inputs;
    return evk_window_pool_shape(self, in, out, err);
}

/* The pixels of a window that lie in the input, some of them at a time. */
enum { SOME = 32 };
struct pixels {
    int64_t rows[2], columns[2]; /* the first row and column of the window, and those behind it */
    int64_t next, count;         /* the first pixel that has not been listed, and all there are */
    int64_t at[SOME];            /* where those that are listed lie in the input */
};

static struct pixels window_at(const struct evk_window *v, const struct evk_pass *p, int64_t y,
                               int64_t x)
{
    struct pixels w = {.next = 0};

    evk_window_clip(v->h, v->dilation_h, y * v->stride_h - v->top, p->in->h, &w.rows[0],
                    &w.rows[1]);
    evk_window_clip(v->w, v->dilation_w, x * v->stride_w - v->left, p->in->w, &w.columns[0],
                    &w.columns[1]);
    w.count = (w.rows[1] - w.rows[0]) * (w.columns[1] - w.columns[0]);
    return w;
}

/* Lists the next pixels, row by row, of the window of output pixel (y, x); returns how many. */
static int64_t list_some(const struct evk_window *v, const struct evk_pass *p, int64_t y, int64_t x,
                         struct pixels *w)
{
    const int64_t columns = w->columns[1] - w->columns[0];
    int64_t n = 0;

    for (; n < SOME && w->next < w->count; n++, w->next++) {
        const int64_t r = w->rows[0] + w->next / columns, s = w->columns[0] + w->next % columns;

        w->at[n] = ((y * v->stride_h - v->top + r * v->dilation_h) * p->in->w + x * v->stride_w -
                    v->left + s * v->dilation_w) *
                   p->in->c;
    }
    return n;
}

static void maxpool_forward(const void *self, const struct evk_pass *p)
{
    const int64_t c = p->out.c;
    const struct evk_span rows = evk_rows_wanted(p, 0, p->out.h);
    float *to = p->y + rows.first * p->out.w * c;

    for (int64_t y = rows.first; y < rows.end; y++)
        for (int64_t x = 0; x < p->out.w; x++, to += c) {
            struct pixels w = window_at(self, p, y, x);
            int64_t n = list_some(self, p, y, x, &w);

            memcpy(to, p->x[0] + w.at[0], (size_t)c * sizeof(*to));
            for (; n > 0; n = list_some(self, p, y, x, &w))
                p->k->pool_largest(c, n, w.at, p->x[0], to);
        }
}

static void maxpool_backward(const void *self, const struct evk_pass *p)
{
    const int64_t c = p->out.c;
    int64_t i = 0, n;

    for (int64_t y = 0; y < p->out.h; y++)
        for (int64_t x = 0; x < p->out.w; x++, i += c) {
            struct pixels w = window_at(self, p, y, x);

            while ((n = list_some(self, p, y, x, &w)) > 0)
                p->k->pool_gradient(c, n, w.at, p->x[0], p->y + i, p->gy + i, p->gx[0]);
        }
}

static void maxpool_field(const void *self, const struct evk_shape *in, int j,
                          const struct evk_shape *out, struct evk_box *box)
{
    (void)j;
    (void)out;
    evk_window_field(self, in, box);
}

/* Every window covers at least one pixel of the input (evk_window_pool_shape), so no box has to be
   widened. */
static evk_status maxpool_cut(const void *self, const struct evk_shape *in,
                              const struct evk_box *in_box, const struct evk_box *out_box,
                              void **copy, evk_error *err)
{
    struct evk_window *l;

    (void)in;
    EVK_TRY(evk_alloc(&l, 1, sizeof(*l), "a layer", err));
    *l = evk_window_focus(self, in_box, out_box);
    *copy = l;
    return EVK_OK;
}

static const struct evk_window *maxpool_window(const void *self)
{
    return self;
}

extern const struct evk_layer_type evk_layer_maxpool;
const struct evk_layer_type evk_layer_maxpool = {
    .name = "maxpool",
    .summary = "maximum over a window",
    .params = "window, stride, padding on four sides, dilation",
    .shape = maxpool_shape,
    .forward = maxpool_forward,
    .backward = maxpool_backward,
    .parts = {1, 0},
    .field = maxpool_field,
    .focus = {.cut = maxpool_cut},
    .window = maxpool_window,
    .release = free,
};

evk_status evk_add_maxpool(struct evk_graph *g, const char *name, int x, const struct evk_window *v,
                           int *out, evk_error *err)
{
    struct evk_window *l;

    EVK_TRY(evk_alloc(&l, 1, sizeof(*l), "a layer", err));
    *l = *v;
    return evk_graph_add_take(g, &evk_layer_maxpool, l, name, 1, &x, out, err);
}
