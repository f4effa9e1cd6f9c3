/* SPDX-License-Identifier: GPL-3.0-or-later */
/* card_resolve.h - from an ensemble back to the card that opens it again */
#ifndef EVK_MODEL_CARD_RESOLVE_H
#define EVK_MODEL_CARD_RESOLVE_H

#include "model/model.h"

/*
 * Sets m->resolved to the resolved card of an ensemble, see card.h, and m->digest and m->sha256 to
 * the SHA-256 of that card without file names, names of neurons, lineage and calibration.  An
 * earlier m->resolved is freed.
 */
evk_status evk_card_resolve(evk_model *m, evk_error *err);

/* Puts into the member of a card what a network is opened with beside the file: its input and, if it
   has some, its core options. */
void evk_card_put_network(struct evk_json_writer *w, evk_json *member, const evk_model *network);

#endif /* EVK_MODEL_CARD_RESOLVE_H */
