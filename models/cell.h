/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cell.h - the embedded cells: model neurons whose best stimulus is known by calculation
 *
 * A new cell is one file that describes the cell as a compact model, a struct below that has its
 * parameters, and a row of the table in cells.c.
 *
 * Lengths are in pixels and angles in radians.  Rows count downwards, and (0, 0) is the top left
 * pixel. A direction or an orientation of 0 points to the right; angles grow counter-clockwise.
 */
#ifndef EVK_MODELS_CELL_H
#define EVK_MODELS_CELL_H

#include <stddef.h>

#include "compact.h"
#include "paper.h"

/*
 * Describes a cell as a model.  parameters is the cell's own struct, and *out is zero to begin
 * with.
 */
typedef void describe_fn(const void *parameters, struct compact *out);

/* Draws sketch i of the cell's optimum, from which paper_optimum finds the exact optimum. */
typedef void sketch_fn(const void *parameters, int i, struct picture *out);

/* A row of the table of cells. */
struct cell {
    const char *name;
    describe_fn *describe;
    const void *parameters;
    sketch_fn *sketch; /* NULL: the cell has one optimum, which any image leads to */
    int sketches;      /* number of sketches, above 1 where several optima drive the cell alike */
};

extern const struct cell cells[];
extern const size_t cells_count;

/*
 * Computes optimum i of a cell, counted as its sketches are, and the response to it.  c is the
 * cell's description.
 */
evk_status cell_optimum(const struct cell *cell, const struct compact *c, int i,
                        struct picture *out, double *response, evk_error *err);

struct gabor {
    double row, column; /* centre; the image should hold 2.5 sd around the centre */
    double orientation; /* orientation of the stripes */
    double wavelength;
    double phase; /* 0: a bright stripe in the middle */
    double sd;    /* SD of the Gaussian envelope */
};

struct member {
    const struct gabor *gabor; /* parameters from which those of each member differ a little */
    int number;                /* number of the member in its ensemble, from 0 */
};

struct dot {
    double row, column; /* centre */
    double radius;      /* radius of the dot; its surround ends at twice that radius */
    int polarity;       /* 1: bright on dark, -1: dark on bright */
};

struct opponent {
    double row, column; /* centre */
    double radius;      /* radius of the centre; the surround ends at twice that radius */
    /* weights of R, G, B in the centre; the positive ones add up to 1, the others to -1 */
    double centre[3];
    /* weights of R, G, B in the surround; the positive ones add up to 1, the others to -1 */
    double surround[3];
};

enum { COMPLEX_SKETCHES = 16 }; /* number of phases, each with a sketch */

struct complex {
    double row, column; /* centre */
    double orientation; /* orientation of the stripes */
    double wavelength;  /* wavelength of the grating that drives the cell most */
    double sd;          /* SD of the Gaussian window that weights the units */
};

struct curvature {
    double row, column; /* centre of the circle */
    double radius;
    double direction; /* direction from that centre to the middle of the arc */
    double extent;    /* angle from there to the ends of the arc, below pi / 2 */
    /* wavelength that the units along the arc prefer: twice the width of the bar */
    double wavelength;
};

struct corner {
    double row, column; /* place of the tip */
    double direction;   /* direction from the tip into the bright side, along its middle */
    double opening;     /* angle between the edges, below pi */
    double sd;          /* SD of the Gaussian window that weights where the tip may be */
};

describe_fn gabor_describe, member_describe, dot_describe, opponent_describe, complex_describe,
    curvature_describe, corner_describe;
sketch_fn complex_sketch, curvature_sketch, corner_sketch;

/*
 * Draws a grating of full contrast at the cell's place and orientation, in a Gaussian window whose
 * SD is twice that of the cell's window.
 */
void complex_grating(const struct complex *c, double wavelength, double phase, struct picture *out);

#endif /* EVK_MODELS_CELL_H */
