/* SPDX-License-Identifier: GPL-3.0-or-later */
/* values.h - what a step of an ascent does with each value of an image, on one thread or several */
#ifndef EVK_SYNTH_VALUES_H
#define EVK_SYNTH_VALUES_H

#include "base/parallel_team.h"
#include "kernel/kernel.h"

struct evk_values {
    const struct evk_kernels *k;
    struct evk_team *team; /* may be NULL */
    int64_t n;             /* values of an image */
};

/* g = a g */
void evk_values_scale(const struct evk_values *v, float a, float *g);

/* g = a g, and then x = x + g: the product is rounded, as in the published script. */
void evk_values_advance(const struct evk_values *v, float a, float *g, float *x);

/* Cuts x at the box 0..255; g is finite. */
void evk_values_cut(const struct evk_values *v, const float *g, float *x);

#endif /* EVK_SYNTH_VALUES_H */
