/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * log.h - SET.log, a text beside the folder of a set, with what must not change the set's bytes
 *
 * Each call that writes to a set adds when it began, how many threads it had, and the paths of its
 * models.  "evoke again" looks for models there.  A set is complete without its log.
 */
#ifndef EVK_STIMSET_FOLDER_LOG_H
#define EVK_STIMSET_FOLDER_LOG_H

#include "evoke/stimset.h"

/* Add a call that writes to a set.  Nothing happens where the log cannot be written. */
void evk_log_run(const char *folder, const evk_target *targets, size_t count, int threads);

/*
 * Find the path that the log has for the model file with a SHA-256; the caller frees *out with
 * free().  EVK_ENOTFOUND: the log has none, or there can be no log; EVK_EIO: it cannot be read.
 */
evk_status evk_log_find_model(const char *folder, const char *sha256, char **out, evk_error *err);

#endif /* EVK_STIMSET_FOLDER_LOG_H */
