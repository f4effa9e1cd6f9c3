/* SPDX-License-Identifier: GPL-3.0-or-later */
/* state_dict.h - networks from tensors with names, whatever file has them */
#ifndef EVK_MODEL_STATE_DICT_H
#define EVK_MODEL_STATE_DICT_H

#include "format/tensors.h"
#include "model/load_options.h"
#include "model/network.h"

/*
 * Builds the network of a state dictionary, whose architecture the names of its tensors say: a
 * compact model, or a core with readouts.  container is what messages and notes call the file, with
 * an article: "a PyTorch state dictionary".
 *
 * Names may stand behind those of the modules that hold the network, such as "model." or
 * "module.net.": all tensors of a core must then stand behind the same ones.  Tensors of losses, of
 * measures and of averaged copies of the network, which training keeps beside it, are passed over.
 * Notes say so, and name t->key and t->beside.
 *
 * The call changes *t, which stays the caller's.  EVK_EUNSUPPORTED: the tensors are of another
 * network, or a core is opened without a card.  EVK_EFORMAT: a tensor has the wrong shape, or
 * values that are not finite.  The caller releases *out, also where the call fails.
 */
evk_status evk_state_dict_load(struct evk_network *out, struct evk_tensors *t,
                               const char *container, const struct evk_load_options *options,
                               evk_error *err);

#endif /* EVK_MODEL_STATE_DICT_H */
