/* SPDX-License-Identifier: GPL-3.0-or-later */
/* optimizer.h - from a gradient to a step: one file in optimizers/ and one row of optimizers.def */
#ifndef EVK_SYNTH_OPTIMIZER_H
#define EVK_SYNTH_OPTIMIZER_H

#include "evoke/types.h"
#include "kernel/kernel.h"

enum { EVK_OPTIMIZER_MEMORY = 2 };

struct evk_optimizer {
    const char *name, *summary;
    int memory; /* arrays of the image's size that it keeps, 0 at the start */
    /*
     * In place: g (n), of RMS about 1, becomes the direction of step number of 0 up; the step is
     * that many times the step size, display levels.
     */
    void (*direct)(const struct evk_kernels *k, int64_t step, int64_t n, float *g,
                   float *const memory[EVK_OPTIMIZER_MEMORY]);
};

/* Which part of it a running mean that began with 0 has reached after step number of 0 up. */
float evk_running_mean_reached(double decay, int64_t step);

/* EVK_ENOTFOUND lists the known ones. */
evk_status evk_optimizer_find(const struct evk_optimizer **out, const char *name, evk_error *err);

#endif /* EVK_SYNTH_OPTIMIZER_H */
