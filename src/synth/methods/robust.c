/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * robust.c - our own method: images that also drive other models of the neuron, at natural contrast
 *
 * The settings were chosen by the responses of independently trained models to the images
 * (stimuli/methods.md).  A gradient weighted towards low frequencies, random shifts and rotations,
 * and above all random colours each raise these responses.  Contrast does not, so it is limited to
 * that of natural images.  Natural colours change these responses little; without the limit, two
 * thirds of what is on the screen have colours that no photograph has.  The penalty of total
 * variation, and starts from noise with the spectrum of photographs, keep the spectrum of images
 * near that of photographs.  Outside of the neuron's receptive field the image stays as it was,
 * which changes responses neither way.
 */
#include "synth/method.h"

static const struct evk_setting settings[] = {
    {"start-slope", "1.3"},
    {"start-contrast", "100"},
    {"step-size", "25"},
    {"step-end", "0.8"},
    {"prior", "rotate:25"},
    {"prior", "jitter:4"},
    {"prior", "colour-jitter:0.8"},
    {"prior", "tv:weight=0.3"},
    {"prior", "fourier:0.6"},
    {"prior", "receptive-field"},
    {"prior", "chroma:1.6"},
    {"prior", "channel-sd"},
    {"prior", "clipped:0.05"},
    {"result", "last"},
    {NULL, NULL},
};

extern const struct evk_method evk_method_robust;
const struct evk_method evk_method_robust = {
    .name = "robust",
    .summary = "shift, rotation, colour, f^-0.6 gradient, natural colour and contrast: images that "
               "transfer",
    .settings = settings,
};
