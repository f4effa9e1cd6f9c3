/* SPDX-License-Identifier: GPL-3.0-or-later */
/* op_product.c - ONNX's MatMul and Gemm */
#include <string.h>

#include "model/onnx/binary.h"
#include "model/onnx/ops.h"
#include "model/onnx/product.h"

static evk_status do_not_fit(const struct evk_onnx_call *c, const struct evk_onnx_value *a,
                             const struct evk_onnx_value *b, evk_error *err)
{
    char s[EVK_SHAPE_TEXT], t[EVK_SHAPE_TEXT];

    return evk_onnx_fail(c, EVK_EFORMAT, err, "it multiplies %s by %s, which do not fit",
                         evk_shape_text(a->axes, a->dim, s), evk_shape_text(b->axes, b->dim, t));
}

/* Swaps the last two axes. */
static evk_status turn(struct evk_onnx_call *c, const struct evk_onnx_value *v,
                       struct evk_onnx_value *out, evk_error *err)
{
    int from[EVK_ONNX_AXES];

    for (int a = 0; a < v->axes; a++)
        from[a] = a < v->axes - 2 ? a : 2 * v->axes - 3 - a;
    return evk_onnx_transpose(c, v, from, out, err);
}

/* Gives the number of matrices that a tensor is made of. */
static int64_t matrices(const struct evk_onnx_value *v)
{
    int64_t n = 1;

    for (int a = 0; a + 2 < v->axes; a++)
        n *= v->dim[a];
    return n;
}

/* Brings a tensor into ONNX's order, as a node whose channels are the last axis. */
static evk_status rows_of(struct evk_onnx_call *c, const struct evk_onnx_value *v,
                          struct evk_onnx_value *out, evk_error *err)
{
    const int64_t k = v->dim[v->axes - 1];
    int order[EVK_ONNX_AXES];

    for (int a = 0; a < v->axes; a++)
        order[a] = a;
    EVK_TRY(evk_onnx_node_of(c, v, out, err));
    EVK_TRY(evk_onnx_order(c, out, order, out, err));
    if (c->o->graph->nodes[out->node].out.c != k)
        EVK_TRY(evk_onnx_as(c, out, evk_onnx_count(v) / k, 1, k, &out->node, err));
    return EVK_OK;
}

/* Multiplies all rows of a, whatever its axes before the last, by a constant matrix. */
static evk_status dense(struct evk_onnx_call *c, const struct evk_onnx_value *a,
                        const struct evk_onnx_value *b, double factor, const float *bias,
                        struct evk_onnx_value *out, evk_error *err)
{
    const int64_t k = b->dim[b->axes - 2], n = b->dim[b->axes - 1];
    struct evk_tensor kernel = {0}, shift = {0};
    evk_status s = rows_of(c, a, out, err);

    if (!s)
        s = evk_onnx_weights(c, &kernel, 2, (int64_t[]){k, n}, err);
    for (int64_t i = 0; i < k * n && !s; i++)
        kernel.data[i] = (float)(factor * (double)b->real[i]);
    if (!s && bias)
        s = evk_onnx_weights(c, &shift, 1, &n, err);
    if (!s && bias)
        memcpy(shift.data, bias, (size_t)n * sizeof(*bias));
    if (!s)
        s = evk_add_dense(c->o->graph, c->label, out->node, &kernel, bias ? &shift : NULL,
                          &out->node, err);
    evk_tensor_release(&kernel);
    evk_tensor_release(&shift);
    out->dim[out->axes - 1] = n;
    return s;
}

/* Gives the matrices of v as (count, rows, columns) of a layer, repeated where v has one only. */
static evk_status stack(struct evk_onnx_call *c, const struct evk_onnx_value *v,
                        const struct evk_onnx_value *all, int *node, evk_error *err)
{
    const int64_t h = v->dim[v->axes - 2], w = v->dim[v->axes - 1];
    const int64_t *pick[EVK_ONNX_AXES] = {NULL};
    struct evk_onnx_value r;
    int64_t dim[EVK_ONNX_AXES], *zeros, most = 1;
    int order[EVK_ONNX_AXES];

    EVK_TRY(evk_onnx_node_of(c, v, &r, err));
    r = evk_onnx_lift(&r, all->axes);
    for (int a = 0; a < r.axes; a++) {
        order[a] = a;
        dim[a] = a + 2 < r.axes ? all->dim[a] : r.dim[a];
        most = dim[a] > most ? dim[a] : most;
    }
    EVK_TRY(evk_onnx_alloc(c, &zeros, most, sizeof(*zeros), err));
    for (int a = 0; a < r.axes; a++)
        if (dim[a] != r.dim[a])
            pick[a] = zeros;
    EVK_TRY(evk_onnx_order(c, &r, order, &r, err));
    if (matrices(&r) != matrices(all))
        EVK_TRY(evk_onnx_pick(c, &r, pick, dim, 0, &r, err));
    return evk_onnx_as(c, &r, matrices(all), h, w, node, err);
}

static evk_status stacked_product(struct evk_onnx_call *c, const struct evk_onnx_value *a,
                                  const struct evk_onnx_value *b, struct evk_onnx_value *out,
                                  evk_error *err)
{
    struct evk_onnx_value x = *a, y = *b, all;
    int nodes[2];

    x.dim[a->axes - 2] = x.dim[a->axes - 1] = 1;
    y.dim[b->axes - 2] = y.dim[b->axes - 1] = 1;
    EVK_TRY(evk_onnx_broadcast(c, &x, &y, &all, err));
    EVK_TRY(stack(c, a, &all, &nodes[0], err));
    EVK_TRY(stack(c, b, &all, &nodes[1], err));
    all.dim[all.axes - 2] = a->dim[a->axes - 2];
    all.dim[all.axes - 1] = b->dim[b->axes - 1];
    *out = all;
    return evk_add_matmul(c->o->graph, c->label, nodes[0], nodes[1], &out->node, err);
}

