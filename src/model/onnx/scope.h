/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scope.h - the flat list of nodes of an ONNX file, in which no function is called any more */
#ifndef EVK_MODEL_ONNX_SCOPE_H
#define EVK_MODEL_ONNX_SCOPE_H

#include "model/onnx/onnx.h"

/* Sets o->nodes to all nodes of the graph in the order of the file, with the functions that they
   call inlined, and o->names, o->frames and o->value_count. */
evk_status evk_onnx_flatten(struct evk_onnx *o, evk_error *err);

#endif /* EVK_MODEL_ONNX_SCOPE_H */
