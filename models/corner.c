/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * corner.c - a corner cell of V4: two edges of a bright surface that meet
 *
 * Layer 3 has edge units of two orientations, those of the corner's edges, and
 * layer 4 adds at each point the units along both edges that start there: with d
 * the distance from the line of an edge, and only forwards from the tip,
 *
 *     depthwise = exp(-d^2 / (2 sd^2)) / sum
 *
 * The readout is a Gaussian window of places of the tip.  All weights from layer
 * 3 on are positive, so the response is convex in the pixels.
 */
#include "base/fmath.h"
#include "cell.h"
#include "parts.h"

enum { EDGES = 2 };

static const double BASELINE = 0.25;
static const double GAIN = 0.06;     /* response per display level that the units give on average */
static const double SD = 2;          /* SD of the Gaussian across an edge, pixels */
static const double WAVELENGTH = 24; /* wavelength of the edge units, pixels */

/* Returns the direction of an edge, from the tip; edge 0 is on the counter-clockwise side. */
static double direction_of(const struct corner *c, int edge)
{
    return c->direction + (edge ? -0.5 : 0.5) * c->opening;
}

/* Makes a channel of layer 4 add up the units along an edge that starts at the point. */
static void follow(struct separable *s, int edge, double direction)
{
    double sum = 0;

    for (int i = 0; i < KERNEL; i++)
        for (int j = 0; j < KERNEL; j++) {
            const struct offset o = part_tap(i, j);
            const double d = part_across(o, direction);
            const bool forwards = part_across(o, direction - PI / 2) >= 0;

            s->depthwise[i][j][edge] = forwards ? evk_exp(-d * d / (2 * SD * SD)) : 0;
            sum += s->depthwise[i][j][edge];
        }
    for (int i = 0; i < KERNEL; i++)
        for (int j = 0; j < KERNEL; j++)
            s->depthwise[i][j][edge] /= sum;
    s->pointwise[edge][0] = 1.0 / EDGES;
}

void corner_describe(const void *parameters, struct compact *out)
{
    const struct corner *c = parameters;
    double sum = 0;

    part_sensors(out, &GREY, 1);
    part_repeat(out, EDGES);
    part_pass(out, 3);
    for (int e = 0; e < EDGES; e++) {
        const double direction = direction_of(c, e);

        /* phase pi / 2 is bright on the clockwise side */
        part_gabor(&out->separable[3], e,
                   &(struct wave){direction, WAVELENGTH, e ? -PI / 2 : PI / 2, WAVELENGTH});
        follow(&out->separable[4], e, direction);
    }
    out->channels[4] = 1;
    for (int i = 0; i < POINTS; i++)
        for (int j = 0; j < POINTS; j++) {
            out->weight[i][j][0] = part_window(part_offset(i, j, c->row, c->column), c->sd);
            sum += out->weight[i][j][0];
        }
    for (int i = 0; i < POINTS; i++)
        for (int j = 0; j < POINTS; j++)
            out->weight[i][j][0] *= GAIN / sum;
    out->baseline = BASELINE;
}

/* Draws the bright wedge on black. */
void corner_sketch(const void *parameters, int i, struct picture *out)
{
    const struct corner *c = parameters;

    (void)i;
    for (int row = 0; row < PIXELS; row++)
        for (int column = 0; column < PIXELS; column++) {
            const struct offset o = {column - c->column, c->row - row};
            const bool inside =
                part_across(o, direction_of(c, 0)) < 0 && part_across(o, direction_of(c, 1)) > 0;

            for (int k = 0; k < 3; k++)
                out->at[row][column][k] = inside ? 255 : 0;
        }
}
