/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * layers.h - adding each layer type to a graph
 *
 * Every function appends one node that reads node x and gives its number in
 * *out.  name is how messages call the layer.  Weights are copied; their
 * shapes are the caller's to check.
 */
#ifndef EVK_NN_LAYERS_H
#define EVK_NN_LAYERS_H

#include "nn/graph.h"
#include "nn/window.h"
#include "tensor/tensor.h"

/* y = (x - mean) / scale for each channel: display values to model units. Starts as y = x. */
evk_status evk_add_input(struct evk_graph *g, const char *name, const struct evk_shape *image,
                         int *out, evk_error *err);

/* Set mean and scale, (c), of node 0; recognising them takes the whole graph. */
void evk_input_set(struct evk_graph *g, const double *mean, const double *scale);

/* kernel: (v.h, v.w, c, o); bias: (o), or NULL */
evk_status evk_add_conv2d(struct evk_graph *g, const char *name, int x, const struct evk_window *v,
                          const struct evk_tensor *kernel, const struct evk_tensor *bias, int *out,
                          evk_error *err);

/* kernel: (v.h, v.w, c, m), output channel c m + j from input channel c; bias: (c m), or NULL */
evk_status evk_add_depthwise(struct evk_graph *g, const char *name, int x,
                             const struct evk_window *v, const struct evk_tensor *kernel,
                             const struct evk_tensor *bias, int *out, evk_error *err);

/* y = x kernel + bias over the last axis; kernel: (c, o); bias: (o), or NULL */
evk_status evk_add_dense(struct evk_graph *g, const char *name, int x,
                         const struct evk_tensor *kernel, const struct evk_tensor *bias, int *out,
                         evk_error *err);

/* y = (x - mean) / sqrt(variance + epsilon) gamma + beta; all (c); gamma, beta may be NULL */
struct evk_norm {
    const struct evk_tensor *gamma, *beta, *mean, *variance;
    double epsilon;
};
evk_status evk_add_batchnorm(struct evk_graph *g, const char *name, int x,
                             const struct evk_norm *norm, int *out, evk_error *err);

/* y = max from max on (infinity: none), x from threshold to max, slope (x - threshold) below */
evk_status evk_add_relu(struct evk_graph *g, const char *name, int x, float slope, float threshold,
                        float max, int *out, evk_error *err);

/* y = x for x > 0, else exp(x) - 1; plus_one: y = x + 1, or exp(x) with all of its digits */
evk_status evk_add_elu(struct evk_graph *g, const char *name, int x, bool plus_one, int *out,
                       evk_error *err);

/* An elementwise function by name: "elu", "elu_plus_one", ...; EVK_EUNSUPPORTED lists the known ones. */
evk_status evk_add_activation(struct evk_graph *g, const char *name, int x, const char *function,
                              int *out, evk_error *err);

/* Over channels. */
evk_status evk_add_softmax(struct evk_graph *g, const char *name, int x, int *out, evk_error *err);

/* Padding never wins, and does not count in the mean. */
evk_status evk_add_maxpool(struct evk_graph *g, const char *name, int x, const struct evk_window *v,
                           int *out, evk_error *err);
evk_status evk_add_avgpool(struct evk_graph *g, const char *name, int x, const struct evk_window *v,
                           int *out, evk_error *err);

/* Mean over rows and columns; keep: (1, 1, c) rather than a vector. */
evk_status evk_add_globalpool(struct evk_graph *g, const char *name, int x, bool keep, int *out,
                              evk_error *err);

/* Zeros around the image. */
struct evk_pad {
    int64_t top, bottom, left, right;
};
evk_status evk_add_pad(struct evk_graph *g, const char *name, int x, const struct evk_pad *pad,
                       int *out, evk_error *err);

/* The values of a box of node x, whose shape it lies in. */
evk_status evk_add_crop(struct evk_graph *g, const char *name, int x, const struct evk_box *box,
                        int *out, evk_error *err);

/* (h, w, c) to a vector in that order. */
evk_status evk_add_flatten(struct evk_graph *g, const char *name, int x, int *out, evk_error *err);

/* Sum of inputs of one shape. */
evk_status evk_add_add(struct evk_graph *g, const char *name, int inputs, const int *x, int *out,
                       evk_error *err);

/* Join inputs along rows (0), columns (1) or channels (2); a vector's only axis is 2. */
evk_status evk_add_concat(struct evk_graph *g, const char *name, int inputs, const int *x, int axis,
                          int *out, evk_error *err);

/* Each channel of map x times its factor: factors is a node of (1, 1, c), or a vector of c. */
evk_status evk_add_scale(struct evk_graph *g, const char *name, int x, int factors, int *out,
                         evk_error *err);

/*
 * y_n = bias_n + sum over inputs j and channels c of features[n][j, c] times input j at xy_n:
 * bilinear, corners aligned, nothing outside the map (Jaderberg 2015; Lurz et al. 2021).  The
 * inputs are maps, of any sizes.  A position that is not finite is EVK_EFORMAT.
 */
struct evk_points {
    int64_t neurons;
    const float *xy; /* (neurons, 2) x along columns, y along rows; -1 and 1 are the centres of the
                        first and the last pixel */
    const struct evk_tensor *features; /* (neurons, sum of the inputs' channels) */
    const struct evk_tensor *bias;     /* (neurons), or NULL */
};
evk_status evk_add_points(struct evk_graph *g, const char *name, int inputs, const int *x,
                          const struct evk_points *points, int *out, evk_error *err);

/*
 * y_n = bias_n + sum over rows, columns and channels of spatial[n, h, w] features[n, c] x[h, w, c]
 * (Klindt et al. 2017).  spatial: (n, h, w); features: (n, c); bias: (n), or NULL
 */
evk_status evk_add_factorized(struct evk_graph *g, const char *name, int x,
                              const struct evk_tensor *spatial, const struct evk_tensor *features,
                              const struct evk_tensor *bias, int *out, evk_error *err);

#endif /* EVK_NN_LAYERS_H */
