/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * npy.h - NumPy's arrays: .npy files, and .npz archives of them
 *
 * Numbers of any real type become floats.  An array of objects is a list of
 * arrays, pickled; what it may hold is in format/pickle.h.  No file becomes
 * more numbers than evk_elements_max of its bytes; the entries of an archive
 * may be 16 times as large as it is.
 */
#ifndef EVK_FORMAT_NPY_H
#define EVK_FORMAT_NPY_H

#include <stdbool.h>

#include "tensor/tensor.h"

struct evk_npy_array {
    char *name; /* owned: "conv.npy" of an archive, "array 3" of a list; else "array" */
    struct evk_tensor values;
};

struct evk_npy {
    struct evk_npy_array *arrays; /* in the order of the file */
    int64_t count, room;
    bool objects; /* some of them were in an array of objects */
};

void evk_npy_release(struct evk_npy *n);

bool evk_npy_probe(const void *data, size_t size);
/* Is it an archive of .npy entries, one at least? */
bool evk_npz_probe(const void *data, size_t size);

/* Messages do not name the file. */
evk_status evk_npy_read(struct evk_npy *out, const void *data, size_t size, evk_error *err);
evk_status evk_npz_read(struct evk_npy *out, const void *data, size_t size, evk_error *err);

#endif /* EVK_FORMAT_NPY_H */
