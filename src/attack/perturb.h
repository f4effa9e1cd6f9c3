/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * perturb.h - one base image perturbed, by a search that stays open for further base images
 *
 * evk_perturb (evoke/attack.h) opens a search, perturbs one image and closes the search again.
 */
#ifndef EVK_ATTACK_PERTURB_H
#define EVK_ATTACK_PERTURB_H

#include "attack/search.h"

/*
 * Does the work of evk_perturb within the budget s->budget, for a search that is open.  Arguments
 * and errors are those of evk_perturb, and one more:
 *   warm   (n) bytes of a further image to start from, brought within the budget first; NULL: none
 */
evk_status evk_perturb_one(struct evk_search *s, const unsigned char *base,
                           const unsigned char *warm, const evk_watch *watch, unsigned char *image,
                           evk_perturbation *out, evk_error *err);

/*
 * Perturbs a base image within each of several budgets.  No image is worse than the one of the
 * budget before: the search of each budget also starts from that image, and where it finds nothing
 * better within the larger budget, or the image before reached the target already, the image is
 * repeated.
 *   budgets  (count) in rising order; EVK_EINVAL: they fall somewhere
 *   images   (count, n) bytes, written
 *   out      (count), written; the member budget of entry i is the budget of image i
 */
evk_status evk_perturb_sweep(struct evk_search *s, const unsigned char *base, const double *budgets,
                             size_t count, const evk_watch *watch, unsigned char *images,
                             evk_perturbation *out, evk_error *err);

#endif /* EVK_ATTACK_PERTURB_H */
