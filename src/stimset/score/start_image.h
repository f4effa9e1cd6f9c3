/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * start_image.h - the image that an ascent starts from, where it is not noise
 *
 * recipe->start says what start s of a neuron begins with:
 *   noise    noise of its own (synth/start.h)
 *   natural  the reference image with the best response of the neuron for s = 0, then the next
 *            best one, and so on
 *   leaves   dead leaves, which are a function of seed, model, output and s
 *   a path   the image in that file, for every s
 *   auto     noise; the command line puts natural in its place where reference images are given
 *
 * A start image has the size of the model, and whole display values, which are equal in all
 * channels where the recipe is gray.  A row has the name and the hash of its start image.
 */
#ifndef EVK_STIMSET_SCORE_START_IMAGE_H
#define EVK_STIMSET_SCORE_START_IMAGE_H

#include "stimset/score/natural.h"

enum evk_start_image_kind { EVK_START_NOISE, EVK_START_NATURAL, EVK_START_LEAVES, EVK_START_FILE };

enum evk_start_image_kind evk_start_image_kind(const evk_recipe *recipe);

/*
 * recipe->start as a description has it: of a path only the last part, which points into the path.
 */
const char *evk_start_image_name(const evk_recipe *recipe);

struct evk_start_image {
    const evk_recipe *recipe;
    const struct evk_naturals *naturals; /* used for EVK_START_NATURAL; else it may be NULL */
    evk_image_list *file;                /* the image of EVK_START_FILE, else NULL; owned */
};

/*
 * Open the file that recipe->start names, if it names one.  EVK_EINVAL: the file holds not just one
 * image, its name cannot be recorded, or starts are natural and naturals is NULL.  Recipe and
 * naturals must outlive *out.  The caller releases *out, also after a failure.
 */
evk_status evk_start_image_open(struct evk_start_image *out, const evk_recipe *recipe,
                                const struct evk_naturals *naturals, evk_error *err);
void evk_start_image_release(struct evk_start_image *o);

/*
 * Make the image that the row's ascent starts from, NULL for noise, and fill in the start_image,
 * start_sha256 and source_changes of the row.  The caller frees *out.  Several threads may call
 * this at once.
 */
evk_status evk_start_image_make(const struct evk_start_image *o, const evk_model *model,
                                struct evk_row *row, evk_image **out, evk_error *err);

/*
 * Find the start image of a finished row: made again for dead leaves, else looked for by its hash
 * among images, which may be NULL.  *out is NULL where the row has none.  EVK_ENOTFOUND: it is not
 * among the images.  The caller frees *out.
 */
evk_status evk_start_image_find(const evk_recipe *recipe, const evk_image_list *images,
                                const evk_model *model, const struct evk_row *row, evk_image **out,
                                evk_error *err);

#endif /* EVK_STIMSET_SCORE_START_IMAGE_H */
