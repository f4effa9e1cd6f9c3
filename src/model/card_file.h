/* SPDX-License-Identifier: GPL-3.0-or-later */
/* card_file.h - the files that a model card names */
#ifndef EVK_MODEL_CARD_FILE_H
#define EVK_MODEL_CARD_FILE_H

#include <stddef.h>

#include "base/json.h"

/* Where the files that a card names are looked for: first among files, then in folder, then in
   weights. */
struct evk_card_places {
    const char *const
        *files; /* (count) paths; the one with the SHA-256 that the card gives is used */
    size_t count;
    const char *folder;  /* the folder of the card */
    const char *weights; /* another folder to look for them in; NULL: none */
};

/*
 * Finds a file that a card names: the one of places->files with the SHA-256 (NULL: not known), or
 * else the file of that name in places->folder or in places->weights, or at its absolute path.  The
 * caller frees *out, its path.
 *   what   what the file has, for messages, such as "weights"
 * EVK_ENOTFOUND: the file is at none of the places.
 */
evk_status evk_card_find_file(const struct evk_card_places *places, const char *what,
                              const char *file, const char *sha256, char **out, evk_error *err);

/* A file that a member of a resolved card names. */
struct evk_card_named_file {
    const char *name, *sha256; /* texts of the card; NULL: it does not say */
};

/*
 * Gives file i of those that the members of a resolved card name, in their order: the weights of a
 * member, and behind them those of its fitted readout, if it has one.  Returns false past the last.
 */
bool evk_card_file_at(const evk_json *card, size_t i, struct evk_card_named_file *out);

/* Fails with EVK_EFORMAT where a JSON object has another key than known, a list that NULL ends; what
   is the object's name for the message. */
evk_status evk_card_check_keys(const evk_json *object, const char *what, const char *const *known,
                               evk_error *err);

#endif /* EVK_MODEL_CARD_FILE_H */
