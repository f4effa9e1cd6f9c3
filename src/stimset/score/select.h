/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * select.h - of the finished images of each neuron, the best that differ
 *
 * Best first: an image is dropped when one that is kept resembles it, or as many as are to be
 * kept are.  The order is that of response_pred of the file; of an ensemble that of its worst
 * member, the smallest, or the largest where the set lowers the response; and that of
 * objective_pred where something else than the mean was climbed.  Of equals the earlier is the
 * better.  Two images are alike when the gray images, Rec. 601, without their means and blurred
 * by a Gaussian of SD 4 pixels for 112 rows, correlate above 0.9.  Where the recipe wants diverse
 * images the order is diverse.h's.
 *
 * A dropped stimulus keeps its row and its stim_code: present is false, dropped says why, and the
 * other columns what the image was.  Choosing once more among those that are left drops no other:
 * so an interrupted choice is simply made again.
 */
#ifndef EVK_STIMSET_SCORE_SELECT_H
#define EVK_STIMSET_SCORE_SELECT_H

#include "base/dir.h"
#include "evoke/stimset.h"
#include "stimset/record/stimulus.h"
#include "stimset/record/target.h"

/* Mark what is dropped, of every neuron; the files stay. recipe->keep is 0: nothing. */
evk_status evk_select(const struct evk_dir *folder, const evk_target *targets,
                      const evk_recipe *recipe, struct evk_stimuli *all, int threads,
                      evk_error *err);

/* Remove the files of what is dropped, if they are there. */
evk_status evk_select_remove(const struct evk_dir *folder, const struct evk_stimuli *all,
                             evk_error *err);

/*
 * Is response a better than b, the best so far (NaN before the first response)?  Where minimize is true, lower
 * responses are better.
 */
bool evk_is_better(bool minimize, double a, double b);

/* Correlation above which two images are alike. */
#define EVK_ALIKE 0.9

#endif /* EVK_STIMSET_SCORE_SELECT_H */
