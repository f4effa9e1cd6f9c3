/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * published.c - the ascent of the compact-model study (Cowley et al., Nature 2026)
 *
 * The settings follow the study's script6: 9 images a neuron from uniform noise, 100 steps of 10
 * display levels times the gradient over its RMS, blurred after the division, and a blur of the
 * image every 50 steps.  The result is the best image so far.
 *
 * Two faults of the script are corrected.  The best image so far begins with the start itself, so
 * that a neuron whose responses are all negative does not return its noise with a response of 0;
 * and grayscale works, as the mean over channels after the cut at the box 0..255.
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
