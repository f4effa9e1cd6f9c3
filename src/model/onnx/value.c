/* SPDX-License-Identifier: GPL-3.0-or-later */
/* value.c - what a tensor of an ONNX graph is: its axes, its constants, its node in another order
   or shape */
#include "model/onnx/value.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/onnx/onnx.h"

int64_t evk_onnx_count(const struct evk_onnx_value *v)
{
    int64_t n = 1;

    for (int a = 0; a < v->axes; a++)
        n *= v->dim[a];
    return n;
}

struct evk_onnx_value evk_onnx_shape(int axes, const int64_t *dim)
{
    struct evk_onnx_value v = {.axes = axes, .node = -1, .set = true};

    for (int a = 0; a < axes; a++) {
        v.dim[a] = dim[a];
        v.order[a] = a;
    }
    return v;
}

evk_status evk_onnx_empty(struct evk_onnx_call *c, int axes, const int64_t *dim,
                          struct evk_onnx_value *out, evk_error *err)
{
    float *none;

    EVK_TRY(evk_onnx_alloc(c, &none, 0, sizeof(*none), err));
    *out = evk_onnx_shape(axes, dim);
    out->real = none;
    return EVK_OK;
}

evk_status evk_onnx_axis(const struct evk_onnx_call *c, const struct evk_onnx_value *v,
                         int64_t axis, int *out, evk_error *err)
{
    if (axis < -v->axes || axis >= v->axes)
        return evk_onnx_fail(c, EVK_EFORMAT, err, "its axis is %lld, expected %d to %d",
                             (long long)axis, -v->axes, v->axes - 1);
    *out = (int)(axis < 0 ? axis + v->axes : axis);
    return EVK_OK;
}

/* Returns the shape of a layer that holds values in ONNX's order: the last axis are channels. */
static struct evk_shape shape_of(const struct evk_onnx_value *v)
{
    struct evk_shape s = {1, 1, v->axes ? v->dim[v->axes - 1] : 1, false};

    if (v->axes > 1)
        s.w = v->dim[v->axes - 2];
    for (int a = 0; a + 2 < v->axes; a++)
        s.h *= v->dim[a];
    s.flat = s.h == 1 && s.w == 1;
    return s;
}

evk_status evk_onnx_node_of(struct evk_onnx_call *c, const struct evk_onnx_value *v,
                            struct evk_onnx_value *out, evk_error *err)
{
    const struct evk_shape s = shape_of(v);
    const int64_t n = evk_onnx_count(v);
    const float *real = v->real;
    float *copy;

    *out = *v;
    if (v->node >= 0)
        return EVK_OK;
    if (!real) {
        EVK_TRY(evk_onnx_alloc(c, &copy, n, sizeof(*copy), err));
        for (int64_t i = 0; i < n; i++)
            copy[i] = (float)v->whole[i];
        real = copy;
    }
    *out = evk_onnx_shape(v->axes, v->dim);
    EVK_TRY(evk_onnx_charge(c, n, sizeof(*real), err));
    return evk_add_constant(c->o->graph, c->label, &s, real, &out->node, err);
}

/* Do the axes that have more than one value lie in the same order? */
static bool same_order(const struct evk_onnx_value *v, const int *order)
{
    int i = 0;

    for (int j = 0; j < v->axes; j++) {
        if (v->dim[order[j]] == 1)
            continue;
        while (v->dim[v->order[i]] == 1)
            i++;
        if (v->order[i++] != order[j])
            return false;
    }
    return true;
}

/* Gives the distance in memory between neighbours along each axis of a node. */
static void strides_of(const struct evk_onnx_value *v, int64_t stride[EVK_ONNX_AXES])
{
    int64_t step = 1;

    for (int i = v->axes - 1; i >= 0; i--) {
        stride[v->order[i]] = step;
        step *= v->dim[v->order[i]];
    }
}

/* Walks over a tensor in an order of its axes: at[] are the indices along its axes. */
static void step_on(const struct evk_onnx_value *v, const int *order, int64_t at[EVK_ONNX_AXES])
{
    for (int i = v->axes - 1; i >= 0; i--) {
        const int a = order[i];

        if (++at[a] < v->dim[a])
            return;
        at[a] = 0;
    }
}

/* Lists the n values of a run along the innermost axis, whose indices on the other axes make up
   `from`, which is -1 where one of them takes no value. */
static void list_run(const int64_t *pick, int64_t n, int64_t stride, int64_t from, int32_t *index)
{
    if (from < 0)
        memset(index, -1, (size_t)n * sizeof(*index));
    else if (!pick)
        for (int64_t i = 0; i < n; i++)
            index[i] = (int32_t)(from + i * stride);
    else
        for (int64_t i = 0; i < n; i++)
            index[i] = (int32_t)(pick[i] < 0 ? -1 : from + pick[i] * stride);
}

