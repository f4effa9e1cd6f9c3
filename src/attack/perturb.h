/* SPDX-License-Identifier: GPL-3.0-or-later */
/* perturb.h - one base image perturbed, for who has many of them: open, then any number of times */
#ifndef EVK_ATTACK_PERTURB_H
#define EVK_ATTACK_PERTURB_H

#include "attack/search.h"

/*
 * As evk_perturb, of a pursuit that is open; the budget and the direction are those of its attack.
 *   warm     (n) bytes to start from as well, brought within the budget; NULL: none
 */
evk_status evk_perturb_one(struct evk_search *s, const unsigned char *base,
                           const unsigned char *warm, const evk_watch *watch, unsigned char *image,
                           evk_perturbation *out, evk_error *err);

/*
 * One image a budget, in rising order, each no worse than the one before: it starts from that as
 * well, and is that where nothing better is found within the larger budget, or where it reaches the
 * target already.
 *   images   (count, n) bytes, written
 *   out      (count), written; budget is the one that it was allowed
 */
evk_status evk_perturb_sweep(struct evk_search *s, const unsigned char *base, const double *budgets,
                             size_t count, const evk_watch *watch, unsigned char *images,
                             evk_perturbation *out, evk_error *err);

#endif /* EVK_ATTACK_PERTURB_H */
