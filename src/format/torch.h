/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * torch.h - PyTorch's zip files of tensors: state dictionaries, bare or in a checkpoint
 *
 * The pickle in such a file is read by format/pickle.h, which refuses a whole
 * pickled module by the name of its class.  Tensors are views of storages, and
 * every view becomes floats of its own, also where views share a storage; so all
 * tensors together may have at most evk_elements_max numbers for the file's
 * bytes.  The entries that are read may unpack to 16 times the file's size.
 */
#ifndef EVK_FORMAT_TORCH_H
#define EVK_FORMAT_TORCH_H

#include <stdbool.h>

#include "tensor/tensor.h"

struct evk_torch_tensor {
    char *name; /* owned; as in the file, without the "module." that all names may begin with */
    struct evk_tensor values;
    int64_t place; /* a number that orders the tensors as they are in the dictionary */
};

struct evk_torch {
    struct evk_torch_tensor *tensors; /* sorted by name, bytewise */
    int64_t count;
};

/* Free the tensors, and leave none. */
void evk_torch_release(struct evk_torch *t);

/* Are the bytes a ZIP archive with an entry data.pkl, in whatever folder? */
bool evk_torch_probe(const void *data, size_t size);
/* Do the bytes begin like a file that PyTorch before 1.6 wrote, which is no archive? */
bool evk_torch_is_legacy(const void *data, size_t size);

/*
 * Read the tensors of the state dictionary in a file; evk_torch_release() frees *out.  The state
 * dictionary is the pickled dictionary itself, or one inside it under a key such as "state_dict",
 * "model_state_dict" or "model".  Values in it that are not tensors are skipped.  Messages do not
 * name the file.  EVK_EFORMAT: the file is damaged, has no such dictionary, or would become too
 * many numbers; EVK_EUNSUPPORTED: it was written by PyTorch before 1.6, or a tensor has too many
 * axes.
 */
evk_status evk_torch_read(struct evk_torch *out, const void *data, size_t size, evk_error *err);

#endif /* EVK_FORMAT_TORCH_H */
