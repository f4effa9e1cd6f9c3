/* SPDX-License-Identifier: GPL-3.0-or-later */
/* model_files.h - finds the files of a set's models by their SHA-256 */
#ifndef EVK_STIMSET_FOLDER_MODEL_FILES_H
#define EVK_STIMSET_FOLDER_MODEL_FILES_H

#include "base/fs.h"
#include "base/hash.h"
#include "base/json.h"
#include "evoke/model.h"
#include "stimset/folder/describe.h"

/* Files with the networks of models, and the SHA-256 of each. */
struct evk_model_files {
    struct evk_names paths;          /* owned */
    char (*hashes)[EVK_SHA256_TEXT]; /* (paths.count); owned, NULL: not known yet */
};

/*
 * Find the files of models (count), which are paths of network files or of model cards: of a card,
 * the files with its weights, which are looked for in the folder of the card and in the folder
 * `weights` (may be NULL).  *out is zeroed before; the caller releases it, also after a failure.
 * Failures are those of evk_model_open.
 */
evk_status evk_model_files_find(struct evk_model_files *out, const char *const *models,
                                size_t count, const char *weights, evk_error *err);
void evk_model_files_release(struct evk_model_files *f);

/*
 * Open the model with a SHA-256 with the options that the description of its set has for it.  Its
 * files are looked for among paths (count) and the files of cards among these, then where SET.log
 * says, in the folder that has the set's folder, and in the current folder.  The caller frees *out with evk_model_free.
 * EVK_ENOTFOUND: a file is in none of these places; EVK_EFORMAT: the description has no such model.
 */
evk_status evk_model_file_open(const char *folder, const evk_json *description, const char *sha256,
                               const char *const *paths, size_t count, evk_model **out,
                               evk_error *err);

/*
 * Open a model that was read from a description in the same way, with the files that are given; it
 * gets the name it has there.
 */
evk_status evk_described_open(const char *folder, const struct evk_described_model *m,
                              const struct evk_model_files *given, evk_model **out, evk_error *err);

/* Does any model or judge of a set need the file with this SHA-256 (evk_described_needs)? */
bool evk_model_file_is_needed(const evk_json *description, const char *sha256);

/* Are all files that a model needs among f? */
bool evk_model_files_are_whole(const struct evk_model_files *f,
                               const struct evk_described_model *m);

#endif /* EVK_STIMSET_FOLDER_MODEL_FILES_H */
