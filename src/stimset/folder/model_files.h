/* SPDX-License-Identifier: GPL-3.0-or-later */
/* model_files.h - the files of a set's models, found by SHA-256 */
#ifndef EVK_STIMSET_FOLDER_MODEL_FILES_H
#define EVK_STIMSET_FOLDER_MODEL_FILES_H

#include "base/fs.h"
#include "base/hash.h"
#include "base/json.h"
#include "evoke/model.h"
#include "stimset/folder/describe.h"

/* Files with the networks of models, and the SHA-256 of each. */
struct evk_model_files {
    struct evk_names paths;
    char (*hashes)[EVK_SHA256_TEXT]; /* (paths.count); owned */
};

/*
 * The files of models (count): each itself, or the weights of a card, which are
 * looked for beside it and in the folder weights (may be NULL).  Zeroed to
 * begin with; release it, also after a failure.
 */
evk_status evk_model_files_find(struct evk_model_files *out, const char *const *models,
                                size_t count, const char *weights, evk_error *err);
void evk_model_files_release(struct evk_model_files *f);

/*
 * Open a model of a set as the set's description says.  It is looked for among
 * paths, then where SET.log says, beside the set, and in the current folder.
 * EVK_ENOTFOUND: it is nowhere.  Free *out.
 */
evk_status evk_model_file_open(const char *folder, const evk_json *description, const char *sha256,
                               const char *const *paths, size_t count, evk_model **out,
                               evk_error *err);

/* The same for one whose description was found; it goes by the name that it has there. */
evk_status evk_described_open(const char *folder, const struct evk_described_model *m,
                              const char *const *paths, size_t count, evk_model **out,
                              evk_error *err);

/* Does any model or judge of a set need the file of this SHA-256? */
bool evk_model_file_is_needed(const evk_json *description, const char *sha256);

/* Are all files that a model needs among these? */
bool evk_model_files_are_whole(const struct evk_model_files *f,
                               const struct evk_described_model *m);

#endif /* EVK_STIMSET_FOLDER_MODEL_FILES_H */
