/* SPDX-License-Identifier: GPL-3.0-or-later */
/* op_reduce.c - ONNX's reductions over axes, and softmax */
#include <string.h>

#include "model/onnx/ops.h"
#include "model/onnx/reduce.h"

evk_status evk_onnx_gather_axes(struct evk_onnx_call *c, const struct evk_onnx_value *v,
                                const bool *chosen, struct evk_onnx_axes *out, evk_error *err)
{
    int order[EVK_ONNX_AXES], n = 0, runs = 0;
    bool before = false;

    /* chosen axes that are neighbours in memory stay there; others move to the end */
    for (int i = 0; i < v->axes; i++)
        if (v->dim[v->order[i]] > 1) {
            runs += chosen[v->order[i]] && !before;
            before = chosen[v->order[i]];
        }
    out->value = *v;
    if (runs > 1) {
        for (int pass = 0; pass < 2; pass++)
            for (int i = 0; i < v->axes; i++)
                if (chosen[v->order[i]] == (pass == 1))
                    order[n++] = v->order[i];
        EVK_TRY(evk_onnx_order(c, v, order, &out->value, err));
    }
    out->outer = out->chosen = out->inner = 1;
    for (int i = 0; i < v->axes; i++) {
        const int a = out->value.order[i];

        if (v->dim[a] == 1)
            continue;
        if (chosen[a])
            out->chosen *= v->dim[a];
        else if (out->chosen > 1)
            out->inner *= v->dim[a];
        else
            out->outer *= v->dim[a];
    }
    return EVK_OK;
}

evk_status evk_onnx_inside(struct evk_onnx_call *c, const struct evk_onnx_value *v, int axis,
                           struct evk_onnx_value *out, evk_error *err)
{
    int order[EVK_ONNX_AXES], n = 0, node;
    struct evk_onnx_value lying;

    for (int i = 0; i < v->axes; i++)
        if (v->order[i] != axis)
            order[n++] = v->order[i];
    order[n] = axis;
    EVK_TRY(evk_onnx_node_of(c, v, &lying, err));
    EVK_TRY(evk_onnx_order(c, &lying, order, out, err));
    node = out->node;
    if (c->o->graph->nodes[node].out.c != v->dim[axis])
        EVK_TRY(evk_onnx_as(c, out, evk_onnx_count(v) / v->dim[axis], 1, v->dim[axis], &node, err));
    out->node = node;
    return EVK_OK;
}

/* Marks the axes that a reduction names; all of them where it names none. */
static evk_status read_axes(struct evk_onnx_call *c, bool chosen[EVK_ONNX_AXES], bool *none,
                            evk_error *err)
{
    const struct evk_onnx_value *v = c->in[0];
    int64_t axes[EVK_ONNX_INTS], noop;
    int count, axis;

    EVK_TRY(evk_onnx_ints_in(c, 1, "axes", axes, &count, err));
    EVK_TRY(evk_onnx_int(c, "noop_with_empty_axes", 0, &noop, err));
    for (int a = 0; a < v->axes; a++)
        chosen[a] = count == 0;
    *none = count == 0 && noop;
    for (int i = 0; i < count; i++) {
        EVK_TRY(evk_onnx_axis(c, v, axes[i], &axis, err));
        chosen[axis] = true;
    }
    return EVK_OK;
}

/* Gives what is left of a tensor whose chosen axes have one value each: without them, or with. */
static void leave(const struct evk_onnx_value *v, const bool *chosen, bool keep,
                  struct evk_onnx_value *out)
{
    int to[EVK_ONNX_AXES], n = 0, m = 0;

    *out = *v;
    for (int a = 0; a < v->axes; a++)
        if (keep || !chosen[a]) {
            out->dim[n] = chosen[a] ? 1 : v->dim[a];
            to[a] = n++;
        }
    for (int i = 0; i < v->axes; i++)
        if (keep || !chosen[v->order[i]])
            out->order[m++] = to[v->order[i]];
    out->axes = n;
}

evk_status evk_onnx_reduce(struct evk_onnx_call *c, const struct evk_onnx_value *v,
                           const bool *chosen, bool keep, const char *function,
                           struct evk_onnx_value *out, evk_error *err)
{
    struct evk_onnx_value lying;
    const struct evk_shape *s;
    struct evk_onnx_axes axes;
    int node;

    EVK_TRY(evk_onnx_node_of(c, v, &lying, err));
    v = &lying;
    EVK_TRY(evk_onnx_gather_axes(c, v, chosen, &axes, err));
    s = &c->o->graph->nodes[v->node].out;
    leave(&axes.value, chosen, keep, out);
    if (strcmp(function, "mean") == 0 && axes.outer == 1 && !s->flat && s->c == axes.inner &&
        axes.value.node == v->node)
        return evk_add_globalpool(c->o->graph, c->label, v->node, true, &out->node, err);
    EVK_TRY(evk_onnx_as(c, &axes.value, axes.outer, axes.chosen, axes.inner, &node, err));
    return evk_add_reduce(c->o->graph, c->label, node, function, &out->node, err);
}

evk_status evk_onnx_op_reduce(struct evk_onnx_call *c, evk_error *err)
{
    bool chosen[EVK_ONNX_AXES], none;
    int64_t keep;

    EVK_TRY(evk_onnx_int(c, "keepdims", 1, &keep, err));
    EVK_TRY(read_axes(c, chosen, &none, err));
    if (none) {
        c->out[0] = *c->in[0];
        return EVK_OK;
    }
    return evk_onnx_reduce(c, c->in[0], chosen, keep != 0, c->node->op->detail, &c->out[0], err);
}

/* Before opset 13, a softmax runs over all axes from the given one on. */
evk_status evk_onnx_op_softmax(struct evk_onnx_call *c, evk_error *err)
{
    const struct evk_onnx_value *v = c->in[0];
    const bool log = c->node->op->detail[0] == 'l';
    bool chosen[EVK_ONNX_AXES];
    int order[EVK_ONNX_AXES], n = 0, axis, node;
    int64_t given, last = 1;

    EVK_TRY(evk_onnx_int(c, "axis", c->opset < 13 ? 1 : -1, &given, err));
    EVK_TRY(evk_onnx_axis(c, v, given, &axis, err));
    for (int a = 0; a < v->axes; a++) {
        chosen[a] = c->opset < 13 ? a >= axis : a == axis;
        last *= chosen[a] ? v->dim[a] : 1;
    }
    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < v->axes; i++)
            if (chosen[v->order[i]] == (pass == 1))
                order[n++] = v->order[i];
    EVK_TRY(evk_onnx_order(c, v, order, &c->out[0], err));
    node = c->out[0].node;
    if (c->o->graph->nodes[node].out.c != last)
        EVK_TRY(evk_onnx_as(c, &c->out[0], evk_onnx_count(v) / last, 1, last, &node, err));
    return log ? evk_add_log_softmax(c->o->graph, c->label, node, &c->out[0].node, err)
               : evk_add_softmax(c->o->graph, c->label, node, &c->out[0].node, err);
}
