/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * published.c - the ascent of the compact-model study (Cowley et al., Nature 2026)
 *
 * Its script6: 9 images a neuron from uniform noise, 100 steps of the RMS-normalised gradient,
 * blurred, times 10 display levels; an image blur every 50 steps; the best image so far.
 *
 * Two mends: the best so far begins with the start itself, so that a neuron that is negative
 * everywhere does not return its noise with a response of 0; and grayscale works: the mean over
 * channels, after the box.
 */
#include "synth/method.h"

static const struct evk_setting settings[] = {
    {"starts", "9"},
    {"keep", "0"},
    {"start", "noise"},
    {"step-size", "10"},
    {"gradient-blur", "1"},
    {"image-blur", "1"},
    {"image-blur-every", "50"},
    {"result", "best"},
    {"gradient-scale", "published"},
    {"image-blur-late", "true"},
    {"start-mean", "153"},
    {NULL, NULL},
};

extern const struct evk_method evk_method_published;
const struct evk_method evk_method_published = {
    .name = "published",
    .summary =
        "RMS-normalised blurred gradient, an image blur after every 50 steps (Cowley et al. 2026)",
    .settings = settings,
};
