/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compact.h - the published compact models of V4, recognised by their architecture */
#ifndef EVK_MODEL_COMPACT_H
#define EVK_MODEL_COMPACT_H

#include "model/network.h"

/*
 * Is this the architecture of the compact models or of the shared compact
 * models (Cowley et al., Nature 2026), whatever its widths?  On an unfolded graph.
 */
bool evk_is_compact(const struct evk_graph *g);

/* What they subtract from display values, R, G, B; their scale is 1. */
extern const double evk_compact_mean[3];

/* An array of a file that says nothing about layers, and how messages call it. */
struct evk_compact_array {
    const char *name;
    struct evk_tensor values;
};

/*
 * Their architecture from arrays alone, widths from shapes, in the order in which
 * Keras lists weights: kernel, bias, gamma, beta, mean, variance; four times
 * depthwise kernel, pointwise kernel, bias, gamma, beta, mean, variance; then
 * kernel and bias of the dense readout (36 arrays), or of the 1x1 convolution
 * and of the 28x28 depthwise one of a shared model (38).  Kernels are (h, w, c, o),
 * depthwise ones (h, w, c, 1), the dense one (28 28 c, o).  EVK_EFORMAT names the
 * array that does not fit.
 */
enum { EVK_COMPACT_ARRAYS = 36, EVK_COMPACT_SHARED_ARRAYS = 38 };
evk_status evk_compact_build(struct evk_network *out, const struct evk_compact_array *arrays,
                             int64_t count, double epsilon, evk_error *err);

#endif /* EVK_MODEL_COMPACT_H */
