/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * graph.h - a network as a list of nodes, each after its inputs
 *
 * Node 0 is the input layer, the last node the output.  A graph is built by
 * the functions of layers.h, folded, and then never changes.
 */
#ifndef EVK_NN_GRAPH_H
#define EVK_NN_GRAPH_H

#include "nn/layer.h"

/* Values of one node: bounds every later product of sizes. */
enum { EVK_NODE_VALUES_MAX = 1 << 28 };

struct evk_node {
    const struct evk_layer_type *type;
    void *layer; /* owned, but where borrowed */
    char *name;  /* how messages call it: "'layer0_conv' (Conv2D)"; owned */
    int inputs;
    int *input;           /* (inputs) node numbers; owned */
    struct evk_shape *in; /* (inputs) their shapes; owned */
    struct evk_shape out;
    bool borrowed;  /* layer is another graph's, which outlives this one */
    bool rectified; /* a ReLU was folded into layer: it can absorb nothing more */
};

struct evk_graph {
    struct evk_node *nodes;
    int count;
};

void evk_graph_release(struct evk_graph *g);

/*
 * Append a node and give its number.  The graph owns layer from here on, also
 * when the call fails.  Messages name the layer.
 */
evk_status evk_graph_add_take(struct evk_graph *g, const struct evk_layer_type *type, void *layer,
                              const char *name, int inputs, const int *input, int *out,
                              evk_error *err);

/* The same with the layer of a node of another graph, which keeps it, and outlives this one. */
evk_status evk_graph_add_borrow(struct evk_graph *g, const struct evk_node *from, int inputs,
                                const int *input, int *out, evk_error *err);

/* Drop every node that the node output does not need; output becomes the last. */
evk_status evk_graph_prune(struct evk_graph *g, int output, evk_error *err);

/*
 * Where a batch norm is the only reader of a layer that can absorb it, let it,
 * and then a plain ReLU likewise: one pass over memory instead of three.
 */
void evk_graph_fold(struct evk_graph *g);

/* Floating-point operations of one forward pass. */
int64_t evk_graph_flops(const struct evk_graph *g);

/* The part of the image that can influence value i of the last node. */
evk_status evk_graph_field(const struct evk_graph *g, int64_t i, struct evk_box *out,
                           evk_error *err);

#endif /* EVK_NN_GRAPH_H */
