/* SPDX-License-Identifier: GPL-3.0-or-later */
/* again.h - perturbed images, and controls, made again */
#ifndef EVK_STIMSET_SETS_ADVERSARIAL_AGAIN_H
#define EVK_STIMSET_SETS_ADVERSARIAL_AGAIN_H

#include "evoke/synth.h"
#include "format/codec.h"
#include "stimset/finished/set.h"

struct evk_remaking {
    const evk_set *set;
    const struct evk_row *row;
    const evk_model *model;    /* of the row; NULL: it is a base image */
    const char *const *models; /* (count) files, for the model of another row */
    size_t count;
    const evk_image_list *images; /* where a base image is; may be NULL */
};

/*
 * The pixels of the row: of base images from those that are given, of all others from base images
 * of the set.  EVK_ENOTFOUND: an image or a model is not there.  Release *out.
 */
evk_status evk_adversarial_again(const struct evk_remaking *r, struct evk_pixels *out,
                                 evk_error *err);

/* The same of a control in a set of synthesized images, of whose images it is made. */
evk_status evk_control_again(const struct evk_remaking *r, const evk_recipe *recipe,
                             struct evk_pixels *out, evk_error *err);

#endif /* EVK_STIMSET_SETS_ADVERSARIAL_AGAIN_H */
