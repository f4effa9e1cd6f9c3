/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * npy.h - NumPy's arrays: .npy files, and .npz archives of them
 *
 * Numbers of any real type become floats, or doubles (evk_npy_read_doubles).  An array of objects is read as a list
 * of arrays: it is pickled, and format/pickle.h says what a pickle may hold.  A
 * file of n bytes becomes at most evk_elements_max(n) numbers; the entries of an
 * archive may unpack to 16 times its size.
 */
#ifndef EVK_FORMAT_NPY_H
#define EVK_FORMAT_NPY_H

#include <stdbool.h>

#include "tensor/tensor.h"

struct evk_npy_array {
    char *name; /* "conv.npy" in an archive, "array 3" in a list, otherwise "array"; owned */
    struct evk_tensor values;
};

struct evk_npy {
    struct evk_npy_array *arrays; /* (count) arrays in the order of the file */
    int64_t count, room;
    bool objects; /* some of the arrays were in an array of objects */
};

/* Free the arrays, and leave no array. */
void evk_npy_release(struct evk_npy *n);

/* Do the bytes begin like a .npy file? */
bool evk_npy_probe(const void *data, size_t size);
/* Are the bytes a ZIP archive in which all entries, at least one, are called *.npy? */
bool evk_npz_probe(const void *data, size_t size);

/*
 * Read all arrays of a .npy file, or of a .npz archive; evk_npy_release() frees *out.  Messages do
 * not name the file.  EVK_EFORMAT: the file is damaged, or would become too many numbers;
 * EVK_EUNSUPPORTED: it has a type, a number of axes or a version that is not read here.
 */
evk_status evk_npy_read(struct evk_npy *out, const void *data, size_t size, evk_error *err);
evk_status evk_npz_read(struct evk_npy *out, const void *data, size_t size, evk_error *err);

/* One array of numbers in double precision. */
struct evk_npy_doubles {
    int axes;
    int64_t dim[EVK_AXES_MAX];
    double *values; /* the numbers in row-major order, whatever their order in the file; owned */
};

/* Free the values of the array, and leave no array. */
void evk_npy_doubles_release(struct evk_npy_doubles *a);

/*
 * Read the array of numbers of a .npy file, which may have up to `most` numbers;
 * evk_npy_doubles_release() frees *out.  Messages do not name the file.  EVK_EFORMAT: the file is
 * damaged, or has more numbers; EVK_EUNSUPPORTED: as evk_npy_read, or it is an array of objects.
 */
evk_status evk_npy_read_doubles(struct evk_npy_doubles *out, const void *data, size_t size,
                                int64_t most, evk_error *err);

#endif /* EVK_FORMAT_NPY_H */
