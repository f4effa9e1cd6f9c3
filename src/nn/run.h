/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run.h - the forward and the backward pass of a graph */
#ifndef EVK_NN_RUN_H
#define EVK_NN_RUN_H

#include "nn/plan.h"

/* Prepares an arena for passes: p->arena floats, which may hold anything. */
void evk_run_prepare(const struct evk_plan *p, float *arena);

/* Runs the forward pass for an image, which has the shape of node 0. */
void evk_run_forward(const struct evk_plan *p, float *arena, const float *image);

/* Returns the values of the last node after a forward pass; they lie in the arena. */
const float *evk_run_output(const struct evk_plan *p, const float *arena);

/*
 * Runs the backward pass for the image of the last evk_run_forward with this
 * arena.  seed, of the output's shape, is d objective / d output; gradient, of
 * the shape of node 0, becomes d objective / d image.
 */
void evk_run_backward(const struct evk_plan *p, float *arena, const float *seed, float *gradient);

#endif /* EVK_NN_RUN_H */
