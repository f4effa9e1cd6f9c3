/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compact_state.h - compact models from PyTorch's state dictionaries */
#ifndef EVK_MODEL_COMPACT_STATE_H
#define EVK_MODEL_COMPACT_STATE_H

#include "format/tensors.h"
#include "model/network.h"

/*
 * Is a state dictionary that of a compact model or of a shared one, by the names of its tensors?
 * The parts of names before a dot may be any.  If it is not, why (size bytes) gets the reason, which
 * may be that a compact model lacks a tensor or has one too many.
 */
bool evk_compact_state_fits(const struct evk_tensors *t, char *why, size_t size);

/*
 * Builds the network of a state dictionary that fits.  EVK_EFORMAT: a tensor is there twice, or has
 * the wrong shape, or values that are not finite.
 */
evk_status evk_compact_state_build(struct evk_network *out, const struct evk_tensors *t,
                                   evk_error *err);

#endif /* EVK_MODEL_COMPACT_STATE_H */
