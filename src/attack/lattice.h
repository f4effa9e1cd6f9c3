/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lattice.h - perturbations of whole display levels within the budget
 *
 * For a linear response with gradient g the best perturbation in a Euclidean ball is s g, cut at
 * the box 0..255, and the best of whole levels is round(s g) for the largest s that fits.  The
 * reason: raising value i from m - 1 to m levels gains |g_i| and costs 2 m - 1 of the sum of
 * squares; rounding s g takes exactly those levels whose gain per cost is above a limit, so no
 * other levels gain more for the same cost.  The unspent rest of the budget could gain at most
 * itself times that limit.
 *
 * In the linf ball the whole budget for every value is exactly best.  In the mean-abs ball values
 * go to the box in the order of their gradients, and the last of them goes part of the way, which
 * is exactly best too.
 */
#ifndef EVK_ATTACK_LATTICE_H
#define EVK_ATTACK_LATTICE_H

#include "attack/search.h"

/*
 * Sets s->d to whole levels near v (n) within the bound: v rounded, if that fits, else v shrunk as
 * little as necessary (to a part in a million) and rounded.
 */
void evk_lattice_fit(struct evk_search *s, const float *v);

/* Is the image x (n whole values) within the bound?  Overwrites s->v. */
bool evk_lattice_fits(struct evk_search *s, const float *x);

/*
 * Returns the bound for a control of `image` (n bytes), in the whole-number unit of the norm's
 * measure: what the image measures, but no more than the attack's budget allows.
 */
int64_t evk_lattice_bound(const struct evk_search *s, const unsigned char *image);

/*
 * Sets s->d to v (n) rounded, where that measures exactly the bound, else to v times the largest
 * factor with which it fits, rounded.
 */
void evk_lattice_scale(struct evk_search *s, int64_t bound, const float *v);

/* out (n bytes) = base + s->d */
void evk_lattice_bytes(const struct evk_search *s, unsigned char *out);

/* s->x = base + s->d */
void evk_lattice_apply(struct evk_search *s);

/*
 * From the best image so far, s->best_x in floats, to the best image of bytes.  That image is
 * rounded first; then up to `passes` other candidates near it are evaluated, and each is kept only
 * if it is better.  Afterwards s->best_x is of whole values; s->found is false where no candidate
 * kept the held responses in place.  *plain: the value of the image that was only rounded.
 */
evk_status evk_lattice_refine(struct evk_search *s, int64_t passes, double *plain, evk_error *err);

#endif /* EVK_ATTACK_LATTICE_H */
