/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sink.h - a file that is written bit by bit, and appears whole or not at all
 *
 * As evk_dir_write, for what is too large for memory.  The first failure is remembered, and
 * evk_sink_close reports it.
 */
#ifndef EVK_BASE_SINK_H
#define EVK_BASE_SINK_H

#include "base/dir.h"

struct evk_sink;

evk_status evk_sink_open(struct evk_sink **out, const struct evk_dir *d, const char *name,
                         evk_error *err);
void evk_sink_add(struct evk_sink *sink, const void *data, size_t size);

/* Give the file its name; its SHA-256. */
evk_status evk_sink_close(struct evk_sink *sink, char sha256[EVK_SHA256_TEXT], evk_error *err);

/* Leave no file behind. NULL is fine. */
void evk_sink_drop(struct evk_sink *sink);

#endif /* EVK_BASE_SINK_H */
