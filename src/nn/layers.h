/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * layers.h - adding a layer of each type to a graph
 *
 * Every evk_add_ function appends one node to the graph g, which reads the
 * output of node x (or of several nodes x), and gives the number of the new
 * node in *out.  name is what error messages call the layer.  Weights are
 * copied; the caller has checked that their shapes agree with each other.
 *
 * Every function fails with EVK_EFORMAT where the inputs do not suit the layer,
 * and with EVK_ENOMEM; the graph is then unchanged.
 */
#ifndef EVK_NN_LAYERS_H
#define EVK_NN_LAYERS_H

#include "nn/graph.h"
#include "nn/window.h"
#include "tensor/tensor.h"

/*
 * The input layer, which must be node 0: y = (x - mean) / scale for each channel turns display
 * values into the units of the model.  The layer starts with mean 0 and scale 1.
 */
evk_status evk_add_input(struct evk_graph *g, const char *name, const struct evk_shape *image,
                         int *out, evk_error *err);

/*
 * Sets mean and scale, (c), of the input layer.  This is a step of its own because the
 * preprocessing of a published model is known only once its whole graph has been recognised.
 */
void evk_input_set(struct evk_graph *g, const double *mean, const double *scale);

/* Adds a convolution.  kernel: (v.h, v.w, c, o); bias: (o), or NULL for none. */
evk_status evk_add_conv2d(struct evk_graph *g, const char *name, int x, const struct evk_window *v,
                          const struct evk_tensor *kernel, const struct evk_tensor *bias, int *out,
                          evk_error *err);

/*
 * Does as evk_add_conv2d, with fewer products, for a convolution that evk_winograd_suits: v.w is 5,
 * v.h c is at most EVK_PAD, and strides and dilations are 1.
 */
bool evk_winograd_suits(const struct evk_window *v, int64_t c);
evk_status evk_add_winograd(struct evk_graph *g, const char *name, int x,
                            const struct evk_window *v, const struct evk_tensor *kernel,
                            const struct evk_tensor *bias, int *out, evk_error *err);

/*
 * Does as evk_add_conv2d, with fewer products, for a convolution that evk_conv3x3_suits: of 3x3
 * pixels, with strides and dilations of 1, over enough channels and pixels.  in: the shape of the
 * input.
 */
bool evk_conv3x3_suits(const struct evk_window *v, const struct evk_shape *in, int64_t o);
evk_status evk_add_conv3x3(struct evk_graph *g, const char *name, int x, const struct evk_window *v,
                           const struct evk_tensor *kernel, const struct evk_tensor *bias, int *out,
                           evk_error *err);

/*
 * Adds a depthwise convolution: output channel c m + j is input channel c convolved with kernel j
 * of that channel.  kernel: (v.h, v.w, c, m); bias: (c m), or NULL for none.
 */
evk_status evk_add_depthwise(struct evk_graph *g, const char *name, int x,
                             const struct evk_window *v, const struct evk_tensor *kernel,
                             const struct evk_tensor *bias, int *out, evk_error *err);

/* y = x kernel + bias over the channels of each pixel.  kernel: (c, o); bias: (o), or NULL. */
evk_status evk_add_dense(struct evk_graph *g, const char *name, int x,
                         const struct evk_tensor *kernel, const struct evk_tensor *bias, int *out,
                         evk_error *err);

/*
 * Batch normalisation by stored statistics: y = (x - mean) / sqrt(variance + epsilon) gamma + beta
 * for each channel.  All four tensors are (c); gamma may be NULL (1), and beta (0).
 */
struct evk_norm {
    const struct evk_tensor *gamma, *beta, *mean, *variance;
    double epsilon;
};
evk_status evk_add_batchnorm(struct evk_graph *g, const char *name, int x,
                             const struct evk_norm *norm, int *out, evk_error *err);

/*
 * A rectified linear unit: y = max where x >= max, x where threshold <= x < max, and
 * slope (x - threshold) below.  A plain ReLU has slope 0, threshold 0 and max INFINITY.
 */
evk_status evk_add_relu(struct evk_graph *g, const char *name, int x, float slope, float threshold,
                        float max, int *out, evk_error *err);

/*
 * An exponential linear unit: y = x where x > 0, else exp(x) - 1.  With plus_one, y is larger by 1:
 * x + 1, else exp(x), which is computed without subtracting and adding 1 again.
 */
