/* SPDX-License-Identifier: GPL-3.0-or-later */
/* judges.h - the finished images of a set, scored by judges */
#ifndef EVK_STIMSET_SCORE_JUDGES_H
#define EVK_STIMSET_SCORE_JUDGES_H

#include "base/dir.h"
#include "base/json.h"
#include "evoke/stimset.h"
#include "stimset/record/stimulus.h"

/*
 * Can every judge score every target?  EVK_EINVAL: as evk_judges says, too few
 * reference images, or judges that see other numbers of channels than each other.
 */
evk_status evk_judges_check(const evk_judges *judges, const evk_target *targets, size_t count,
                            evk_error *err);

/*
 * Judges, with the output of each for each neuron (pairing.h), and reference, in
 * the StimulusSet of a description.  evk_judges_check has passed.  Reads every
 * reference image: EVK_EINVAL for one whose channels are not the judges'.
 */
evk_status evk_judges_describe(struct evk_json_writer *w, evk_json *set, const evk_judges *judges,
                               const evk_target *targets, size_t count, const evk_run *run,
                               evk_error *err);

/*
 * Fill in what judges say of every image there is, each by the output that the
 * description pairs with the image's neuron.  A judge counts as held out
 * from an image whose model, in the description, has no network of the judge's.
 */
evk_status evk_judges_score(const evk_judges *judges, const struct evk_dir *folder,
                            const evk_json *description, struct evk_stimuli *all,
                            const evk_run *run, evk_error *err);

#endif /* EVK_STIMSET_SCORE_JUDGES_H */
