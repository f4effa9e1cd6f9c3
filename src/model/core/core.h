/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * core.h - cores with readouts: one network for all neurons, and few weights for each of them
 *
 * A core is a stack of convolutions, core.features.layer0, layer1, ...; for each
 * data key, which is a recording, readout.<key> says for each neuron where it
 * looks and what it weighs: the models of Lurz et al. (ICLR 2021) and those
 * around them, as the state dictionaries of neuralpredictors name their parts.
 * What the weights do not say is in the options.
 */
#ifndef EVK_MODEL_CORE_CORE_H
#define EVK_MODEL_CORE_CORE_H

#include "format/torch.h"
#include "model/core/options.h"
#include "model/network.h"

/* Has it a core and readouts, by the names of its tensors? */
bool evk_is_core(const struct evk_torch *t);

/* What one is refused with that nothing else is known of: its data keys, and what is missing. */
evk_status evk_core_needs_card(const struct evk_torch *t, evk_error *err);

/*
 * The network for images of height x width.  Its outputs are all neurons of all
 * data keys, in the order in which the file has these; out's populations say
 * which are whose.  Positions beyond the edge of the map are moved onto it, as
 * the library does, and a note says how many; one that is not finite, or more
 * than half a map outside (no training leaves such), is EVK_EFORMAT, and one
 * that the shift moves to where its neuron would see nothing is EVK_EINVAL.
 * EVK_EFORMAT names a tensor that is missing, of another shape, not finite, or
 * not known here: it would change what the model is.  Parameters are those of
 * tensors that responses depend on; a note counts the others.
 */
evk_status evk_core_build(struct evk_network *out, const struct evk_torch *t,
                          const struct evk_core_options *o, int64_t height, int64_t width,
                          evk_error *err);

#endif /* EVK_MODEL_CORE_CORE_H */
