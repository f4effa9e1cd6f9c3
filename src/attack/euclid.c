/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * euclid.c - balls of the Euclidean norm, whatever the unit
 *
 * Of all perturbations in the ball and the box the nearest to v is s v cut at the box, s of 0 to 1,
 * and that along g is s g cut at the box, s of 0 up, of the radius of the ball (the conditions of
 * Karush, Kuhn and Tucker; 1 / s = 1 + the multiplier).  Where values that s cuts stay cut, the
 * sum of squares of the others is that of v times s^2: from the s at which none is cut, and
 * upwards, each such step ends at most at the s that is sought, and once no more values are cut,
 * at it.
 */
#include "attack/euclid.h"

#include <math.h>
#include <string.h>

enum { ROUNDS = 30 }; /* far more than it takes: each cuts some more values */

/* The s of v, whose sum of squares is all; 1 where the box cuts so much that v fits. */
static float find_scale(const struct evk_ball *b, double squares, double all, const float *v)
{
    double sums[2], s = sqrt(squares / all);

    for (int i = 0; i < ROUNDS && s < 1; i++) {
        const double last = s;

        b->k->scaled_sums(b->n, (float)s, b->base, v, sums);
        if (sums[1] == 0 || sums[0] >= squares)
            break;
        s = sqrt((squares - sums[0]) / sums[1]);
        if (!(s > last * (1 + 1e-6)))
            break;
    }
    return s < 1 ? (float)s : 1;
}

void evk_euclid_project(const struct evk_ball *b, double squares, const float *v, float *x)
{
    const double all = b->k->sum_squares(b->n, v);
    const float s = all > squares ? find_scale(b, squares, all, v) : 1;

    b->k->apply_scaled(b->n, s, b->base, v, x);
}

/* Far enough that only values at the box could go further. */
void evk_euclid_extend(const struct evk_ball *b, double squares, const float *g, float *v)
{
    const double radii = 64;

    memcpy(v, g, (size_t)b->n * sizeof(*v));
    b->k->scale(b->n, (float)(radii * sqrt(squares / b->k->sum_squares(b->n, g))), v);
}

void evk_euclid_shrink(const struct evk_ball *b, double shrunk, const float *v, float *d)
{
    memcpy(d, v, (size_t)b->n * sizeof(*v));
    b->k->scale(b->n, (float)(1 - shrunk), d);
}

int64_t evk_euclid_measure(const struct evk_delta *d)
{
    return d->squares;
}
