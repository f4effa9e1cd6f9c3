/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sample.h - valid models that inputs are made from, or put into */
#ifndef EVK_TESTS_FUZZ_SAMPLE_H
#define EVK_TESTS_FUZZ_SAMPLE_H

#include "base/fs.h"
#include "base/str.h"

/* A Keras model with a layer of every class. */
struct sample {
    struct evk_str config;    /* its config.json */
    struct evk_bytes weights; /* its model.weights.h5 */
    struct evk_names paths;   /* of the arrays in it */
};

void sample_make(struct sample *out);
void sample_release(struct sample *s);

/*
 * The arrays of a compact model whose layers have one channel, in the order in which Keras lists
 * them (model/compact.h).  Each array holds the first of the same SAMPLE_VALUES values.
 */
enum { SAMPLE_ARRAYS = 36, SAMPLE_AXES = 4, SAMPLE_VALUES = 784 };
struct sample_array {
    int axes;
    int dim[SAMPLE_AXES];
};
extern const float sample_values[SAMPLE_VALUES];
struct sample_array sample_array(int i);
int sample_count(int i);

#endif /* EVK_TESTS_FUZZ_SAMPLE_H */
