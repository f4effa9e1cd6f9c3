/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * card.h - model cards: what weights do not say, as JSON; the schema is in models/README.md
 *
 * A resolved card is what the responses of an ensemble depend on, and enough to
 * put it together again: every member with its SHA-256, image, mean and scale,
 * core, outputs and scaling.  The SHA-256 of the ensemble is that of its
 * resolved card without file names and names of neurons.
 */
#ifndef EVK_MODEL_CARD_H
#define EVK_MODEL_CARD_H

#include "model/model.h"

/* Where the weight files of a card may be, tried in this order. */
struct evk_card_places {
    const char *const *files; /* (count) any of these, by its SHA-256 */
    size_t count;
    const char *folder;  /* beside the card */
    const char *weights; /* may be NULL */
};

/* Is it a JSON object, as a card is and no model file? */
bool evk_is_card(const unsigned char *data, size_t size);

/*
 * Open what a card describes; path is how messages and listings call it.
 * options go before what the card says.  Unknown members, a missing weight file
 * and one with another SHA-256 than the card's are errors.  The caller frees *out.
 */
evk_status evk_card_open(evk_model **out, const char *path, const evk_json *card,
                         const struct evk_card_places *places, const evk_model_options *options,
                         evk_error *err);

/* The resolved card; NULL for a network that was opened without one. */
static inline const evk_json *evk_model_card(const evk_model *m)
{
    return m->resolved;
}

#endif /* EVK_MODEL_CARD_H */
