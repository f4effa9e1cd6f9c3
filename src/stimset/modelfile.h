/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modelfile.h - the files of a set's models, found by SHA-256 */
#ifndef EVK_STIMSET_MODELFILE_H
#define EVK_STIMSET_MODELFILE_H

#include "base/hash.h"
#include "base/json.h"
#include "evoke/model.h"
#include "stimset/describe.h"

/* SHA-256 of a model file. */
evk_status evk_model_file_hash(const char *path, char hash[EVK_SHA256_TEXT], evk_error *err);

/*
 * Open a model of a set as the set's description says.  It is looked for among
 * paths, then where SET.log says, beside the set, and in the current folder.
 * EVK_ENOTFOUND: it is nowhere.  Free *out.
 */
evk_status evk_model_file_open(const char *folder, const evk_json *description, const char *sha256,
                               const char *const *paths, size_t count, evk_model **out,
                               evk_error *err);

/* Does any model of a set need the file of this SHA-256? */
bool evk_model_file_is_needed(const evk_json *description, const char *sha256);

/* Are all files that a model needs among those with these SHA-256 (count)? */
bool evk_model_files_are_whole(const struct evk_described_model *m, char (*hashes)[EVK_SHA256_TEXT],
                               size_t count);

#endif /* EVK_STIMSET_MODELFILE_H */
