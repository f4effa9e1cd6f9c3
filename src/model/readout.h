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

enum { EVK_READOUT_LAYERS_MAX = 16, EVK_READOUT_GRID_MAX = 1024 };

struct evk_readout_file;

/* Everything is borrowed, and copied where it is used. */
struct evk_readout {
    /* (layer_count) names of layers as in evk_model_layer; none: the last map before the network's
       own readout, see evk_readout_find */
    const char *const *layers;
    size_t layer_count;
    int64_t grid; /* rows and columns of the grid; a map that has fewer keeps its own */
    /* (features, neurons), the features in the order layer, row, column, channel; NULL: the
       features themselves are the outputs */
    const float *weights;
    const float *bias; /* (neurons) */
    int64_t neurons;
    const char *output; /* the function from the sum to the response: "linear" or "softplus" */
    /* whence weights, bias and neurons are read once the features are known (readout_file.h); NULL:
       from nowhere */
    const struct evk_readout_file *file;
};

/* The part of the features that one layer gives. */
struct evk_feature_block {
    const char *layer;      /* its name, which belongs to the network */
    struct evk_shape shape; /* rows, columns and channels after averaging; a vector is 1 x 1 x c */
};

/* The features that a readout reads. */
struct evk_features {
    struct evk_feature_block
        blocks[EVK_READOUT_LAYERS_MAX]; /* (count) in the order of the layers */
    size_t count;
    int64_t grid;
};

/* Returns the number of features of all blocks together. */
int64_t evk_features_count(const struct evk_features *f);

/*
 * Gives the features that a readout of these layers and this grid reads.  Where r names no layer,
 * the layer is the last one of the list of layers that ends in an activation and is a map: it has
 * several pixels, and not as many values as the network has outputs.  Of a network without such a
 * layer, it is the last map that has not as many channels as outputs, or else the last map.
 * EVK_EINVAL: the network has no layer of a name, a layer is named twice, there is no map, or the
 * grid is not 1 to EVK_READOUT_GRID_MAX.
 */
evk_status evk_readout_find(const struct evk_network *n, const struct evk_readout *r,
                            struct evk_features *out, evk_error *err);

/*
 * Replaces the outputs of a network, whose graph must not be folded yet, by a readout of these
 * features, which evk_readout_find gave, and removes what the readout does not depend on.  The
 * weights of r are as many as features and neurons say.  The names of the network's outputs are
 * removed, too; its data keys, which belong to its former outputs, mean nothing afterwards.
 * EVK_EINVAL: r->output is neither "linear" nor "softplus".
 */
evk_status evk_readout_attach(struct evk_network *n, const struct evk_readout *r,
                              const struct evk_features *features, evk_error *err);

#endif /* EVK_MODEL_READOUT_H */
