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
#include <math.h>

#include "cell.h"

static const double BASELINE = 0.25;
static const double GAIN = 4;

/* 1 inside a circle, 0 outside, and a ramp as wide as the points are apart. */
static double inside(double radius, double distance)
{
    const double ramp = (radius - distance) / SPACING + 0.5;

    return ramp < 0 ? 0 : ramp > 1 ? 1 : ramp;
}

static void areas(const struct dot *d, int i, int j, double *disc, double *ring)
{
    const double y = FIRST + SPACING * i - d->row, x = FIRST + SPACING * j - d->column;
    const double distance = sqrt(x * x + y * y);

    *disc = inside(d->radius, distance);
    *ring = inside(2 * d->radius, distance) - *disc;
}

void dot_readout(const void *parameters, struct readout *out)
{
    const struct dot *d = parameters;
    double disc_sum = 0, ring_sum = 0, disc, ring;

    for (int i = 0; i < POINTS; i++)
        for (int j = 0; j < POINTS; j++) {
            areas(d, i, j, &disc, &ring);
            disc_sum += disc;
            ring_sum += ring;
        }
    for (int i = 0; i < POINTS; i++)
        for (int j = 0; j < POINTS; j++) {
            double w;

            areas(d, i, j, &disc, &ring);
            w = GAIN * d->polarity * (disc / disc_sum - ring / ring_sum);
            out->weight[i][j][ON] = w / (255 - GREY_MEAN);
            out->weight[i][j][OFF] = -w / GREY_MEAN;
        }
    out->baseline = BASELINE;
}
