/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * start_image.h - the image that an ascent starts from, where it is not noise
 *
 * recipe->start   start s of a neuron begins with
 * noise           noise of its own (synth/start.h)
 * natural         the s-th best of the reference images, by its model's own response
 * leaves          dead leaves of its own: a function of seed, model, output and s
 * a path          that image, whatever s
 * auto            noise; the command line makes it natural where there are reference images
 *
 * Images have the size of the model and whole display values, equal in all
 * channels of a gray recipe; a row has the name and the hash of its own.
 */
#ifndef EVK_STIMSET_SCORE_START_IMAGE_H
#define EVK_STIMSET_SCORE_START_IMAGE_H

#include "stimset/score/natural.h"

enum evk_start_image_kind { EVK_START_NOISE, EVK_START_NATURAL, EVK_START_LEAVES, EVK_START_FILE };

enum evk_start_image_kind evk_start_image_kind(const evk_recipe *recipe);

/* What the description of a set has of recipe->start: of a path the last part. */
const char *evk_start_image_name(const evk_recipe *recipe);

struct evk_start_image {
    const evk_recipe *recipe;
    const struct evk_naturals *naturals; /* for EVK_START_NATURAL */
    evk_image_list *file;                /* of EVK_START_FILE; owned */
};

/* Recipe and naturals must outlive *out; naturals may be NULL, which EVK_START_NATURAL refuses. */
evk_status evk_start_image_open(struct evk_start_image *out, const evk_recipe *recipe,
                                const struct evk_naturals *naturals, evk_error *err);
void evk_start_image_release(struct evk_start_image *o);

/*
 * The image that the row's ascent starts from, NULL for noise; start_image and
 * start_sha256 are filled in.  Safe from several threads.  The caller frees *out.
 */
evk_status evk_start_image_make(const struct evk_start_image *o, const evk_model *model,
                                struct evk_row *row, evk_image **out, evk_error *err);

/*
 * The same for a row that has its start image, looked for among images (may be
 * NULL).  EVK_ENOTFOUND: it is not there.
 */
evk_status evk_start_image_find(const evk_recipe *recipe, const evk_image_list *images,
                                const evk_model *model, const struct evk_row *row, evk_image **out,
                                evk_error *err);

#endif /* EVK_STIMSET_SCORE_START_IMAGE_H */
