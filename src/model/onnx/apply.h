/* SPDX-License-Identifier: GPL-3.0-or-later */
/* apply.h - ONNX's operators on tensors that are in no ONNX file, for loaders of other formats */
#ifndef EVK_MODEL_ONNX_APPLY_H
#define EVK_MODEL_ONNX_APPLY_H

#include "model/onnx/value.h"

/* An attribute of the operator. */
struct evk_onnx_argument {
    const char *name;
    enum { EVK_ONNX_INT, EVK_ONNX_REAL, EVK_ONNX_TEXT, EVK_ONNX_INTS_OF } kind;
    union {
        int64_t whole;
        double real; /* which ONNX keeps in float32 */
        const char *text;
        const int64_t *list; /* (count) */
    } is;
    size_t count;
};

/*
 * Applies an operator of opset 21 to tensors in (inputs), some of which may be NULL: left out.  The
 * operator must be in ops.def.  o->graph gets the layers; o->part and label are how messages begin.
 * Fails as the operator does.
 */
evk_status evk_onnx_apply(struct evk_onnx *o, const char *label, const char *operator, int inputs,
                          const struct evk_onnx_value *const *in,
                          const struct evk_onnx_argument *arguments, int count,
                          struct evk_onnx_value *out, evk_error *err);

#endif /* EVK_MODEL_ONNX_APPLY_H */
