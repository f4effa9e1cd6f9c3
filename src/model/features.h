/* SPDX-License-Identifier: GPL-3.0-or-later */
/* features.h - a model whose outputs are the features that a readout would read */
#ifndef EVK_MODEL_FEATURES_H
#define EVK_MODEL_FEATURES_H

#include "model/model.h"

/*
 * Opens the core of a text "MODEL" or "MODEL@LAYER,LAYER,..." as a network whose outputs are its
 * features, in the order of evk_readout.weights.  The text is MODEL alone where a file has that
 * name; otherwise layers stand behind the last '@'.  Without layers, the layer is that of
 * evk_readout_find.
 *   grid     as in struct evk_readout
 *   options  as those of evk_model_open, without channels; NULL: the defaults
 *   blocks   (EVK_READOUT_LAYERS_MAX), written: the features of each layer, in their order; their
 *            names live as long as the model
 *   count    written: the number of blocks
 * The model's path and sha256 are those of the file of weights.  A card of one network may be a
 * core: its input, core options and lineage count, its outputs and its readout do not.
 * EVK_EUNSUPPORTED: a card of several networks.  EVK_EINVAL: the text has an empty name, or the
 * options have channels.  Otherwise errors are those of evk_model_open and evk_readout_find.  The
 * caller frees *out with evk_model_free.
 */
evk_status evk_features_open(evk_model **out, const char *text, int64_t grid,
                             const evk_model_options *options, struct evk_feature_block *blocks,
                             size_t *count, evk_error *err);

/*
 * Puts into the member of a card what its network is opened with beside the file: the size, mean
 * and scale of its images, and its core options.  m is a network, or an ensemble, whose first
 * network counts.
 */
void evk_features_put(struct evk_json_writer *w, evk_json *member, const evk_model *m);

#endif /* EVK_MODEL_FEATURES_H */
