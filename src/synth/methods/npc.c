/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * npc.c - neural population control, "stretch" (Bashivan et al., Science 2019)
 *
 * The settings follow the published example: 200 steps of plain ascent on gray images, with the
 * gradient over its SD (here over the RMS of the gray gradient), shifts by up to 19 pixels, and
 * squared total variation as a penalty.
 *
 * Units: the example's values go from -1 to 1 and are shown as 128 + 0.99 * 128 x.  So its step of
 * 0.01 is 1.27 levels, and its start, uniform from -0.5 to 0.5, is 126.7 levels wide about 128.
 * The example's weight of the penalty, 500, is relative to a response in the units of its model; it
 * cannot be converted to a weight relative to a gradient of RMS 1, so the default weight is used.
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
    {"prior", "mean:equal=128,until=0"}, /* sets the mean of the start exactly */
    {"result", "last"},
    {NULL, NULL},
};

extern const struct evk_method evk_method_npc;
const struct evk_method evk_method_npc = {
    .name = "npc",
    .summary = "wide shifts, squared total variation, gray (Bashivan et al. 2019, its example)",
    .settings = settings,
};
