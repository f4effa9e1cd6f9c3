/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * npz.h - archives of NumPy's arrays: written, and read array by array
 *
 * An archive is a ZIP file, in which each array NAME is an entry "NAME.npy".  format/npy.h reads
 * all arrays of an archive whose names and shapes are not known before.
 */
#ifndef EVK_FORMAT_NPZ_H
#define EVK_FORMAT_NPZ_H

#include "format/zip.h"
#include "tensor/tensor.h"

/* An array that is written; everything is borrowed. */
struct evk_npz_array {
    const char *name; /* without ".npy" */
    int axes;
    int64_t dim[EVK_AXES_MAX];
    const float *values; /* row-major */
};

/*
 * Writes an archive of arrays (count, at least 1), as numpy.load reads it: float32, little endian,
 * row-major, stored without compression, and dated 1980-01-01, so that equal arrays give equal
 * bytes.  The file appears whole or not at all (evk_fs_write).  sha256 becomes the SHA-256 of its
 * bytes.  EVK_EIO: the file cannot be written.
 */
evk_status evk_npz_write(const char *path, const struct evk_npz_array *arrays, size_t count,
                         char sha256[EVK_SHA256_TEXT], evk_error *err);

/*
 * Reads one array of an archive; numbers of any real type become floats.  evk_tensor_release frees
 * *out.  Nothing is allocated for numbers before the shape has been compared.
 *   name   without ".npy"
 *   dim    (axes) the sizes that the array must have; -1: any size
 *   most   the array may have at most this many numbers, and its entry 8 bytes for each of them
 * Messages begin with the name of the entry.  EVK_EFORMAT: there is no such array, it is damaged,
 * it has another shape or too many numbers, or a number is not finite; EVK_EUNSUPPORTED: it is of
 * a type that is not read here.
 */
evk_status evk_npz_read_array(struct evk_tensor *out, struct evk_zip *zip, const char *name,
                              int axes, const int64_t *dim, int64_t most, evk_error *err);

#endif /* EVK_FORMAT_NPZ_H */
