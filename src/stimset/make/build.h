/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * build.h - bring a stimulus set from what a call asks for to a finished folder
 *
 * The one place that knows how a set is begun, interrupted, continued and
 * extended.  In order, each step whole or not at all:
 *
 *   1. what the folder holds is read and compared
 *   2. stimuli that are asked for and not there get the next stim_codes
 *   3. the journal: all of them, made or not.  From here on the plan stands
 *   4. the manifest goes: the set is not whole any more
 *   5. the description
 *   6. images, in any order; each is noted in the journal
 *   7. the choice among them: the journal has it, then files go; judges; tables, traces, contact sheet, texts, manifest: the set is whole
 *   8. the journal goes
 *
 * A process that ends anywhere leaves a folder that the same call takes up at
 * the first step that is not done, and ends at the same bytes.
 */
#ifndef EVK_STIMSET_MAKE_BUILD_H
#define EVK_STIMSET_MAKE_BUILD_H

#include "base/dir.h"
#include "base/json.h"
#include "evoke/stimset.h"
#include "stimset/record/stimulus.h"

struct evk_build {
    const struct evk_dir *folder;  /* claimed: writing.h */
    struct evk_json_writer *asked; /* description of what the call asks for */
    const struct evk_row *wanted;  /* (count) rows as far as known; no code, id or file yet */
    int64_t count;
    /* Does another build of the call make it, so that it need not be there yet? NULL: none. */
    bool (*is_later)(const struct evk_row *row);
    /* Before the first image: all stimuli of the folder. May be NULL. */
    void (*begin)(void *arg, const struct evk_stimuli *all);
    bool in_rounds; /* no image is begun before all of lower starts are there */
    /*
     * Make one stimulus: its file, the rest of its row, its trace.  Safe from
     * several threads, each with its number.  EVK_EIO, EVK_ENOMEM and
     * EVK_ESTOPPED end the run; any other failure is this stimulus's own.
     */
    evk_status (*make)(void *arg, int worker, struct evk_stimulus *s, evk_error *err);
    /*
     * When all have codes: what names another of them by its id.  place (count) of what is wanted,
     * in all.  May be NULL.
     */
    evk_status (*link)(void *arg, const int64_t *place, struct evk_stimuli *all, evk_error *err);
    /* Are two stimuli, one after the other, best made by one thread, in turn? NULL: never. */
    bool (*together)(void *arg, const struct evk_row *a, const struct evk_row *b);
    /*
     * When all images are there: which rows are not to be; present and dropped
     * change.  Made once more it changes nothing.  May be NULL.
     */
    evk_status (*choose)(void *arg, struct evk_stimuli *all, evk_error *err);
    /*
     * Then: what depends on the whole set, whose description
     * this is.  EVK_ESTOPPED: the same call does it again.  May be NULL.
     */
    evk_status (*complete)(void *arg, const evk_json *description, struct evk_stimuli *all,
                           evk_error *err);
    void *arg;
    const evk_run *run;
    const evk_image_list *reference; /* for the contact sheet; may be NULL */
    int64_t steps;                   /* of the recipe, 0: no ascents */
    bool traces;                     /* rows have files of their whole course */
    int threads;                     /* from evk_thread_count */
    bool minimize;                   /* the best response is the lowest */
};

struct evk_built {
    struct evk_stimuli all; /* of the folder, by stim_code */
    int64_t *place;         /* (count) of each that was wanted, in all */
    char **failure; /* (all) why it has no image; NULL: it has one, or an earlier call said */
    int64_t made;   /* by this call; the others were there */
};

/*
 * EVK_EINVAL: the folder holds a call that differs in more than models, neurons and
 * starts.  EVK_ESTOPPED: run->stop said so; what is made stays.
 */
evk_status evk_build(const struct evk_build *b, struct evk_built *out, evk_error *err);
void evk_built_release(struct evk_built *b);

#endif /* EVK_STIMSET_MAKE_BUILD_H */
