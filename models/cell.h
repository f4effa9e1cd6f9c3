/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cell.h - a cell is a way to read the front end that all embedded models share
 *
 * The front end gives three channels at 28 x 28 points, 4 pixels apart; the
 * point (i, j) lies on pixel (4 i + 3, 4 j + 3).  Each channel is a function of
 * a pixel's grey level g = (R + G + B) / 3, blurred by the kernel of
 * compact.c, whose weights add up to 1:
 *
 *     GREY  g + 16                 linear everywhere
 *     ON    max(g - GREY_MEAN, 0)
 *     OFF   max(GREY_MEAN - g, 0)
 *
 * A new cell is one file with a function that fills in a struct readout, its
 * struct of parameters below, and one row of the table in build.c.
 */
#ifndef EVK_MODELS_CELL_H
#define EVK_MODELS_CELL_H

#include "base/error.h"

enum { POINTS = 28, SPACING = 4, FIRST = 3 };
enum channel { GREY, ON, OFF, CHANNELS };

/* What the published models subtract from R, G, B. */
#define MEAN_RED   116.222
#define MEAN_GREEN 109.270
#define MEAN_BLUE  100.381
#define GREY_MEAN  ((MEAN_RED + MEAN_GREEN + MEAN_BLUE) / 3)

/* Response = baseline + sum of weight * channel over the points. */
struct readout {
    double baseline;
    double weight[POINTS][POINTS][CHANNELS];
};

/* Fill in a zeroed readout from the cell's own struct of parameters. */
typedef void readout_fn(const void *parameters, struct readout *out);

/* Lengths in pixels, angles in radians; rows count downwards, (0, 0) is the top left pixel. */

struct gabor {
    double row, column; /* centre; 3 sd around it should fit into the 112 x 112 image */
    double orientation; /* of the stripes: 0 is horizontal, then counter-clockwise */
    double wavelength;
    double phase; /* 0: a bright stripe in the middle */
    double sd;    /* of the envelope */
};

struct dot {
    double row, column; /* centre */
    double radius;      /* of the dot; its surround ends at twice that */
    int polarity;       /* 1: bright on dark, -1: dark on bright */
};

readout_fn gabor_readout, dot_readout;

/* Write the archive of a compact model with this readout to path. */
evk_status compact_write(const char *path, const struct readout *r, evk_error *err);

#endif /* EVK_MODELS_CELL_H */
