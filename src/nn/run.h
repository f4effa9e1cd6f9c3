/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run.h - the forward and the backward pass of a graph
 *
 * A plan lays out activations, gradients and scratch in one block of floats,
 * the arena; running allocates nothing and cannot fail.
 */
#ifndef EVK_NN_RUN_H
#define EVK_NN_RUN_H

#include "nn/graph.h"

struct evk_plan {
    const struct evk_graph *graph; /* outlives the plan */
    const struct evk_kernels *kernels;
    int64_t *y, *g;         /* (nodes) where each node's values and gradients begin; owned */
    int64_t g_begin, g_end; /* all gradients */
    int64_t scratch;
    int64_t arena; /* floats in all */
};

/* EVK_EFORMAT where a pass would need more than EVK_ARENA_MAX floats. */
enum { EVK_ARENA_MAX = 1 << 29 };
evk_status evk_plan_init(struct evk_plan *out, const struct evk_graph *g,
                         const struct evk_kernels *k, evk_error *err);
void evk_plan_release(struct evk_plan *p);

/* image: node 0's shape. The output's values are at arena + y[last]. */
void evk_run_forward(const struct evk_plan *p, float *arena, const float *image);

/*
 * After evk_run_forward: seed (the output's shape) is d objective / d output;
 * gradient (node 0's shape) is overwritten.
 */
void evk_run_backward(const struct evk_plan *p, float *arena, const float *seed, float *gradient);

#endif /* EVK_NN_RUN_H */
