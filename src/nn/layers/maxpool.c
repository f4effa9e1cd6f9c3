/* SPDX-License-Identifier: GPL-3.0-or-later */
/* maxpool.c - the largest value in a window; of equal values, the first one gets the gradient */
#include <stdlib.h>

#include "base/mem.h"
#include "nn/layers.h"

static evk_status maxpool_shape(const void *self, int inputs, const struct evk_shape *in,
                                struct evk_shape *out, evk_error *err)
{
    (void)inputs;
    return evk_window_pool_shape(self, in, out, err);
}

/* Returns the index in the input of the largest value of channel c in the window of output pixel
   (y, x). */
static int64_t winner(const struct evk_window *v, const struct evk_pass *p, int64_t y, int64_t x,
                      int64_t c)
{
    const int64_t y0 = y * v->stride_h - v->top, x0 = x * v->stride_w - v->left;
    int64_t r0, r1, s0, s1, best = -1;

    evk_window_clip(v->h, v->dilation_h, y0, p->in->h, &r0, &r1);
    evk_window_clip(v->w, v->dilation_w, x0, p->in->w, &s0, &s1);
    for (int64_t r = r0; r < r1; r++)
        for (int64_t s = s0; s < s1; s++) {
            const int64_t i =
                ((y0 + r * v->dilation_h) * p->in->w + x0 + s * v->dilation_w) * p->in->c + c;

            if (best < 0 || p->x[0][i] > p->x[0][best])
                best = i;
        }
    return best;
}

static void maxpool_forward(const void *self, const struct evk_pass *p)
{
    int64_t i = 0;

    for (int64_t y = 0; y < p->out.h; y++)
        for (int64_t x = 0; x < p->out.w; x++)
            for (int64_t c = 0; c < p->out.c; c++)
                p->y[i++] = p->x[0][winner(self, p, y, x, c)];
}

static void maxpool_backward(const void *self, const struct evk_pass *p)
{
    int64_t i = 0;

    for (int64_t y = 0; y < p->out.h; y++)
        for (int64_t x = 0; x < p->out.w; x++)
            for (int64_t c = 0; c < p->out.c; c++)
                p->gx[0][winner(self, p, y, x, c)] += p->gy[i++];
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
