/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * passes.h - passes through a graph, for all of its outputs or for one of them
 *
 * Passes for one output run on the part of the graph that the output needs (see
 * focus.h) if that saves enough operations.  The caller gives and gets whole
 * images either way.  Passes are made by one thread or by a team, with the same bits.
 */
#ifndef EVK_NN_PASSES_H
#define EVK_NN_PASSES_H

#include "nn/run.h"

struct evk_passes {
    const struct evk_plan *plan; /* the plan in use: the caller's for the whole graph, or &own */
    struct evk_team *team;       /* borrowed; NULL: one thread */
    struct evk_graph part;  /* the part that one output needs; empty: the whole graph is used */
    struct evk_plan own;    /* the plan of part, or the one of the whole graph for the team */
    struct evk_shape whole; /* shape of the whole image */
    struct evk_box box;     /* the box of the image that part reads */
    float *arena;           /* owned, like image, gradient and seed */
    /* values and gradients of the pixels in box; NULL where the whole graph is used */
    float *image, *gradient;
    float *seed;    /* (outputs) d objective / d output, for one output of the whole graph; NULL:
                       not needed */
    int64_t output; /* the output that passes are for; -1: all of them */
};

/*
 * Prepares passes for one output of the plan's graph, or for all of them where output is -1.  The
 * plan, its graph and the team, which may be NULL, must outlive the passes.  Fails with EVK_ENOMEM
 * only, and for a team as evk_plan_init does.  The caller releases *p.
 */
evk_status evk_passes_init(struct evk_passes *p, const struct evk_plan *plan, int64_t output,
                           struct evk_team *team, evk_error *err);
void evk_passes_release(struct evk_passes *p);

/* Computes responses, (outputs) or the one that the passes are for, from a whole image. */
void evk_passes_forward(struct evk_passes *p, const float *image, float *responses);

/*
 * Computes the gradient of an objective with respect to the whole image of the last forward pass.
 * weights has the shape of the responses: d objective / d response.
 */
void evk_passes_backward(struct evk_passes *p, const float *weights, float *gradient);

#endif /* EVK_NN_PASSES_H */