evk_status evk_add_elu(struct evk_graph *g, const char *name, int x, bool plus_one, int *out,
                       evk_error *err);

/*
 * An elementwise function that takes no parameters: "elu" (of alpha 1), "elu_plus_one", or a
 * function of evk_add_function that reads neither of p.  Any other name is EVK_EUNSUPPORTED, with a
 * message that lists the supported ones.
 */
evk_status evk_add_activation(struct evk_graph *g, const char *name, int x, const char *function,
                              int *out, evk_error *err);

/*
 * An elementwise function with parameters p (2), of which a function reads none, one or both.  The
 * list of functions, with their formulas, is in layers/function.c.  An unknown name is
 * EVK_EUNSUPPORTED.  Where the slope is infinite, such as that of "sqrt" at 0, the gradient is 0.
 */
evk_status evk_add_function(struct evk_graph *g, const char *name, int x, const char *function,
                            const double p[2], int *out, evk_error *err);

/* Softmax over the channels of each pixel, or its logarithm. */
evk_status evk_add_softmax(struct evk_graph *g, const char *name, int x, int *out, evk_error *err);
evk_status evk_add_log_softmax(struct evk_graph *g, const char *name, int x, int *out,
                               evk_error *err);

/*
 * Adds a layer that gives the maximum, or the mean, of the pixels in a window.  Pixels of the
 * padding are left out.
 */
evk_status evk_add_maxpool(struct evk_graph *g, const char *name, int x, const struct evk_window *v,
                           int *out, evk_error *err);
evk_status evk_add_avgpool(struct evk_graph *g, const char *name, int x, const struct evk_window *v,
                           int *out, evk_error *err);

/* Adds the mean over all pixels: a vector of c values, or, with keep, a map of (1, 1, c). */
evk_status evk_add_globalpool(struct evk_graph *g, const char *name, int x, bool keep, int *out,
                              evk_error *err);

/*
 * Adds the mean over the cells of a grid of rows and columns, each at least 1: a map
 * (rows, columns, c).  Of n pixels along an axis and g cells, cell i covers the pixels
 * floor(i n / g) to ceil((i + 1) n / g) - 1, as in PyTorch's AdaptiveAvgPool2d.
 */
evk_status evk_add_gridpool(struct evk_graph *g, const char *name, int x, int64_t rows,
                            int64_t columns, int *out, evk_error *err);

/* Surrounds a map with rows and columns of zeros. */
struct evk_pad {
    int64_t top, bottom, left, right;
};
evk_status evk_add_pad(struct evk_graph *g, const char *name, int x, const struct evk_pad *pad,
                       int *out, evk_error *err);

/*
 * Adds a layer that gives the values of node x in a box, which must lie within the shape of node x.
 */
evk_status evk_add_crop(struct evk_graph *g, const char *name, int x, const struct evk_box *box,
                        int *out, evk_error *err);

/* Adds a layer that gives a map (h, w, c) as a vector of h w c values in the same order. */
evk_status evk_add_flatten(struct evk_graph *g, const char *name, int x, int *out, evk_error *err);

/* Adds a layer that gives the values of node x, in the same order, with another shape, which has as
   many values. */
evk_status evk_add_reshape(struct evk_graph *g, const char *name, int x,
                           const struct evk_shape *shape, int *out, evk_error *err);

/*
 * Adds a layer that gives values of node x in another order: value i of the output is value
 * index[i] of node x, or fill where index[i] is -1.  A value may be given several times, or not at
 * all.  index: (values of shape), copied; an index that node x does not have is EVK_EFORMAT.
 */
evk_status evk_add_rearrange(struct evk_graph *g, const char *name, int x,
                             const struct evk_shape *shape, const int32_t *index, float fill,
                             int *out, evk_error *err);

/* Adds a layer that reads no node and gives these values.  values: (values of shape), copied. */
evk_status evk_add_constant(struct evk_graph *g, const char *name, const struct evk_shape *shape,
                            const float *values, int *out, evk_error *err);

/*
 * An elementwise function of two nodes: "add", "sub", "mul", "div", "pow", "min" or "max".  Along
 * each of rows, columns and channels, the sizes of a and b are equal, or the size of a or b is 1,
 * and its only value counts for all.  The output is flat where a and b are.
 */
