/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * euclid.c - what the norms rms and l2 share: balls of the Euclidean norm, in any unit
 *
 * Of all perturbations in the ball and the box 0..255, the nearest to v is s v cut at the box, for
 * a factor s from 0 to 1; the perturbation with the largest inner product with g is s g cut at the
 * box, for the s at which its norm is the radius of the ball.  Both follow from the conditions of
 * Karush, Kuhn and Tucker, where 1 / s is 1 plus the multiplier.
 *
 * The factor s is found by iteration.  Suppose that the values that the box cuts at the present s
 * stay cut: then the sum of squares of the others grows with s^2, which gives the next s.  Started
 * at the s that would be right if no value were cut, no step goes beyond the s that is sought; and
 * the step after which no further value is cut reaches it.
 */
#include "attack/euclid.h"

#include <math.h>
#include <string.h>

/* a bound on the loop that is never reached: each round cuts further values or is the last */
enum { ROUNDS = 30 };

/*
 * Returns the factor s for v, whose sum of squares is `all` and larger than squares; 1 where v, cut
 * at the box, fits into the ball already.
 */
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

/*
 * Sets v to g scaled to 64 times the radius of the ball, so that nearly every value that matters is
 * cut at the box.
 */
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
