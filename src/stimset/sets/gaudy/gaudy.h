/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gaudy.h - a set of transformed images under way, shared by its parts */
#ifndef EVK_STIMSET_SETS_GAUDY_GAUDY_H
#define EVK_STIMSET_SETS_GAUDY_GAUDY_H

#include "base/dir.h"
#include "stimset/score/worker.h"
#include "stimset/score/neuron_group.h"
#include "stimset/score/ranking.h"
#include "stimset/inputs/source.h"
#include "stimset/make/stream.h"

/* What one thread needs. */
struct evk_gaudy_worker {
    struct evk_worker maker; /* for one neuron */
    struct evk_neuron_group panel; /* for several, and for ranking */
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

#endif /* EVK_STIMSET_SETS_GAUDY_GAUDY_H */
