/* SPDX-License-Identifier: GPL-3.0-or-later */
/* avgpool.c - the mean over a window; pixels of the padding are left out of it */
#include <stdlib.h>

#include "base/mem.h"
#include "nn/layers.h"

static evk_status avgpool_shape(const void *self, int inputs, const struct evk_shape *in,
                                struct evk_shape *out, evk_error *err)
{
    (void)inputs;
    return evk_window_pool_shape(self, in, out, err);
}

/* The part of a window that lies inside the input. */
struct view {
    int64_t y0, x0;         /* the input pixel at window row 0 and column 0, which may be outside */
    int64_t r0, r1, s0, s1; /* window rows r0 to r1 - 1 and columns s0 to s1 - 1 are inside */
    float weight;           /* 1 / pixels inside */
};

static struct view view_of(const struct evk_window *v, const struct evk_pass *p, int64_t y,
                           int64_t x)
{
    struct view w = {.y0 = y * v->stride_h - v->top, .x0 = x * v->stride_w - v->left};

    evk_window_clip(v->h, v->dilation_h, w.y0, p->in->h, &w.r0, &w.r1);
    evk_window_clip(v->w, v->dilation_w, w.x0, p->in->w, &w.s0, &w.s1);
    w.weight = 1.0f / (float)((w.r1 - w.r0) * (w.s1 - w.s0));
    return w;
}

static int64_t view_pixel(const struct evk_window *v, const struct evk_pass *p,
                          const struct view *w, int64_t r, int64_t s)
{
    return ((w->y0 + r * v->dilation_h) * p->in->w + w->x0 + s * v->dilation_w) * p->in->c;
}

enum {
    SMALL = 64, /* pixels of a window whose sum in float loses no digit that counts */
    BLOCK = 64  /* channels of a larger window that are summed at a time */
};

/* Computes the mean of a large window with sums in double. */
static void mean_of_large(const struct evk_window *v, const struct evk_pass *p,
                          const struct view *w, float *y)
{
    const int64_t c = p->out.c, pixels = (w->r1 - w->r0) * (w->s1 - w->s0);

    for (int64_t first = 0; first < c; first += BLOCK) {
        const int64_t n = c - first < BLOCK ? c - first : BLOCK;
        double sum[BLOCK] = {0};

        for (int64_t r = w->r0; r < w->r1; r++)
            for (int64_t s = w->s0; s < w->s1; s++) {
                const float *x = p->x[0] + view_pixel(v, p, w, r, s) + first;

                for (int64_t j = 0; j < n; j++)
                    sum[j] += (double)x[j];
            }
        for (int64_t j = 0; j < n; j++)
            y[first + j] = (float)(sum[j] / (double)pixels);
    }
}

static void avgpool_forward(const void *self, const struct evk_pass *p)
{
    const int64_t n = p->out.c;

    for (int64_t i = 0; i < p->out.h * p->out.w; i++) {
        const struct view w = view_of(self, p, i / p->out.w, i % p->out.w);
        float *y = p->y + i * n;

        if ((w.r1 - w.r0) * (w.s1 - w.s0) > SMALL) {
            mean_of_large(self, p, &w, y);
            continue;
        }
        for (int64_t c = 0; c < n; c++)
            y[c] = 0;
        for (int64_t r = w.r0; r < w.r1; r++)
            for (int64_t s = w.s0; s < w.s1; s++)
                p->k->axpy(n, w.weight, p->x[0] + view_pixel(self, p, &w, r, s), y);
    }
}

static void avgpool_backward(const void *self, const struct evk_pass *p)
{
    const int64_t n = p->out.c;

    for (int64_t i = 0; i < p->out.h * p->out.w; i++) {
        const struct view w = view_of(self, p, i / p->out.w, i % p->out.w);

        for (int64_t r = w.r0; r < w.r1; r++)
            for (int64_t s = w.s0; s < w.s1; s++)
                p->k->axpy(n, w.weight, p->gy + i * n, p->gx[0] + view_pixel(self, p, &w, r, s));
    }
}

static void avgpool_field(const void *self, const struct evk_shape *in, int j,
                          const struct evk_shape *out, struct evk_box *box)
{
    (void)j;
    (void)out;
    evk_window_field(self, in, box);
}

/* Every window covers at least one pixel of the input (evk_window_pool_shape), so no box has to be
   widened. */
static evk_status avgpool_cut(const void *self, const struct evk_shape *in,
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

static const struct evk_window *avgpool_window(const void *self)
{
    return self;
}

extern const struct evk_layer_type evk_layer_avgpool;
const struct evk_layer_type evk_layer_avgpool = {
    .name = "avgpool",
    .summary = "mean over a window",
    .params = "window, stride, padding on four sides, dilation",
    .shape = avgpool_shape,
    .forward = avgpool_forward,
    .backward = avgpool_backward,
    .field = avgpool_field,
    .focus = {.cut = avgpool_cut},
    .window = avgpool_window,
    .release = free,
};

evk_status evk_add_avgpool(struct evk_graph *g, const char *name, int x, const struct evk_window *v,
                           int *out, evk_error *err)
{
    struct evk_window *l;

    EVK_TRY(evk_alloc(&l, 1, sizeof(*l), "a layer", err));
    *l = *v;
    return evk_graph_add_take(g, &evk_layer_avgpool, l, name, 1, &x, out, err);
}