evk_status evk_add_binary(struct evk_graph *g, const char *name, int a, int b, const char *function,
                          int *out, evk_error *err);

/*
 * Reduces the columns of each row and channel to one value: (h, w, c) becomes (h, 1, c).  function
 * is "sum", "mean", "max", "min", "prod", "l1", "l2", "sum_square", "log_sum" or "log_sum_exp"; any
 * other name is EVK_EUNSUPPORTED.  Of equal extreme values, the first has the whole gradient.
 */
evk_status evk_add_reduce(struct evk_graph *g, const char *name, int x, const char *function,
                          int *out, evk_error *err);

/*
 * Normalises the columns of each row and channel, or the channels of each pixel, by their mean and
 * their variance, which is divided by their number: y = (x - mean) / sqrt(variance + epsilon).
 * epsilon is 0 or more; where epsilon and the variance are 0, so is y.
 */
evk_status evk_add_normalize(struct evk_graph *g, const char *name, int x, double epsilon, int *out,
                             evk_error *err);
evk_status evk_add_normalize_channels(struct evk_graph *g, const char *name, int x, double epsilon,
                                      int *out, evk_error *err);

/* A product of matrices for each row: a (h, w, k) times b (h, k, n) is (h, w, n). */
evk_status evk_add_matmul(struct evk_graph *g, const char *name, int a, int b, int *out,
                          evk_error *err);

/*
 * Weighted sums of pixels: pixel i of the output is the sum, over j from start[i] to
 * start[i + 1] - 1, of weight[j] times pixel source[j] of node x, channel by channel.  Pixels are
 * numbered row by row.  All arrays are copied.  Node x must be a map; a start, a source or a weight
 * that is not as said here, or not finite, is EVK_EFORMAT.  Terms of weight 0 are left out.
 */
struct evk_resample {
    int64_t h, w;          /* rows and columns of the output */
    const int32_t *start;  /* (h w + 1), which begins with 0 and does not fall */
    const int32_t *source; /* (start[h w]) pixels of node x */
    const float *weight;   /* (start[h w]) */
};
evk_status evk_add_resample(struct evk_graph *g, const char *name, int x,
                            const struct evk_resample *r, int *out, evk_error *err);

/* Adds the sum of inputs of equal shapes. */
evk_status evk_add_add(struct evk_graph *g, const char *name, int inputs, const int *x, int *out,
                       evk_error *err);

/* Joins inputs along rows (axis 0), columns (1) or channels (2); a vector has axis 2 only. */
evk_status evk_add_concat(struct evk_graph *g, const char *name, int inputs, const int *x, int axis,
                          int *out, evk_error *err);

/* Multiplies each channel of map x by a factor.  The c factors are the output of node factors. */
evk_status evk_add_scale(struct evk_graph *g, const char *name, int x, int factors, int *out,
                         evk_error *err);

/*
 * A readout at positions: y_n = bias_n + the sum, over inputs j and channels c, of
 * features[n][j, c] times channel c of input j at the position xy_n.  Between pixels, maps are
 * interpolated bilinearly; outside a map there are zeros (Jaderberg 2015; Lurz et al. 2021).  The
 * inputs are maps, which may differ in size.  A position that is not finite is EVK_EFORMAT.
 */
struct evk_points {
    int64_t neurons;
    const float *xy; /* (neurons, 2) x along columns, y along rows; -1 and 1 are the centres of the
                        first and of the last pixel; borrowed during the call */
    const struct evk_tensor *features; /* (neurons, sum of the inputs' channels) */
    const struct evk_tensor *bias;     /* (neurons), or NULL for none */
};
evk_status evk_add_points(struct evk_graph *g, const char *name, int inputs, const int *x,
                          const struct evk_points *points, int *out, evk_error *err);

/*
 * A factorized readout: y_n = bias_n + the sum over rows, columns and channels of
 * spatial[n, h, w] features[n, c] x[h, w, c] (Klindt et al. 2017).  spatial: (n, h, w);
 * features: (n, c); bias: (n), or NULL for none.
 */
evk_status evk_add_factorized(struct evk_graph *g, const char *name, int x,
                              const struct evk_tensor *spatial, const struct evk_tensor *features,
                              const struct evk_tensor *bias, int *out, evk_error *err);

#endif /* EVK_NN_LAYERS_H */
