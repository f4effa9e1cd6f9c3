/* SPDX-License-Identifier: GPL-3.0-or-later */
/* window.h - attributes of ONNX's convolutions and pools, and maps of one image */
#ifndef EVK_MODEL_ONNX_WINDOW_H
#define EVK_MODEL_ONNX_WINDOW_H

#include "model/onnx/onnx.h"

/* What becomes of the map of one image, which is node x: gives the node of the result.  image: the
   image's number. */
typedef evk_status evk_onnx_map_function(struct evk_onnx_call *c, int64_t image, int x,
                                         const void *how, int *out, evk_error *err);

/*
 * Computes a function of each image of a tensor (images, channels, rows, columns) or (images,
 * channels, columns).  The result has as many axes.
 */
evk_status evk_onnx_each_map(struct evk_onnx_call *c, const struct evk_onnx_value *v,
                             evk_onnx_map_function *function, const void *how,
                             struct evk_onnx_value *out, evk_error *err);

/* Gives rows and columns of such a tensor; a tensor of 3 axes has one row. */
evk_status evk_onnx_map_size(const struct evk_onnx_call *c, const struct evk_onnx_value *v,
                             int64_t size[2], evk_error *err);

/*
 * Reads strides, dilations, pads and auto_pad for a window of kernel[0] rows and kernel[1] columns.
 * With ceil_mode, extra (2) is how many rows and columns the last windows reach beyond the padding,
 * which is not in *out.
 */
evk_status evk_onnx_window(const struct evk_onnx_call *c, const struct evk_onnx_value *v,
                           const int64_t kernel[2], struct evk_window *out, int64_t extra[2],
                           evk_error *err);

/* Reads an attribute with a number for rows and columns; `fallback` where the node has none. */
evk_status evk_onnx_pair(const struct evk_onnx_call *c, const struct evk_onnx_value *v,
                         const char *name, int64_t fallback, int64_t least, int64_t out[2],
                         evk_error *err);

#endif /* EVK_MODEL_ONNX_WINDOW_H */
