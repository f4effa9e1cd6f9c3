/* SPDX-License-Identifier: GPL-3.0-or-later */
/* optimizer.h - from a gradient to a step: one file in optimizers/ and one row of optimizers.def */
#ifndef EVK_SYNTH_OPTIMIZER_H
#define EVK_SYNTH_OPTIMIZER_H

#include "evoke/types.h"
#include "kernel/kernel.h"

enum { EVK_OPTIMIZER_MEMORY = 2 }; /* most arrays that an optimizer keeps */

struct evk_optimizer {
    const char *name, *summary;
    int memory; /* arrays of the image's size that the optimizer keeps from step to step */
    /*
     * In place: g (n), a gradient whose RMS is about 1, becomes the direction of a step.  The
     * ascent multiplies the direction by the step size, display levels.  step counts from 0; the
     * arrays of memory are 0 before the first step.
     */
    void (*direct)(const struct evk_kernels *k, int64_t step, int64_t n, float *g,
                   float *const memory[EVK_OPTIMIZER_MEMORY]);
};

/*
 * A running mean m = decay m + (1 - decay) v that starts at 0 is too small at first.  Returns the
 * part of its final value that it has reached after step `step`, counted from 0:
 * 1 - decay^(step + 1).
 */
float evk_running_mean_reached(double decay, int64_t step);

/* *out = the optimizer of that name.  EVK_ENOTFOUND lists the optimizers there are. */
evk_status evk_optimizer_find(const struct evk_optimizer **out, const char *name, evk_error *err);

#endif /* EVK_SYNTH_OPTIMIZER_H */
