/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hdf5_plain.h - plain HDF5 files, as Keras and evoke write weights, read without libhdf5
 *
 * A process for libhdf5 takes longer to start than a compact model takes to read.  A file is plain
 * where it has nothing but groups of the old style and contiguous datasets of little-endian float32
 * or int64, all of them without attributes, and each group once.  What is not exactly so, or is
 * damaged, is not plain: then libhdf5 decides in its process what the file is (hdf5_child.h), and
 * has the last word on what is wrong.  Every address and size is checked before it is followed.
 */
#ifndef EVK_FORMAT_HDF5_PLAIN_H
#define EVK_FORMAT_HDF5_PLAIN_H

#include "tensor/tensor.h"

/* An object of a plain file; what it points to is valid during a call of `put` alone. */
struct evk_hdf5_plain {
    const char *path;             /* absolute; "/" is the root */
    int64_t members;              /* of a group: how many links; -1: this is a dataset */
    int axes;                     /* the shape of a dataset */
    int64_t dim[EVK_AXES_MAX];    /* (axes) */
    int64_t count;                /* how many values the dataset has */
    bool integer;                 /* values are int64, else float32 */
    const unsigned char *content; /* the values in the file */
};

/* Returns value i of a dataset; an int64 is rounded to the nearest float. */
float evk_hdf5_plain_value(const struct evk_hdf5_plain *object, int64_t i);

/*
 * Call put(arg, object) for each object of a plain file; false from put ends the reading.  Returns
 * whether the file is plain and every put returned true.  Otherwise objects may have been put that
 * the caller forgets.
 */
bool evk_hdf5_plain_read(const void *data, size_t size,
                         bool (*put)(void *arg, const struct evk_hdf5_plain *object), void *arg);

#endif /* EVK_FORMAT_HDF5_PLAIN_H */
