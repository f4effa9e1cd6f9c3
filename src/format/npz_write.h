/* SPDX-License-Identifier: GPL-3.0-or-later */
/* npz_write.h - arrays of numbers as an archive that NumPy reads */
#ifndef EVK_FORMAT_NPZ_WRITE_H
#define EVK_FORMAT_NPZ_WRITE_H

#include <stdint.h>

#include "base/error.h"

enum { EVK_NPZ_NAME = 64, EVK_NPZ_DIMS_MAX = 8 };

/* An array that is written. */
struct evk_npz_array {
    char name[EVK_NPZ_NAME];       /* its key in the archive, such as "bias_0" */
    int dims;                      /* number of axes, at least 1 */
    int64_t dim[EVK_NPZ_DIMS_MAX]; /* (dims) their sizes */
    const float *values;           /* row-major; borrowed */
};

/*
 * Writes an archive of arrays (count, at least 1), as numpy.load reads it: each array NAME is an
 * entry NAME.npy of a ZIP file, float32, little endian, row-major, stored without compression, and
 * dated 1980-01-01, so that equal arrays give equal bytes.  The file appears whole or not at all
 * (evk_fs_write).  EVK_EIO: the file cannot be written.
 */
evk_status evk_npz_write(const char *path, const struct evk_npz_array *arrays, size_t count,
                         evk_error *err);

#endif /* EVK_FORMAT_NPZ_WRITE_H */
