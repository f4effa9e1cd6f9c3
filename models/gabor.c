/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gabor.c - a simple cell of V1: one oriented, linear receptive field
 *
 *     t(r, c) = exp(-d^2 / (2 sd^2)) (cos(2 pi s / wavelength + phase) - balance)
 *
 * where d is the distance from the centre and s the distance across the
 * stripes.  The balance makes the weights add up to 0, so that a uniform image
 * gives the baseline; the envelope ends at 3 sd, so that the padding at the
 * image's edge is not seen.
 */
#include <math.h>

#include "base/fmath.h"
#include "cell.h"

static const double PI = 3.14159265358979323846;
static const double BASELINE = 0.25;
static const double GAIN =
    0.08; /* sum of the weights' magnitudes; the optimum is near 100 times it */

/* The envelope at point (i, j), and how far the point is across the stripes. */
static double envelope(const struct gabor *g, int i, int j, double *across)
{
    const double y = g->row - (FIRST + SPACING * i), x = FIRST + SPACING * j - g->column;
    const double d2 = x * x + y * y;
    const double normal = g->orientation + PI / 2;

    /* sin(a) is cos(a - pi / 2) */
    *across = x * evk_cos(normal) + y * evk_cos(normal - PI / 2);
    return d2 > 9 * g->sd * g->sd ? 0 : evk_exp(-d2 / (2 * g->sd * g->sd));
}

static double stripe(const struct gabor *g, double across)
{
    return evk_cos(2 * PI * across / g->wavelength + g->phase);
}

void gabor_readout(const void *parameters, struct readout *out)
{
    const struct gabor *g = parameters;
    double waves = 0, area = 0, magnitude = 0, across;

    for (int i = 0; i < POINTS; i++)
        for (int j = 0; j < POINTS; j++) {
            const double e = envelope(g, i, j, &across);

            area += e;
            waves += e * stripe(g, across);
        }
    for (int i = 0; i < POINTS; i++)
        for (int j = 0; j < POINTS; j++) {
            const double e = envelope(g, i, j, &across);

            out->weight[i][j][GREY] = e * (stripe(g, across) - waves / area);
            magnitude += fabs(out->weight[i][j][GREY]);
        }
    for (int i = 0; i < POINTS; i++)
        for (int j = 0; j < POINTS; j++)
            out->weight[i][j][GREY] *= GAIN / magnitude;
    out->baseline = BASELINE;
}
