/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * npz.h - one array of an archive of NumPy's arrays, read by its name
 *
 * An archive is a ZIP file, in which each array NAME is an entry "NAME.npy".  format/npy.h reads
 * all arrays of an archive whose names and shapes are not known before.
 */
#ifndef EVK_FORMAT_NPZ_H
#define EVK_FORMAT_NPZ_H

#include "format/zip.h"
#include "tensor/tensor.h"

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
