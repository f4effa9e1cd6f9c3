/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gaudy.h - a set of transformed images under way, shared by its parts */
#ifndef EVK_STIMSET_SETS_GAUDY_GAUDY_H
#define EVK_STIMSET_SETS_GAUDY_GAUDY_H

#include "base/dir.h"
#include "base/json.h"
#include "stimset/inputs/source.h"
#include "stimset/make/stream.h"
#include "stimset/score/neuron_group.h"
#include "stimset/score/ranking.h"
#include "stimset/score/worker.h"

struct evk_verification;

/* What one thread needs. */
struct evk_gaudy_worker {
    struct evk_worker neuron;      /* for one neuron */
    struct evk_neuron_group group; /* for several, and for ranking */
};

struct evk_gaudy_set {
    const struct evk_dir *folder; /* once it is open */
    const evk_gaudy_options *options;
    const evk_target *target; /* may be NULL */
    const evk_run *run;
    struct evk_source source;
    evk_recipe recipe; /* of responses */
    struct evk_gaudy_worker *workers;
    int threads;
    struct evk_choice choice; /* where options->keep or random is not 0 */
    int64_t count;            /* images that are to be in the set */
    int64_t failed;           /* images that are not, since they cannot be read */
};

/* Choose what options->keep says, and what options->random says besides. */
evk_status evk_gaudy_rank(struct evk_gaudy_set *set, evk_error *err);

/*
 * Choose what options->random says besides what is chosen, which has no rank (gaudy_random.c).
 *   scores  NaN of images that cannot be read; NULL: none are known, and those that are drawn are read
 */
evk_status evk_gaudy_draw(struct evk_gaudy_set *set, const double *scores, evk_error *err);

/*
 * Begin the description of a set; names is the hash of the names of its images, target may be NULL.  The
 * caller releases the writer.
 */
void evk_describe_gaudy(struct evk_json_writer *w, const evk_gaudy_options *options,
                        const struct evk_source *source, const char *names,
                        const evk_target *target);

/* The transform's text, and the seed and the size of images, of a set.  EVK_EFORMAT: it has none. */
evk_status evk_description_gaudy(const evk_json *description, struct evk_source *out,
                                 const char **transform, evk_error *err);

/* Compare all rows with the options and with each other: evk_set_kind.verify_rows. */
evk_status evk_gaudy_verify_rows(struct evk_verification *v, evk_error *err);

#endif /* EVK_STIMSET_SETS_GAUDY_GAUDY_H */
