/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rearrange.c - values of the input in another order: a transposition, a part, a repetition
 *
 * The output consists of runs of equal length.  A run is either a sequence of values that follow
 * each other in the input, too, or it is filled with one number.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "nn/layers.h"

struct rearrange {
    struct evk_shape shape;
    float fill;
    int64_t run;    /* values in a run, at least 1 */
    int32_t from[]; /* (runs) index in the input of the first value of each run; -1: it is filled */
};

static int64_t count_runs(const struct rearrange *l)
{
    return evk_shape_count(&l->shape) / l->run;
}

/* inputs is 0 where the layer is a part, see focus.h, that consists of filled runs alone. */
static evk_status rearrange_shape(const void *self, int inputs, const struct evk_shape *in,
                                  struct evk_shape *out, evk_error *err)
{
    const struct rearrange *l = self;
    const int64_t runs = count_runs(l), n = inputs ? evk_shape_count(in) : 0;

    for (int64_t i = 0; i < runs; i++) {
        const int64_t first = l->from[i], last = first + l->run - 1;

        if (first < -1 || (first >= 0 && last >= n))
            return evk_fail(err, EVK_EFORMAT,
                            "it reads value %lld of its input, expected 0 to %lld",
                            (long long)(first < 0 ? first : last), (long long)(n - 1));
    }
    *out = l->shape;
    return EVK_OK;
}

static void forward_run(const struct rearrange *l, const float *x, float *y)
{
    if (x)
        memcpy(y, x, (size_t)l->run * sizeof(*y));
    else
        for (int64_t i = 0; i < l->run; i++)
            y[i] = l->fill;
}

/* Runs of a single value are frequent, and a loop of their own is faster. */
static void rearrange_forward(const void *self, const struct evk_pass *p)
{
    const struct rearrange *l = self;
    const int64_t runs = count_runs(l);

    if (l->run == 1)
        for (int64_t i = 0; i < runs; i++)
            p->y[i] = l->from[i] < 0 ? l->fill : p->x[0][l->from[i]];
    else
        for (int64_t i = 0; i < runs; i++)
            forward_run(l, l->from[i] < 0 ? NULL : p->x[0] + l->from[i], p->y + i * l->run);
}

static void rearrange_backward(const void *self, const struct evk_pass *p)
{
    const struct rearrange *l = self;
    const int64_t runs = count_runs(l);

    for (int64_t i = 0; i < runs; i++)
        if (l->from[i] >= 0 && l->run == 1)
            p->gx[0][l->from[i]] += p->gy[i];
        else if (l->from[i] >= 0)
            p->k->axpy(l->run, 1, p->gy + i * l->run, p->gx[0] + l->from[i]);
}

/* Returns the index in the input of value i of the output, or -1 where it is filled. */
static int64_t source_of(const struct rearrange *l, int64_t i)
{
    const int64_t first = l->from[i / l->run];

    return first < 0 ? -1 : first + i % l->run;
}

/* Writes, for each value in a box of the output, its index in the input, or -1 where it is
   filled. */
static void sources_in(const struct rearrange *l, const struct evk_box *box, int32_t *index)
{
    const struct evk_shape *s = &l->shape;

    for (int64_t y = box->first[0]; y <= box->last[0]; y++)
        for (int64_t x = box->first[1]; x <= box->last[1]; x++)
            for (int64_t c = box->first[2]; c <= box->last[2]; c++)
                *index++ = (int32_t)source_of(l, (y * s->w + x) * s->c + c);
}

static void rearrange_field(const void *self, const struct evk_shape *in, int j,
                            const struct evk_shape *out, struct evk_box *box)
{
    const struct rearrange *l = self;
    struct evk_box all = {{INT64_MAX, INT64_MAX, INT64_MAX}, {-1, -1, -1}};

    (void)j;
    for (int64_t y = box->first[0]; y <= box->last[0]; y++)
        for (int64_t x = box->first[1]; x <= box->last[1]; x++)
            for (int64_t c = box->first[2]; c <= box->last[2]; c++) {
                const int64_t i = source_of(l, (y * out->w + x) * out->c + c);
                const struct evk_box one = evk_box_at(in, i);

                if (i >= 0)
                    evk_box_enclose(&all, &one);
            }
    *box = all;
}

