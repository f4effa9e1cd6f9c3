/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verify.h - hooks of the kind of set whose images are perturbed (record/kind.h) */
#ifndef EVK_STIMSET_SETS_ADVERSARIAL_VERIFY_H
#define EVK_STIMSET_SETS_ADVERSARIAL_VERIFY_H

#include "evoke/base.h"
#include "format/codec.h"

struct evk_gallery;
struct evk_remaking;
struct evk_verification;

/*
 * The hook evk_set_kind.verify_rows: compare rows with the options and with each other, and changes
 * of images with their budgets.
 */
evk_status evk_adversarial_verify_rows(struct evk_verification *v, evk_error *err);

/*
 * The hook evk_set_kind.verify_models: compare changes of responses with what the given models
 * predict for images and their sources.
 */
evk_status evk_adversarial_verify_models(struct evk_verification *v, evk_error *err);

/*
 * The hook evk_set_kind.again: make the pixels of a row again, base images from the images that the
 * user gives, all others from base images of the set.  EVK_ENOTFOUND: such an image or model is not
 * there.  The caller releases *out.
 */
evk_status evk_adversarial_again(const struct evk_remaking *r, struct evk_pixels *out,
                                 evk_error *err);

/* The hook evk_set_kind.draw: a contact sheet has a row for each neuron and base image. */
evk_status evk_adversarial_draw(struct evk_gallery *g, evk_error *err);

#endif /* EVK_STIMSET_SETS_ADVERSARIAL_VERIFY_H */
