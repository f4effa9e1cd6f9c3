/* SPDX-License-Identifier: GPL-3.0-or-later */
/* concat.c - inputs joined along one axis */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "nn/layers.h"

struct concat {
    int axis; /* 0 rows, 1 columns, 2 channels */
};

static int64_t *size(struct evk_shape *s, int axis)
{
    return axis == 0 ? &s->h : axis == 1 ? &s->w : &s->c;
}

static evk_status concat_shape(const void *self, int inputs, const struct evk_shape *in,
                               struct evk_shape *out, evk_error *err)
{
    const struct concat *l = self;
    struct evk_shape sum = in[0], one;
    char a[EVK_LAYER_SHAPE_TEXT], b[EVK_LAYER_SHAPE_TEXT];

    for (int i = 1; i < inputs; i++) {
        one = in[i];
        *size(&sum, l->axis) += *size(&one, l->axis);
        *size(&one, l->axis) = *size(&sum, l->axis);
        if (!evk_shape_equal(&sum, &one))
            return evk_fail(err, EVK_EFORMAT, "its inputs are %s and %s, which do not join",
                            evk_layer_shape_text(&in[0], a), evk_layer_shape_text(&in[i], b));
    }
    *out = sum;
    return EVK_OK;
}

/* Returns how many floats of a tensor s, an input or the output, lie together in the output: all
   that have the same indices on the axes before the joined one. */
static int64_t block(const struct evk_shape *s, int axis)
{
    return axis == 0 ? s->h * s->w * s->c : axis == 1 ? s->w * s->c : s->c;
}

static void concat_forward(const void *self, const struct evk_pass *p)
{
    const struct concat *l = self;
    const int64_t whole = block(&p->out, l->axis), blocks = evk_shape_count(&p->out) / whole;

    for (int64_t b = 0; b < blocks; b++) {
        float *y = p->y + b * whole;

        for (int i = 0; i < p->inputs; i++) {
            const int64_t n = block(&p->in[i], l->axis);

            memcpy(y, p->x[i] + b * n, (size_t)n * sizeof(*y));
            y += n;
        }
    }
}

static void concat_backward(const void *self, const struct evk_pass *p)
{
    const struct concat *l = self;
    const int64_t whole = block(&p->out, l->axis), blocks = evk_shape_count(&p->out) / whole;

    for (int64_t b = 0; b < blocks; b++) {
        const float *gy = p->gy + b * whole;

        for (int i = 0; i < p->inputs; i++) {
            const int64_t n = block(&p->in[i], l->axis);

            p->k->axpy(n, 1, gy, p->gx[i] + b * n);
            gy += n;
        }
    }
}

/* Along the joined axis, the output has input j at indices begin to begin + n - 1. */
static void concat_field(const void *self, const struct evk_shape *in, int j,
                         const struct evk_shape *out, struct evk_box *box)
{
    const struct concat *l = self;
    struct evk_shape s = in[j];
    int64_t begin = 0, n = *size(&s, l->axis);

    (void)out;
    for (int i = 0; i < j; i++) {
        s = in[i];
        begin += *size(&s, l->axis);
    }
    if (box->last[l->axis] < begin || box->first[l->axis] >= begin + n) {
        box->last[0] = -1;
        return;
    }
    box->first[l->axis] = box->first[l->axis] > begin ? box->first[l->axis] - begin : 0;
    box->last[l->axis] = box->last[l->axis] < begin + n ? box->last[l->axis] - begin : n - 1;
}

extern const struct evk_layer_type evk_layer_concat;
const struct evk_layer_type evk_layer_concat = {
    .name = "concat",
    .summary = "inputs joined along rows, columns or channels",
    .params = "axis",
    .shape = concat_shape,
    .forward = concat_forward,
    .backward = concat_backward,
    .field = concat_field,
    .focus = {.cut = evk_focus_same},
    .release = free,
};

evk_status evk_add_concat(struct evk_graph *g, const char *name, int inputs, const int *x, int axis,
                          int *out, evk_error *err)
{
    struct concat *l;

    EVK_TRY(evk_alloc(&l, 1, sizeof(*l), "a layer", err));
    l->axis = axis;
    return evk_graph_add_take(g, &evk_layer_concat, l, name, inputs, x, out, err);
}
