/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * norm.h - what bounds a perturbation: one file in norms/ and one row of norms.def
 *
 * A ball is all perturbations v of a base whose norm is within the budget; what is sought lies in
 * the ball and takes the base no further than the box 0..255.  Both contain 0, and both hold for a
 * smaller v of the same signs too.
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
    int64_t n;
    const float *base; /* (n) whole display values */
    double budget;     /* in the norm's unit */
};

struct evk_norm_type {
    const char *name, *summary, *unit;
    bool per_value; /* the budget bounds each value by itself */
    double most;    /* a budget above it says nothing more; of l2, that of the largest image */

    /* Of bytes: the norm in its unit; and, as a whole number, what bound bounds. */
    double (*size)(const struct evk_delta *d);
    int64_t (*measure)(const struct evk_delta *d);
    int64_t (*bound)(double budget, int64_t n);

    /*
     * In place, of g, not 0, whose sum of squares is size: the direction of steepest ascent, which
     * times what it returns is 1 of the unit long.
     */
    double (*direct)(const struct evk_ball *b, double size, float *g);

    /* x = base + the nearest to v (L2) in ball and box. */
    void (*project)(const struct evk_ball *b, const float *v, float *x);

    /*
     * v along g, not 0, so long that project makes of it that of ball and box with the largest inner
     * product with g, and shrinking and rounding that of whole levels.
     */
    void (*extend)(const struct evk_ball *b, const float *g, float *v);

    /* The norm of v. */
    double (*length)(const struct evk_ball *b, const float *v);

    /*
     * d = v shrunk by 0 to 1, not rounded: at 0 no more than the ball asks of every value by
     * itself, at 1 to less than half a level; magnitudes fall, or stay, as shrunk grows.
     */
    void (*shrink)(const struct evk_ball *b, double shrunk, const float *v, float *d);
};

/* EVK_ENOTFOUND lists the known ones. */
evk_status evk_norm_find(const struct evk_norm_type **out, const char *name, evk_error *err);

/* EVK_EINVAL unless it is above 0 and at most what the norm allows. */
evk_status evk_norm_check(const struct evk_norm_type *norm, double budget, evk_error *err);

#endif /* EVK_ATTACK_NORM_H */
