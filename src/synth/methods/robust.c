/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * robust.c - ours: images that transfer beyond the model they climb, at natural contrast
 *
 * Chosen by what differently taught models say of the images (README): a start from a photograph, a
 * gradient weighted towards low frequencies, and looks through shift, rotation and above all other
 * colours each help; contrast does not, so it is held to that of natural images.  Where the neuron
 * does not look the image stays as it was, which those models mind neither way.
 */
#include "synth/method.h"

static const struct evk_setting settings[] = {
    {"step-size", "13"},
    {"step-end", "0.8"},
    {"prior", "rotate:25"},
    {"prior", "jitter:4"},
    {"prior", "colour-jitter:0.8"},
    {"prior", "tv:weight=0.1"},
    {"prior", "fourier:0.6"},
    {"prior", "receptive-field"},
    {"prior", "channel-sd"},
    {"prior", "clipped:0.05"},
    {"result", "last"},
    {NULL, NULL},
};

extern const struct evk_method evk_method_robust;
const struct evk_method evk_method_robust = {
    .name = "robust",
    .summary = "shift, rotation, colour, f^-0.6 gradient, natural contrast: images that transfer",
    .settings = settings,
};
