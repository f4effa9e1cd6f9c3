/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * npc.c - neural population control, "stretch" (Bashivan et al., Science 2019)
 *
 * As its published example has it: 200 steps of plain ascent on gray images, the gradient over its
 * SD (here over its RMS, of the gray gradient), shifts by up to 19 pixels, squared total variation.
 *
 * Units: values there go from -1 to 1 and are shown as 128 + 0.99 * 128 x: a step of 0.01 is 1.27
 * levels, the start, uniform from -0.5 to 0.5, 126.7 levels wide about 128.  The penalty's weight
 * there, 500, is against a response in units of its own; from it follows none against a gradient
 * of RMS 1, and it is what this program has without a word.
 */
#include "synth/method.h"

static const struct evk_setting settings[] = {
    {"start", "noise"},
    {"start-contrast", "126.7"},
    {"start-mean", "128"},
    {"grayscale", "true"},
    {"steps", "200"},
    {"step-size", "1.27"},
    {"prior", "jitter:19"},
    {"prior", "tv-squared"},
    {"prior", "mean:equal=128,until=0"}, /* the start's, to the last digit */
    {"result", "last"},
    {NULL, NULL},
};

extern const struct evk_method evk_method_npc;
const struct evk_method evk_method_npc = {
    .name = "npc",
    .summary = "wide shifts, squared total variation, gray (Bashivan et al. 2019, its example)",
    .settings = settings,
};
