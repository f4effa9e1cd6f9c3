/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bands.c - which rows of each layer a thread computes, where several threads share a pass */
#include "nn/bands.h"

#include "base/whole.h"
#include "nn/window.h"

bool evk_bands_suit(const struct evk_node *n)
{
    return n->type->rows.forward != NULL;
}

struct evk_span evk_bands_part(int64_t n, int part, int threads)
{
    return (struct evk_span){n * part / threads, n * (part + 1) / threads};
}

static int64_t rows_of(const struct evk_window *v)
{
    return (v->h - 1) * v->dilation_h + 1;
}

/*
 * Returns the rows of the input that rows y of the output need.  They are at least one, as a layer
 * computes nothing before it is given a row, and enough for evk_window_forward_reach to finish y.
 */
static struct evk_span reads(const struct evk_node *n, struct evk_span y)
{
    const struct evk_window *v = n->type->window(n->layer);
    const int64_t h = n->in->h, first = evk_clamp(y.first * v->stride_h - v->top, 0, h - 1);

    if (y.first >= y.end)
        return (struct evk_span){0, 0};
    return (struct evk_span){
        first, evk_clamp((y.end - 1) * v->stride_h - v->top + rows_of(v), first + 1, h)};
}

/* Returns the rows of the output whose gradient rows gx of the input's gradient need, at least one,
   and enough for evk_window_backward_reach to finish gx. */
static struct evk_span reads_gradient(const struct evk_node *n, struct evk_span gx)
{
    const struct evk_window *v = n->type->window(n->layer);
    const int64_t h = n->out.h, stride = v->stride_h, first_row = gx.first + v->top;
    int64_t first = first_row - rows_of(v) + 1; /* where the first window begins that covers it */

    if (gx.first >= gx.end)
        return (struct evk_span){0, 0};
    first = first > 0 ? (first + stride - 1) / stride : 0;
    first = evk_clamp(first, 0, first_row / stride); /* between two windows, the one before */
    first = evk_clamp(first, 0, h - 1);
    return (struct evk_span){first, evk_clamp((gx.end - 1 + v->top) / stride + 1, first + 1, h)};
}

/* Rows that a later band computes, too, are that band's own. */
static void find_owners(int threads, struct evk_band *bands)
{
    int64_t end = INT64_MAX;

    for (int t = threads - 1; t >= 0; t--) {
        struct evk_band *b = &bands[t];

        b->own = b->y;
        if (b->y.first >= b->y.end)
            continue;
        b->own.end = evk_clamp(b->y.end, b->y.first, end);
        end = b->y.first;
    }
}

/* Returns the bands of node i of a chain of which `bands` has those of node head. */
static struct evk_band *bands_of(struct evk_band *bands, int head, int i, int threads)
{
    return bands + (int64_t)(i - head) * threads;
}

void evk_bands_divide(const struct evk_graph *g, int head, int end, int threads,
                      struct evk_band *bands)
{
    for (int t = 0; t < threads; t++) {
        struct evk_span y = evk_bands_part(g->nodes[end].out.h, t, threads);
        struct evk_span gx = evk_bands_part(g->nodes[head].in->h, t, threads);

        for (int i = end; i >= head; i--) {
            struct evk_band *b = bands_of(bands, head, i, threads) + t;

            b->y = y;
            y = b->x = reads(&g->nodes[i], y);
        }
        for (int i = head; i <= end; i++) {
            struct evk_band *b = bands_of(bands, head, i, threads) + t;

            b->gx = gx;
            gx = b->gy = reads_gradient(&g->nodes[i], gx);
        }
    }
    for (int i = head; i <= end; i++)
        find_owners(threads, bands_of(bands, head, i, threads));
}

/* Returns how many rows two spans of n rows have in common, as a part of n. */
static double common(struct evk_span a, struct evk_span b, int64_t n)
{
    return a.end > b.first ? (double)(a.end - b.first) / (double)n : 0;
}

double evk_bands_repeated(const struct evk_graph *g, int head, int end)
{
    struct evk_span y[2], gx[2];
    double all = 0, forward = 0, backward = 0;

    for (int t = 0; t < 2; t++) {
        y[t] = evk_bands_part(g->nodes[end].out.h, t, 2);
        gx[t] = evk_bands_part(g->nodes[head].in->h, t, 2);
    }
    for (int i = end; i >= head; i--) {
        const struct evk_node *n = &g->nodes[i];
        const double flops = n->type->flops ? (double)n->type->flops(n->layer, n->in, &n->out) : 0;

        all += flops;
        forward += flops * common(y[0], y[1], n->out.h);
        for (int t = 0; t < 2; t++)
            y[t] = reads(n, y[t]);
    }
    for (int i = head; i <= end; i++) {
        const struct evk_node *n = &g->nodes[i];
        const double flops = n->type->flops ? (double)n->type->flops(n->layer, n->in, &n->out) : 0;

        for (int t = 0; t < 2; t++)
            gx[t] = reads_gradient(n, gx[t]);
        backward += flops * common(gx[0], gx[1], n->out.h);
    }
    return all > 0 ? (forward > backward ? forward : backward) / all : 0;
}