/* Gives, for each value of a tensor r that is picked from v, in the order of the memory of r, the
   index of the value of v that it is, or -1.  pick: as for evk_onnx_pick. */
static void list_picks(const struct evk_onnx_value *v, const struct evk_onnx_value *r,
                       const int64_t *const *pick, int32_t *index)
{
    const int last = r->axes ? r->order[r->axes - 1] : 0;
    const int64_t n = evk_onnx_count(r), run = r->axes ? r->dim[last] : 1;
    int64_t stride[EVK_ONNX_AXES], at[EVK_ONNX_AXES] = {0};

    strides_of(v, stride);
    for (int64_t i = 0; i < n; i += run) {
        int64_t from = 0;

        for (int a = 0; a < v->axes && from >= 0; a++) {
            const int64_t j = a == last ? 0 : pick[a] ? pick[a][at[a]] : at[a];

            from = j < 0 ? -1 : from + j * stride[a];
        }
        list_run(r->axes ? pick[last] : NULL, run, r->axes ? stride[last] : 0, from, index + i);
        at[last] = run - 1;
        step_on(r, r->order, at);
    }
}

/* Counts what an order of n values takes: its list, the layer's copy, and the layer's output. */
static evk_status charge_order(struct evk_onnx_call *c, int64_t n, evk_error *err)
{
    return evk_onnx_charge(c, n, 2 * sizeof(int32_t) + sizeof(float), err);
}

evk_status evk_onnx_order(struct evk_onnx_call *c, const struct evk_onnx_value *v, const int *order,
                          struct evk_onnx_value *out, evk_error *err)
{
    const int64_t *const pick[EVK_ONNX_AXES] = {NULL};
    const int64_t n = evk_onnx_count(v);
    struct evk_onnx_value r = *v;
    struct evk_shape s = {1, 1, 1, false};
    int32_t *index;
    evk_status status;

    for (int i = 0; i < v->axes; i++)
        r.order[i] = order[i];
    if (same_order(v, order)) {
        *out = r;
        return EVK_OK;
    }
    s.c = v->dim[order[v->axes - 1]];
    s.w = v->dim[order[v->axes - 2]];
    s.h = n / s.c / s.w;
    EVK_TRY(charge_order(c, n, err));
    EVK_TRY(evk_alloc(&index, n, sizeof(*index), "an order of values", err));
    list_picks(v, &r, pick, index);
    status = evk_add_rearrange(c->o->graph, c->label, v->node, &s, index, 0, &r.node, err);
    free(index);
    *out = r;
    return status;
}

evk_status evk_onnx_as(struct evk_onnx_call *c, const struct evk_onnx_value *v, int64_t h,
                       int64_t w, int64_t channels, int *node, evk_error *err)
{
    const struct evk_shape wanted = {h, w, channels, false};

    *node = v->node;
    if (evk_shape_equal(&c->o->graph->nodes[v->node].out, &wanted))
        return EVK_OK;
    return evk_add_reshape(c->o->graph, c->label, v->node, &wanted, node, err);
}

/* ---- reshaping ------------------------------------------------------------------------------ */

/* Some neighbouring axes of a tensor, first to end - 1, and those of its new shape that they
   become: both have the same number of values, and no fewer axes do. */
struct regrouped {
    int first, end, new_first, new_end;
};

/* Finds the groups of axes that a new shape merges or divides.  Returns how many there are. */
static int regroup(const struct evk_onnx_value *v, int axes, const int64_t *dim,
                   struct regrouped *out)
{
    int count = 0, a = 0, b = 0;

    while (a < v->axes || b < axes) {
        struct regrouped g = {a, a, b, b};
        int64_t n = 1, m = 1;

        do {
            if ((n <= m && g.end < v->axes) || g.new_end == axes)
                n *= v->dim[g.end++];
            else
                m *= dim[g.new_end++];
        } while (n != m);
        out[count++] = g;
        a = g.end;
        b = g.new_end;
    }
    return count;
}

/* Do the axes of a group lie in ONNX's order, with no others between them? */
static bool lies_together(const struct evk_onnx_value *v, const struct regrouped *g)
{
    bool ended = false;
    int last = -1;

    for (int i = 0; i < v->axes; i++) {
        const int a = v->order[i];
        const bool inside = a >= g->first && a < g->end;

        if (v->dim[a] == 1)
            continue;
        if (inside && (ended || a < last))
            return false;
        if (inside)
            last = a;
        ended = !inside && last >= 0;
    }
    return true;
}

