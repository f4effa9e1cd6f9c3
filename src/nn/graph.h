/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * graph.h - a network as a list of nodes, in which every node comes after its inputs
 *
 * Node 0 is the input layer, and the last node is the output of the network.
 * A graph is built by the functions of layers.h and then folded; after that it
 * does not change, so any number of threads may read it.
 */
#ifndef EVK_NN_GRAPH_H
#define EVK_NN_GRAPH_H

#include "nn/layer.h"

/* The most values that one node may have: with this bound, later products of sizes cannot
   overflow. */
enum { EVK_NODE_VALUES_MAX = 1 << 28 };

struct evk_node {
    const struct evk_layer_type *type;
    void *layer; /* self of the type's functions; owned unless borrowed is set */
    char *name;  /* what messages call the layer: "'layer0_conv' (Conv2D)"; owned */
    int inputs;
    int *input;           /* (inputs) node numbers; owned */
    struct evk_shape *in; /* (inputs) their shapes; owned */
    struct evk_shape out;
    bool borrowed;  /* layer belongs to another graph, which must outlive this one */
    bool rectified; /* a ReLU was folded into layer, which therefore can absorb nothing more */
};

struct evk_graph {
    struct evk_node *nodes;
    int count;
};

/* Frees the nodes and the layers that they own, and zeroes *g. */
void evk_graph_release(struct evk_graph *g);

/*
 * Appends a node that reads the nodes input (inputs), and gives its number in *out.  The graph owns
 * layer from here on; where the call fails, the layer has been released.  Error messages begin with
 * the layer's name.
 */
evk_status evk_graph_add_take(struct evk_graph *g, const struct evk_layer_type *type, void *layer,
                              const char *name, int inputs, const int *input, int *out,
                              evk_error *err);

/* Appends a node that shares the layer of node from of another graph, which must outlive g. */
evk_status evk_graph_add_borrow(struct evk_graph *g, const struct evk_node *from, int inputs,
                                const int *input, int *out, evk_error *err);

/*
 * Removes every node that node output does not depend on, but for node 0; node output becomes the
 * last one.  number, (nodes before the call), gets the new number of each node, or -1 where the
 * node was removed; it may be NULL.  Fails with EVK_ENOMEM only.
 */
evk_status evk_graph_prune(struct evk_graph *g, int output, int *number, evk_error *err);

/*
 * Merges layers, so that values are read and written once where they were three times: a batch norm
 * becomes part of the layer before it, and so does a plain ReLU, if that layer's type can take it
 * over (evk_layer_fusion) and the batch norm or the ReLU is that layer's only reader.
 */
void evk_graph_fold(struct evk_graph *g);

/* Returns the floating-point operations of one forward pass; a multiply-add is 2 of them. */
int64_t evk_graph_flops(const struct evk_graph *g);

/* Gives in *out the part of the image that can influence value i of the last node; last is -1 along
   each axis where no part can.  Fails with EVK_ENOMEM only. */
evk_status evk_graph_field(const struct evk_graph *g, int64_t i, struct evk_box *out,
                           evk_error *err);

#endif /* EVK_NN_GRAPH_H */
