/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run.h - the forward and the backward pass of a graph */
#ifndef EVK_NN_RUN_H
#define EVK_NN_RUN_H

#include "base/parallel_team.h"
#include "nn/plan.h"

/* The arrays that the struct evk_pass of a node points to.  Node 0 has no inputs: its x[0] is the
   image, and its gx[0] the gradient with respect to the image. */
struct evk_run_io {
    const float *x[EVK_INPUTS_MAX];
    float *gx[EVK_INPUTS_MAX];
    bool add[EVK_INPUTS_MAX];
    int64_t pitch[EVK_INPUTS_MAX];
};

/*
 * Returns the operands of node i in a pass with this arena, for one of the bands that share it.
 * They point to *io, of which the arrays
 * of the node's inputs are set, except for add; the caller sets what else the layer uses of *io.
 */
struct evk_pass evk_run_pass(const struct evk_plan *p, float *arena, int part, int i,
                             struct evk_run_io *io);

/* Prepares an arena for passes: p->arena floats, which may hold anything. */
void evk_run_prepare(const struct evk_plan *p, float *arena);

/*
 * Runs the forward pass for an image, which has the shape of node 0.  team has as many threads as
 * the plan; NULL: one.
 */
void evk_run_forward(const struct evk_plan *p, struct evk_team *team, float *arena,
                     const float *image);

/* Returns the values of the last node after a forward pass; they lie in the arena. */
const float *evk_run_output(const struct evk_plan *p, const float *arena);

/*
 * Runs the backward pass for the image of the last evk_run_forward with this
 * arena.  seed, of the output's shape, is d objective / d output; gradient, of
 * the shape of node 0, becomes d objective / d image.
 */
void evk_run_backward(const struct evk_plan *p, struct evk_team *team, float *arena,
                      const float *seed, float *gradient);

#endif /* EVK_NN_RUN_H */
