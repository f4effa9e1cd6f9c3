/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * stream.h - a stimulus set of any number of images, made in order
 *
 * build.h keeps all rows in memory, may grow a set, and chooses among its images.  Here the rows
 * are on disk from the moment their images are: memory holds those of one chunk, and 16 bytes an
 * image that find repeated ones.  Row i has stim_code i + 1, whoever made it and when.
 *
 *   1. the description of what is there is compared: all of it must be the same
 *   2. the description, the empty journal; the manifest goes
 *   3. images, chunk by chunk: side by side within one, then their lines go to the journal in order
 *   4. tables, from the journal; contact sheet of the first images, texts; then, once all is on
 *      the disk, the manifest; the journal goes
 *
 * Taken up again, images whose line and file are whole stay, up to the first that is not.  Of a
 * finished set every file is hashed; where one is not as it was made, all are made again.
 * An image repeats another when it has the same pixels, not when it is close: duplicate_rms is 0.
 */
#ifndef EVK_STIMSET_MAKE_STREAM_H
#define EVK_STIMSET_MAKE_STREAM_H

#include "base/dir.h"
#include "base/json.h"
#include "evoke/stimset.h"
#include "stimset/record/kind.h"
#include "stimset/record/stimulus.h"

enum { EVK_ID_TEXT = 32 };

/* One row while it is made. */
struct evk_stream_item {
    struct evk_stimulus stimulus;
    char source_id[EVK_ID_TEXT]; /* room for what row.source_id points to */
    evk_status status;
    evk_error why;
};

struct evk_stream {
    const struct evk_dir *folder;  /* claimed: writing.h */
    struct evk_json_writer *asked; /* description of what the call asks for */
    int64_t count;                 /* of rows, at most EVK_STREAM_MAX */
    /* What is known of row i before its image is, but for code, id and file; texts stay. */
    void (*begin)(void *arg, int64_t i, struct evk_stream_item *item);
    /* Make its file and the rest of the row, as evk_build.make. */
    evk_status (*make)(void *arg, int worker, int64_t i, struct evk_stream_item *item,
                       evk_error *err);
    /* Row i has no image, and why, NULL where an earlier call said: in order. May be NULL. */
    void (*failed)(void *arg, int64_t i, const char *why);
    /* A row that has an image, once it is done or taken up: in order. May be NULL. */
    void (*noted)(void *arg, const struct evk_row *row);
    void *arg;
    const evk_run *run;
    const evk_image_list *originals; /* for the contact sheet; may be NULL */
    int threads;                     /* from evk_thread_count */
};

/* Failures are evk_build's. */
evk_status evk_stream(const struct evk_stream *s, evk_made *out, evk_error *err);

/* Does the folder hold a set of another description?  Asked before what takes long. */
evk_status evk_stream_check(const struct evk_stream *s, evk_error *err);

/* Is the folder a finished set of just this description, every file as the manifest lists it? */
evk_status evk_stream_is_whole(const struct evk_stream *s, bool *whole, evk_error *err);

/* Begin row i, with its code, id and file. */
void evk_stream_begin(const struct evk_stream *s, int64_t i, struct evk_stream_item *item);

/* ---- the last steps: stream_finish.c ------------------------------------------------------- */

/* First bytes of the hash of an image's pixels. */
struct evk_twin {
    uint64_t hash;
    int64_t row; /* -1: no image */
};

/* Step 4, but for the journal. twins (count) are sorted. */
evk_status evk_stream_finish(const struct evk_stream *s, const struct evk_set_kind *kind,
                             struct evk_twin *twins, evk_error *err);

#endif /* EVK_STIMSET_MAKE_STREAM_H */
