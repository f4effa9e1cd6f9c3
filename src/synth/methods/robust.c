/* SPDX-License-Identifier: GPL-3.0-or-later */
/* robust.c - ours: images that transfer beyond the model they climb, at natural contrast */
#include "synth/method.h"

static const struct evk_setting settings[] = {
    {"step-size", "10"},  {"prior", "jitter:6"}, {"prior", "fourier:1"}, {"prior", "channel-sd"},
    {"prior", "clipped"}, {"result", "last"},    {NULL, NULL},
};

extern const struct evk_method evk_method_robust;
const struct evk_method evk_method_robust = {
    .name = "robust",
    .summary = "jitter, |f|^-1 gradient, natural contrast: images that transfer",
    .settings = settings,
};
