/* SPDX-License-Identifier: GPL-3.0-or-later */
/* binary.h - two tensors of an ONNX graph, value by value, where axes of one value count for all */
#ifndef EVK_MODEL_ONNX_BINARY_H
#define EVK_MODEL_ONNX_BINARY_H

#include "model/onnx/onnx.h"

/* Computes a function of two tensors, of which at least one is a node.  function: "add", "sub",
   "mul", "div", "pow", "min" or "max". */
evk_status evk_onnx_binary(struct evk_onnx_call *c, const struct evk_onnx_value *a,
                           const struct evk_onnx_value *b, const char *function,
                           struct evk_onnx_value *out, evk_error *err);

/* Gives the shape that two tensors have together. */
evk_status evk_onnx_broadcast(const struct evk_onnx_call *c, const struct evk_onnx_value *a,
                              const struct evk_onnx_value *b, struct evk_onnx_value *out,
                              evk_error *err);

/* Gives a tensor `axes` axes, the new ones of one value before its own. */
struct evk_onnx_value evk_onnx_lift(const struct evk_onnx_value *v, int axes);

/* Computes c->out[0] from inputs that are constants of whole numbers. function: "add", "sub",
   "mul", "div", "min", "max" or "equal". */
evk_status evk_onnx_whole(struct evk_onnx_call *c, const char *function, evk_error *err);

/* Makes c->out[0] minus the first input, which is a constant of whole numbers. */
evk_status evk_onnx_whole_neg(struct evk_onnx_call *c, evk_error *err);

#endif /* EVK_MODEL_ONNX_BINARY_H */
