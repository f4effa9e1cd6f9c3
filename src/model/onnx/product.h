/* SPDX-License-Identifier: GPL-3.0-or-later */
/* product.h - products of matrices in an ONNX graph */
#ifndef EVK_MODEL_ONNX_PRODUCT_H
#define EVK_MODEL_ONNX_PRODUCT_H

#include "model/onnx/onnx.h"

/* Multiplies a (..., m, k) by b (..., k, n), as ONNX's MatMul does; at least one is a node. */
evk_status evk_onnx_product(struct evk_onnx_call *c, const struct evk_onnx_value *a,
                            const struct evk_onnx_value *b, struct evk_onnx_value *out,
                            evk_error *err);

#endif /* EVK_MODEL_ONNX_PRODUCT_H */
