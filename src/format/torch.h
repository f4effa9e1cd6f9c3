/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * torch.h - PyTorch's zip files of tensors: state dictionaries, bare or in a checkpoint
 *
 * What is pickled is read by format/pickle.h: a whole module is refused by the
 * name of its class.  Every view of a storage becomes floats of its own, so
 * that all tensors together may have evk_elements_max of the file's bytes; the
 * entries that are read may be 16 times as large as the file.
 */
#ifndef EVK_FORMAT_TORCH_H
#define EVK_FORMAT_TORCH_H

#include <stdbool.h>

#include "tensor/tensor.h"

struct evk_torch_tensor {
    char *name; /* owned; as in the file, but for a "module." before all of them */
    struct evk_tensor values;
    int64_t place; /* in the dictionary: smaller before larger */
};

struct evk_torch {
    struct evk_torch_tensor *tensors; /* by name, in bytewise order */
    int64_t count;
};

void evk_torch_release(struct evk_torch *t);

/* Is it an archive with a data.pkl? */
bool evk_torch_probe(const void *data, size_t size);
/* Does it begin like a file of PyTorch before 1.6, which is no archive? */
bool evk_torch_is_legacy(const void *data, size_t size);

/*
 * The tensors of the dictionary in the file, or of its entry "state_dict",
 * "model_state_dict", "model" and so on, down to the one with tensors.  Other
 * entries are passed over.  Messages do not name the file.
 */
evk_status evk_torch_read(struct evk_torch *out, const void *data, size_t size, evk_error *err);

#endif /* EVK_FORMAT_TORCH_H */
