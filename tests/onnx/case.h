/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * case.h - a conformance case of ONNX: a model, and for each data set its inputs and outputs
 *
 * Debian's libonnx-testdata has a folder for each case: model.onnx, and test_data_set_N with files
 * input_I.pb and output_I.pb, which belong to the graph's input I and output I.
 */
#ifndef EVK_TESTS_ONNX_CASE_H
#define EVK_TESTS_ONNX_CASE_H

#include "model/onnx/onnx.h"

enum { TENSORS_MAX = 64 };

/* The inputs and outputs of one data set; a tensor is NULL where the file holds something else,
   such as a sequence. */
struct data_set {
    Onnx__TensorProto *input[TENSORS_MAX], *output[TENSORS_MAX]; /* owned */
    int inputs, outputs;
};

struct conformance_case {
    const char *name;        /* such as "node/test_add"; borrowed */
    char *path;              /* the folder; owned */
    Onnx__ModelProto *model; /* owned */
    int sets;
};

/* Reads the model of a case, and counts its data sets.  The caller releases *out in any case. */
evk_status case_open(struct conformance_case *out, const char *data, const char *name,
                     evk_error *err);
void case_close(struct conformance_case *c);

/* Reads data set i.  The caller releases *out in any case. */
evk_status case_read(const struct conformance_case *c, int i, struct data_set *out, evk_error *err);
void data_set_release(struct data_set *d);

/* Gives the inputs of the graph that are no initializers, (TENSORS_MAX) at most.  Returns their
   number. */
int case_inputs(const struct conformance_case *c, Onnx__ValueInfoProto *out[TENSORS_MAX]);

#endif /* EVK_TESTS_ONNX_CASE_H */
