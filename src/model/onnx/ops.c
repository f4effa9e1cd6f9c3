/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ops.c - the table of ONNX's operators */
#include "model/onnx/ops.h"

#include <string.h>

#define NONE  EVK_ONNX_NONE
#define WHOLE EVK_ONNX_WHOLE
#define ALL   EVK_ONNX_ALL

static const struct evk_onnx_op ops[] = {
#define EVK_ONNX_OP(name, least, most, constants, function, detail) \
    {name, least, most, evk_onnx_op_##function, constants, detail},
#include "model/onnx/ops.def"
#undef EVK_ONNX_OP
};

const struct evk_onnx_op *evk_onnx_op_find(const char *name)
{
    for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
        if (name && strcmp(ops[i].name, name) == 0)
            return &ops[i];
    return NULL;
}
