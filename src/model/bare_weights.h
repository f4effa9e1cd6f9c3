/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bare_weights.h - files that have the weights of a network, and not its architecture */
#ifndef EVK_MODEL_BARE_WEIGHTS_H
#define EVK_MODEL_BARE_WEIGHTS_H

#include <stdint.h>

#include "base/error.h"

/* An array of such a file. */
struct evk_bare_array {
    const char *name; /* as in the file; borrowed */
    int axes;
    const int64_t *dim; /* (axes), borrowed */
};

/* The framework that defines the network, and so can write the network with its architecture.
   UNKNOWN: the container does not tell; the shapes of kernels may. */
enum evk_framework { EVK_FRAMEWORK_PYTORCH, EVK_FRAMEWORK_KERAS, EVK_FRAMEWORK_UNKNOWN };

/* What is known of a file of weights. */
struct evk_bare_weights {
    const char *container; /* with an article: "a PyTorch state dictionary" */
    enum evk_framework framework;
    const char *path; /* of the file, after which the sentence names the ONNX file; NULL: unknown */
    const struct evk_bare_array *arrays; /* (listed) in the order of the file */
    int64_t listed, count;               /* arrays that are listed, of those that the file has */
    const char *why; /* why no known architecture fits: "there is no layer0_conv.weight" */
};

/*
 * Fails with EVK_EUNSUPPORTED.  The message says that the file has weights without an architecture,
 * names the container and the first arrays, says why no known architecture fits, and gives the line
 * of Python that saves the network whole: for PyTorch that to ONNX, in which the kernels
 * (o, i, h, w), or without convolutions the first matrix (o, i), tell the channels or the length of
 * the input, where they tell it without doubt, and letters stand in their place otherwise.
 */
evk_status evk_bare_weights_fail(const struct evk_bare_weights *w, evk_error *err);

#endif /* EVK_MODEL_BARE_WEIGHTS_H */
