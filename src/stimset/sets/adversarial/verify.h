/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verify.h - hooks of the kind of set whose images are perturbed (record/kind.h) */
#ifndef EVK_STIMSET_SETS_ADVERSARIAL_VERIFY_H
#define EVK_STIMSET_SETS_ADVERSARIAL_VERIFY_H

#include "evoke/base.h"
#include "format/codec.h"

struct evk_gallery;
struct evk_remaking;
struct evk_verification;

/* Compare rows with the options, with each other, and changes of images with their budgets. */
evk_status evk_adversarial_verify_rows(struct evk_verification *v, evk_error *err);

/* Compare changes of responses with what the given models say of images and of their sources. */
evk_status evk_adversarial_verify_models(struct evk_verification *v, evk_error *err);

/*
 * Make the pixels of a row again: base images from the photographs that are given, all others from base
 * images of the set.  EVK_ENOTFOUND: an image or a model is not there.  The caller releases *out.
 */
evk_status evk_adversarial_again(const struct evk_remaking *r, struct evk_pixels *out,
                                 evk_error *err);

/* Choose what the contact sheet shows: a line per neuron and base image. */
evk_status evk_adversarial_draw(struct evk_gallery *g, evk_error *err);

#endif /* EVK_STIMSET_SETS_ADVERSARIAL_VERIFY_H */
