/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * matmul.c - a product of two matrices for each row, where both are outputs of other nodes
 *
 * Input 0 is a (h, w, k), input 1 is b (h, k, n), and the output is (h, w, n).
 */
#include <stdlib.h>

#include "nn/layers.h"

static evk_status matmul_shape(const void *self, int inputs, const struct evk_shape *in,
                               struct evk_shape *out, evk_error *err)
{
    char a[EVK_LAYER_SHAPE_TEXT], b[EVK_LAYER_SHAPE_TEXT];

    (void)self;
    (void)inputs;
    if (in[0].h != in[1].h || in[0].c != in[1].w)
        return evk_fail(err, EVK_EFORMAT, "its inputs are %s and %s, expected %lldx%lldxN second",
                        evk_layer_shape_text(&in[0], a), evk_layer_shape_text(&in[1], b),
                        (long long)in[0].h, (long long)in[0].c);
    *out = (struct evk_shape){in[0].h, in[0].w, in[1].c, in[0].flat};
    return EVK_OK;
}

static void matmul_forward(const void *self, const struct evk_pass *p)
{
    const int64_t h = p->out.h, w = p->out.w, k = p->in[0].c, n = p->out.c;

    (void)self;
    for (int64_t i = 0; i < h; i++)
        p->k->product(w, k, n, p->x[0] + i * w * k, p->x[1] + i * k * n, p->y + i * w * n);
}

/* Adds to the gradients the terms of one row of the output, gy (n), which is row a (k) times the
   matrix b (k, n). */
static void backward_row(const struct evk_pass *p, const float *gy, const float *a, const float *b,
                         float *ga, float *gb)
{
    const int64_t k = p->in[0].c, n = p->out.c;

    for (int64_t q = 0; q < k; q++) {
        ga[q] += p->k->dot(n, gy, b + q * n);
        p->k->axpy(n, a[q], gy, gb + q * n);
    }
}

static void matmul_backward(const void *self, const struct evk_pass *p)
{
    const int64_t w = p->out.w, k = p->in[0].c, n = p->out.c;

    (void)self;
    for (int64_t i = 0; i < p->out.h * w; i++) {
        const int64_t b = i / w * k * n; /* of the matrix b of this row */

        backward_row(p, p->gy + i * n, p->x[0] + i * k, p->x[1] + b, p->gx[0] + i * k,
                     p->gx[1] + b);
    }
}

static int64_t matmul_flops(const void *self, const struct evk_shape *in,
                            const struct evk_shape *out)
{
    (void)self;
    return 2 * evk_shape_count(out) * in->c;
}

/* A value of the output depends on a row of a, and on a column of b. */
static void matmul_field(const void *self, const struct evk_shape *in, int j,
                         const struct evk_shape *out, struct evk_box *box)
{
    const int summed = j == 0 ? 2 : 1;

    (void)self;
    (void)out;
    box->first[summed] = 0;
    box->last[summed] = in->c - 1;
}

extern const struct evk_layer_type evk_layer_matmul;
const struct evk_layer_type evk_layer_matmul = {
    .name = "matmul",
    .summary = "products of matrices that other layers compute",
    .shape = matmul_shape,
    .forward = matmul_forward,
    .backward = matmul_backward,
    .flops = matmul_flops,
    .field = matmul_field,
    .focus = {.cut = evk_focus_same},
    .release = free,
};

evk_status evk_add_matmul(struct evk_graph *g, const char *name, int a, int b, int *out,
                          evk_error *err)
{
    const int inputs[] = {a, b};

    return evk_graph_add_take(g, &evk_layer_matmul, NULL, name, 2, inputs, out, err);
}
