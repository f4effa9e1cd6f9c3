/* SPDX-License-Identifier: GPL-3.0-or-later */
/* card_readout.h - "readout" of a member of a model card: a readout that evoke fitted */
#ifndef EVK_MODEL_CARD_READOUT_H
#define EVK_MODEL_CARD_READOUT_H

#include "model/card_file.h"
#include "model/fitted.h"
#include "model/readout_file.h"

/* A readout of a card with its file; texts belong to the card's JSON. */
struct evk_card_readout {
    struct evk_readout readout; /* for struct evk_load_options */
    struct evk_readout_file file;
    const char *layers[EVK_READOUT_LAYERS_MAX];
    struct evk_bytes bytes; /* owned */
    char *path;             /* owned */
};

void evk_card_readout_release(struct evk_card_readout *r);

/*
 * Reads "readout" of a member, and its file, which is looked for at the places of the card.  *out
 * must not be moved afterwards, since it points into itself; the caller releases it, also after a
 * failure.  EVK_EFORMAT: a key is missing, unknown or of another kind, or the file has another
 * SHA-256 than the card says; EVK_ENOTFOUND: there is no such file.
 */
evk_status evk_card_readout_read(struct evk_card_readout *out, const evk_json *json,
                                 const struct evk_card_places *places, evk_error *err);

/* Puts "readout" into a member of a resolved card; without names, the name of its file is left
   out. */
void evk_card_readout_put(struct evk_json_writer *w, evk_json *member, const struct evk_fitted *f,
                          bool names);

#endif /* EVK_MODEL_CARD_READOUT_H */
