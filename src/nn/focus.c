/* SPDX-License-Identifier: GPL-3.0-or-later */
/* focus.c - the part of a graph that one value of the output needs */
#include "nn/focus.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "nn/layers.h"

/* What the new graph has of a node of the whole graph. */
struct part {
    /* the part of the node's output that is needed; last[0] = -1: none is needed */
    struct evk_box box;
    int number; /* the node's number in the new graph */
};

/* Returns the box of input j that node n needs to compute a box of its output. */
static struct evk_box need_of(const struct evk_node *n, int j, const struct evk_box *box)
{
    struct evk_box need = *box;

    if (!n->type->focus.cut)
        return evk_box_whole(&n->in[j]);
    if (n->type->field)
        n->type->field(n->layer, n->in, j, &n->out, &need);
    return need;
}

static void widen_box(const struct evk_node *n, struct evk_box *box)
{
    if (!n->type->focus.cut)
        *box = evk_box_whole(&n->out);
    else if (n->type->focus.widen)
        n->type->focus.widen(n->layer, n->in, &n->out, box);
}

/*
 * Finds, for each node, the box of its output that is needed, from the output of the graph to its
 * input.  Where several nodes read a node, its box encloses the boxes that all of them need.
 */
static void find_boxes(const struct evk_graph *g, const struct evk_box *wanted, struct part *parts)
{
    for (int n = 0; n < g->count; n++)
        parts[n].box = (struct evk_box){{INT64_MAX, INT64_MAX, INT64_MAX}, {-1, -1, -1}};
    parts[g->count - 1].box = *wanted;
    for (int n = g->count - 1; n >= 0; n--) {
        const struct evk_node *node = &g->nodes[n];

        if (parts[n].box.last[0] < 0)
            continue;
        widen_box(node, &parts[n].box);
        for (int j = 0; j < node->inputs; j++) {
            const struct evk_box need = need_of(node, j, &parts[n].box);

            if (need.last[0] >= 0)
                evk_box_enclose(&parts[node->input[j]].box, &need);
        }
    }
    /* the value depends on no pixel, but every graph needs an input: pixel 0 */
    if (parts[0].box.last[0] < 0)
        parts[0].box = (struct evk_box){{0, 0, 0}, {0, 0, 0}};
}

/* Gives the number of a node of the new graph whose output is this box of node n: the node made of
   n, or a crop of it that is added here. */
static evk_status take_box(const struct evk_graph *g, int n, const struct evk_box *box,
                           const struct part *parts, struct evk_graph *out, int *number,
                           evk_error *err)
{
    struct evk_box inside = *box;

    *number = parts[n].number;
    if (evk_box_equal(box, &parts[n].box))
        return EVK_OK;
    for (int a = 0; a < 3; a++) {
        inside.first[a] -= parts[n].box.first[a];
        inside.last[a] -= parts[n].box.first[a];
    }
    return evk_add_crop(out, g->nodes[n].name, *number, &inside, number, err);
}

static evk_status add_node(const struct evk_graph *g, int n, struct part *parts,
                           struct evk_graph *out, evk_error *err)
{
    const struct evk_node *node = &g->nodes[n];
    struct evk_box need[EVK_INPUTS_MAX];
    int input[EVK_INPUTS_MAX], inputs = 0;
    void *layer = NULL;

    for (int j = 0; j < node->inputs; j++) {
        need[j] = need_of(node, j, &parts[n].box);
        if (need[j].last[0] >= 0)
            EVK_TRY(take_box(g, node->input[j], &need[j], parts, out, &input[inputs++], err));
    }
    if (node->type->focus.cut)
        EVK_TRY(node->type->focus.cut(node->layer, node->in, need, &parts[n].box, &layer, err));
    if (!layer)
        return evk_graph_add_borrow(out, node, inputs, input, &parts[n].number, err);
    return evk_graph_add_take(out, node->type, layer, node->name, inputs, input, &parts[n].number,
                              err);
}

#ifndef NDEBUG
static bool has_shape(const struct evk_node *n, const struct evk_box *box)
{
    const struct evk_shape s = evk_box_shape(box, n->out.flat);

    return evk_shape_equal(&n->out, &s);
}
#endif

static evk_status build_part(const struct evk_graph *g, const struct evk_box *wanted,
                             struct part *parts, struct evk_graph *out, evk_error *err)
{
    int last;

    for (int n = 0; n < g->count; n++)
        if (parts[n].box.last[0] >= 0) {
            EVK_TRY(add_node(g, n, parts, out, err));
            assert(has_shape(&out->nodes[parts[n].number], &parts[n].box));
        }
    return take_box(g, g->count - 1, wanted, parts, out, &last, err);
}

evk_status evk_graph_focus(const struct evk_graph *g, int64_t i, struct evk_graph *out,
                           struct evk_box *image, evk_error *err)
{
    const struct evk_box wanted = evk_box_at(&g->nodes[g->count - 1].out, i);
    struct part *parts;
    evk_status s;

    *out = (struct evk_graph){0};
    EVK_TRY(evk_alloc(&parts, g->count, sizeof(*parts), "a part of a graph", err));
    find_boxes(g, &wanted, parts);
    s = build_part(g, &wanted, parts, out, err);
    *image = parts[0].box;
    free(parts);
    if (s)
        evk_graph_release(out);
    return s;
}

static int64_t part_flops(const struct evk_node *n, const struct evk_box *box)
{
    const struct evk_shape out = evk_box_shape(box, n->out.flat);
    struct evk_shape in[EVK_INPUTS_MAX];

    for (int j = 0; j < n->inputs; j++) {
        const struct evk_box need = need_of(n, j, box);

        in[j] = need.last[0] < 0 ? (struct evk_shape){0} : evk_box_shape(&need, n->in[j].flat);
    }
    return n->type->flops(n->layer, in, &out);
}

evk_status evk_graph_focus_flops(const struct evk_graph *g, int64_t i, int64_t *flops,
                                 evk_error *err)
{
    const struct evk_box wanted = evk_box_at(&g->nodes[g->count - 1].out, i);
    struct part *parts;

    EVK_TRY(evk_alloc(&parts, g->count, sizeof(*parts), "a part of a graph", err));
    find_boxes(g, &wanted, parts);
    *flops = 0;
    for (int n = 0; n < g->count; n++)
        if (parts[n].box.last[0] >= 0 && g->nodes[n].type->flops)
            *flops += part_flops(&g->nodes[n], &parts[n].box);
    free(parts);
    return EVK_OK;
}