/* Gives the order of the new axes in memory: each group takes the place of its axes. */
static void new_order(const struct evk_onnx_value *v, const struct regrouped *groups, int count,
                      int order[EVK_ONNX_AXES])
{
    bool done[2 * EVK_ONNX_AXES] = {false};
    int n = 0;

    for (int i = 0; i < v->axes; i++)
        for (int g = 0; g < count; g++) {
            const int a = v->order[i];

            if (a < groups[g].first || a >= groups[g].end || done[g])
                continue;
            /* an axis of one value can lie anywhere: its group begins at another axis */
            if (v->dim[a] == 1 && groups[g].end - groups[g].first > 1)
                continue;
            for (int b = groups[g].new_first; b < groups[g].new_end; b++)
                order[n++] = b;
            done[g] = true;
        }
    for (int g = 0; g < count; g++)
        for (int b = groups[g].new_first; b < groups[g].new_end && !done[g]; b++)
            order[n++] = b;
}

evk_status evk_onnx_reshape(struct evk_onnx_call *c, const struct evk_onnx_value *v, int axes,
                            const int64_t *dim, struct evk_onnx_value *out, evk_error *err)
{
    struct evk_onnx_value r = evk_onnx_shape(axes, dim), plain;
    struct regrouped groups[2 * EVK_ONNX_AXES];
    char from[EVK_SHAPE_TEXT], to[EVK_SHAPE_TEXT];
    int identity[EVK_ONNX_AXES], count;
    bool together = true;

    if (evk_onnx_count(v) != evk_onnx_count(&r))
        return evk_onnx_fail(c, EVK_EFORMAT, err, "a tensor of %s cannot have the shape %s",
                             evk_shape_text(v->axes, v->dim, from), evk_shape_text(axes, dim, to));
    r.initial = v->initial;
    r.real = v->real;
    r.whole = v->whole;
    r.node = v->node;
    if (v->node >= 0) {
        count = regroup(v, axes, dim, groups);
        for (int g = 0; g < count; g++)
            together = together && lies_together(v, &groups[g]);
        if (together) {
            new_order(v, groups, count, r.order);
        } else {
            for (int a = 0; a < v->axes; a++)
                identity[a] = a;
            EVK_TRY(evk_onnx_order(c, v, identity, &plain, err));
            r.node = plain.node;
        }
    }
    *out = r;
    return EVK_OK;
}

evk_status evk_onnx_transpose(struct evk_onnx_call *c, const struct evk_onnx_value *v,
                              const int *from, struct evk_onnx_value *out, evk_error *err)
{
    const int64_t *pick[EVK_ONNX_AXES] = {NULL};
    struct evk_onnx_value r = *v;
    int to[EVK_ONNX_AXES];

    for (int a = 0; a < v->axes; a++) {
        r.dim[a] = v->dim[from[a]];
        to[from[a]] = a;
    }
    for (int i = 0; i < v->axes; i++)
        r.order[i] = to[v->order[i]];
    if (v->node >= 0) {
        *out = r;
        return EVK_OK;
    }
    /* constants lie in ONNX's order: their values move */
    return evk_onnx_pick(c, &r, pick, r.dim, 0, out, err);
}

/* ---- taking values by their index ----------------------------------------------------------- */

static evk_status pick_constant(struct evk_onnx_call *c, const struct evk_onnx_value *v,
                                const int32_t *index, int64_t n, double fill,
                                struct evk_onnx_value *r, evk_error *err)
{
    float *real;
    int64_t *whole;

    if (v->real) {
        EVK_TRY(evk_onnx_alloc(c, &real, n, sizeof(*real), err));
        for (int64_t i = 0; i < n; i++)
            real[i] = index[i] < 0 ? (float)fill : v->real[index[i]];
        r->real = real;
        return EVK_OK;
    }
    EVK_TRY(evk_onnx_alloc(c, &whole, n, sizeof(*whole), err));
    for (int64_t i = 0; i < n; i++)
        whole[i] = index[i] < 0 ? (int64_t)fill : v->whole[index[i]];
    r->whole = whole;
    return EVK_OK;
}

/* Gives which axis of a node's shape, 0 rows to 2 channels, each axis of the tensor is a part of.
   False where the shape divides an axis. */
static bool places_of(const struct evk_shape *s, const struct evk_onnx_value *v,
                      int place[EVK_ONNX_AXES])
{
    const int64_t size[3] = {s->h, s->w, s->c};
    int64_t n = 1;
    int k = 0;

    for (int i = 0; i < v->axes; i++) {
        const int a = v->order[i];

        while (k < 2 && n == size[k] && v->dim[a] > 1) {
            k++;
            n = 1;
        }
        place[a] = k;
        n *= v->dim[a];
        if (n > size[k])
            return false;
    }
    return true;
}

