/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hdf5.h - HDF5 files in memory; the only door to libhdf5
 *
 * The stock library is not thread-safe: use from one thread at a time.  Its
 * plugins and its own error printing are switched off.
 */
#ifndef EVK_FORMAT_HDF5_H
#define EVK_FORMAT_HDF5_H

#include "base/fs.h"
#include "tensor/tensor.h"

struct evk_hdf5;

/* Messages do not name the file: the caller wraps them. The data is copied. */
evk_status evk_hdf5_open(struct evk_hdf5 **out, const void *data, size_t size, evk_error *err);
void evk_hdf5_close(struct evk_hdf5 *file);

/* Is there a group or dataset at this absolute path? Every step of it must be a hard link. */
bool evk_hdf5_has(const struct evk_hdf5 *file, const char *path);

/* Members of the group at path; 0 if there is no such group. */
int64_t evk_hdf5_members(const struct evk_hdf5 *file, const char *path);

/*
 * The dataset at path as floats (stored as any float or integer type).  Its
 * size in the file bounds the allocation: more values than the file has bytes
 * is EVK_EFORMAT, and so is anything that is not a dataset of numbers.
 */
evk_status evk_hdf5_read(const struct evk_hdf5 *file, const char *path, struct evk_tensor *out,
                         evk_error *err);

/* ---- writing ---- */

struct evk_hdf5_dataset {
    const char *path; /* "/layers/conv2d/vars/0"; groups on the way are made */
    const struct evk_tensor *values;
};

/* A file of contiguous float32 datasets, old-style groups and no time stamps, as bytes. */
evk_status evk_hdf5_write(struct evk_bytes *out, const struct evk_hdf5_dataset *datasets,
                          size_t count, evk_error *err);

#endif /* EVK_FORMAT_HDF5_H */
