/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * opponent.c - a colour-opponent cell: one colour in a disc, another in the ring around it
 *
 *     response = baseline + 5 (mean of centre . (R, G, B) / 255 in the disc
 *                              + mean of surround . (R, G, B) / 255 in the ring)
 *
 * The weights of R, G, B add up to 0, so grey of any pattern gives the baseline.
 * Colour is seen more coarsely than grey levels: layer 0 blurs too.
 */
#include "cell.h"
#include "parts.h"

static const double BASELINE = 0.25;
static const double GAIN = 5; /* response to a disc of the preferred colour, and to such a ring */
static const double START = 255 + CLEAR; /* keeps the sensors positive for every colour */

static struct sensor sensor_of(const double rgb[3])
{
    return (struct sensor){{rgb[0], rgb[1], rgb[2]}, START, true};
}

void opponent_describe(const void *parameters, struct compact *out)
{
    const struct opponent *p = parameters;
    const struct sensor sensors[] = {sensor_of(p->centre), sensor_of(p->surround)};
    double disc_sum = 0, ring_sum = 0;

    part_sensors(out, sensors, 2);
    part_pass(out, 3);
    for (int i = 0; i < POINTS; i++)
        for (int j = 0; j < POINTS; j++) {
            const struct offset o = part_offset(i, j, p->row, p->column);
            const double disc = part_disc(o, p->radius);

            out->weight[i][j][0] = disc;
            out->weight[i][j][1] = part_disc(o, 2 * p->radius) - disc;
            disc_sum += disc;
            ring_sum += out->weight[i][j][1];
        }
    for (int i = 0; i < POINTS; i++)
        for (int j = 0; j < POINTS; j++) {
            out->weight[i][j][0] *= GAIN / (255 * disc_sum);
            out->weight[i][j][1] *= GAIN / (255 * ring_sum);
        }
    out->baseline = BASELINE - 2 * GAIN * START / 255;
}
