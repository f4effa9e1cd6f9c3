/* SPDX-License-Identifier: GPL-3.0-or-later */
/* parts.h - layers and geometry that cells share */
#ifndef EVK_MODELS_PARTS_H
#define EVK_MODELS_PARTS_H

#include <stdbool.h>

#include "compact.h"

#define PI 3.14159265358979323846

/* Returns sin(x), with the same bits on every machine. */
double part_sin(double x);

/* ---- layers 0 to 2: each channel is a sensor, blurred twice ---- */

/* What a channel of layer 0 makes of each pixel. */
struct sensor {
    double rgb[3]; /* weights of R, G, B */
    double start;  /* the channel is max(rgb . (R, G, B) + start, 0) */
    bool coarse;   /* layer 0 blurs the image first, as layers 1 and 2 do */
};

/* A sensor's start that keeps black pixels away from the kink of the ReLU, display levels. */
#define CLEAR 16.0

/*
 * GREY gives the grey level; ON gives how far the grey level is above GREY_MEAN, and OFF how far it
 * is below, each 0 on the other side.
 */
extern const struct sensor GREY, ON, OFF;

/* Fills in layers 0 to 2, with a channel for each of count sensors. */

void part_sensors(struct compact *c, const struct sensor *sensors, int count);

/* Makes layer 2 repeat its only channel count times. */
void part_repeat(struct compact *c, int count);

/* Makes the layers from number `first` on pass the channels of the layer below on unchanged. */
void part_pass(struct compact *c, int first);

/* ---- places ---- */

/* A distance and its direction. */
struct offset {
    double x, y; /* pixels, rightwards and upwards */
};

/* Returns the way from a pixel to point (i, j) of layers 2 to 4. */
struct offset part_offset(int i, int j, double row, double column);

/* Returns the way from the middle of a kernel of layer 3 or 4 to its weight (i, j). */
struct offset part_tap(int i, int j);

/* Returns the component of o across stripes of an orientation, pixels. */
double part_across(struct offset o, double orientation);

/* Returns exp(-d^2 / (2 sd^2)) for the length d of o, and 0 where d is above 2.5 sd. */
double part_window(struct offset o, double sd);

/* Returns 1 inside a circle and 0 outside, with a ramp between that is SPACING pixels wide. */
double part_disc(struct offset o, double radius);

/* ---- units of layer 3 ---- */

/* The grating that a unit prefers. */
struct wave {
    double orientation, wavelength, phase; /* phase 0 is a bright bar, phase pi / 2 an edge */
    double matched;                        /* wavelength of the grating that sets the gain */
};

/*
 * Makes a channel's depthwise kernel a Gabor function of 5 x 5 points.  Its weights add up to 0.  A
 * grating of the unit's orientation and phase, and of the matched wavelength, gives its own
 * amplitude on the points below.
 */
void part_gabor(struct separable *s, int channel, const struct wave *w);

#endif /* EVK_MODELS_PARTS_H */
