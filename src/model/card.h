/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * card.h - model cards: JSON that says what files of weights do not (schema: models/README.md)
 *
 * A resolved card holds everything that the responses of an ensemble depend on,
 * and so is enough to open the same ensemble again: for every member the
 * SHA-256 of its file, the size of its image, mean and scale, core options,
 * outputs, readout and scaling.  The SHA-256 of an ensemble is that of its
 * resolved card without file names, names of neurons, lineage and calibration.
 */
#ifndef EVK_MODEL_CARD_H
#define EVK_MODEL_CARD_H

#include "model/card_file.h"
#include "model/model.h"

/* Do the bytes begin as a JSON object does?  A card is one, and no model file begins so. */
bool evk_is_card(const unsigned char *data, size_t size);

/*
 * Opens the ensemble that a card describes; a card of one weight file gives an ensemble with one
 * member.  path is what messages and listings call the model.  Where options and the card disagree,
 * options count.
 *
 * EVK_EFORMAT: the card has a member that is not known or not of the right kind, or a weight file
 * has another SHA-256 than the card says.  EVK_ENOTFOUND: a weight file is at none of the places.
 * Errors of weight files are passed on.  The caller frees *out with evk_model_free.
 */
evk_status evk_card_open(evk_model **out, const char *path, const evk_json *card,
                         const struct evk_card_places *places,
                         const struct evk_load_options *options, evk_error *err);

/* Returns the resolved card, which belongs to m; NULL for a network opened without a card. */
static inline const evk_json *evk_model_card(const evk_model *m)
{
    return m->resolved;
}

#endif /* EVK_MODEL_CARD_H */
