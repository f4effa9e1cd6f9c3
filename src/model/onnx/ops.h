/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ops.h - the functions of all operators, evk_onnx_op_..., which ops.def lists */
#ifndef EVK_MODEL_ONNX_OPS_H
#define EVK_MODEL_ONNX_OPS_H

#include "model/onnx/value.h"

#define EVK_ONNX_OP(name, least, most, constants, function, detail) \
    evk_status evk_onnx_op_##function(struct evk_onnx_call *c, evk_error *err);
#include "model/onnx/ops.def"
#undef EVK_ONNX_OP

#endif /* EVK_MODEL_ONNX_OPS_H */
