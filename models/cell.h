/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cell.h - the embedded cells
 *
 * A new cell is one file that describes it as a compact model, its struct of
 * parameters below, and a row of the table in cells.c.
 *
 * Lengths are in pixels, angles in radians; rows count downwards, and (0, 0) is
 * the top left pixel.  Directions and orientations: 0 is to the right, then
 * counter-clockwise.
 */
#ifndef EVK_MODELS_CELL_H
#define EVK_MODELS_CELL_H

#include <stddef.h>

#include "compact.h"
#include "paper.h"

/* Fill in a zeroed model from the cell's own struct of parameters. */
typedef void describe_fn(const void *parameters, struct compact *out);

/* Sketch number i of the cell's optimum, which paper_optimum makes exact. */
typedef void sketch_fn(const void *parameters, int i, struct picture *out);

struct cell {
    const char *name;
    describe_fn *describe;
    const void *parameters;
    sketch_fn *sketch; /* NULL: there is one optimum, and any image leads to it */
    int sketches;      /* more than 1 where different images drive the cell alike */
};

extern const struct cell cells[];
extern const size_t cells_count;

/* Optimum number i of a cell, and the response to it; c is the cell's description. */
evk_status cell_optimum(const struct cell *cell, const struct compact *c, int i,
                        struct picture *out, double *response, evk_error *err);

struct gabor {
    double row, column; /* centre; 2.5 sd around it should fit into the image */
    double orientation; /* of the stripes */
    double wavelength;
    double phase; /* 0: a bright stripe in the middle */
    double sd;    /* of the envelope */
};

struct member {
    const struct gabor *gabor; /* what the members of an ensemble share */
    int number;
};

struct dot {
    double row, column; /* centre */
    double radius;      /* of the dot; its surround ends at twice that */
    int polarity;       /* 1: bright on dark, -1: dark on bright */
};

struct opponent {
    double row, column; /* centre */
    double radius;      /* of the centre; the surround ends at twice that */
    double centre[3];   /* weights of R, G, B: the positive add up to 1, the negative to -1 */
    double surround[3];
};

enum { COMPLEX_SKETCHES = 16 }; /* phases */

struct complex {
    double row, column; /* centre */
    double orientation; /* of the stripes */
    double wavelength;  /* of the grating that drives it most */
    double sd;          /* of the window over which units are summed */
};

struct curvature {
    double row, column; /* centre of the circle */
    double radius;
    double direction;  /* from that centre to the middle of the arc */
    double extent;     /* angle from there to the ends of the arc, below pi / 2 */
    double wavelength; /* of the units along the arc: twice the width of the bar */
};

struct corner {
    double row, column; /* tip */
    double direction;   /* from the tip into the bright side, along its middle */
    double opening;     /* angle between the edges, below pi */
    double sd;          /* of the window of places where the tip may be */
};

describe_fn gabor_describe, member_describe, dot_describe, opponent_describe, complex_describe,
    curvature_describe, corner_describe;
sketch_fn complex_sketch, curvature_sketch, corner_sketch;

/*
 * A grating of full contrast at the cell's place and orientation, in a Gaussian
 * window of twice its SD.
 */
void complex_grating(const struct complex *c, double wavelength, double phase, struct picture *out);

#endif /* EVK_MODELS_CELL_H */
