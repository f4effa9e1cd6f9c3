/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * adam.c - steps along the running mean of gradients over the root of their running mean square
 *
 * Decays are 0.9 and 0.999, and 1e-8 is added to the root (Kingma & Ba 2015).
 */
#include <math.h>

#include "synth/optimizer.h"

static void adam_direct(const struct evk_kernels *k, int64_t step, int64_t n, float *g,
                        float *const memory[EVK_OPTIMIZER_MEMORY])
{
    const float first = 1 / evk_running_mean_reached(0.9, step);
    const float second = 1 / evk_running_mean_reached(0.999, step);
    float *mean = memory[0], *square = memory[1];

    (void)k;
    for (int64_t i = 0; i < n; i++) {
        mean[i] = fmaf(0.9F, mean[i], 0.1F * g[i]);
        square[i] = fmaf(0.999F, square[i], 0.001F * (g[i] * g[i]));
        g[i] = mean[i] * first / (sqrtf(square[i] * second) + 1e-8F);
    }
}

extern const struct evk_optimizer evk_optimizer_adam;
const struct evk_optimizer evk_optimizer_adam = {
    .name = "adam",
    .summary = "steps along the running mean over the root of the running square "
               "(Kingma & Ba 2015)",
    .memory = 2,
    .direct = adam_direct,
};
