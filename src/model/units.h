/* SPDX-License-Identifier: GPL-3.0-or-later */
/* units.h - units inside a network as its neurons, in place of its outputs */
#ifndef EVK_MODEL_UNITS_H
#define EVK_MODEL_UNITS_H

#include "base/names.h"
#include "model/load_options.h"
#include "model/network.h"

/*
 * Replaces the outputs of a network, whose graph must not be folded yet, by the units that
 * o->channels name, and removes the nodes that they do not depend on.  names gets the name of each
 * unit, in the order of the outputs.  Afterwards the data keys of the network, which belong to its
 * former outputs, mean nothing.  EVK_EINVAL: a text is malformed, or names no unit of the network,
 * or a unit is named twice.
 */
evk_status evk_units_choose(struct evk_network *n, const struct evk_load_options *o,
                            struct evk_names *names, evk_error *err);

/* Where the outputs of a graph look: a position of a map of this size. */
struct evk_look {
    int64_t h, w, row, column;
};

/*
 * Finds the position of the largest absolute weight of the last readout of a graph: a dense layer
 * behind a map, a readout with weights for pixels or at positions, or a depthwise convolution as
 * large as its map.  Returns false where the graph has none.
 */
bool evk_units_look(const struct evk_graph *g, struct evk_look *out);

#endif /* EVK_MODEL_UNITS_H */
