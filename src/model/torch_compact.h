/* SPDX-License-Identifier: GPL-3.0-or-later */
/* torch_compact.h - compact models in PyTorch's state dictionaries */
#ifndef EVK_MODEL_TORCH_COMPACT_H
#define EVK_MODEL_TORCH_COMPACT_H

#include "format/torch.h"
#include "model/network.h"

/* EVK_EUNSUPPORTED says what there is instead of a compact model. */
evk_status evk_torch_compact(struct evk_network *out, const struct evk_torch *t, evk_error *err);

#endif /* EVK_MODEL_TORCH_COMPACT_H */
