/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hdf5_child.h - the process that runs libhdf5, and what it tells its parent
 *
 * A pipe carries records: the struct as it is in memory (both ends are the same
 * program), then the bytes of path, name and text, then the values.  The last
 * record is END or FAILURE; a stream that stops before that is a child that died.
 */
#ifndef EVK_FORMAT_HDF5_CHILD_H
#define EVK_FORMAT_HDF5_CHILD_H

#include <sys/types.h>

#include "format/hdf5.h"

enum evk_hdf5_kind {
    EVK_HDF5_GROUP = 1,  /* path; count: its links */
    EVK_HDF5_DATASET,    /* path, shape, values */
    EVK_HDF5_UNREADABLE, /* path; text: why; status */
    EVK_HDF5_ATTRIBUTE,  /* path of its object, name; text: count strings, a zero byte after each */
    EVK_HDF5_FAILURE,    /* text: why; status */
    EVK_HDF5_END,
};

struct evk_hdf5_record {
    uint32_t kind, status;
    uint32_t axes, scalar;     /* scalar: an attribute that is no list */
    uint64_t path, name, text; /* bytes that follow, without a final zero */
    uint64_t values;           /* floats that follow */
    uint64_t count;
    int64_t dim[EVK_AXES_MAX];
};

/* What a file of this size may say: bytes of values, and of everything else. */
static inline uint64_t evk_hdf5_values_max(size_t size)
{
    return 8 * (uint64_t)size;
}

static inline uint64_t evk_hdf5_rest_max(size_t size)
{
    return 4 * (uint64_t)size + (64 << 10);
}

/* ---- the parent's side ---- */

struct evk_hdf5_child {
    pid_t pid;
    int fd; /* to read from */
};

evk_status evk_hdf5_start(struct evk_hdf5_child *out, const void *data, size_t size,
                          evk_error *err);

/* Waits for the child, which is killed unless its stream came to its end. True: it ran out of time. */
bool evk_hdf5_finish(struct evk_hdf5_child *child, bool at_end);

/* ---- the child's side ---- */

struct evk_hdf5_sink {
    int fd;
    size_t used;
    unsigned char buffer[1 << 16];
};

/* The record with what it announces; the process ends where nobody reads. */
void evk_hdf5_put(struct evk_hdf5_sink *sink, const struct evk_hdf5_record *r, const char *path,
                  const char *name, const char *text, const float *values);

/* hdf5_walk.c: tell all about a file. */
evk_status evk_hdf5_walk(struct evk_hdf5_sink *sink, const void *data, size_t size, evk_error *err);

#endif /* EVK_FORMAT_HDF5_CHILD_H */