/* Can a run go on with index b behind index a? */
static bool follows(int64_t a, int64_t b)
{
    return a < 0 ? b == a : b == a + 1;
}

static int64_t greatest_common_divisor(int64_t a, int64_t b)
{
    while (b > 0) {
        const int64_t rest = a % b;

        a = b;
        b = rest;
    }
    return a;
}

/* Returns the length of the longest equal runs that an order of n values consists of: it divides n
   and every place where a value does not follow the value before. */
static int64_t run_of(const int32_t *index, int64_t n)
{
    int64_t run = n;

    for (int64_t i = 1; i < n && run > 1; i++)
        if (!follows(index[i - 1], index[i]))
            run = greatest_common_divisor(run, i);
    return run;
}

static evk_status rearrange_new(struct rearrange **out, const struct evk_shape *shape,
                                const int32_t *index, float fill, evk_error *err)
{
    const int64_t n = evk_shape_count(shape), run = run_of(index, n), runs = n / run;
    struct rearrange *l;

    EVK_TRY(evk_alloc(&l, (int64_t)sizeof(*l) + runs * (int64_t)sizeof(*index), 1, "a layer", err));
    l->shape = *shape;
    l->fill = fill;
    l->run = run;
    for (int64_t i = 0; i < runs; i++)
        l->from[i] = index[i * run];
    *out = l;
    return EVK_OK;
}

/* Returns the index in a box of a tensor of shape s of the value that has index i in the tensor. */
static int64_t index_in_box(const struct evk_shape *s, const struct evk_box *box, int64_t i)
{
    const struct evk_shape part = evk_box_shape(box, false);
    const struct evk_box at = evk_box_at(s, i);
    const int64_t y = at.first[0] - box->first[0], x = at.first[1] - box->first[1];

    return (y * part.w + x) * part.c + at.first[2] - box->first[2];
}

static evk_status rearrange_cut(const void *self, const struct evk_shape *in,
                                const struct evk_box *in_box, const struct evk_box *out_box,
                                void **copy, evk_error *err)
{
    const struct rearrange *whole = self;
    const struct evk_shape part = evk_box_shape(out_box, whole->shape.flat);
    struct rearrange *l = NULL;
    int32_t *index;
    evk_status s;

    EVK_TRY(evk_alloc(&index, evk_shape_count(&part), sizeof(*index), "a layer", err));
    sources_in(whole, out_box, index);
    for (int64_t i = 0; i < evk_shape_count(&part); i++)
        if (index[i] >= 0)
            index[i] = (int32_t)index_in_box(in, in_box, index[i]);
    s = rearrange_new(&l, &part, index, whole->fill, err);
    free(index);
    *copy = l;
    return s;
}

extern const struct evk_layer_type evk_layer_rearrange;
const struct evk_layer_type evk_layer_rearrange = {
    .name = "rearrange",
    .summary = "values in another order, which may repeat or fill some",
    .params = "shape, index, fill",
    .shape = rearrange_shape,
    .forward = rearrange_forward,
    .backward = rearrange_backward,
    .field = rearrange_field,
    .focus = {.cut = rearrange_cut},
    .release = free,
};

evk_status evk_add_rearrange(struct evk_graph *g, const char *name, int x,
                             const struct evk_shape *shape, const int32_t *index, float fill,
                             int *out, evk_error *err)
{
    struct rearrange *l;

    EVK_TRY(rearrange_new(&l, shape, index, fill, err));
    return evk_graph_add_take(g, &evk_layer_rearrange, l, name, 1, &x, out, err);
}
