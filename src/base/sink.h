/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sink.h - a file that is written piece by piece, and appears whole or not at all
 *
 * A sink is for files that are too large to be handed to evk_dir_write as a whole.  The first
 * failure is remembered, and evk_sink_close reports it.
 */
#ifndef EVK_BASE_SINK_H
#define EVK_BASE_SINK_H

#include "base/dir.h"

struct evk_sink;

/* Make the file called name in folder d, under a temporary name.  Close or drop the sink. */
evk_status evk_sink_open(struct evk_sink **out, const struct evk_dir *d, const char *name,
                         evk_error *err);

/* Add to the end of the file. */
void evk_sink_add(struct evk_sink *sink, const void *data, size_t size);

/*
 * Give the file its name, once the disk has it, and free the sink, on failure too.  sha256 is set
 * to the SHA-256 of all that was added.
 */
evk_status evk_sink_close(struct evk_sink *sink, char sha256[EVK_SHA256_TEXT], evk_error *err);

/* Remove the temporary file, and free the sink.  NULL is fine. */
void evk_sink_drop(struct evk_sink *sink);

#endif /* EVK_BASE_SINK_H */
