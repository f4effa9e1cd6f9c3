/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * compact.h - a compact model: five 5 x 5 convolutions, a ReLU after each, a linear readout
 *
 * Layer 0 is a convolution, layers 1 to 4 are separable; strides are 1, 2, 2,
 * 1, 1.  Padding "same" is 1 before and 2 after at stride 2, so point i of a
 * layer is centred on 2 i + 1 of the one below, and a point i of layers 2 to 4
 * on pixel 4 i + 3.
 */
#ifndef EVK_MODELS_COMPACT_H
#define EVK_MODELS_COMPACT_H

#include "base/str.h"

enum { PIXELS = 112, POINTS = 28, SPACING = 4, FIRST = 3 };
enum { LAYERS = 5, KERNEL = 5, MIDDLE = 2, CHANNELS_MAX = 16 };

/* Of layer l: stride, and rows (and columns) of its output. */
extern const int stride_of[LAYERS], size_of[LAYERS];

/* What the published models subtract from R, G, B. */
extern const double MEAN[3];
#define GREY_MEAN ((116.222 + 109.270 + 100.381) / 3)

struct separable {
    double depthwise[KERNEL][KERNEL][CHANNELS_MAX]; /* (row, column, in) */
    double pointwise[CHANNELS_MAX][CHANNELS_MAX];   /* (in, out) */
    double bias[CHANNELS_MAX];                      /* (out) */
};

/*
 * What a model computes, batch norms left out.  Its input is R, G, B minus
 * MEAN; response = baseline + sum of weight * layer 4.
 */
struct compact {
    int channels[LAYERS];
    double kernel[KERNEL][KERNEL][3][CHANNELS_MAX]; /* of layer 0: (row, column, in, out) */
    double bias[CHANNELS_MAX];                      /* of layer 0 */
    struct separable separable[LAYERS];             /* of layers 1 to 4; 0 is not used */
    double weight[POINTS][POINTS][CHANNELS_MAX];
    double baseline;
};

/* Write the model as a Keras 3 archive. */
evk_status compact_write(const char *path, const struct compact *c, evk_error *err);

/* Add the archive's config.json to s, which is empty. */
evk_status compact_config(struct evk_str *s, const int channels[LAYERS], evk_error *err);

#endif /* EVK_MODELS_COMPACT_H */
