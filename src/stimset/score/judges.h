/* SPDX-License-Identifier: GPL-3.0-or-later */
/* judges.h - the finished images of a set, scored by judges */
#ifndef EVK_STIMSET_SCORE_JUDGES_H
#define EVK_STIMSET_SCORE_JUDGES_H

#include "base/dir.h"
#include "base/json.h"
#include "evoke/stimset.h"
#include "stimset/record/stimulus.h"

/*
 * Check that every judge can score every target.  EVK_EINVAL: a case that evk_judges in
 * evoke/stimset.h lists, too few reference images, or judges that see different numbers of
 * channels, so that they cannot be shown the same reference images.
 */
evk_status evk_judges_check(const evk_judges *judges, const evk_target *targets, size_t count,
                            evk_error *err);

/*
 * Write the members Judges, with the output of each judge for each neuron (folder/pairing.h), and
 * Reference into the StimulusSet of a description.  evk_judges_check must have passed.  Reads every
 * reference image; errors are those of reading them, and EVK_ESTOPPED.
 */
evk_status evk_judges_describe(struct evk_json_writer *w, evk_json *set, const evk_judges *judges,
                               const evk_target *targets, size_t count, const evk_run *run,
                               evk_error *err);

/*
 * Fill in the columns of judges for every image that is present, each judge by the output that the
 * description pairs with the image's neuron, if it does; other rows keep what they have.  The role
 * of a judge for an image follows from what the description says of both models (related.h); in a
 * set of ascents it is selection where the judge has that name (keep.h).  EVK_ESTOPPED: run->stop
 * said so.
 */
evk_status evk_judges_score(const evk_judges *judges, const struct evk_dir *folder,
                            const evk_json *description, struct evk_stimuli *all,
                            const evk_run *run, evk_error *err);

/* Empty all columns of judges of a row. */
void evk_judges_clear(struct evk_row *row);

#endif /* EVK_STIMSET_SCORE_JUDGES_H */
