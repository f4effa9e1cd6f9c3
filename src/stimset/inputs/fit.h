/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fit.h - images from elsewhere at the size of a model, told apart by their pixels */
#ifndef EVK_STIMSET_INPUTS_FIT_H
#define EVK_STIMSET_INPUTS_FIT_H

#include "base/hash.h"
#include "evoke/image.h"
#include "evoke/model.h"
#include "image/list.h"

/* The size and the channels of what a model sees. */
struct evk_size evk_size_of(const evk_model *model);

/*
 * Read the images at the size of the first model; those that cannot be read, or that repeat others,
 * leave the list (evk_image_list_prepare).
 */
evk_status evk_prepare_for(evk_image_list *images, const evk_target *targets, size_t count,
                           const evk_run *run, evk_error *err);

/*
 * Image i as the model sees it (image/photograph.h); where gray is true, its luma in every channel.
 * changes may be NULL, or becomes what a table says was done to it.  The caller frees *out.
 */
evk_status evk_fit_listed(const evk_image_list *images, size_t i, const evk_model *model, bool gray,
                          evk_image **out, char changes[EVK_CHANGES_TEXT], evk_error *err);

/* SHA-256 of an image's pixels as a stimulus has them: pixel_sha256 of stimuli.tsv. */
evk_status evk_fit_hash(const evk_image *image, char sha256[EVK_SHA256_TEXT], evk_error *err);

/* What is looked for in a list. */
struct evk_wanted_image {
    const char *name; /* it had; those with this name are looked at first; may be NULL */
    const char *sha256;
};

/* The image that has these pixels at the model's size; EVK_ENOTFOUND. The caller frees *out. */
evk_status evk_fit_find(const evk_image_list *images, const struct evk_wanted_image *wanted,
                        const evk_model *model, bool gray, evk_image **out, evk_error *err);

#endif /* EVK_STIMSET_INPUTS_FIT_H */
