/* SPDX-License-Identifier: GPL-3.0-or-later */
/* graph.c - building a graph, folding its layers, and what can be said of it without a pass */
#include "nn/graph.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static void node_release(struct evk_node *n)
{
    if (n->layer && !n->borrowed)
        n->type->release(n->layer);
    free(n->name);
    free(n->input);
    free(n->in);
    *n = (struct evk_node){0};
}

void evk_graph_release(struct evk_graph *g)
{
    for (int i = 0; i < g->count; i++)
        node_release(&g->nodes[i]);
    free(g->nodes);
    *g = (struct evk_graph){0};
}

static evk_status check_size(const struct evk_shape *s, evk_error *err)
{
    char text[EVK_LAYER_SHAPE_TEXT];
    int64_t n;

    if (s->h < 1 || s->w < 1 || s->c < 1)
        return evk_fail(err, EVK_EFORMAT, "its output is empty: %s", evk_layer_shape_text(s, text));
    if (!evk_size_mul(s->h, s->w, &n) || !evk_size_mul(n, s->c, &n) || n > EVK_NODE_VALUES_MAX)
        return evk_fail(err, EVK_EFORMAT, "its output is %s, over the limit of %d values",
                        evk_layer_shape_text(s, text), EVK_NODE_VALUES_MAX);
    return EVK_OK;
}

static evk_status node_init(const struct evk_graph *g, struct evk_node *n, const char *name,
                            int inputs, const int *input, evk_error *err)
{
    if (inputs > EVK_INPUTS_MAX)
        return evk_fail(err, EVK_EUNSUPPORTED, "it has %d inputs, supported: up to %d", inputs,
                        EVK_INPUTS_MAX);
    EVK_TRY(evk_strdup(&n->name, name, err));
    EVK_TRY(evk_alloc(&n->input, inputs, sizeof(*n->input), "a graph", err));
    EVK_TRY(evk_alloc(&n->in, inputs, sizeof(*n->in), "a graph", err));
    n->inputs = inputs;
    for (int i = 0; i < inputs; i++) {
        assert(input[i] >= 0 && input[i] < g->count);
        n->input[i] = input[i];
        n->in[i] = g->nodes[input[i]].out;
    }
    EVK_TRY(n->type->shape(n->layer, inputs, n->in, &n->out, err));
    return check_size(&n->out, err);
}

/* Completes node n and appends it to g; where that fails, n is released. */
static evk_status graph_append(struct evk_graph *g, struct evk_node n, const char *name, int inputs,
                               const int *input, int *out, evk_error *err)
{
    struct evk_node *nodes;
    evk_status s = node_init(g, &n, name, inputs, input, err);

    if (!s) {
        nodes = realloc(g->nodes, (size_t)(g->count + 1) * sizeof(*nodes));
        if (nodes)
            g->nodes = nodes;
        else
            s = evk_fail(err, EVK_ENOMEM, "out of memory for a graph");
    }
    if (s) {
        node_release(&n);
        return evk_wrap(err, s, "layer %s", name);
    }
    *out = g->count;
    g->nodes[g->count++] = n;
    return EVK_OK;
}

evk_status evk_graph_add_take(struct evk_graph *g, const struct evk_layer_type *type, void *layer,
                              const char *name, int inputs, const int *input, int *out,
                              evk_error *err)
{
    return graph_append(g, (struct evk_node){.type = type, .layer = layer}, name, inputs, input,
                        out, err);
}

evk_status evk_graph_add_borrow(struct evk_graph *g, const struct evk_node *from, int inputs,
                                const int *input, int *out, evk_error *err)
{
    return graph_append(
        g, (struct evk_node){.type = from->type, .layer = from->layer, .borrowed = true},
        from->name, inputs, input, out, err);
}

evk_status evk_graph_prune(struct evk_graph *g, int output, int *number, evk_error *err)
{
    int *own = NULL, kept = 0;

    if (!number) {
        EVK_TRY(evk_alloc(&own, g->count, sizeof(*own), "a graph", err));
        number = own;
    }
    for (int i = 0; i < g->count; i++)
        number[i] = i == output ? 1 : -1;
    for (int i = output; i >= 0; i--)
        for (int j = 0; number[i] > 0 && j < g->nodes[i].inputs; j++)
            number[g->nodes[i].input[j]] = 1;
    number[0] = 1; /* the input layer is always node 0, even if nothing reads it */
    for (int i = 0; i < g->count; i++) {
        if (number[i] < 0) {
            node_release(&g->nodes[i]);
            continue;
        }
        for (int j = 0; j < g->nodes[i].inputs; j++)
            g->nodes[i].input[j] = number[g->nodes[i].input[j]];
        number[i] = kept;
        g->nodes[kept++] = g->nodes[i];
    }
    g->count = kept;
    free(own);
    return EVK_OK;
}

