/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * compact.h - a compact model: five 5 x 5 convolutions with a ReLU after each, and a linear readout
 *
 * The architecture is that of the compact models of Cowley et al., Nature 2026.  Layer 0 is a
 * convolution and layers 1 to 4 are separable convolutions; their strides are 1, 2, 2, 1, 1.  At
 * stride 2, padding "same" adds 1 row before and 2 rows after the input, so that point i of the
 * output is centred on point 2 i + 1 of the input: point i of layers 2 to 4 is centred on pixel 4 i
 * + 3.
 */
#ifndef EVK_MODELS_COMPACT_H
#define EVK_MODELS_COMPACT_H

#include "base/str.h"

/*
 * Rows, and columns, of the image and of layers 2 to 4; pixels between two points of these layers,
 * and the pixel on which their point 0 is centred.
 */
enum { PIXELS = 112, POINTS = 28, SPACING = 4, FIRST = 3 };
enum { LAYERS = 5, KERNEL = 5, MIDDLE = 2, CHANNELS_MAX = 16 };

/* The stride of each layer, and the rows (and columns) of its output. */
extern const int stride_of[LAYERS], size_of[LAYERS];

/*
 * The means of R, G and B that the published models subtract, and the mean of these; display
 * values.
 */
extern const double MEAN[3];
#define GREY_MEAN ((116.222 + 109.270 + 100.381) / 3)

/* A separable convolution: one kernel for each input channel, then a mix of the channels. */
struct separable {
    double depthwise[KERNEL][KERNEL][CHANNELS_MAX]; /* (row, column, in) */
    double pointwise[CHANNELS_MAX][CHANNELS_MAX];   /* (in, out) */
    double bias[CHANNELS_MAX];                      /* (out) */
};

/*
 * The function that a model computes, in which batch normalisation has no part.  Its input is R, G
 * and B minus MEAN, and its response is the baseline plus the sum of weight times the output of
 * layer 4.
 */
struct compact {
    int channels[LAYERS];
    double kernel[KERNEL][KERNEL][3][CHANNELS_MAX]; /* kernel of layer 0: (row, column, in, out) */
    double bias[CHANNELS_MAX];                      /* bias of layer 0 */
    struct separable separable[LAYERS]; /* kernels of layers 1 to 4; element 0 is not used */
    /* weights of the readout: (row, column, channel) */
    double weight[POINTS][POINTS][CHANNELS_MAX];
    double baseline;
};

/* Writes the model as a Keras 3 archive. */
evk_status compact_write(const char *path, const struct compact *c, evk_error *err);

/*
 * Writes the archive's config.json into s, which is empty; the layers have these numbers of
 * channels.
 */
evk_status compact_config(struct evk_str *s, const int channels[LAYERS], evk_error *err);

#endif /* EVK_MODELS_COMPACT_H */
