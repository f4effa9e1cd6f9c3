/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * v4_mei.c - most exciting inputs of macaque V4: images of one norm
 *
 * The settings follow the gradient ascent in the code that accompanies energy-guided diffusion
 * (Pierzchlewicz et al., NeurIPS 2023), not the text of a paper.  The code makes 1000 steps of
 * AdamW on the blurred gradient, with a learning rate of 10, from noise; after each step the whole
 * image is scaled to an L2 norm of 25.  Its images have 100 x 100 pixels of one channel.
 *
 * Units: the code's values have mean 0 and SD 1, where the SD of the group's V4 images is 70.28
 * levels.  So the rate is 703 levels and the norm, about 128, is 1757 levels, which is an RMS of
 * 17.57 levels in an image of 100 x 100 values.  For images of n values the same RMS takes
 * --prior norm:equal=V with V = 17.57 sqrt(n).  AdamW's decay of weights is left out, and gradients
 * are divided by their RMS before Adam sees them.
 */
#include "synth/method.h"

static const struct evk_setting settings[] = {
    {"start", "noise"},
    {"start-mean", "128"},
    {"steps", "1000"},
    {"optimizer", "adam"},
    {"step-size", "703"},
    {"prior", "gradient-blur:1"},
    {"prior", "mean:equal=128,until=0"}, /* sets the mean of the start exactly */
    {"prior", "norm:equal=1757"},
    {"result", "last"},
    {NULL, NULL},
};

extern const struct evk_method evk_method_v4_mei;
const struct evk_method evk_method_v4_mei = {
    .name = "v4-mei",
    .summary = "Adam on the blurred gradient, images of one norm (Pierzchlewicz et al. 2023, code)",
    .settings = settings,
};
