/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hdf5.h - HDF5 files in memory; only hdf5_*.c use libhdf5
 *
 * libhdf5 can crash, loop and take memory without end on damaged bytes.  So it
 * reads them in a process of its own, which sends what it finds through a pipe:
 * groups, datasets as floats, and attributes of text.  That process has limits of
 * time and memory, has no open files but the pipe, and follows hard links only;
 * a group with several hard links is entered by the first.
 *
 * What the process may send, and so what is allocated here, is bounded: a dataset
 * may have as many values as the file has bytes; all datasets together may take 8
 * bytes for each byte of the file; paths and attributes may take 4 bytes for each
 * byte of the file, and 64 KiB.
 *
 * evk_hdf5_open forks, and must not be called by two threads at a time.  An open
 * file may be read by any number of threads.
 */
#ifndef EVK_FORMAT_HDF5_H
#define EVK_FORMAT_HDF5_H

#include "base/bytes.h"
#include "base/names.h"
#include "tensor/tensor.h"

struct evk_hdf5;

/* Do the bytes begin like an HDF5 file? */
bool evk_hdf5_probe(const void *data, size_t size);

/* Does this text stand anywhere in the bytes?  This is a cheap test before a file is opened. */
bool evk_hdf5_mentions(const void *data, size_t size, const char *text);

/*
 * Read a whole HDF5 file of size bytes; evk_hdf5_close() frees *out.  data is not used afterwards.
 * Messages do not name the file: the caller puts its name before them.  EVK_EFORMAT: the bytes are
 * not an HDF5 file, or a damaged one.  EVK_EIO: the system refuses a pipe or a process.
 */
evk_status evk_hdf5_open(struct evk_hdf5 **out, const void *data, size_t size, evk_error *err);

/* Free a file.  NULL is fine. */
void evk_hdf5_close(struct evk_hdf5 *file);

/* Is there a group or dataset at this absolute path, which must consist of hard links only? */
bool evk_hdf5_has(const struct evk_hdf5 *file, const char *path);

/* Returns the number of links in the group at path; 0 if there is no such group. */
int64_t evk_hdf5_members(const struct evk_hdf5 *file, const char *path);

/*
 * Returns the path of group or dataset number i, in bytewise order of the paths; NULL past the end.
 * *is_dataset is set to whether it is a dataset, or an object that cannot be read, and not a group.
 */
const char *evk_hdf5_path(const struct evk_hdf5 *file, size_t i, bool *is_dataset);

/*
 * Copy the dataset at path, stored as any float or integer type, into floats; evk_tensor_release()
 * frees *out.  EVK_EFORMAT: there is no such dataset, its values are no numbers, or there are more
 * of them than the file has bytes.  EVK_EUNSUPPORTED: it is stored in a way that is not read here,
 * such as in other files or by an unknown filter.
 */
evk_status evk_hdf5_read(const struct evk_hdf5 *file, const char *path, struct evk_tensor *out,
                         evk_error *err);

/*
 * Returns the text of an attribute of the object at path; NULL if there is no such attribute, or if
 * it is a list.  The text belongs to the file.
 */
const char *evk_hdf5_text(const struct evk_hdf5 *file, const char *path, const char *attribute);

/*
 * evk_hdf5_texts copies an attribute that is a list of texts; the caller releases *out, on failure
 * too.  Keras splits a long list into several attributes with a number after the name (name0, name1
 * ...): these are put together again.  An empty list may be stored as any type.  EVK_EFORMAT: there
 * is no such attribute.  evk_hdf5_has_texts asks whether there is.
 */
evk_status evk_hdf5_texts(const struct evk_hdf5 *file, const char *path, const char *attribute,
                          struct evk_names *out, evk_error *err);
bool evk_hdf5_has_texts(const struct evk_hdf5 *file, const char *path, const char *attribute);

/* ---- writing ---- */

struct evk_hdf5_dataset {
    const char *path;                /* "/layers/conv2d/vars/0"; the groups in it are made */
    const struct evk_tensor *values; /* borrowed */
};

/*
 * Make an HDF5 file of contiguous float32 datasets in memory; evk_bytes_release() frees *out.
 * Groups are of the old style and nothing has a time stamp, so that equal datasets give equal
 * bytes.  EVK_EINVAL: libhdf5 does not accept a dataset, such as one whose path is not absolute.
 */
evk_status evk_hdf5_write(struct evk_bytes *out, const struct evk_hdf5_dataset *datasets,
                          size_t count, evk_error *err);

#endif /* EVK_FORMAT_HDF5_H */