static int count_readers(const struct evk_graph *g, int node)
{
    int count = 0;

    for (int i = 0; i < g->count; i++)
        for (int j = 0; j < g->nodes[i].inputs; j++)
            count += g->nodes[i].input[j] == node;
    return count;
}

/* Removes node i; the nodes that read it read its only input instead. */
static void bypass(struct evk_graph *g, int i)
{
    const int source = g->nodes[i].input[0];

    node_release(&g->nodes[i]);
    memmove(&g->nodes[i], &g->nodes[i + 1], (size_t)(g->count - i - 1) * sizeof(*g->nodes));
    g->count--;
    for (int n = i; n < g->count; n++)
        for (int j = 0; j < g->nodes[n].inputs; j++) {
            int *input = &g->nodes[n].input[j];

            *input = *input == i ? source : *input > i ? *input - 1 : *input;
        }
}

/*
 * Returns the node that node i reads, where node i reads no other node and no other node reads that
 * one: only then may the two become one layer.  Returns NULL otherwise.
 */
static struct evk_node *only_source(const struct evk_graph *g, int i)
{
    const struct evk_node *n = &g->nodes[i];

    return n->inputs == 1 && count_readers(g, n->input[0]) == 1 ? &g->nodes[n->input[0]] : NULL;
}

static void fold_affine(struct evk_graph *g)
{
    for (int i = 1; i < g->count; i++) {
        const struct evk_node *n = &g->nodes[i];
        struct evk_node *source = n->type->fusion.affine ? only_source(g, i) : NULL;
        const double *scale, *shift;

        if (!source || source->rectified || !source->type->fusion.absorb)
            continue;
        n->type->fusion.affine(n->layer, &scale, &shift);
        source->type->fusion.absorb(source->layer, scale, shift);
        bypass(g, i--);
    }
}

static void fold_rectifiers(struct evk_graph *g)
{
    for (int i = 1; i < g->count; i++) {
        const struct evk_node *n = &g->nodes[i];
        const struct evk_layer_fusion *fusion = &n->type->fusion;
        const bool plain = fusion->is_rectifier && fusion->is_rectifier(n->layer);
        struct evk_node *source = plain ? only_source(g, i) : NULL;

        if (!source || !source->type->fusion.rectify)
            continue;
        source->type->fusion.rectify(source->layer);
        source->rectified = true;
        bypass(g, i--);
    }
}

/*
 * Batch norms are folded first: a layer that a ReLU was folded into can no longer absorb the batch
 * norm that follows the ReLU.
 */
void evk_graph_fold(struct evk_graph *g)
{
    fold_affine(g);
    fold_rectifiers(g);
}

int64_t evk_graph_flops(const struct evk_graph *g)
{
    int64_t sum = 0;

    for (int i = 0; i < g->count; i++) {
        const struct evk_node *n = &g->nodes[i];

        if (n->type->flops)
            sum += n->type->flops(n->layer, n->in, &n->out);
    }
    return sum;
}

/* Boxes are passed on from the output to the input: the box of each node encloses the boxes of
   values that its readers need. */
evk_status evk_graph_field(const struct evk_graph *g, int64_t i, struct evk_box *out,
                           evk_error *err)
{
    const struct evk_shape *last = &g->nodes[g->count - 1].out;
    struct evk_box *boxes;

    EVK_TRY(evk_alloc(&boxes, g->count, sizeof(*boxes), "an extent", err));
    for (int n = 0; n < g->count; n++)
        boxes[n] = (struct evk_box){{INT64_MAX, INT64_MAX, INT64_MAX}, {-1, -1, -1}};
    boxes[g->count - 1] = evk_box_at(last, i);
    for (int n = g->count - 1; n > 0; n--)
        for (int j = 0; j < g->nodes[n].inputs && boxes[n].last[0] >= 0; j++) {
            struct evk_box box = boxes[n];

            if (g->nodes[n].type->field)
                g->nodes[n].type->field(g->nodes[n].layer, g->nodes[n].in, j, &g->nodes[n].out,
                                        &box);
            if (box.last[0] >= 0)
                evk_box_enclose(&boxes[g->nodes[n].input[j]], &box);
        }
    *out = boxes[0];
    free(boxes);
    return EVK_OK;
}
