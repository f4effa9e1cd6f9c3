/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hdf5_other.h - sentences for HDF5 files that hold arrays, and no network that evoke knows */
#ifndef EVK_MODEL_HDF5_OTHER_H
#define EVK_MODEL_HDF5_OTHER_H

#include "format/hdf5.h"

/*
 * Fails with EVK_EUNSUPPORTED for a file of weights that Keras saved, of a network that evoke does
 * not know (bare_weights.h).  Its arrays are those whose paths begin with root; path is that of the
 * file, and may be NULL.
 */
evk_status evk_hdf5_bare_fail(const struct evk_hdf5 *file, const char *root, const char *why,
                              const char *path, evk_error *err);

/* Fails with EVK_EUNSUPPORTED for a file that Keras did not write. */
evk_status evk_hdf5_other_fail(const struct evk_hdf5 *file, evk_error *err);

#endif /* EVK_MODEL_HDF5_OTHER_H */
