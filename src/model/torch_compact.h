/* SPDX-License-Identifier: GPL-3.0-or-later */
/* torch_compact.h - compact models from PyTorch's state dictionaries */
#ifndef EVK_MODEL_TORCH_COMPACT_H
#define EVK_MODEL_TORCH_COMPACT_H

#include "format/torch.h"
#include "model/network.h"

/*
 * Builds the network of a compact model, which is recognised by the names of its tensors.
 * EVK_EUNSUPPORTED: the file is not a compact model; the message says which tensors it has.
 * EVK_EFORMAT: a tensor is there twice, or has the wrong shape, or values that are not finite.
 */
evk_status evk_torch_compact(struct evk_network *out, const struct evk_torch *t, evk_error *err);

#endif /* EVK_MODEL_TORCH_COMPACT_H */
