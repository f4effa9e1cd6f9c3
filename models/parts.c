/* SPDX-License-Identifier: GPL-3.0-or-later */
/* parts.c - layers and geometry that cells share */
#include "parts.h"

#include <math.h>

#include "base/fmath.h"

const struct sensor GREY = {{1.0 / 3, 1.0 / 3, 1.0 / 3}, CLEAR, false};
const struct sensor ON = {{1.0 / 3, 1.0 / 3, 1.0 / 3}, -GREY_MEAN, false};
const struct sensor OFF = {{-1.0 / 3, -1.0 / 3, -1.0 / 3}, GREY_MEAN, false};

static const double BLUR[KERNEL] = {1.0 / 16, 4.0 / 16, 6.0 / 16, 4.0 / 16, 1.0 / 16};
static const double PASS[KERNEL] = {0, 0, 1, 0, 0};

/*
 * SD of a unit's Gaussian envelope, points; at the edge of the kernel it has fallen to a quarter.
 */
static const double UNIT_SD = 1.2;

double part_sin(double x)
{
    return evk_cos(x - PI / 2);
}

/* Blurs each channel with the weights tap along rows and columns, and mixes no channels. */
static void each_channel(struct separable *s, const double tap[KERNEL], int count)
{
    for (int c = 0; c < count; c++) {
        for (int i = 0; i < KERNEL; i++)
            for (int j = 0; j < KERNEL; j++)
                s->depthwise[i][j][c] = tap[i] * tap[j];
        s->pointwise[c][c] = 1;
    }
}

void part_sensors(struct compact *c, const struct sensor *sensors, int count)
{
    for (int o = 0; o < count; o++) {
        const struct sensor *s = &sensors[o];
        const double *tap = s->coarse ? BLUR : PASS;

        c->bias[o] = s->start;
        for (int rgb = 0; rgb < 3; rgb++) {
            c->bias[o] += s->rgb[rgb] * MEAN[rgb];
            for (int i = 0; i < KERNEL; i++)
                for (int j = 0; j < KERNEL; j++)
                    c->kernel[i][j][rgb][o] = tap[i] * tap[j] * s->rgb[rgb];
        }
    }
    c->channels[0] = c->channels[1] = c->channels[2] = count;
    each_channel(&c->separable[1], BLUR, count);
    each_channel(&c->separable[2], BLUR, count);
}

void part_repeat(struct compact *c, int count)
{
    for (int o = 0; o < count; o++)
        c->separable[2].pointwise[0][o] = 1;
    c->channels[2] = count;
}

void part_pass(struct compact *c, int first)
{
    for (int l = first; l < LAYERS; l++) {
        c->channels[l] = c->channels[l - 1];
        each_channel(&c->separable[l], PASS, c->channels[l]);
    }
}

struct offset part_offset(int i, int j, double row, double column)
{
    return (struct offset){FIRST + SPACING * j - column, row - (FIRST + SPACING * i)};
}

double part_across(struct offset o, double orientation)
{
    const double normal = orientation + PI / 2;

    return o.x * evk_cos(normal) + o.y * part_sin(normal);
}

double part_window(struct offset o, double sd)
{
    const double d2 = o.x * o.x + o.y * o.y;

    return d2 > 6.25 * sd * sd ? 0 : evk_exp(-d2 / (2 * sd * sd));
}

double part_disc(struct offset o, double radius)
{
    const double ramp = (radius - sqrt(o.x * o.x + o.y * o.y)) / SPACING + 0.5;

    return ramp < 0 ? 0 : ramp > 1 ? 1 : ramp;
}

struct offset part_tap(int i, int j)
{
    return (struct offset){SPACING * (j - MIDDLE), SPACING * (MIDDLE - i)};
}

static double grating(const struct wave *w, double wavelength, int i, int j)
{
    const double across = part_across(part_tap(i, j), w->orientation);

    return evk_cos(2 * PI * across / wavelength + w->phase);
}

void part_gabor(struct separable *s, int channel, const struct wave *w)
{
    double envelope[KERNEL][KERNEL], carrier[KERNEL][KERNEL], area = 0, waves = 0, gain = 0;

    for (int i = 0; i < KERNEL; i++)
        for (int j = 0; j < KERNEL; j++) {
            envelope[i][j] = part_window(part_tap(i, j), SPACING * UNIT_SD);
            carrier[i][j] = grating(w, w->wavelength, i, j);
            area += envelope[i][j];
            waves += envelope[i][j] * carrier[i][j];
        }
    for (int i = 0; i < KERNEL; i++)
        for (int j = 0; j < KERNEL; j++) {
            s->depthwise[i][j][channel] = envelope[i][j] * (carrier[i][j] - waves / area);
            gain += s->depthwise[i][j][channel] * grating(w, w->matched, i, j);
        }
    for (int i = 0; i < KERNEL; i++)
        for (int j = 0; j < KERNEL; j++)
            s->depthwise[i][j][channel] /= gain;
}
