/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gridpool.c - the mean of each channel over the cells of a grid that is laid over a map
 *
 * Of n pixels along an axis and a grid of g cells, cell i covers the pixels floor(i n / g) to
 * ceil((i + 1) n / g) - 1.  Neighbouring cells share a pixel where g does not divide n.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "nn/layers.h"

/* The cells along one axis, of which the layer gives first to first + count - 1.  Its input begins
   with the first pixel of the first of these. */
struct axis {
    int64_t pixels, grid; /* of the whole map and the whole grid */
    int64_t first, count;
};

struct gridpool {
    struct axis rows, columns;
};

/* Pixels begin to end - 1. */
struct span {
    int64_t begin, end;
};

/* Returns the pixels of the whole map that cell i of the whole grid covers. */
static struct span span_of(const struct axis *a, int64_t i)
{
    return (struct span){i * a->pixels / a->grid, ((i + 1) * a->pixels + a->grid - 1) / a->grid};
}

/* Returns the pixels of the layer's input that cell i of its output covers. */
static struct span span_at(const struct axis *a, int64_t i)
{
    const int64_t before = span_of(a, a->first).begin;
    const struct span s = span_of(a, a->first + i);

    return (struct span){s.begin - before, s.end - before};
}

static evk_status gridpool_shape(const void *self, int inputs, const struct evk_shape *in,
                                 struct evk_shape *out, evk_error *err)
{
    const struct gridpool *l = self;

    (void)inputs;
    if (in->flat)
        return evk_fail(err, EVK_EFORMAT, "its input is a vector, expected rows and columns");
    *out = (struct evk_shape){l->rows.count, l->columns.count, in->c, false};
    return EVK_OK;
}

/* ---- passes --------------------------------------------------------------------------------- */

/* One cell of the output: the pixels of the input that it covers. */
struct cell {
    struct span y, x;
    int64_t pixels;
};

/* Returns the cell of the output's pixel i. */
static struct cell cell_of(const struct gridpool *l, int64_t i)
{
    struct cell c = {span_at(&l->rows, i / l->columns.count),
                     span_at(&l->columns, i % l->columns.count), 0};

    c.pixels = (c.y.end - c.y.begin) * (c.x.end - c.x.begin);
    return c;
}

enum { BLOCK = 64 }; /* channels that are summed at a time */

/* Computes the means of n channels of a cell, BLOCK at most; x and y point to the first of them.
   Sums are in double: those of a large cell in float would lose three digits. */
static void mean_of(const struct evk_pass *p, const struct cell *c, int64_t n, const float *x,
                    float *y)
{
    double sum[BLOCK] = {0};

    for (int64_t row = c->y.begin; row < c->y.end; row++)
        for (int64_t column = c->x.begin; column < c->x.end; column++) {
            const float *pixel = x + (row * p->in->w + column) * p->in->c;

            for (int64_t j = 0; j < n; j++)
                sum[j] += (double)pixel[j];
        }
    for (int64_t j = 0; j < n; j++)
        y[j] = (float)(sum[j] / (double)c->pixels);
}

static void gridpool_forward(const void *self, const struct evk_pass *p)
{
    const int64_t channels = p->out.c;

    for (int64_t i = 0; i < p->out.h * p->out.w; i++) {
        const struct cell c = cell_of(self, i);

        for (int64_t first = 0; first < channels; first += BLOCK)
            mean_of(p, &c, channels - first < BLOCK ? channels - first : BLOCK, p->x[0] + first,
                    p->y + i * channels + first);
    }
}

static void gridpool_backward(const void *self, const struct evk_pass *p)
{
    const int64_t channels = p->out.c;

    for (int64_t i = 0; i < p->out.h * p->out.w; i++) {
        const struct cell c = cell_of(self, i);

        for (int64_t row = c.y.begin; row < c.y.end; row++)
            for (int64_t column = c.x.begin; column < c.x.end; column++)
                p->k->axpy(channels, 1.0f / (float)c.pixels, p->gy + i * channels,
                           p->gx[0] + (row * p->in->w + column) * channels);
    }
}

/* ---- parts of the map ----------------------------------------------------------------------- */

static void gridpool_field(const void *self, const struct evk_shape *in, int j,
                           const struct evk_shape *out, struct evk_box *box)
{
    const struct gridpool *l = self;
    const struct axis *const axes[] = {&l->rows, &l->columns};

    (void)in;
    (void)j;
    (void)out;
    for (int a = 0; a < 2; a++) {
        box->first[a] = span_at(axes[a], box->first[a]).begin;
        box->last[a] = span_at(axes[a], box->last[a]).end - 1;
    }
}

static evk_status gridpool_cut(const void *self, const struct evk_shape *in,
                               const struct evk_box *in_box, const struct evk_box *out_box,
                               void **copy, evk_error *err)
{
    const struct gridpool *whole = self;
    struct axis *axes[2];
    struct gridpool *l;

    (void)in;
    (void)in_box;
    EVK_TRY(evk_alloc(&l, 1, sizeof(*l), "a layer", err));
    *l = *whole;
    axes[0] = &l->rows;
    axes[1] = &l->columns;
    for (int a = 0; a < 2; a++) {
        axes[a]->first += out_box->first[a];
        axes[a]->count = out_box->last[a] - out_box->first[a] + 1;
    }
    *copy = l;
    return EVK_OK;
}

extern const struct evk_layer_type evk_layer_gridpool;
const struct evk_layer_type evk_layer_gridpool = {
    .name = "gridpool",
    .summary = "mean over the cells of a grid",
    .params = "rows and columns of the grid",
    .shape = gridpool_shape,
    .forward = gridpool_forward,
    .backward = gridpool_backward,
    .field = gridpool_field,
    .focus = {.cut = gridpool_cut},
    .release = free,
};

evk_status evk_add_gridpool(struct evk_graph *g, const char *name, int x, int64_t rows,
                            int64_t columns, int *out, evk_error *err)
{
    const struct evk_shape *in = &g->nodes[x].out;
    struct gridpool *l;

    EVK_TRY(evk_alloc(&l, 1, sizeof(*l), "a layer", err));
    *l = (struct gridpool){{in->h, rows, 0, rows}, {in->w, columns, 0, columns}};
    return evk_graph_add_take(g, &evk_layer_gridpool, l, name, 1, &x, out, err);
}
