/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run.h - the forward and the backward pass of a graph */
#ifndef EVK_NN_RUN_H
#define EVK_NN_RUN_H

#include "nn/plan.h"

/* An arena, as large as the plan says and with anything in it, is ready for passes. */
void evk_run_prepare(const struct evk_plan *p, float *arena);

/* image: node 0's shape. */
void evk_run_forward(const struct evk_plan *p, float *arena, const float *image);

/* The output's values, of the last forward pass. */
const float *evk_run_output(const struct evk_plan *p, const float *arena);

/*
 * After evk_run_forward: seed (the output's shape) is d objective / d output;
 * gradient (node 0's shape) is overwritten.
 */
void evk_run_backward(const struct evk_plan *p, float *arena, const float *seed, float *gradient);

#endif /* EVK_NN_RUN_H */
