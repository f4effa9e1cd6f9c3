/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gabor.c - a simple cell of V1: one oriented, linear receptive field
 *
 *     t(i, j) = e(i, j) (cos(2 pi s / wavelength + phase) - balance)
 *
 * where e is a Gaussian of the distance from the centre, cut at 2.5 SD so that the
 * padding at the image's edge is not seen, and s the distance across the
 * stripes.  The balance makes the weights add up to 0, so that a uniform image
 * gives the baseline.
 *
 * The members of an ensemble are what fits to one neuron from different starts
 * might be: each with a place, orientation, wavelength, phase and size of its
 * own near the common ones, and an uneven envelope.
 */
#include <math.h>

#include "base/fmath.h"
#include "base/rng.h"
#include "cell.h"
#include "parts.h"

static const double BASELINE = 0.25;
/* Sum of the magnitudes of the weights.  The largest response is near 100 times that sum. */
static const double GAIN = 0.08;

/* By how much a member's parameters may differ from those that the members share, at most. */
static const double PLACE = 1, ANGLE = 0.08, STRETCH = 0.04, PHASE = 0.25, ROUGHNESS = 0.5;

static void describe(const struct gabor *g, double envelope[POINTS][POINTS], struct compact *out)
{
    double carrier[POINTS][POINTS], waves = 0, area = 0, magnitude = 0;

    part_sensors(out, &GREY, 1);
    part_pass(out, 3);
    for (int i = 0; i < POINTS; i++)
        for (int j = 0; j < POINTS; j++) {
            const struct offset o = part_offset(i, j, g->row, g->column);
            const double cycles = part_across(o, g->orientation) / g->wavelength;

            envelope[i][j] *= part_window(o, g->sd);
            carrier[i][j] = evk_cos(2 * PI * cycles + g->phase);
            area += envelope[i][j];
            waves += envelope[i][j] * carrier[i][j];
        }
    for (int i = 0; i < POINTS; i++)
        for (int j = 0; j < POINTS; j++) {
            out->weight[i][j][0] = envelope[i][j] * (carrier[i][j] - waves / area);
            magnitude += fabs(out->weight[i][j][0]);
        }
    for (int i = 0; i < POINTS; i++)
        for (int j = 0; j < POINTS; j++)
            out->weight[i][j][0] *= GAIN / magnitude;
    out->baseline = BASELINE;
}

void gabor_describe(const void *parameters, struct compact *out)
{
    double even[POINTS][POINTS];

    for (int i = 0; i < POINTS; i++)
        for (int j = 0; j < POINTS; j++)
            even[i][j] = 1;
    describe(parameters, even, out);
}

/* Returns pseudo-random number i of a member, from -1 to 1. */
static double draw(const struct evk_rng_key *key, uint64_t i)
{
    return 2 * (double)evk_rng_uniform(key, i) - 1;
}

void member_describe(const void *parameters, struct compact *out)
{
    const struct member *m = parameters;
    const unsigned char seed[16] = {'m', 'e', 'm', 'b', 'e', 'r', (unsigned char)m->number};
    const struct evk_rng_key key = evk_rng_key(seed);
    double uneven[POINTS][POINTS];
    struct gabor g = *m->gabor;

    g.row += PLACE * draw(&key, 0);
    g.column += PLACE * draw(&key, 1);
    g.orientation += ANGLE * draw(&key, 2);
    g.wavelength *= 1 + STRETCH * draw(&key, 3);
    g.phase += PHASE * draw(&key, 4);
    g.sd *= 1 + STRETCH * draw(&key, 5);
    for (int i = 0; i < POINTS; i++)
        for (int j = 0; j < POINTS; j++)
            uneven[i][j] = 1 + ROUGHNESS * draw(&key, 8 + (uint64_t)(i * POINTS + j));
    describe(&g, uneven, out);
}
