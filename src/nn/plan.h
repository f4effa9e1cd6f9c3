/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * plan.h - where everything of a pass lies
 *
 * A plan lays out values, gradients and scratch in one block of floats, the
 * arena, so that running allocates nothing and cannot fail.
 *
 * Layer 0 of a compact model has 3.2 MB of values, and as much of gradients:
 * more than a second-level cache.  But its one reader, a depthwise convolution,
 * needs five rows of them at a time.  Such a pair goes by strips of rows: of
 * values and gradients only a ring of rows is kept, which stays in cache, and of
 * all values a bit each, the sign, which is what the ReLU asks on the way back.
 */
#ifndef EVK_NN_PLAN_H
#define EVK_NN_PLAN_H

#include "nn/graph.h"

/* One node's part of the arena; places are in floats. */
struct evk_place {
    int64_t y, g;  /* values and gradients */
    int64_t pitch; /* floats from a pixel to the next */
    int64_t rows;  /* that y and g hold: row i is at i % rows */
    int64_t signs; /* of a pair's first node: (h, w, pitch / 16) uint16_t */
    int64_t strip; /* output rows of a pair's second node at a time */
    int reader;    /* which reader comes first in the backward pass; -1: there is none */
    bool pair;     /* goes by strips with the next node, its only reader */
};

struct evk_plan {
    const struct evk_graph *graph; /* outlives the plan */
    const struct evk_kernels *kernels;
    struct evk_place *places; /* (nodes); owned */
    int64_t scratch;
    int64_t arena; /* floats in all */
};

/* EVK_EFORMAT where a pass would need more than EVK_ARENA_MAX floats. */
enum { EVK_ARENA_MAX = 1 << 29 };
evk_status evk_plan_init(struct evk_plan *out, const struct evk_graph *g,
                         const struct evk_kernels *k, evk_error *err);
void evk_plan_release(struct evk_plan *p);

/* Floats that node i's values, or gradients, take. */
int64_t evk_plan_floats(const struct evk_plan *p, int i);

#endif /* EVK_NN_PLAN_H */
