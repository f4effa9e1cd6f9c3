/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * stream.h - make a stimulus set of up to EVK_STREAM_MAX images, in the order of its rows
 *
 * build.h keeps all rows in memory, may extend a set, and chooses among its images.  Here rows are
 * on the disk as soon as their images are: memory holds the rows of one chunk, and 16 bytes for
 * each image, by which images with the same pixels are found.  Row i has stim_code i + 1 whatever
 * happens.  These are the steps:
 *
 *   1. compare the description in the folder with the one of the call: both must be the same
 *   2. write the description and an empty journal; remove the manifest: the set is unfinished
 *   3. make images chunk by chunk: those of a chunk in parallel; then append their lines to the
 *      journal, in order
 *   4. write the tables from the journal, the contact sheet of the first images, and the texts;
 *      once all is on the disk, write the manifest: the set is finished; remove the journal
 *
 * A call that goes on with an unfinished set keeps images up to the first one whose line or file is
 * not as it was written.  Of a finished set every file is hashed; where one was altered, all images
 * are made again.  An image is a duplicate of another one only where it has the same pixels, so
 * that duplicate_rms is 0.
 */
#ifndef EVK_STIMSET_MAKE_STREAM_H
#define EVK_STIMSET_MAKE_STREAM_H

#include "base/dir.h"
#include "base/json.h"
#include "evoke/stimset.h"
#include "stimset/record/kind.h"
#include "stimset/record/stimulus.h"

enum { EVK_ID_TEXT = 32 }; /* bytes of a stimulus_id with its zero */

/* One row while its image is made. */
struct evk_stream_item {
    struct evk_stimulus stimulus;
    char source_id[EVK_ID_TEXT]; /* the text that stimulus.row.source_id may point to */
    evk_status status;           /* that evk_stream.make returned */
    evk_error why;               /* the error of a failure */
};

/* What a call asks for, and how the kind of set makes it.  The struct owns nothing. */
struct evk_stream {
    const struct evk_dir *folder;  /* locked: folder/writing.h */
    struct evk_json_writer *asked; /* description of what the call asks for */
    int64_t count;                 /* rows, 1 to EVK_STREAM_MAX */
    /*
     * Fill in what is known of row i before its image is made, but not stim_code, stimulus_id and
     * filename.  Texts that the row points to live until the end of the call, or are in the item.
     */
    void (*begin)(void *arg, int64_t i, struct evk_stream_item *item);
    /*
     * Make the file of row i and the rest of the row; threads and failures are as in
     * evk_build.make.
     */
    evk_status (*make)(void *arg, int worker, int64_t i, struct evk_stream_item *item,
                       evk_error *err);
    /*
     * Called for each row i without an image, in the order of rows; why: the message of the
     * failure, NULL where an earlier call tried.  May be NULL.
     */
    void (*failed)(void *arg, int64_t i, const char *why);
    /*
     * Called for each row with an image that this call made or kept, in the order of rows, but for
     * no row of a set that was finished before.  May be NULL.
     */
    void (*noted)(void *arg, const struct evk_row *row);
    void *arg;
    const evk_run *run;
    const evk_image_list *originals; /* photographs for the contact sheet; may be NULL */
    int threads;                     /* from evk_thread_count */
};

/* Make the set, and count its images in *out.  Failures are those of evk_build. */
evk_status evk_stream(const struct evk_stream *s, evk_made *out, evk_error *err);

/*
 * Check, before work that takes long, that evk_stream can make the set.  EVK_EINVAL: the folder
 * holds a set of another description.  EVK_EUNSUPPORTED: the set is not finished, and no contact
 * sheet can be drawn.
 */
evk_status evk_stream_check(const struct evk_stream *s, evk_error *err);

/*
 * Set *whole to whether the folder holds a finished set, with every file as the manifest lists it.
 * EVK_EINVAL: the set has another description; EVK_EFORMAT: a table was altered.
 */
evk_status evk_stream_is_whole(const struct evk_stream *s, bool *whole, evk_error *err);

/* Fill in *item by s->begin, and with stim_code, stimulus_id and filename. */
void evk_stream_begin(const struct evk_stream *s, int64_t i, struct evk_stream_item *item);

/* ---- the last steps: stream_finish.c ------------------------------------------------------- */

/* The first 8 bytes of the SHA-256 of the pixels of an image. */
struct evk_pixel_hash {
    uint64_t hash;
    int64_t row; /* the row of the image, from 0; -1: there is no image */
};

/*
 * Do step 4, except that the journal stays.  hashes (s->count), one for each row, are put into
 * another order.  Failures are those of evk_build.
 */
evk_status evk_stream_finish(const struct evk_stream *s, const struct evk_set_kind *kind,
                             struct evk_pixel_hash *hashes, evk_error *err);

#endif /* EVK_STIMSET_MAKE_STREAM_H */
