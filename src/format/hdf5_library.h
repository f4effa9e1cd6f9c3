/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hdf5_library.h - libhdf5, set up without plugins, printing and files; for hdf5_*.c only */
#ifndef EVK_FORMAT_HDF5_LIBRARY_H
#define EVK_FORMAT_HDF5_LIBRARY_H

#define H5_USE_110_API /* so that later versions of libhdf5 offer the functions of 1.10 too */
#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>

enum { EVK_HDF5_NAME = 64 };

/*
 * Start the library without plugins (code that a file can name) and without the messages that it
 * would print on stderr.  false: that failed.
 */
bool evk_hdf5_quiet(void);

/*
 * Write a name for a file in memory into name, and return it.  The library takes two open files of
 * one name for the same file, even in memory; so the name has the address of owner, an object that
 * only one such file has.  No file of that name is ever on disk.
 */
const char *evk_hdf5_file_name(const void *owner, char name[EVK_HDF5_NAME]);

/*
 * Returns a property list with which a file is opened in memory with these bytes, which are copied,
 * or, where data is NULL, made empty.  H5Pclose() frees it; below 0: failed.
 */
hid_t evk_hdf5_memory_access(const void *data, size_t size);

#endif /* EVK_FORMAT_HDF5_LIBRARY_H */
