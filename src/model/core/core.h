/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * core.h - cores with readouts: one network for all neurons, and few weights for each neuron
 *
 * A core is a stack of convolutions, whose tensors are named
 * core.features.layer0, core.features.layer1 and so on.  For each data key,
 * which is a recording, the tensors readout.<key> give each neuron a position
 * and the weights with which it reads the map of the core.  These are the
 * models of Lurz et al. (ICLR 2021) and related ones, as the library
 * neuralpredictors names their parts in state dictionaries.  The options have
 * what the tensors do not say.
 */
#ifndef EVK_MODEL_CORE_CORE_H
#define EVK_MODEL_CORE_CORE_H

#include "format/tensors.h"
#include "model/core/options.h"
#include "model/network.h"

/*
 * Is a state dictionary that of a core with readouts that a card can describe, by the names of its
 * tensors?  If so, removes from the names what all of them have before "core." and "readout.".  If
 * not, why (size bytes) gets the reason where it is a core, and is empty where it is none.
 */
bool evk_core_fits(struct evk_tensors *t, char *why, size_t size);

/* Fails with EVK_EUNSUPPORTED, for a core with readouts that is opened without a card: the message
   lists its data keys and says what is missing. */
evk_status evk_core_needs_card(const struct evk_tensors *t, evk_error *err);

/*
 * Builds the network for images of height x width.  Its outputs are the neurons
 * of all data keys, in the order of the keys in the file; out->populations has
 * the outputs of each key.  Positions beyond the edge of the map are moved to
 * the edge, as neuralpredictors does, and a note says how many.  Parameters are
 * counted of the tensors that responses depend on; a note counts the others.
 *
 * EVK_EFORMAT: a tensor is missing, or has another shape than expected or a
 * value that is not finite; or a position is more than half a map outside the
 * map, where no training leaves one.  EVK_EUNSUPPORTED: the file has a tensor
 * that is not known here, and which might change the model.  EVK_EINVAL: an
 * option is out of its range, or a shift moves a position to where its neuron
 * would read nothing.  The caller releases *out, also where the call fails.
 */
evk_status evk_core_build(struct evk_network *out, const struct evk_tensors *t,
                          const struct evk_core_options *o, int64_t height, int64_t width,
                          evk_error *err);

#endif /* EVK_MODEL_CORE_CORE_H */
