/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * norm.h - the norm that bounds a perturbation: one file in norms/ and one row of norms.def
 *
 * The ball of a base image is the set of all perturbations v whose norm is within the budget; the
 * box is the set of all v with base + v in 0..255.  A perturbation must lie in both.  Both contain
 * 0, and with a perturbation every one of the same signs and smaller magnitudes.
 */
#ifndef EVK_ATTACK_NORM_H
#define EVK_ATTACK_NORM_H

#include <stdbool.h>

#include "attack/delta.h"
#include "evoke/types.h"
#include "kernel/kernel.h"

struct evk_norm_type;

struct evk_ball {
    const struct evk_norm_type *norm;
    const struct evk_kernels *k;
    int64_t n;         /* number of values of an image */
    const float *base; /* (n) whole display values, borrowed */
    double budget;     /* largest norm of a perturbation, in the norm's unit */
};

struct evk_norm_type {
    const char *name, *summary, *unit;
    /* the largest budget that still bounds something; for l2, that of the largest image */
    double most;
    bool per_value; /* the budget bounds each value by itself, as that of linf does */

    /* The norm of a difference of bytes, in the norm's unit. */
    double (*size)(const struct evk_delta *d);

    /*
     * The budget in whole numbers: a difference of bytes is within the budget if measure(d) is at
     * most bound(budget, n).
     */
    int64_t (*measure)(const struct evk_delta *d);
    int64_t (*bound)(double budget, int64_t n);

    /*
     * Turns g (n, not 0, in place) into the direction of steepest ascent in this norm.  size is the
     * sum of squares of g.  Returns the factor that makes the direction 1 unit long.
     */
    double (*direct)(const struct evk_ball *b, double size, float *g);

    /* x = base + the perturbation in ball and box that is nearest to v in the Euclidean sense. */
    void (*project)(const struct evk_ball *b, const float *v, float *x);

    /*
     * v = a perturbation along g (n, not 0), long enough that project turns v into the perturbation
     * in ball and box that has the largest inner product with g.  Shrinking v and rounding it gives
     * such a perturbation of whole levels.
     */
    void (*extend)(const struct evk_ball *b, const float *g, float *v);

    /* The norm of the perturbation v, in the norm's unit. */
    double (*length)(const struct evk_ball *b, const float *v);

    /*
     * d = v made smaller, not rounded; shrunk goes from 0 to 1.  At 0 each value is cut only where
     * the ball bounds it by itself, at 1 every magnitude is below half a level.  No magnitude grows
     * with shrunk.
     */
    void (*shrink)(const struct evk_ball *b, double shrunk, const float *v, float *d);
};

/* *out = the norm of that name.  EVK_ENOTFOUND lists the norms there are. */
evk_status evk_norm_find(const struct evk_norm_type **out, const char *name, evk_error *err);

/* EVK_EINVAL unless the budget is above 0 and at most the norm's `most`. */
evk_status evk_norm_check(const struct evk_norm_type *norm, double budget, evk_error *err);

#endif /* EVK_ATTACK_NORM_H */
