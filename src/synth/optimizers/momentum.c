/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * momentum.c - steps along a running mean of gradients, decay 0.9 (Polyak 1964)
 *
 * A running mean that begins with 0 has reached the part 1 - 0.9^n of its final value after n
 * gradients.  It is divided by this part, so that the first step is as long as the others.
 */
#include <string.h>

#include "synth/optimizer.h"

static void momentum_direct(const struct evk_kernels *k, int64_t step, int64_t n, float *g,
                            float *const memory[EVK_OPTIMIZER_MEMORY])
{
    float *mean = memory[0];

    k->scale(n, 0.9F, mean);
    k->axpy(n, 0.1F, g, mean);
    memcpy(g, mean, (size_t)n * sizeof(*g));
    k->scale(n, 1 / evk_running_mean_reached(0.9, step), g);
}

extern const struct evk_optimizer evk_optimizer_momentum;
const struct evk_optimizer evk_optimizer_momentum = {
    .name = "momentum",
    .summary = "steps along the running mean of gradients, decay 0.9 (Polyak 1964)",
    .memory = 1,
    .direct = momentum_direct,
};
