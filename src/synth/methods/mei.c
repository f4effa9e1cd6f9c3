/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mei.c - most exciting inputs of mouse V1 (Walker et al., Nature Neuroscience 2019)
 *
 * As its code has it (inception_loop2019): 1000 steps from noise, the gradient smoothed in the
 * Fourier domain by (fx^2 + fy^2)^-0.1, so f^-0.2 on amplitudes, a blur of the image after every
 * step whose SD goes linearly from 1.5 to (nearly) 0, and at the end the mean of 111 and the
 * contrast, an SD of 16 levels, of what was presented.
 *
 * Units: a step there is 3.0, at the end 0.125, times 0.1 / 255 times the gradient over its mean
 * magnitude, on values whose SD of 60.922 levels is 1: on average 0.0717 and 0.00299 levels a
 * value.  Here the gradient is over its RMS, for Gaussian values sqrt(pi / 2) of that mean: so
 * 0.0898 and 0.00374.  The start there is Gaussian, 128 and SD 8: here uniform of that SD, 27.7
 * levels wide.  The mean over four models is that of an ensemble.
 *
 * On models of V4 whose layers skip pixels, the images have lattices with periods of 2 and 4
 * pixels, and a neuron whose baseline is negative may stay below 0.  A program in double precision
 * that follows the code above in its own units does the same: on two published models the strongest
 * lattice has 9 and 24 times the power of its neighbours there, 7 and 49 times here, and responses
 * end at 10.4 and -0.5 there, 9.2 and -0.6 here.  The method was made for smaller images and
 * smoother models: its last steps are blurred too little for such gradients, and before the
 * contrast is set to 16 the image has an SD of 7 to 11 levels.
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
