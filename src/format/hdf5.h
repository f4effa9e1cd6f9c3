/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hdf5.h - HDF5 files in memory; the only door to libhdf5
 *
 * libhdf5 can crash, loop and grow without end on damaged bytes, so it reads
 * them in a process of its own, which tells what it finds through a pipe: groups,
 * datasets as floats, attributes of text.  The process has limits of time and
 * memory, no open files but the pipe, and follows hard links only; a group
 * with several is entered at the first.  Bounded is what it may tell, and so
 * what is allocated here: of one dataset as many values as the file has bytes,
 * of all together 8 bytes a byte of the file, and of paths and attributes 4
 * bytes a byte (and 64 KiB).
 *
 * Opening forks: not from two threads at a time.  What is open may be read by
 * any number.
 */
#ifndef EVK_FORMAT_HDF5_H
#define EVK_FORMAT_HDF5_H

#include "base/fs.h"
#include "tensor/tensor.h"

struct evk_hdf5;

/* Does it begin as an HDF5 file does? */
bool evk_hdf5_probe(const void *data, size_t size);
/* Is this text among the bytes? */
bool evk_hdf5_mentions(const void *data, size_t size, const char *text);

/* Messages do not name the file: the caller wraps them. The data is not needed afterwards. */
evk_status evk_hdf5_open(struct evk_hdf5 **out, const void *data, size_t size, evk_error *err);
void evk_hdf5_close(struct evk_hdf5 *file);

/* Is there a group or dataset at this absolute path? Every step of it must be a hard link. */
bool evk_hdf5_has(const struct evk_hdf5 *file, const char *path);

/* Members of the group at path; 0 if there is no such group. */
int64_t evk_hdf5_members(const struct evk_hdf5 *file, const char *path);

/* Path of the i-th group or dataset, in bytewise order; NULL past the end. */
const char *evk_hdf5_path(const struct evk_hdf5 *file, size_t i, bool *is_dataset);

/*
 * The dataset at path as floats (stored as any float or integer type).  More
 * values than the file has bytes is EVK_EFORMAT, and so is anything that is
 * not a dataset of numbers.
 */
evk_status evk_hdf5_read(const struct evk_hdf5 *file, const char *path, struct evk_tensor *out,
                         evk_error *err);

/* The text of an attribute of the object at path; NULL if there is none, or a list. */
const char *evk_hdf5_text(const struct evk_hdf5 *file, const char *path, const char *attribute);

/*
 * An attribute that lists text, or what Keras splits a long one into: name0,
 * name1, ...  An empty list may be stored as any type.  *out is released by
 * the caller, on failure too.
 */
evk_status evk_hdf5_texts(const struct evk_hdf5 *file, const char *path, const char *attribute,
                          struct evk_names *out, evk_error *err);
bool evk_hdf5_has_texts(const struct evk_hdf5 *file, const char *path, const char *attribute);

/* ---- writing ---- */

struct evk_hdf5_dataset {
    const char *path; /* "/layers/conv2d/vars/0"; groups on the way are made */
    const struct evk_tensor *values;
};

/* A file of contiguous float32 datasets, old-style groups and no time stamps, as bytes. */
evk_status evk_hdf5_write(struct evk_bytes *out, const struct evk_hdf5_dataset *datasets,
                          size_t count, evk_error *err);

#endif /* EVK_FORMAT_HDF5_H */
