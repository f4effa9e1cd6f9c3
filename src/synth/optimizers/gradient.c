/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gradient.c - plain ascent: steps along the gradient, which stays as it is */
#include "synth/optimizer.h"

static void gradient_direct(const struct evk_kernels *k, int64_t step, int64_t n, float *g,
                            float *const memory[EVK_OPTIMIZER_MEMORY])
{
    (void)k;
    (void)step;
    (void)n;
    (void)g;
    (void)memory;
}

extern const struct evk_optimizer evk_optimizer_gradient;
const struct evk_optimizer evk_optimizer_gradient = {
    .name = "gradient",
    .summary = "steps along the normalised gradient",
    .direct = gradient_direct,
};
