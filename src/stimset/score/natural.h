/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * natural.h - reference images as the neurons of a set see them
 *
 * They are the unit of own_z, and the best of them is what a synthesized image
 * is compared with and may start from.  Of an ensemble the response is the mean
 * of its members.
 */
#ifndef EVK_STIMSET_SCORE_NATURAL_H
#define EVK_STIMSET_SCORE_NATURAL_H

#include "base/json.h"
#include "evoke/stimset.h"
#include "stimset/record/row.h"

/* One neuron. */
struct evk_natural {
    double mean, sd;      /* of the responses to all images; sample SD */
    const float *sorted;  /* (images) responses, ascending */
    const int64_t *best;  /* (depth) images, best first; of equals the earlier one */
    const int64_t *worst; /* (depth) the other end, so */
    double response;      /* to the first of them, as a table has it: nine digits */
};

struct evk_naturals {
    const evk_image_list *images;
    const evk_target *targets; /* (count) */
    size_t count;
    int64_t depth;
    bool lowest;                 /* the best response is the lowest */
    struct evk_natural *neurons; /* of all targets, in order; owned */
    float *sorted;               /* owned */
    int64_t *ends;               /* (neurons, 2, depth) best and worst; owned */
};

/*
 * Prepare the images, show them to the models, and find the depth best of
 * every neuron of the targets.  Images and targets must outlive *out; release
 * it, also after a failure.  EVK_EINVAL: fewer than two images or than depth,
 * one of the best has a name that a table cannot hold, or a response is not finite.
 */
evk_status evk_naturals_read(struct evk_naturals *out, const evk_target *targets, size_t count,
                             evk_image_list *images, int64_t depth, bool lowest, const evk_run *run,
                             evk_error *err);
void evk_naturals_release(struct evk_naturals *n);

/* The neuron of a target; NULL where it is none. */
const struct evk_natural *evk_naturals_find(const struct evk_naturals *n, const evk_model *model,
                                            const char *neuron);

/*
 * own_z and own_percentile of a row from its response_pred; with best also
 * natural_z, natural_file and beats_natural.
 */
void evk_natural_score(const struct evk_naturals *all, const struct evk_natural *n, bool best,
                       struct evk_row *row);

#endif /* EVK_STIMSET_SCORE_NATURAL_H */
