/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lattice.h - perturbations of whole levels within the budget
 *
 * For a linear response the best perturbation in a Euclidean ball is s g cut at the box, and of
 * whole levels round(s g) for the largest s that fits: a level of value i, the m-th, gains |g| and
 * costs 2 m - 1, and these are all levels whose gain per cost is above a limit, so no others gain
 * more for what they cost.  What is left of the budget then gains at most itself times that limit.
 * In the linf ball, the whole budget for every value is exactly best; in the mean-abs ball, values go
 * to the box in the order of their gradients, of which the last one is cut short: exactly best too.
 */
#ifndef EVK_ATTACK_LATTICE_H
#define EVK_ATTACK_LATTICE_H

#include "attack/search.h"

/*
 * s->d: whole levels near v, within the bound: v rounded, if that fits, else v shrunk as little as
 * it takes (to a part in a million) and rounded.
 */
void evk_lattice_fit(struct evk_search *s, const float *v);

/* Whole values x: are they within the bound? */
bool evk_lattice_fits(struct evk_search *s, const float *x);

/* What a control of image may measure: as much as it does, and no more than the attack allows. */
int64_t evk_lattice_bound(const struct evk_search *s, const unsigned char *image);

/* s->d: v as it is, if that measures the bound, else times the largest factor with which it fits. */
void evk_lattice_scale(struct evk_search *s, int64_t bound, const float *v);

/* out = base + s->d */
void evk_lattice_bytes(const struct evk_search *s, unsigned char *out);

/* s->x = base + s->d */
void evk_lattice_apply(struct evk_search *s);

/*
 * From the best so far, which is not of whole levels, to the best bytes found: rounded, then
 * refined, each candidate looked at, and kept only if it is better.  *plain: the value where it was
 * only rounded.
 */
evk_status evk_lattice_refine(struct evk_search *s, int64_t passes, double *plain, evk_error *err);

#endif /* EVK_ATTACK_LATTICE_H */
