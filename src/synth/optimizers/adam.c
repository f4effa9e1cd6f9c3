/* SPDX-License-Identifier: GPL-3.0-or-later */
/* adam.c - running mean over the root of the running square, 0.9, 0.999, 1e-8 (Kingma & Ba 2015) */
#include <math.h>

#include "synth/optimizer.h"

/* What a running mean that began with 0 falls short by after so many steps, step from 0. */
static float bias(double decay, int64_t step)
{
    double power = 1;

    for (int64_t i = 0; i <= step && power > 1e-12; i++)
        power *= decay;
    return (float)(1 - power);
}

static void direct(const struct evk_kernels *k, int64_t step, int64_t n, float *g,
                   float *const memory[EVK_OPTIMIZER_MEMORY])
{
    const float first = 1 / bias(0.9, step), second = 1 / bias(0.999, step);
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
    .summary = "running mean over the root of the running square (Kingma & Ba 2015)",
    .memory = 2,
    .direct = direct,
};
