/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * log.h - SET.log, beside the set: what may not be in it
 *
 * When a set was written to, on how many threads, and where its models were.
 * evoke again looks there for models.  The set does not need it.
 */
#ifndef EVK_STIMSET_FOLDER_LOG_H
#define EVK_STIMSET_FOLDER_LOG_H

#include "evoke/stimset.h"

/* Add a run. A log that cannot be written is done without. */
void evk_log_run(const char *folder, const evk_target *targets, size_t count, int threads);

/* Path of a model by its SHA-256, as the log has it; EVK_ENOTFOUND. free() it. */
evk_status evk_log_find_model(const char *folder, const char *sha256, char **out, evk_error *err);

#endif /* EVK_STIMSET_FOLDER_LOG_H */
