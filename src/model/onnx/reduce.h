/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reduce.h - some axes of a tensor of an ONNX graph, taken together or brought inside */
#ifndef EVK_MODEL_ONNX_REDUCE_H
#define EVK_MODEL_ONNX_REDUCE_H

#include "model/onnx/onnx.h"

/* A tensor whose memory is (outer, chosen, inner): the chosen axes are neighbours. */
struct evk_onnx_axes {
    struct evk_onnx_value value;
    int64_t outer, chosen, inner; /* how many values each has */
};

/* Brings the chosen axes, a truth value an axis, together. */
evk_status evk_onnx_gather_axes(struct evk_onnx_call *c, const struct evk_onnx_value *v,
                                const bool *chosen, struct evk_onnx_axes *out, evk_error *err);

/* Gives a node whose layer has this axis as its channels: the axis is the innermost in memory. */
evk_status evk_onnx_inside(struct evk_onnx_call *c, const struct evk_onnx_value *v, int axis,
                           struct evk_onnx_value *out, evk_error *err);

/* Reduces the chosen axes of a node to one value each, as evk_add_reduce does, which stay with keep
   and are dropped without. */
evk_status evk_onnx_reduce(struct evk_onnx_call *c, const struct evk_onnx_value *v,
                           const bool *chosen, bool keep, const char *function,
                           struct evk_onnx_value *out, evk_error *err);

#endif /* EVK_MODEL_ONNX_REDUCE_H */
