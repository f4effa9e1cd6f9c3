/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fit.h - bring images from files to the size of a model, and find an image by its pixels */
#ifndef EVK_STIMSET_INPUTS_FIT_H
#define EVK_STIMSET_INPUTS_FIT_H

#include "base/hash.h"
#include "evoke/image.h"
#include "evoke/model.h"
#include "image/list.h"

/* Returns the height, width and channels of the images that a model sees. */
struct evk_size evk_size_of(const evk_model *model);

/*
 * Prepare a list of images at the size of the first target's model (evk_image_list_prepare): images
 * that cannot be read, or that repeat others, leave the list.  Without targets nothing is done.
 */
evk_status evk_prepare_for(evk_image_list *images, const evk_target *targets, size_t count,
                           const evk_run *run, evk_error *err);

/*
 * Read image i at the size of the model (image/photograph.h).  gray: put its luma into every
 * channel.  changes: receives what was done to the image, as a table has it; may be NULL.  The
 * caller frees *out.
 */
evk_status evk_fit_listed(const evk_image_list *images, size_t i, const evk_model *model, bool gray,
                          evk_image **out, char changes[EVK_CHANGES_TEXT], evk_error *err);

/* Compute the SHA-256 of an image's pixels as a stimulus has them: pixel_sha256 of stimuli.tsv. */
evk_status evk_fit_hash(const evk_image *image, char sha256[EVK_SHA256_TEXT], evk_error *err);

/* An image that is looked for in a list. */
struct evk_wanted_image {
    /* name of the image; images of this name are compared first; NULL: the name is not known */
    const char *name;
    const char *sha256; /* hash of the image's pixels, as evk_fit_hash gives it */
};

/*
 * Find the image whose pixels at the model's size have the wanted hash.  gray as in evk_fit_listed.
 * EVK_ENOTFOUND: no image has these pixels, or images is NULL.  The caller frees *out.
 */
evk_status evk_fit_find(const evk_image_list *images, const struct evk_wanted_image *wanted,
                        const evk_model *model, bool gray, evk_image **out, evk_error *err);

#endif /* EVK_STIMSET_INPUTS_FIT_H */
