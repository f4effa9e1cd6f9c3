/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * curvature.c - a curvature cell of V4: a bright bar bent along an arc
 *
 * Layer 3 has bar units of eight orientations.  The readout adds those that lie
 * on the arc and along its tangent: for a point at distance d from the circle's
 * centre and angle a from the arc's middle, and a unit at angle b from the tangent,
 *
 *     w = exp(-(d - radius)^2 / (2 sd^2)) cos(b)^8 (cos a - cos extent), where positive
 *
 * All weights are positive, so the response is convex in the pixels.
 */
#include <math.h>

#include "base/fmath.h"
#include "cell.h"
#include "parts.h"

enum { ORIENTATIONS = 8 };

static const double BASELINE = 0.25;
static const double GAIN = 0.09; /* response per display level that the units give on average */
static const double SD = 3;      /* SD of the Gaussian across the arc, pixels */

/*
 * Returns the distance of a point from the circle's centre; *cosine is that of the angle between
 * the point and the middle of the arc.
 */
static double polar(const struct curvature *c, struct offset o, double *cosine)
{
    const double d = sqrt(o.x * o.x + o.y * o.y);

    *cosine = d > 0 ? (o.x * evk_cos(c->direction) + o.y * part_sin(c->direction)) / d : -1;
    return d;
}

static double weight(const struct curvature *c, struct offset o, int orientation)
{
    double cosine;
    const double d = polar(c, o, &cosine), off = d - c->radius;
    const double across = d > 0 ? part_across(o, orientation * PI / ORIENTATIONS) / d : 0;
    const double b2 = across * across, b4 = b2 * b2; /* the tangent's normal is the radius */

    if (cosine < evk_cos(c->extent) || fabs(off) > 3 * SD)
        return 0;
    return evk_exp(-off * off / (2 * SD * SD)) * b4 * b4 * (cosine - evk_cos(c->extent));
}

void curvature_describe(const void *parameters, struct compact *out)
{
    const struct curvature *c = parameters;
    double sum = 0;

    part_sensors(out, &GREY, 1);
    part_repeat(out, ORIENTATIONS);
    part_pass(out, 3);
    for (int k = 0; k < ORIENTATIONS; k++)
        part_gabor(&out->separable[3], k,
                   &(struct wave){k * PI / ORIENTATIONS, c->wavelength, 0, c->wavelength});
    for (int i = 0; i < POINTS; i++)
        for (int j = 0; j < POINTS; j++)
            for (int k = 0; k < ORIENTATIONS; k++) {
                out->weight[i][j][k] = weight(c, part_offset(i, j, c->row, c->column), k);
                sum += out->weight[i][j][k];
            }
    for (int i = 0; i < POINTS; i++)
        for (int j = 0; j < POINTS; j++)
            for (int k = 0; k < ORIENTATIONS; k++)
                out->weight[i][j][k] *= GAIN / sum;
    out->baseline = BASELINE;
}

/* Draws the bright bar, half a wavelength wide, between two dark bars. */
void curvature_sketch(const void *parameters, int i, struct picture *out)
{
    const struct curvature *c = parameters;

    (void)i;
    for (int row = 0; row < PIXELS; row++)
        for (int column = 0; column < PIXELS; column++) {
            double cosine;
            const struct offset o = {column - c->column, c->row - row};
            const double off = fabs(polar(c, o, &cosine) - c->radius) / c->wavelength;
            const bool seen = cosine > evk_cos(c->extent) && off < 0.75;

            for (int k = 0; k < 3; k++)
                out->at[row][column][k] = !seen ? 128 : off < 0.25 ? 255 : 0;
        }
}
