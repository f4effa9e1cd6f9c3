/* SPDX-License-Identifier: GPL-3.0-or-later */
/* subject.h - one output of a conformance case, as a network that is ready to run */
#ifndef EVK_TESTS_ONNX_SUBJECT_H
#define EVK_TESTS_ONNX_SUBJECT_H

#include "case.h"
#include "nn/run.h"

struct subject {
    struct evk_load_options options;
    struct evk_network network;
    struct evk_onnx onnx;
    struct evk_onnx_feed feeds[TENSORS_MAX];
    struct evk_onnx_value image; /* the first input's numbers */
    struct evk_onnx_value value; /* the output: a constant, or the last node of the network */
    struct evk_plan plan;
    float *arena; /* owned; NULL: the output is a constant */
};

/* Builds output `i` of a case as a function of its first input; all other inputs have the values of
   the data set.  The caller releases *out in any case. */
evk_status subject_make(struct subject *out, const struct conformance_case *c,
                        const struct data_set *d, int i, evk_error *err);
void subject_release(struct subject *s);

/* Gives the place in memory, counted in values, of each value of the output in ONNX's order. */
void subject_places(const struct subject *s, int64_t *place);

#endif /* EVK_TESTS_ONNX_SUBJECT_H */
