/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * passes.h - one thread's passes through a graph: all of its outputs, or one alone
 *
 * One output alone runs on its part of the graph where that saves enough, see
 * focus.h; the caller sees whole images either way.
 */
#ifndef EVK_NN_PASSES_H
#define EVK_NN_PASSES_H

#include "nn/run.h"

struct evk_passes {
    const struct evk_plan *plan; /* of the whole graph, another's, or own */
    struct evk_graph part;       /* of one output; empty: the whole graph */
    struct evk_plan own;         /* of the part */
    struct evk_shape whole;      /* of the image */
    struct evk_box box;          /* of it, that the part reads */
    float *arena;
    float *image, *gradient; /* the box's; NULL for the whole graph */
    float *seed;             /* of one output of the whole graph, (its outputs); else NULL */
    int64_t output;          /* -1: all */
};

/* output: -1 for all of them. plan, with its graph, outlives the passes. */
evk_status evk_passes_init(struct evk_passes *p, const struct evk_plan *plan, int64_t output,
                           evk_error *err);
void evk_passes_release(struct evk_passes *p);

/* responses: (outputs), or one. */
void evk_passes_forward(struct evk_passes *p, const float *image, float *responses);

/* At the image of the last forward pass; weights like responses; gradient: of the whole image. */
void evk_passes_backward(struct evk_passes *p, const float *weights, float *gradient);

#endif /* EVK_NN_PASSES_H */
