/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * safetensors.h - files of the library safetensors: a header in JSON, and numbers
 *
 * A file begins with the header's length in 8 bytes, the least significant first.
 * The header has, for each tensor, its name, the type and the shape, and where its
 * bytes are behind the header.  Every byte behind the header belongs to one tensor.
 */
#ifndef EVK_FORMAT_SAFETENSORS_H
#define EVK_FORMAT_SAFETENSORS_H

#include <stddef.h>

#include "format/tensors.h"

/* Do the bytes begin with the length of a header, and with a header's brace?  They may be cut off. */
bool evk_safetensors_probe(const void *data, size_t size);

/*
 * Read all tensors of a file; evk_tensors_release() frees *out.  The texts under "__metadata__" are
 * not looked at.  Messages do not name the file.  EVK_EFORMAT: the file is damaged, or cut off.
 * EVK_EUNSUPPORTED: a tensor has too many axes, or numbers of a type that is not read.
 */
evk_status evk_safetensors_read(struct evk_tensors *out, const void *data, size_t size,
                                evk_error *err);

#endif /* EVK_FORMAT_SAFETENSORS_H */
