/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hdf5_library.h - libhdf5 set up as the files of this folder want it; for hdf5_*.c only */
#ifndef EVK_FORMAT_HDF5_LIBRARY_H
#define EVK_FORMAT_HDF5_LIBRARY_H

#define H5_USE_110_API /* later versions keep these functions under their names */
#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>

enum { EVK_HDF5_NAME = 64 };

/* A plugin is code that a file names; the library's own printing would go to stderr. */
bool evk_hdf5_quiet(void);

/*
 * The library takes two open files of one name for the same file, in memory too: each gets the
 * address of its owner as a name.  Nothing of that name is ever on disk.
 */
const char *evk_hdf5_file_name(const void *owner, char name[EVK_HDF5_NAME]);

/* Access to a file in memory with these bytes, which are copied; NULL: an empty one. */
hid_t evk_hdf5_memory_access(const void *data, size_t size);

#endif /* EVK_FORMAT_HDF5_LIBRARY_H */
