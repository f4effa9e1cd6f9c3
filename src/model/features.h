/* SPDX-License-Identifier: GPL-3.0-or-later */
/* features.h - a model whose outputs are the features that a readout would read */
#ifndef EVK_MODEL_FEATURES_H
#define EVK_MODEL_FEATURES_H

#include "model/model.h"
#include "model/readout.h"

/*
 * Opens the core of a text "MODEL" or "MODEL@LAYER,LAYER,..." as a model whose outputs are its
 * features, in the order of evk_readout.weights.
 *   grid    as in struct evk_readout
 *   blocks  (EVK_READOUT_LAYERS_MAX), written; their names live as long as the model
 * The model's sha256 is that of the file.  A card of one network may be a core; EVK_EUNSUPPORTED:
 * an ensemble of several networks.  Otherwise errors are those of evk_model_open and
 * evk_readout_attach.  The caller frees *out with evk_model_free.
 */
evk_status evk_features_open(evk_model **out, const char *text, int64_t grid,
                             const evk_model_options *options, struct evk_feature_block *blocks,
                             size_t *count, evk_error *err);

#endif /* EVK_MODEL_FEATURES_H */
