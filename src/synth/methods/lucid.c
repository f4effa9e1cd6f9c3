/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lucid.c - feature visualization (Olah et al., Distill 2017), as lucid's defaults have it
 *
 * 512 steps of Adam, rate 0.05, on Fourier coefficients scaled by 1 / f in decorrelated colours,
 * seen through zooms of 0.9 to 1.1, turns of up to 10 degrees, and shifts: two crops there move
 * the image by up to 4 and 2 pixels, here one by up to 6.
 *
 * Units: of a 128 x 128 image there, coefficients that all move by 0.05 move pixels by an RMS of
 * 0.0975 before colours and 0.0589 after, where a sigmoid at its middle makes 255 / 4 levels of 1:
 * 3.75 levels.  Coefficients start at an SD of 0.01, so the image at 0.75 levels: uniform noise 2.6
 * levels wide has that SD, but is white.  The sigmoid, 255 / (1 + exp(-t)) there, is that of the
 * prior sigmoid: t is 4 / 255 of its latent levels from the middle.
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
