/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * complex.c - a complex cell of V1: an oriented grating, whatever its phase
 *
 * Layer 3 has at each point a bar unit E and an edge unit O, which see a grating of
 * the cell's wavelength, amplitude a and phase t as a cos t and a sin t, and makes
 * of them
 *
 *     unit k = max(cos(p) E + sin(p) O, 0) = a max(cos(t - p), 0),   p = 2 pi k / 7
 *
 * Their sum is a 7 / pi (1 +- 0.010): of the Fourier series of max(cos, 0), 1 / pi +
 * cos / 2 + (2 / pi) sum of +- cos(2 n t) / (4 n^2 - 1), seven phases leave the mean
 * and n = 7, 14, ...  An odd number of phases does as well as twice that number.
 * The response is the baseline and the mean of a in a Gaussian window.
 */
#include "base/fmath.h"
#include "cell.h"
#include "parts.h"

enum { PHASES = 7 };

static const double BASELINE = 0.25;
/*
 * Wavelength of the units over that of the cell: layers 1 and 2 make the preferred wavelength
 * longer.
 */
static const double CARRIER = 0.9;
static const double GAIN = 0.09; /* response per display level of the grating's amplitude */

void complex_describe(const void *parameters, struct compact *out)
{
    const struct complex *c = parameters;
    struct separable *units = &out->separable[3];
    const double carrier = CARRIER * c->wavelength;
    double sum = 0;

    part_sensors(out, &GREY, 1);
    part_repeat(out, 2);
    part_gabor(units, 0, &(struct wave){c->orientation, carrier, 0, c->wavelength});
    part_gabor(units, 1, &(struct wave){c->orientation, carrier, PI / 2, c->wavelength});
    for (int k = 0; k < PHASES; k++) {
        units->pointwise[0][k] = evk_cos(2 * PI * k / PHASES);
        units->pointwise[1][k] = part_sin(2 * PI * k / PHASES);
    }
    out->channels[3] = PHASES;
    part_pass(out, 4);
    for (int k = 0; k < PHASES; k++)
        out->separable[4].pointwise[k][0] = 1;
    out->channels[4] = 1;
    for (int i = 0; i < POINTS; i++)
        for (int j = 0; j < POINTS; j++) {
            out->weight[i][j][0] = part_window(part_offset(i, j, c->row, c->column), c->sd);
            sum += out->weight[i][j][0];
        }
    for (int i = 0; i < POINTS; i++)
        for (int j = 0; j < POINTS; j++)
            out->weight[i][j][0] *= GAIN * PI / (PHASES * sum);
    out->baseline = BASELINE;
}

void complex_grating(const struct complex *c, double wavelength, double phase, struct picture *out)
{
    for (int i = 0; i < PIXELS; i++)
        for (int j = 0; j < PIXELS; j++) {
            const struct offset o = {j - c->column, c->row - i};
            const double cycles = part_across(o, c->orientation) / wavelength;
            const double contrast = part_window(o, 2 * c->sd);

            for (int k = 0; k < 3; k++)
                out->at[i][j][k] = 127.5 + 127.5 * contrast * evk_cos(2 * PI * cycles + phase);
        }
}

void complex_sketch(const void *parameters, int i, struct picture *out)
{
    const struct complex *c = parameters;

    complex_grating(c, c->wavelength, 2 * PI * i / COMPLEX_SKETCHES, out);
}
