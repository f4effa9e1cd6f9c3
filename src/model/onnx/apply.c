/* SPDX-License-Identifier: GPL-3.0-or-later */
/* apply.c - ONNX's operators on tensors that are in no ONNX file, for loaders of other formats */
#include "model/onnx/apply.h"

#include <string.h>

enum { OPSET = 21, ARGUMENTS_MAX = 8 };

/* An argument as protobuf-c has an attribute: the struct points into the argument, and owns
   nothing. */
static void to_attribute(const struct evk_onnx_argument *a, Onnx__AttributeProto *out)
{
    onnx__attribute_proto__init(out);
    memcpy(&out->name, &a->name, sizeof(out->name));
    out->has_type = true;
    switch (a->kind) {
    case EVK_ONNX_INT:
        out->type = ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INT;
        out->has_i = true;
        out->i = a->is.whole;
        break;
    case EVK_ONNX_REAL:
        out->type = ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOAT;
        out->has_f = true;
        out->f = (float)a->is.real;
        break;
    case EVK_ONNX_TEXT:
        out->type = ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRING;
        out->has_s = true;
        out->s.len = strlen(a->is.text);
        memcpy(&out->s.data, &a->is.text, sizeof(out->s.data));
        break;
    case EVK_ONNX_INTS_OF:
        out->type = ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INTS;
        out->n_ints = a->count;
        memcpy(&out->ints, &a->is.list, sizeof(out->ints));
        break;
    }
}

evk_status evk_onnx_apply(struct evk_onnx *o, const char *label, const char *operator, int inputs,
                          const struct evk_onnx_value *const *in,
                          const struct evk_onnx_argument *arguments, int count,
                          struct evk_onnx_value *out, evk_error *err)
{
    Onnx__NodeProto proto = ONNX__NODE_PROTO__INIT;
    Onnx__AttributeProto attributes[ARGUMENTS_MAX], *list[ARGUMENTS_MAX];
    const struct evk_onnx_frame frame = {.opset = OPSET};
    const struct evk_onnx_node node = {
        .proto = &proto, .frame = &frame, .op = evk_onnx_op_find(operator), .name = label};
    const struct evk_onnx_value *given[EVK_INPUTS_MAX] = {NULL};
    struct evk_onnx_value result = {0};
    struct evk_onnx_call c = {.o = o,
                              .node = &node,
                              .label = label,
                              .opset = OPSET,
                              .inputs = inputs,
                              .outputs = 1,
                              .in = given,
                              .out = &result};
    bool constant;

    for (int i = 0; i < count; i++) {
        to_attribute(&arguments[i], &attributes[i]);
        list[i] = &attributes[i];
    }
    proto.n_attribute = (size_t)count;
    proto.attribute = list;
    for (int i = 0; i < inputs; i++)
        given[i] = in[i];
    EVK_TRY(evk_onnx_build_call(&c, &constant, err));
    *out = result;
    return EVK_OK;
}
