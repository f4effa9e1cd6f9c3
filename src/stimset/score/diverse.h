/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * diverse.h - the images of a neuron in an order in which the first few differ most
 *
 * The image with the best response comes first.  Among the images that drive the neuron enough,
 * each next image is the one that is farthest from all images before it, by the distance to the
 * nearest of them (Gonzalez 1985: at most a factor of two from the best choice).  The other images
 * follow, best first.  An image drives the neuron enough where its objective_pred is at least best
 * - (1 - diverse_floor) |best|, or, in a set that lowers responses, at most best + (1 -
 * diverse_floor) |best|.
 *
 * Distances are Euclidean: for "pixels" between the channel values of the files, for "responses"
 * between the responses of all outputs of the model, for an ensemble those of all its members.
 * After Cadena et al. 2018, who make diverse preferred stimuli of one neuron.
 */
#ifndef EVK_STIMSET_SCORE_DIVERSE_H
#define EVK_STIMSET_SCORE_DIVERSE_H

#include "base/dir.h"
#include "stimset/record/stimulus.h"
#include "stimset/record/target.h"

/*
 * What distances between images are measured in, by recipe->diverse.  With EVK_DIVERSE_NONE images
 * are ordered by their responses alone.
 */
enum evk_diversity { EVK_DIVERSE_NONE, EVK_DIVERSE_PIXELS, EVK_DIVERSE_RESPONSES };
enum evk_diversity evk_recipe_diversity(const evk_recipe *recipe);

/*
 * Check that the model suits recipe->diverse.  EVK_EINVAL: it is "responses", but the model has one
 * output and no members, so that its responses are a single number.
 */
evk_status evk_diverse_check(const evk_recipe *recipe, const evk_model *model, evk_error *err);

/*
 * Put images of one neuron into the order above.  places: (*n) indices into all, best first; their
 * files are in folder.  *n becomes the number of images that drive the neuron enough.  Without
 * diverse images, or with fewer than two places, nothing changes.  Errors are those of reading
 * images and of opening a session.
 */
evk_status evk_diverse_order(const struct evk_dir *folder, const evk_recipe *recipe,
                             const evk_target *targets, const struct evk_stimuli *all,
                             int64_t *places, int64_t *n, evk_error *err);

#endif /* EVK_STIMSET_SCORE_DIVERSE_H */
