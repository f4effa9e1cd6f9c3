/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hdf5_record.h - the records that the process with libhdf5 sends to its parent; for hdf5*.c only
 *
 * They go through a pipe: first struct evk_hdf5_record as it is in memory (both
 * ends are the same program), then the bytes of path, name and text, then the
 * values.  The last record is END or FAILURE; a stream that stops before such a
 * record means that the child died.
 */
#ifndef EVK_FORMAT_HDF5_RECORD_H
#define EVK_FORMAT_HDF5_RECORD_H

#include "tensor/tensor.h"

/* What a record is about, and which of its members have a meaning then. */
enum evk_hdf5_kind {
    EVK_HDF5_GROUP = 1,  /* path; count: how many links the group has */
    EVK_HDF5_DATASET,    /* path, axes, dim, values */
    EVK_HDF5_UNREADABLE, /* an object that cannot be read: path; text: why, in words; status */
    EVK_HDF5_ATTRIBUTE,  /* path of its object, name; text: count strings, a zero byte after each */
    EVK_HDF5_FAILURE,    /* the whole file cannot be read: text: why, in words; status */
    EVK_HDF5_END,        /* everything has been sent; no member is used */
};

struct evk_hdf5_record {
    uint32_t kind, status;     /* enum evk_hdf5_kind, evk_status */
    uint32_t axes, scalar;     /* scalar: 1 for an attribute that is one string, not a list */
    uint64_t path, name, text; /* how many bytes of each follow, without a final zero */
    uint64_t values;           /* how many floats follow */
    uint64_t count;
    int64_t dim[EVK_AXES_MAX]; /* the first `axes` are the shape of the values */
};

/* Returns the most bytes of values that a file of `size` bytes may send. */
static inline uint64_t evk_hdf5_values_max(size_t size)
{
    return 8 * (uint64_t)size;
}

/*
 * Returns the most bytes of records, paths, names and texts that a file of `size` bytes may send.
 */
static inline uint64_t evk_hdf5_rest_max(size_t size)
{
    return 4 * (uint64_t)size + (64 << 10);
}

/* The child's end of the pipe, with a buffer. */
struct evk_hdf5_sink {
    int fd;
    size_t used; /* bytes in the buffer */
    unsigned char buffer[1 << 16];
};

/*
 * Send a record, then as many bytes of path, name and text, and as many values, as its members
 * announce.  Where the pipe cannot be written to, since nobody reads it, the process ends.
 */
void evk_hdf5_put(struct evk_hdf5_sink *sink, const struct evk_hdf5_record *r, const char *path,
                  const char *name, const char *text, const float *values);

/* Send what is still in the buffer; a failure ends the process, as in evk_hdf5_put. */
void evk_hdf5_flush(struct evk_hdf5_sink *sink);

#endif /* EVK_FORMAT_HDF5_RECORD_H */
