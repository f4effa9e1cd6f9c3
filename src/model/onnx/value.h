/* SPDX-License-Identifier: GPL-3.0-or-later */
/* value.h - what can be done with a tensor of an ONNX graph, whichever way it lies in memory */
#ifndef EVK_MODEL_ONNX_VALUE_H
#define EVK_MODEL_ONNX_VALUE_H

#include "model/onnx/onnx.h"

/* Returns the number of values. */
int64_t evk_onnx_count(const struct evk_onnx_value *v);

/* Makes a tensor of this shape, whose axes lie in ONNX's order and which has no values yet. */
struct evk_onnx_value evk_onnx_shape(int axes, const int64_t *dim);

/* Makes a constant that has no values, since an axis has size 0. */
evk_status evk_onnx_empty(struct evk_onnx_call *c, int axes, const int64_t *dim,
                          struct evk_onnx_value *out, evk_error *err);

/*
 * Counts n values of `size` bytes that are about to be allocated.  A file may take 128 MiB and 16
 * times its own size for constants, weights and lists of indices, so that a small file cannot ask
 * for all memory that there is: EVK_EUNSUPPORTED where it would take more.
 */
evk_status evk_onnx_charge(struct evk_onnx_call *c, int64_t n, size_t size, evk_error *err);

/* Makes a tensor, as evk_tensor_new does, whose values are counted. */
evk_status evk_onnx_weights(struct evk_onnx_call *c, struct evk_tensor *out, int axes,
                            const int64_t *dim, evk_error *err);

/* Does no axis have a negative size, and have those that are not empty EVK_NODE_VALUES_MAX values
   together at most? */
bool evk_onnx_fits(int axes, const int64_t *dim);

/* Allocates an array that is freed with the whole of c->o, and counts it. */
evk_status evk_onnx_alloc(struct evk_onnx_call *c, void *out, int64_t n, size_t size,
                          evk_error *err);

/* Reads axis `axis` of v, where -1 is the last one. */
evk_status evk_onnx_axis(const struct evk_onnx_call *c, const struct evk_onnx_value *v,
                         int64_t axis, int *out, evk_error *err);

/* Do the axes of a node that have more than one value lie in this order, (v->axes)? */
bool evk_onnx_lies(const struct evk_onnx_value *v, const int *order);

/* Sets *out to a node: v itself, or a constant as a layer. */
evk_status evk_onnx_node_of(struct evk_onnx_call *c, const struct evk_onnx_value *v,
                            struct evk_onnx_value *out, evk_error *err);

/* Makes a tensor of the values of v whose axes lie in this order, (v->axes). */
evk_status evk_onnx_order(struct evk_onnx_call *c, const struct evk_onnx_value *v, const int *order,
                          struct evk_onnx_value *out, evk_error *err);

/* Gives the node whose memory is that of v and whose shape is (h, w, c). */
evk_status evk_onnx_as(struct evk_onnx_call *c, const struct evk_onnx_value *v, int64_t h,
                       int64_t w, int64_t channels, int *node, evk_error *err);

/* Gives a tensor another shape with as many values, as ONNX's Reshape does. */
evk_status evk_onnx_reshape(struct evk_onnx_call *c, const struct evk_onnx_value *v, int axes,
                            const int64_t *dim, struct evk_onnx_value *out, evk_error *err);

/* Axis i of *out is axis from[i] of v. */
evk_status evk_onnx_transpose(struct evk_onnx_call *c, const struct evk_onnx_value *v,
                              const int *from, struct evk_onnx_value *out, evk_error *err);

/*
 * Takes values by their index along each axis: value (i, j, ...) of *out is value (pick[0][i],
 * pick[1][j], ...) of v, or `fill` where an index is -1.  pick[a]: (dim[a]); NULL: axis a stays as
 * it is.
 */
evk_status evk_onnx_pick(struct evk_onnx_call *c, const struct evk_onnx_value *v,
                         const int64_t *const *pick, const int64_t *dim, double fill,
                         struct evk_onnx_value *out, evk_error *err);

/* Takes values first, first + 1, ... of one axis, `n` of them. */
evk_status evk_onnx_range(struct evk_onnx_call *c, const struct evk_onnx_value *v, int axis,
                          int64_t first, int64_t n, struct evk_onnx_value *out, evk_error *err);

/* Joins tensors along one axis. */
evk_status evk_onnx_join(struct evk_onnx_call *c, int count, const struct evk_onnx_value *const *v,
                         int axis, struct evk_onnx_value *out, evk_error *err);

#endif /* EVK_MODEL_ONNX_VALUE_H */