evk_status evk_onnx_product(struct evk_onnx_call *c, const struct evk_onnx_value *a,
                            const struct evk_onnx_value *b, struct evk_onnx_value *out,
                            evk_error *err)
{
    struct evk_onnx_value x, y;

    if (a->axes < 2 || b->axes < 2 || a->dim[a->axes - 1] != b->dim[b->axes - 2])
        return do_not_fit(c, a, b, err);
    if (b->node < 0 && b->real && matrices(b) == 1 && a->axes >= b->axes)
        return dense(c, a, b, 1, NULL, out, err);
    if (a->node < 0 && a->real && matrices(a) == 1 && b->axes >= a->axes) {
        /* a b is the transpose of b' a' */
        EVK_TRY(turn(c, a, &x, err));
        EVK_TRY(turn(c, b, &y, err));
        EVK_TRY(dense(c, &y, &x, 1, NULL, out, err));
        return turn(c, out, out, err);
    }
    return stacked_product(c, a, b, out, err);
}

/* A vector on the left is a row, and one on the right a column; their axis is gone from the
   result. */
evk_status evk_onnx_op_matmul(struct evk_onnx_call *c, evk_error *err)
{
    struct evk_onnx_value a = *c->in[0], b = *c->in[1], r;
    const bool row = a.axes == 1, column = b.axes == 1;
    int64_t dim[EVK_ONNX_AXES];
    int n = 0;

    if (a.axes == 0 || b.axes == 0)
        return do_not_fit(c, &a, &b, err);
    if (row)
        EVK_TRY(evk_onnx_reshape(c, &a, 2, (int64_t[]){1, a.dim[0]}, &a, err));
    if (column)
        EVK_TRY(evk_onnx_reshape(c, &b, 2, (int64_t[]){b.dim[0], 1}, &b, err));
    EVK_TRY(evk_onnx_product(c, &a, &b, &r, err));
    for (int i = 0; i < r.axes; i++)
        if (!(row && i == r.axes - 2) && !(column && i == r.axes - 1))
            dim[n++] = r.dim[i];
    return evk_onnx_reshape(c, &r, n, dim, &c->out[0], err);
}

/* ---- Gemm ----------------------------------------------------------------------------------- */

/* Gives factor times v. */
static evk_status times(struct evk_onnx_call *c, const struct evk_onnx_value *v, double factor,
                        struct evk_onnx_value *out, evk_error *err)
{
    const double p[2] = {factor, 0};

    EVK_TRY(evk_onnx_node_of(c, v, out, err));
    if (factor == 1)
        return EVK_OK;
    return evk_add_function(c->o->graph, c->label, out->node, "affine", p, &out->node, err);
}

/* Gives the values of a constant that is added to each row of n values, times a factor; NULL where
   the tensor is another one. */
static evk_status row_bias(struct evk_onnx_call *c, const struct evk_onnx_value *v, int64_t n,
                           double factor, const float **out, evk_error *err)
{
    float *values;

    *out = NULL;
    if (!v || v->node >= 0 || !v->real || evk_onnx_count(v) != n || v->dim[v->axes - 1] != n)
        return EVK_OK;
    EVK_TRY(evk_onnx_alloc(c, &values, n, sizeof(*values), err));
    for (int64_t i = 0; i < n; i++)
        values[i] = (float)(factor * (double)v->real[i]);
    *out = values;
    return EVK_OK;
}

/* y = alpha a b + beta c, where a and b may be transposed. */
evk_status evk_onnx_op_gemm(struct evk_onnx_call *c, evk_error *err)
{
    const struct evk_onnx_value *more = c->inputs > 2 ? c->in[2] : NULL;
    struct evk_onnx_value a = *c->in[0], b = *c->in[1], sum;
    double alpha, beta;
    int64_t turn_a, turn_b;
    const float *bias = NULL;

    EVK_TRY(evk_onnx_real(c, "alpha", 1, &alpha, err));
    EVK_TRY(evk_onnx_real(c, "beta", 1, &beta, err));
    EVK_TRY(evk_onnx_int(c, "transA", 0, &turn_a, err));
    EVK_TRY(evk_onnx_int(c, "transB", 0, &turn_b, err));
    if (a.axes != 2 || b.axes != 2)
        return do_not_fit(c, &a, &b, err);
    if (turn_a)
        EVK_TRY(turn(c, &a, &a, err));
    if (turn_b)
        EVK_TRY(turn(c, &b, &b, err));
    if (a.dim[1] != b.dim[0])
        return do_not_fit(c, &a, &b, err);
    if (b.node < 0 && b.real) {
        if (more && more->axes > 0)
            EVK_TRY(row_bias(c, more, b.dim[1], beta, &bias, err));
        EVK_TRY(dense(c, &a, &b, alpha, bias, &c->out[0], err));
    } else {
        EVK_TRY(evk_onnx_product(c, &a, &b, &c->out[0], err));
        EVK_TRY(times(c, &c->out[0], alpha, &c->out[0], err));
    }
    if (!more || bias)
        return EVK_OK;
    EVK_TRY(times(c, more, beta, &sum, err));
    return evk_onnx_binary(c, &c->out[0], &sum, "add", &c->out[0], err);
}
