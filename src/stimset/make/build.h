/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * build.h - bring a stimulus set from what a call asks for to a finished folder
 *
 * Only this code and stream.h, for sets of very many images, know how a set is begun, interrupted
 * and continued.  These are the steps, each of which is done as a whole or not at all:
 *
 *   1. read what the folder holds, and compare it with what the call asks for
 *   2. give the next stim_codes to stimuli that are asked for and not there
 *   3. write the journal with all stimuli, made or not: from here on the plan does not change
 *   4. remove the manifest: from here on the set is unfinished
 *   5. write the description
 *   6. make images, in any order; add each to the journal
 *   7. choose among the images: write the choice into the journal, then remove files; ask the
 *      judges; write the table of units, tables, contact sheet, texts and manifest: from here on the set is finished
 *   8. remove the journal
 *
 * A process that ends at any moment leaves a folder with which the same call goes on, at the first
 * step that is not done, and it ends with the same bytes.
 */
#ifndef EVK_STIMSET_MAKE_BUILD_H
#define EVK_STIMSET_MAKE_BUILD_H

#include "base/dir.h"
#include "base/json.h"
#include "evoke/units.h"
#include "stimset/record/stimulus.h"

/*
 * What a call asks for, and how the kind of set makes it.  Functions get arg, and may be NULL
 * except make.  The struct owns nothing.
 */
struct evk_build {
    const struct evk_dir *folder;  /* locked: folder/writing.h */
    struct evk_json_writer *asked; /* description of what the call asks for */
    const evk_units *units;        /* the table of units of the call; NULL: none */
    const struct evk_row *wanted; /* (count) rows without stim_code and cells that follow from it */
    int64_t count;
    /*
     * Is the row, which is not wanted, made by a later evk_build of the same call, so that it need
     * not be there yet?  NULL: never.
     */
    bool (*is_later)(const struct evk_row *row);
    /* Called before the first image, with all stimuli of the folder, which stay until the end. */
    void (*begin)(void *arg, const struct evk_stimuli *all);
    bool in_rounds; /* an image is begun only after all images of lower starts are done */
    /*
     * Make one stimulus: its file, the rest of its row, its response trace.  Several threads call
     * it at once, each with its own worker number, from 0 to threads - 1, and below the number of
     * stimuli that are made at once.  EVK_EIO, EVK_ENOMEM and
     * EVK_ESTOPPED end the call; after any other failure the stimulus has no image, and the others
     * are made.  EVK_EDEAD: the gradient is zero.
     */
    evk_status (*make)(void *arg, int worker, struct evk_stimulus *s, evk_error *err);
    /*
     * Called once all stimuli have their codes: fills in cells that hold the stimulus_id of another
     * stimulus.  place (count): where each wanted row is in all->list.
     */
    evk_status (*link)(void *arg, const int64_t *place, struct evk_stimuli *all, evk_error *err);
    /* Should one thread make two stimuli, of which b follows a, one after the other?  NULL: no. */
    bool (*together)(void *arg, const struct evk_row *a, const struct evk_row *b);
    /*
     * Called once all images are there, with the description of the set: drops images, by the cells
     * present and dropped of their rows.  A second call with the result changes nothing.
     */
    evk_status (*choose)(void *arg, const evk_json *description, struct evk_stimuli *all,
                         evk_error *err);
    /*
     * Called last, with the description of the set: fills in cells that depend on the whole set.
     * EVK_ESTOPPED: the user interrupted it; the same call of evoke does it again.
     */
    evk_status (*complete)(void *arg, const evk_json *description, struct evk_stimuli *all,
                           evk_error *err);
    void *arg;
    const evk_run *run;
    const evk_image_list *reference; /* reference images for the contact sheet; may be NULL */
    int64_t steps;                   /* of the recipe; 0: there are no ascents */
    bool traces;                     /* rows have full traces */
    int threads;                     /* from evk_thread_count */
    bool minimize;                   /* the best response is the lowest */
};

/* The set that evk_build made or extended. */
struct evk_built {
    struct evk_stimuli all; /* of the folder, in the order of stim_code; owned */
    int64_t *place;         /* (evk_build.count) where each wanted row is in all; owned */
    /*
     * (all.count) the message of the failure to make the image in this call, owned; NULL: the image
     * was made, or was not tried in this call.  The list is owned, too.
     */
    char **failure;
    int64_t made; /* images that this call made; the other ones were there */
};

/*
 * Make or extend the set; the caller releases *out.  EVK_EINVAL: the folder holds a set that this
 * call may not extend (evk_description_check), or has images to be made that it does not ask for.
 * EVK_EUNSUPPORTED: no contact sheet can be drawn; the folder is as it was.  EVK_EFORMAT: the set
 * is damaged.  EVK_ESTOPPED: run->stop returned true; images that were made stay.  EVK_EIO: a file
 * cannot be read or written.
 */
evk_status evk_build(const struct evk_build *b, struct evk_built *out, evk_error *err);
void evk_built_release(struct evk_built *b);

#endif /* EVK_STIMSET_MAKE_BUILD_H */
