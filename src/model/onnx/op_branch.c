/* SPDX-License-Identifier: GPL-3.0-or-later */
/* op_branch.c - ONNX's If, whose branches scope.c has made nodes of the graph */
#include "model/onnx/ops.h"

/* Gives the outputs of the branch that is taken; the inputs are those of both branches. */
evk_status evk_onnx_op_if(struct evk_onnx_call *c, evk_error *err)
{
    const struct evk_onnx_value *condition = c->in[0];
    int first;

    if (condition->node >= 0 || !condition->whole || evk_onnx_count(condition) != 1)
        return evk_onnx_fail(c, EVK_EUNSUPPORTED, err,
                             "its condition depends on the image, expected a constant");
    first = condition->whole[0] ? 1 : 1 + c->outputs;
    for (int i = 0; i < c->outputs; i++) {
        if (!c->in[first + i] && c->node->guard.condition >= 0)
            continue; /* the If is in a branch that is not taken */
        if (!c->in[first + i])
            return evk_onnx_fail(c, EVK_EFORMAT, err, "its branch does not compute output %d", i);
        c->out[i] = *c->in[first + i];
    }
    return EVK_OK;
}
