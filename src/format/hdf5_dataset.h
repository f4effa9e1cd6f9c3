/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hdf5_dataset.h - the values of a dataset, by libhdf5; for hdf5_*.c only */
#ifndef EVK_FORMAT_HDF5_DATASET_H
#define EVK_FORMAT_HDF5_DATASET_H

#include "format/hdf5_library.h"
#include "tensor/tensor.h"

/*
 * Read the values of an open dataset, numbers of any type, as floats; evk_tensor_release() frees
 * *out.  file_size is the size of the HDF5 file in bytes.  room is the most values that this
 * dataset may have: what the datasets before it have left of the limit for the whole file.
 *
 * EVK_EFORMAT: the dataset is damaged, does not hold numbers, or has too many of them.
 * EVK_EUNSUPPORTED: its values are in other files, or packed by a filter other than deflate and
 * shuffle.
 */
evk_status evk_hdf5_dataset_read(struct evk_tensor *out, hid_t id, size_t file_size, int64_t room,
                                 evk_error *err);

#endif /* EVK_FORMAT_HDF5_DATASET_H */
