/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bench_focus.c - the time of passes that compute one neuron alone, of a core with a readout per
 * neuron
 *
 * It runs forward and backward passes of the core of tests/harness/core.h with 1000 neurons, for
 * all neurons and for one alone.  It prints, separated by tabs: neuron; rows and columns of the
 * image that the neuron depends on; MFLOP of a forward pass, for all and for one; ms of a forward
 * and a backward pass, for all and for one, medians of 100; their ratio.
 */
#include <stdio.h>
#include <stdlib.h>

#include "../harness/core.h"
#include "bench.h"
#include "nn/focus.h"
#include "nn/passes.h"

enum { NEURONS = 1000, RUNS = 100 };

static float image[36 * 64], gradient[36 * 64], weights[NEURONS], responses[NEURONS];

/* Returns the median time of a forward and a backward pass together, in ms. */
static double measure(const struct evk_plan *plan, int64_t output)
{
    struct evk_passes passes;
    double t[RUNS];
    evk_error err;

    if (evk_passes_init(&passes, plan, output, NULL, &err))
        exit(1);
    weights[0] = 1;
    for (int i = 0; i < RUNS; i++) {
        const double begin = bench_now();

        evk_passes_forward(&passes, image, responses);
        evk_passes_backward(&passes, weights, gradient);
        t[i] = bench_now() - begin;
    }
    evk_passes_release(&passes);
    return bench_median(t, RUNS);
}

int main(void)
{
    struct evk_graph g = {0}, part;
    struct evk_plan plan;
    uint64_t seed = 1;
    const char *wanted;
    evk_error err;

    core_build(&g, NEURONS, &seed);
    evk_graph_fold(&g);
    if (evk_plan_init(&plan, &g, evk_kernels_best(&wanted), &err))
        return 1;
    for (int i = 0; i < 36 * 64; i++)
        image[i] = (float)(i % 37) / 37;
    for (int64_t neuron = 0; neuron < 8; neuron++) {
        struct evk_box box;
        double whole, alone;

        if (evk_graph_focus(&g, neuron, &part, &box, &err))
            return 1;
        whole = measure(&plan, -1);
        alone = measure(&plan, neuron);
        printf("%lld\t%lldx%lld\t%.2f\t%.2f\t%.3f\t%.3f\t%.2f\n", (long long)neuron,
               (long long)part.nodes[0].out.h, (long long)part.nodes[0].out.w,
               1e-6 * (double)evk_graph_flops(&g), 1e-6 * (double)evk_graph_flops(&part), whole,
               alone, whole / alone);
        evk_graph_release(&part);
    }
    evk_plan_release(&plan);
    evk_graph_release(&g);
    return 0;
}
