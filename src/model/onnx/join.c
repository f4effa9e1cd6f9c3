/* SPDX-License-Identifier: GPL-3.0-or-later */
/* join.c - tensors of an ONNX graph joined along one axis */
#include <string.h>

#include "model/onnx/value.h"

/* Copies the values of constant v to where they lie in the joined constant r: `before` is how many
   entries of the axis come before. */
static void place_constant(const struct evk_onnx_value *v, const struct evk_onnx_value *r, int axis,
                           int64_t before, void *to)
{
    const size_t size = v->real ? sizeof(*v->real) : sizeof(*v->whole);
    const char *from = v->real ? (const char *)v->real : (const char *)v->whole;
    int64_t inner = 1, outer = 1;

    for (int a = 0; a < v->axes; a++) {
        if (a < axis)
            outer *= v->dim[a];
        if (a > axis)
            inner *= v->dim[a];
    }
    for (int64_t i = 0; i < outer; i++)
        memcpy((char *)to + (size_t)((i * r->dim[axis] + before) * inner) * size,
               from + (size_t)(i * v->dim[axis] * inner) * size,
               (size_t)(v->dim[axis] * inner) * size);
}

static evk_status join_constants(struct evk_onnx_call *c, int count,
                                 const struct evk_onnx_value *const *v, int axis,
                                 struct evk_onnx_value *r, evk_error *err)
{
    const bool real = v[0]->real;
    int64_t before = 0;
    void *to;

    for (int i = 1; i < count; i++)
        if ((v[i]->real != NULL) != real)
            return evk_onnx_fail(c, EVK_EFORMAT, err, "it joins real and whole numbers");
    EVK_TRY(evk_onnx_alloc(c, &to, evk_onnx_count(r), real ? sizeof(float) : sizeof(int64_t), err));
    for (int i = 0; i < count; i++) {
        place_constant(v[i], r, axis, before, to);
        before += v[i]->dim[axis];
    }
    r->real = real ? to : NULL;
    r->whole = real ? NULL : to;
    return EVK_OK;
}

/* Joins nodes.  Channels that are innermost are joined as channels, and other axes as columns of a
   map that has all axes around them as rows, and all axes inside as channels. */
static evk_status join_nodes(struct evk_onnx_call *c, int count,
                             const struct evk_onnx_value *const *v, int axis, const int *order,
                             struct evk_onnx_value *r, evk_error *err)
{
    struct evk_onnx_value part;
    int nodes[EVK_INPUTS_MAX];
    int64_t inner = 1;
    bool after = false, channels = false;
    struct evk_shape s = {1, 1, 1, false};

    if (count > EVK_INPUTS_MAX)
        return evk_onnx_fail(c, EVK_EUNSUPPORTED, err, "it joins %d tensors, supported: up to %d",
                             count, EVK_INPUTS_MAX);
    for (int i = 0; i < r->axes; i++) {
        if (after)
            inner *= r->dim[order[i]];
        after = after || order[i] == axis;
    }
    for (int i = 0; i < count; i++) {
        EVK_TRY(evk_onnx_node_of(c, v[i], &part, err));
        EVK_TRY(evk_onnx_order(c, &part, order, &part, err));
        if (i == 0) {
            s = c->o->graph->nodes[part.node].out;
            channels = inner == 1 && s.c == part.dim[axis];
            s.h = channels ? s.h : evk_onnx_count(&part) / inner / part.dim[axis];
        }
        EVK_TRY(evk_onnx_as(c, &part, s.h, channels ? s.w : part.dim[axis],
                            channels ? part.dim[axis] : inner, &nodes[i], err));
    }
    memcpy(r->order, order, sizeof(r->order));
    return evk_add_concat(c->o->graph, c->label, count, nodes, channels ? 2 : 1, &r->node, err);
}

/* Lists the tensors that have values: ONNX joins any tensor with empty ones. */
static int list_filled(int count, const struct evk_onnx_value *const *v,
                       const struct evk_onnx_value **out)
{
    int filled = 0;

    for (int i = 0; i < count; i++)
        if (evk_onnx_count(v[i]) > 0)
            out[filled++] = v[i];
    return filled;
}

static evk_status join_filled(struct evk_onnx_call *c, int count,
                              const struct evk_onnx_value *const *v, int axis,
                              struct evk_onnx_value *out, evk_error *err)
{
    const struct evk_onnx_value *first = NULL;
    struct evk_onnx_value r = evk_onnx_shape(v[0]->axes, v[0]->dim);
    char a[EVK_SHAPE_TEXT], b[EVK_SHAPE_TEXT];
    evk_status s;

    for (int i = 0; i < count; i++) {
        if (!first && v[i]->node >= 0)
            first = v[i];
        for (int j = 0; j < r.axes; j++)
            if (v[i]->axes != r.axes || (j != axis && v[i]->dim[j] != r.dim[j]))
                return evk_onnx_fail(c, EVK_EFORMAT, err, "it joins %s and %s, which do not fit",
                                     evk_shape_text(r.axes, r.dim, a),
                                     evk_shape_text(v[i]->axes, v[i]->dim, b));
        if (i > 0)
            r.dim[axis] += v[i]->dim[axis];
    }
    s = first ? join_nodes(c, count, v, axis, first->order, &r, err)
              : join_constants(c, count, v, axis, &r, err);
    *out = r;
    return s;
}

evk_status evk_onnx_join(struct evk_onnx_call *c, int count, const struct evk_onnx_value *const *v,
                         int axis, struct evk_onnx_value *out, evk_error *err)
{
    const struct evk_onnx_value *filled[EVK_INPUTS_MAX];
    const int some = count <= EVK_INPUTS_MAX ? list_filled(count, v, filled) : count;

    return some > 0 && some < count ? join_filled(c, some, filled, axis, out, err)
                                    : join_filled(c, count, v, axis, out, err);
}
