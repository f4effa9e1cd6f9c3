/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * torch.h - PyTorch's files of tensors: state dictionaries, bare or in a checkpoint
 *
 * A file is a zip archive or, as PyTorch before 1.6 wrote it, a few pickles with
 * the numbers behind them.  The pickled values are inert (format/pickle.h).  Of
 * the values beside the tensors, such as an optimizer's state or a configuration,
 * nothing is looked at, and an object that is no dictionary is never searched for
 * tensors.  Tensors are views of storages, and every view becomes floats of its
 * own, also where views share a storage; so all tensors together may have at most
 * evk_elements_max numbers for the file's bytes.  The entries of an archive that
 * are read may unpack to 16 times the file's size.
 */
#ifndef EVK_FORMAT_TORCH_H
#define EVK_FORMAT_TORCH_H

#include "format/tensors.h"

/*
 * Are the bytes such a file?  An archive is one if it has an entry data.pkl, in whatever folder; the
 * containers before it are known by their first bytes.
 */
bool evk_torch_probe(const void *data, size_t size);

/*
 * Read the tensors of the state dictionary in a file; evk_tensors_release() frees *out.  The state
 * dictionary is the pickled dictionary itself, or one inside it under a key such as "state_dict",
 * "model_state_dict" or "model", or the only one inside it under other keys; out->key and
 * out->beside tell which.  Values in it that are not tensors are skipped.  Messages do not name the
 * file.  EVK_EFORMAT: the file is damaged, or would become too many numbers.  EVK_EUNSUPPORTED: it
 * has no such dictionary, and so is a pickled module or something else; it has several under other
 * keys; or a tensor is of a kind that is not read, has a key that is no text, or too many axes.
 */
evk_status evk_torch_read(struct evk_tensors *out, const void *data, size_t size, evk_error *err);

#endif /* EVK_FORMAT_TORCH_H */
