/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * legacy_file.h - HDF5 files as Keras 2 writes them, for tests
 *
 *     legacy_init(&f, NULL);
 *     legacy_layer(&f, "conv");
 *     legacy_array(&f, "conv_1/kernel:0", &kernel);
 *     legacy_layer(&f, "relu");
 *     bytes = legacy_end(&f, "{'class_name':'Model', ...}");
 *
 * Nothing is checked; any failure in these functions fails the test.
 */
#ifndef EVK_TESTS_LEGACY_FILE_H
#define EVK_TESTS_LEGACY_FILE_H

#include "base/fs.h"
#include "tensor/tensor.h"

/* Details in which versions of Keras and h5py differ.  All false: as in the published models. */
struct legacy_style {
    bool fixed_text;    /* scalar text is of fixed length, not variable */
    bool variable_list; /* lists are of variable length, not fixed */
    bool weights_only;  /* no model_config; groups and layer_names at the root */
    int split;          /* names to an attribute, weight_names0, ...; 0: all in one */
};

struct legacy_file {
    struct legacy_style style;
    int64_t file, group; /* ids of libhdf5; group is that of the layer under way */
    struct evk_names layers, weights;
};

/* style may be NULL. */
void legacy_init(struct legacy_file *f, const struct legacy_style *style);
void legacy_layer(struct legacy_file *f, const char *name);
/* Add an array to the layer added last.  path: within the layer's group, as in weight_names. */
void legacy_array(struct legacy_file *f, const char *path, const struct evk_tensor *values);
/*
 * Returns the bytes of the file with its configuration, JSON in which ' stands for "; release them.
 * f may not be used after this.
 */
struct evk_bytes legacy_end(struct legacy_file *f, const char *config);

#endif /* EVK_TESTS_LEGACY_FILE_H */
