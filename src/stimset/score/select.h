/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * select.h - choose the best images of each neuron that differ from each other
 *
 * The images of a neuron are taken best first, by the rule recipe->keep_by (keep.h), whose value
 * becomes keep_value of each row.  An image is dropped where it resembles an image that is kept, or
 * where as many are kept already as recipe->keep or, for a neuron that has a number in Keep of the
 * description, that number.  Of equal images the earlier is the better.  Where the recipe asks for
 * diverse images, the order is that of diverse.h.
 *
 * Two images are alike where they correlate above EVK_ALIKE as gray images (Rec. 601) that are
 * blurred by a Gaussian, SD 4 pixels for 112 rows, and have their means subtracted.
 *
 * With an image, its series of contrasts (controls/series.h) is dropped.
 *
 * A dropped stimulus keeps its row and its stim_code: present becomes false, dropped says why, and
 * the other columns say what the image was.  Choosing again among the images that are left drops no
 * further image, so that an interrupted choice is made by making it again.
 */
#ifndef EVK_STIMSET_SCORE_SELECT_H
#define EVK_STIMSET_SCORE_SELECT_H

#include "base/dir.h"
#include "base/json.h"
#include "evoke/stimset.h"
#include "stimset/record/stimulus.h"
#include "stimset/record/target.h"

/*
 * Fill in keep_value, and mark the stimuli of every neuron that are dropped; their files stay.
 * Where the number to keep is 0, none of the neuron's is.  Errors are those of reading images and of
 * evk_diverse_order.
 *   description  of the set; NULL: recipe->keep holds for all neurons
 */
evk_status evk_select(const struct evk_dir *folder, const evk_target *targets,
                      const evk_recipe *recipe, const evk_json *description,
                      struct evk_stimuli *all, int threads, evk_error *err);

/* Remove the image and trace files of dropped stimuli, where they are there. */
evk_status evk_select_remove(const struct evk_dir *folder, const struct evk_stimuli *all,
                             evk_error *err);

/*
 * Is response a better than b, the best so far (NaN before the first response)?  Where minimize is
 * true, lower responses are better.
 */
bool evk_is_better(bool minimize, double a, double b);

/* Correlation above which two images are alike. */
#define EVK_ALIKE 0.9

#endif /* EVK_STIMSET_SCORE_SELECT_H */
