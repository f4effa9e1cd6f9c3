/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dot.c - a dot detector of V4: a bright disc on a dark surround, or the reverse
 *
 *     response = baseline + 4 polarity (mean of c in the disc - mean of c in the surround)
 *
 * where c is the contrast of a pixel, ON / (255 - GREY_MEAN) - OFF / GREY_MEAN:
 * -1 for black, 0 for the mean, 1 for white.  The surround is a ring around the
 * disc of its width, so a uniform image gives the baseline at any level.
 */
#include "cell.h"
#include "parts.h"

static const double BASELINE = 0.25;
static const double GAIN = 4;

void dot_describe(const void *parameters, struct compact *out)
{
    const struct dot *d = parameters;
    double disc[POINTS][POINTS], ring[POINTS][POINTS], disc_sum = 0, ring_sum = 0;

    part_sensors(out, (const struct sensor[]){ON, OFF}, 2);
    part_pass(out, 3);
    for (int i = 0; i < POINTS; i++)
        for (int j = 0; j < POINTS; j++) {
            const struct offset o = part_offset(i, j, d->row, d->column);

            disc[i][j] = part_disc(o, d->radius);
            ring[i][j] = part_disc(o, 2 * d->radius) - disc[i][j];
            disc_sum += disc[i][j];
            ring_sum += ring[i][j];
        }
    for (int i = 0; i < POINTS; i++)
        for (int j = 0; j < POINTS; j++) {
            const double w = GAIN * d->polarity * (disc[i][j] / disc_sum - ring[i][j] / ring_sum);

            out->weight[i][j][0] = w / (255 - GREY_MEAN);
            out->weight[i][j][1] = -w / GREY_MEAN;
        }
    out->baseline = BASELINE;
}
