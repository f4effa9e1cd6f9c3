/* SPDX-License-Identifier: GPL-3.0-or-later */
/* parts.h - layers and geometry that cells share */
#ifndef EVK_MODELS_PARTS_H
#define EVK_MODELS_PARTS_H

#include <stdbool.h>

#include "compact.h"

#define PI 3.14159265358979323846

double part_sin(double x);

/* ---- layers 0 to 2: each sensor is a channel, blurred twice ---- */

struct sensor {
    double rgb[3];
    double start; /* layer 0 gives max(rgb . (R, G, B) + start, 0) */
    bool coarse;  /* and looks through the blur of layers 1 and 2 already */
};

#define CLEAR 16.0 /* start, where black should stay clear of the ReLU's kink */

extern const struct sensor GREY, ON, OFF; /* grey level; contrast of either sign about the mean */

void part_sensors(struct compact *c, const struct sensor *sensors, int count);

/* Layer 2 repeats its only channel. */
void part_repeat(struct compact *c, int count);

/* The layers from first on hand on the channels of the one below. */
void part_pass(struct compact *c, int first);

/* ---- places ---- */

struct offset {
    double x, y; /* pixels, rightwards and upwards */
};

/* From a place in the image to point (i, j). */
struct offset part_offset(int i, int j, double row, double column);

/* From the middle of a kernel of layer 3 or 4 to its tap (i, j). */
struct offset part_tap(int i, int j);

/* How far it is across stripes of an orientation. */
double part_across(struct offset o, double orientation);

/* exp(-d^2 / (2 sd^2)), and 0 beyond 2.5 sd. */
double part_window(struct offset o, double sd);

/* 1 inside a circle, 0 outside, and a ramp as wide as the points are apart. */
double part_disc(struct offset o, double radius);

/* ---- units of layer 3 ---- */

struct wave {
    double orientation, wavelength, phase; /* phase 0: a bright bar; pi / 2: an edge */
    double matched;                        /* wavelength of the grating that sets the gain */
};

/*
 * Channel's depthwise kernel becomes a Gabor of 5 x 5 points.  Its weights add
 * up to 0, and a grating of its orientation and phase and the matched wavelength
 * gives its amplitude on the points below.
 */
void part_gabor(struct separable *s, int channel, const struct wave *w);

#endif /* EVK_MODELS_PARTS_H */
