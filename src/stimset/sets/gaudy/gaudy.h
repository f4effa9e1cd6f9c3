/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gaudy.h - a set of transformed images under way, shared by the files of this folder */
#ifndef EVK_STIMSET_SETS_GAUDY_GAUDY_H
#define EVK_STIMSET_SETS_GAUDY_GAUDY_H

#include "base/dir.h"
#include "base/json.h"
#include "stimset/inputs/source.h"
#include "stimset/make/stream.h"
#include "stimset/score/neuron_group.h"
#include "stimset/score/ranking.h"
#include "stimset/score/worker.h"
#include "synth/settings.h"

struct evk_verification;

/* The memory of one thread. */
struct evk_gaudy_worker {
    struct evk_worker neuron;      /* responses of a single neuron */
    struct evk_neuron_group group; /* responses of several neurons, and scores */
};

struct evk_gaudy_set {
    const struct evk_dir *folder; /* NULL until it is open */
    const evk_gaudy_options *options;
    const evk_target *target; /* may be NULL */
    const evk_run *run;
    struct evk_source source;
    evk_recipe recipe; /* recipe whose objective combines the responses of an ensemble's members */
    struct evk_gaudy_worker *workers; /* (threads) owned */
    int threads;
    struct evk_choice choice; /* images of the set, where options->keep or random is not 0; owned */
    int64_t count;            /* number of images that are to be in the set */
    int64_t failed;           /* number of images that are left out since they cannot be read */
};

/*
 * Score all images, and choose the options->keep best, and options->random others, into
 * set->choice.  EVK_ESTOPPED: run->stop said so.
 */
evk_status evk_gaudy_rank(struct evk_gaudy_set *set, evk_error *err);

/*
 * Draw options->random images by the seed (random.c), and add them to set->choice.  They have no
 * rank.
 *   scores  (images) NaN where an image cannot be read: such an image is not drawn.  NULL: not
 *           known; each image that is drawn is read to find out
 */
evk_status evk_gaudy_draw(struct evk_gaudy_set *set, const double *scores, evk_error *err);

/*
 * Write the description of a set into w, which this call begins.  names: hash of the names of the
 * images.  target may be NULL.  The caller releases w.
 */
void evk_describe_gaudy(struct evk_json_writer *w, const evk_gaudy_options *options,
                        const struct evk_source *source, const char *names,
                        const evk_target *target);

/*
 * Read the text of the transform, and the seed, size and channels of *out, from the description of
 * a set.  The text lives as long as the description.  EVK_EFORMAT: one of them is missing.
 */
evk_status evk_description_gaudy(const evk_json *description, struct evk_source *out,
                                 const char **transform, evk_error *err);

/* The hook evk_set_kind.verify_rows: compare all rows with the options and with each other. */
evk_status evk_gaudy_verify_rows(struct evk_verification *v, evk_error *err);

#endif /* EVK_STIMSET_SETS_GAUDY_GAUDY_H */
