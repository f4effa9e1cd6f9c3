/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mei.c - most exciting inputs of mouse V1 (Walker et al., Nature Neuroscience 2019)
 *
 * The settings follow the authors' code (inception_loop2019).  It makes 1000 steps from noise.  The
 * gradient is smoothed in the Fourier domain by (fx^2 + fy^2)^-0.1, which is f^-0.2 on amplitudes.
 * After every step the image is blurred, by an SD that goes linearly from 1.5 to nearly 0 pixels.
 * At the end the image gets the mean of 111 levels and the SD of 16 levels of the stimuli that were
 * presented.
 *
 * Units: the code's step is 3.0, at the end 0.125, times 0.1 / 255 times the gradient over its mean
 * magnitude, on values scaled so that an SD of 60.922 levels is 1: on average 0.0717 and 0.00299
 * levels a value.  Here the gradient is divided by its RMS, which for Gaussian values is sqrt(pi /
 * 2) times the mean magnitude: this makes 0.0898 and 0.00374.  The code starts from Gaussian noise
 * of mean 128 and SD 8; here the start is uniform noise of that SD, 27.7 levels wide.  The mean
 * over the authors' four models is the objective mean of an ensemble.
 *
 * On models of V4 whose layers skip pixels, the images have lattices with periods of 2 and 4
 * pixels, and the response of a neuron whose baseline is negative may stay below 0.  A program in
 * double precision that follows the authors' code in its own units does the same.  On two published
 * models the strongest lattice has 9 and 24 times the power of neighbouring frequencies in that
 * program, 7 and 49 times here; responses end at 10.4 and -0.5 in that program, at 9.2 and -0.6
 * here.  The method was made for smaller images and smoother models: its last steps are blurred too
 * little for such gradients, and the image has an SD of 7 to 11 levels before it is set to 16.
 */
#include "synth/method.h"

static const struct evk_setting settings[] = {
    {"start", "noise"},
    {"start-contrast", "27.7"},
    {"start-mean", "128"},
    {"steps", "1000"},
    {"step-size", "0.0898"},
    {"step-end", "0.00374"},
    {"prior", "fourier:0.2"},
    {"prior", "image-blur:1.5..0"},
    {"prior", "mean:equal=111,from=1"},
    {"prior", "channel-sd:equal=16,from=1"},
    {"result", "last"},
    {NULL, NULL},
};

extern const struct evk_method evk_method_mei;
const struct evk_method evk_method_mei = {
    .name = "mei",
    .summary = "smoothed gradient, shrinking image blur, low contrast (Walker et al. 2019)",
    .settings = settings,
};
