/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * v4_mei.c - most exciting inputs of macaque V4, images of one norm
 *
 * The paper's own text was not read; this is gradient ascent as the group's code has it, beside
 * that of energy-guided diffusion (Pierzchlewicz et al., NeurIPS 2023): 1000 steps of AdamW on the
 * blurred gradient, learning rate 10, and after each the whole image to an L2 norm of 25; 100 x 100
 * pixels of one channel, from noise.
 *
 * Units: values there have mean 0 and SD 1; the SD of the group's V4 images is 70.28 levels, so the
 * rate is 703 levels and the norm 1757, here about 128.  That norm is an RMS of 17.6 levels in an
 * image of theirs; of n values it takes --prior norm:equal=17.57*sqrt(n).  AdamW's decay of weights
 * is left out, and gradients reach Adam over their RMS.
 */
#include "synth/method.h"

static const struct evk_setting settings[] = {
    {"start", "noise"},
    {"start-mean", "128"},
    {"steps", "1000"},
    {"optimizer", "adam"},
    {"step-size", "703"},
    {"prior", "gradient-blur:1"},
    {"prior", "mean:equal=128,until=0"}, /* the start's, to the last digit */
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
