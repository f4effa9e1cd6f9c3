/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * robust.c - our own method: images that also drive other models of the neuron, at natural contrast
 *
 * The settings were chosen by the responses of independently trained models to the images
 * (stimuli/methods.md).  A start from a photograph, a gradient weighted towards low frequencies,
 * random shifts and rotations, and above all random colours each raise these responses.  Contrast
 * does not, so it is limited to that of natural images.  Outside of the neuron's receptive field
 * the image stays as it was, which changes these responses neither way.
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