/* Is a pick a range of neighbours?  Gives the first of them. */
static bool is_range(const int64_t *pick, int64_t n, int64_t *first)
{
    *first = pick ? pick[0] : 0;
    for (int64_t i = 1; i < n && pick; i++)
        if (pick[i] != pick[0] + i)
            return false;
    return *first >= 0;
}

/* Finds the box of a node that a pick takes, where it takes a box. */
static bool find_box(const struct evk_shape *s, const struct evk_onnx_value *v,
                     const int64_t *const *pick, const int64_t *dim, struct evk_box *box)
{
    int place[EVK_ONNX_AXES];
    bool cut[3] = {false, false, false};
    int64_t inner = 1;

    *box = evk_box_whole(s);
    if (!places_of(s, v, place))
        return false;
    for (int i = v->axes - 1; i >= 0; i--) {
        const int a = v->order[i], k = place[a];
        int64_t first;

        if (i + 1 < v->axes && place[v->order[i + 1]] != k)
            inner = 1;
        if (!is_range(pick[a], dim[a], &first) || (cut[k] && v->dim[a] > 1))
            return false; /* an axis around a cut one would repeat the box */
        if (dim[a] != v->dim[a] || first != 0) {
            box->first[k] = first * inner;
            box->last[k] = (first + dim[a]) * inner - 1;
            cut[k] = true;
        }
        inner *= v->dim[a];
    }
    return true;
}

static evk_status pick_nodes(struct evk_onnx_call *c, const struct evk_onnx_value *v,
                             const int32_t *index, double fill, struct evk_onnx_value *r,
                             evk_error *err)
{
    struct evk_shape s = {1, 1, 1, false};

    if (v->axes > 0)
        s.c = r->dim[r->order[v->axes - 1]];
    if (v->axes > 1)
        s.w = r->dim[r->order[v->axes - 2]];
    s.h = evk_onnx_count(r) / s.c / s.w;
    return evk_add_rearrange(c->o->graph, c->label, v->node, &s, index, (float)fill, &r->node, err);
}

evk_status evk_onnx_pick(struct evk_onnx_call *c, const struct evk_onnx_value *v,
                         const int64_t *const *pick, const int64_t *dim, double fill,
                         struct evk_onnx_value *out, evk_error *err)
{
    struct evk_onnx_value r = *v;
    struct evk_box box;
    int32_t *index;
    evk_status s;
    int64_t n;

    if (!evk_onnx_fits(v->axes, dim))
        return evk_onnx_fail(c, EVK_EFORMAT, err, "its output has over %d values",
                             EVK_NODE_VALUES_MAX);
    for (int a = 0; a < v->axes; a++) {
        r.dim[a] = dim[a];
        if (v->node < 0)
            r.order[a] = a;
    }
    n = evk_onnx_count(&r);
    if (v->node >= 0 && n == 0)
        return evk_onnx_empty(c, v->axes, dim, out, err);
    if (v->node >= 0 && find_box(&c->o->graph->nodes[v->node].out, v, pick, dim, &box)) {
        *out = r;
        return evk_add_crop(c->o->graph, c->label, v->node, &box, &out->node, err);
    }
    EVK_TRY(charge_order(c, n, err));
    EVK_TRY(evk_alloc(&index, n, sizeof(*index), "an order of values", err));
    list_picks(v, &r, pick, index);
    s = v->node >= 0 ? pick_nodes(c, v, index, fill, &r, err)
                     : pick_constant(c, v, index, n, fill, &r, err);
    free(index);
    *out = r;
    return s;
}

evk_status evk_onnx_range(struct evk_onnx_call *c, const struct evk_onnx_value *v, int axis,
                          int64_t first, int64_t n, struct evk_onnx_value *out, evk_error *err)
{
    const int64_t *pick[EVK_ONNX_AXES] = {NULL};
    int64_t dim[EVK_ONNX_AXES], *list;
    evk_status s;

    memcpy(dim, v->dim, sizeof(dim));
    dim[axis] = n;
    EVK_TRY(evk_onnx_charge(c, n, sizeof(*list), err));
    EVK_TRY(evk_alloc(&list, n, sizeof(*list), "indices", err));
    for (int64_t i = 0; i < n; i++)
        list[i] = first + i;
    pick[axis] = list;
    s = evk_onnx_pick(c, v, pick, dim, 0, out, err);
    free(list);
    return s;
}
