/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * readout.h - readouts that evoke fitted, on layers of any network
 *
 * A readout reads layers of a network, its core.  Each map is averaged over the cells of a grid of
 * rows and columns; what is left, joined over the layers, are the features.  A neuron's response is
 * a weighted sum of the features plus a bias, which an output function may follow.
 */
#ifndef EVK_MODEL_READOUT_H
#define EVK_MODEL_READOUT_H

#include "model/network.h"

/* Everything is borrowed, and copied where it is used. */
struct evk_readout {
    /* (layer_count) names of layers as in evk_model_layer; none: the last map before the network's
       own readout */
    const char *const *layers;
    size_t layer_count;
    int64_t grid; /* rows and columns of the grid; a map that has fewer keeps its own */
    /* (features, neurons), the features in the order layer, row, column, channel; NULL: the
       features themselves are the outputs */
    const float *weights;
    const float *bias; /* (neurons) */
    int64_t neurons;
    const char *output; /* the function from the sum to the response: "linear" or "softplus" */
};

/* The part of the features that one layer gives. */
struct evk_feature_block {
    const char *layer;  /* its name, which belongs to the network */
    struct evk_shape shape; /* rows, columns and channels after averaging */
};

enum { EVK_READOUT_LAYERS_MAX = 16 };

/*
 * Replaces the outputs of a network, whose graph must not be folded yet, by a readout.
 *   blocks  (EVK_READOUT_LAYERS_MAX), written: the features of each layer, in their order
 *   count   the number of blocks, written
 * EVK_EINVAL: the network has no layer of a name, or other features than the weights have.
 */
evk_status evk_readout_attach(struct evk_network *n, const struct evk_readout *r,
                              struct evk_feature_block *blocks, size_t *count, evk_error *err);

#endif /* EVK_MODEL_READOUT_H */
