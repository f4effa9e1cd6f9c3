/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hdf5_walk.h - a walk through all of an HDF5 file; for hdf5*.c only */
#ifndef EVK_FORMAT_HDF5_WALK_H
#define EVK_FORMAT_HDF5_WALK_H

#include "format/hdf5_record.h"

/*
 * Open the HDF5 file of these bytes and put a record of every group, dataset and text attribute
 * into the sink.  What libhdf5 has open is not closed: the caller's process must end afterwards.
 */
evk_status evk_hdf5_walk(struct evk_hdf5_sink *sink, const void *data, size_t size, evk_error *err);

#endif /* EVK_FORMAT_HDF5_WALK_H */
