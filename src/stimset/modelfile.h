/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modelfile.h - the files of a set's models, found by SHA-256 */
#ifndef EVK_STIMSET_MODELFILE_H
#define EVK_STIMSET_MODELFILE_H

#include "base/hash.h"
#include "base/json.h"
#include "evoke/model.h"

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

#endif /* EVK_STIMSET_MODELFILE_H */
