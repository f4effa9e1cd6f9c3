/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compact.h - the published compact models of area V4: recognising and building them */
#ifndef EVK_MODEL_COMPACT_H
#define EVK_MODEL_COMPACT_H

#include "model/network.h"

/*
 * Has the graph, which must not be folded yet, the architecture of the compact models or of the
 * shared compact models (Cowley et al., Nature 2026)?  Numbers of channels may be any.
 */
bool evk_is_compact(const struct evk_graph *g);

/* The mean that compact models subtract from display values, for R, G and B; their scale is 1. */
extern const double evk_compact_mean[3];

/* An array of a file that says nothing about layers. */
struct evk_compact_array {
    const char *name; /* what messages call the array; borrowed */
    struct evk_tensor values;
};

/*
 * Builds a compact model from its arrays alone; numbers of channels follow from
 * their shapes.  The arrays come in the order in which Keras lists weights:
 * kernel, bias, gamma, beta, mean and variance of the first stage; depthwise
 * kernel, pointwise kernel, bias, gamma, beta, mean and variance of four more
 * stages; then kernel and bias of the dense readout (36 arrays in all), or kernel
 * and bias of the 1x1 convolution and of the 28x28 depthwise convolution of a
 * shared model (38).  Kernels are (h, w, c, o), depthwise kernels (h, w, c, 1),
 * and the kernel of the dense readout is (28 28 c, o).  epsilon is that of the
 * batch norms.  EVK_EFORMAT: an array does not fit; the message names it.
 */
enum { EVK_COMPACT_ARRAYS = 36, EVK_COMPACT_SHARED_ARRAYS = 38 };
evk_status evk_compact_build(struct evk_network *out, const struct evk_compact_array *arrays,
                             int64_t count, double epsilon, evk_error *err);

/*
 * Can the arrays be those of a compact model: are there as many, and is the first one the kernel of
 * the first stage?  Returns NULL where they can, and otherwise a clause that says why they cannot.
 */
const char *evk_compact_unlike(const struct evk_compact_array *arrays, int64_t count);

#endif /* EVK_MODEL_COMPACT_H */
