/* SPDX-License-Identifier: GPL-3.0-or-later */
/* momentum.c - the step is along a running mean of gradients, decay 0.9 (Polyak 1964) */
#include <string.h>

#include "synth/optimizer.h"

static void direct(const struct evk_kernels *k, int64_t step, int64_t n, float *g,
                   float *const memory[EVK_OPTIMIZER_MEMORY])
{
    float *mean = memory[0];

    (void)step;
    k->scale(n, 0.9F, mean);
    k->axpy(n, 0.1F, g, mean);
    memcpy(g, mean, (size_t)n * sizeof(*g));
}

extern const struct evk_optimizer evk_optimizer_momentum;
const struct evk_optimizer evk_optimizer_momentum = {
    .name = "momentum",
    .summary = "along the running mean of gradients, decay 0.9 (Polyak 1964)",
    .memory = 1,
    .direct = direct,
};
