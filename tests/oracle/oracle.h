/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * oracle.h - layers by definition: plain loops in double over (h, w, c)
 *
 * Every value has a bound on how far an implementation in float may be from it, whatever the order
 * of its sums.  Bounds come from forward error analysis (Higham 2002, section 3.1), and each layer
 * adds to those of its input.
 */
#ifndef EVK_TESTS_ORACLE_H
#define EVK_TESTS_ORACLE_H

#include <stdint.h>

struct map {
    int64_t h, w, c;
    double *v;     /* (h, w, c) values; owned */
    double *e;     /* (h, w, c) bounds on the error of floats; owned */
    int64_t terms; /* how many terms the values are sums of, for a batch norm that is absorbed */
};

struct oracle_window {
    int64_t h, w, stride_h, stride_w, dilation_h, dilation_w, top, bottom, left, right;
};

struct map map_new(int64_t h, int64_t w, int64_t c);
struct map map_of(int64_t h, int64_t w, int64_t c, const float *values); /* exact: no error */
void map_release(struct map *m);
int64_t map_count(const struct map *m);
/* Fail the test where a float of got is further from its value than the bound allows. */
void map_check(const struct map *want, const float *got, const char *what);

/* w: (h, w, c, o); bias: (o), or NULL */
struct map oracle_conv2d(const struct map *x, const struct oracle_window *v, int64_t o,
                         const float *w, const float *bias);
/* w: (h, w, c, m); bias: (c m), or NULL */
struct map oracle_depthwise(const struct map *x, const struct oracle_window *v, int64_t m,
                            const float *w, const float *bias);
/* Returns the gradient with respect to x, of which only the shape is used, given gy, that of y. */
struct map oracle_conv2d_gradient(const struct map *x, const struct oracle_window *v,
                                  const float *w, const struct map *gy);
struct map oracle_depthwise_gradient(const struct map *x, const struct oracle_window *v, int64_t m,
                                     const float *w, const struct map *gy);
/*
 * Widens the bounds of y, and of its gradient gx, from those of direct summation to those of
 * Winograd's F(4, 5) along rows, which nn/layers/winograd.c uses; winograd.c has the analysis.
 */
void oracle_winograd_bounds(struct map *y, const struct map *x, const struct oracle_window *v,
                            const float *w);
void oracle_winograd_gradient_bounds(struct map *gx, const struct oracle_window *v, const float *w,
                                     const struct map *gy);
/* A dense layer over the channels of each pixel; w: (c, o); bias: (o), or NULL */
struct map oracle_dense(const struct map *x, int64_t o, const float *w, const float *bias);
/* gamma and beta may be NULL */
struct map oracle_batchnorm(const struct map *x, const float *gamma, const float *beta,
                            const float *mean, const float *variance, double epsilon);
struct map oracle_maxpool(const struct map *x, const struct oracle_window *v);
struct map oracle_avgpool(const struct map *x, const struct oracle_window *v);
struct map oracle_globalpool(const struct map *x);
struct map oracle_gridpool(const struct map *x, int64_t rows, int64_t columns);
struct map oracle_softmax(const struct map *x);
struct map oracle_relu(const struct map *x, double slope, double threshold, double max);
/* "elu", "elu_plus_one", "softplus", "sigmoid", "tanh", "gelu", by libm */
struct map oracle_activation(const struct map *x, const char *name);
struct map oracle_pad(const struct map *x, int64_t top, int64_t bottom, int64_t left,
                      int64_t right);
struct map oracle_flatten(const struct map *x);
struct map oracle_add(const struct map *a, const struct map *b);
/* axis: 0 rows, 1 columns, 2 channels */
struct map oracle_concat(const struct map *a, const struct map *b, int axis);

#endif /* EVK_TESTS_ORACLE_H */
