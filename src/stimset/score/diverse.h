/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * diverse.h - the images of a neuron in an order in which the first few are far apart
 *
 * The best comes first; then, of those that drive the neuron enough, each time the one whose
 * nearest image so far is the farthest (Gonzalez 1985: at most a factor of two from the best
 * choice); then the others, best first.  Enough is recipe->diverse_floor of the best: best - (1 - floor) |best|,
 * or + where the set lowers the response.  Distances are Euclidean: "pixels", of the channel values of the
 * files; "responses", of what all outputs of the model predict to them, of an ensemble all its members.
 * After Cadena et al. 2018, who make diverse preferred stimuli of one neuron.
 */
#ifndef EVK_STIMSET_SCORE_DIVERSE_H
#define EVK_STIMSET_SCORE_DIVERSE_H

#include "base/dir.h"
#include "stimset/record/stimulus.h"
#include "stimset/record/target.h"

/* What recipe->diverse says that distances between images are measured in. */
enum evk_diversity { EVK_DIVERSE_NONE, EVK_DIVERSE_PIXELS, EVK_DIVERSE_RESPONSES };
enum evk_diversity evk_recipe_diversity(const evk_recipe *recipe);

/* "none", "pixels" or "responses"; the last of a model with several outputs or members. */
evk_status evk_diverse_check(const evk_recipe *recipe, const evk_model *model, evk_error *err);

/*
 * places (*n) in all, best first, of one neuron with finished files, are put into that order, and *n
 * becomes the number of those that drive it enough.  Without diverse images nothing changes.
 */
evk_status evk_diverse_order(const struct evk_dir *folder, const evk_recipe *recipe,
                             const evk_target *targets, const struct evk_stimuli *all,
                             int64_t *places, int64_t *n, evk_error *err);

#endif /* EVK_STIMSET_SCORE_DIVERSE_H */
