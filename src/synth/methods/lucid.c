/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lucid.c - feature visualization (Olah et al., Distill 2017) with the defaults of the program
 * lucid
 *
 * Lucid makes 512 steps of Adam, rate 0.05, on Fourier coefficients that are scaled by 1 / f, in
 * decorrelated colours.  The network sees the image through zooms of 0.9 to 1.1, rotations of up to
 * 10 degrees, and shifts: two crops in lucid shift by up to 4 and 2 pixels, here one shift goes up
 * to 6.
 *
 * Units: in lucid, when all coefficients of a 128 x 128 image move by 0.05, pixels move by an RMS
 * of 0.0975 before the colour matrix and of 0.0589 after it.  The sigmoid at its middle turns 1
 * into 255 / 4 levels, which makes 3.75 levels.  Coefficients start at an SD of 0.01, which is an
 * image with an SD of 0.75 levels: uniform noise that is 2.6 levels wide has that SD too, but is
 * white.  Lucid's sigmoid 255 / (1 + exp(-t)) is that of the prior sigmoid, where t is 4 / 255
 * times the distance of the latent level from the middle.
 */
#include "synth/method.h"

static const struct evk_setting settings[] = {
    {"start", "noise"},
    {"start-mean", "127.5"},
    {"start-contrast", "2.6"},
    {"steps", "512"},
    {"optimizer", "adam"},
    {"step-size", "3.75"},
    {"prior", "sigmoid"},
    {"prior", "scale:0.1"},
    {"prior", "rotate:10"},
    {"prior", "jitter:6,around=1"},
    {"prior", "fourier-parameters:1"},
    {"prior", "colour:mix=lucid"},
    {"result", "last"},
    {NULL, NULL},
};

extern const struct evk_method evk_method_lucid;
const struct evk_method evk_method_lucid = {
    .name = "lucid",
    .summary = "Adam on scaled Fourier coefficients of decorrelated colours (Olah et al. 2017)",
    .settings = settings,
};
