/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hdf5_child.h - the process that runs libhdf5, as its parent sees it; for hdf5*.c only
 *
 * The child reads a file in memory and sends what it finds as records
 * (hdf5_record.h) through a pipe.  The child has limits of time and memory, and no
 * open files but the pipe.
 */
#ifndef EVK_FORMAT_HDF5_CHILD_H
#define EVK_FORMAT_HDF5_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"

struct evk_hdf5_child {
    pid_t pid;
    int fd; /* the end of the pipe to read from */
};

/*
 * Fork a child that reads the HDF5 file of these bytes.  Once *out is set, evk_hdf5_finish must be
 * called.  EVK_EIO: the system refuses a pipe or a process.
 */
evk_status evk_hdf5_start(struct evk_hdf5_child *out, const void *data, size_t size,
                          evk_error *err);

/*
 * Close the pipe and wait for the child's end.  Unless at_end is true, which says that its last
 * record was read, the child is killed first.  Returns whether the child ran out of time.
 */
bool evk_hdf5_finish(struct evk_hdf5_child *child, bool at_end);

#endif /* EVK_FORMAT_HDF5_CHILD_H */
