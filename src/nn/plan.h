/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * plan.h - where everything of a pass lies
 *
 * A plan lays out values, gradients and scratch in one block of floats, the
 * arena, so that running allocates nothing and cannot fail.
 *
 * Layer 0 of a compact model has 3.2 MB of values, and as much of gradients:
 * more than a second-level cache.  But its one reader, a depthwise convolution,
 * takes them row by row.  So layers of which each alone reads the one before,
 * and which all go by rows, are a chain: as soon as a row is finished, it goes
 * on to the next layer, and backward likewise.  Between them only rings of rows
 * are kept, which stay in cache, and of a layer with a ReLU a bit a value, the
 * sign, which is what the ReLU asks on the way back.
 */
#ifndef EVK_NN_PLAN_H
#define EVK_NN_PLAN_H

#include "nn/graph.h"

/* One node's part of the arena; places are in floats. */
struct evk_place {
    int64_t y, g;  /* first pixel of values and gradients */
    int64_t pitch; /* floats from a pixel to the next */
    struct evk_rows rows, g_rows;
    int64_t signs; /* in a chain, but for its end: (h, w, pitch / 16) uint16_t, for a ReLU */
    int reader;    /* which reader comes first in the backward pass; -1: there is none */
    int chain_end; /* the last node of the chain that begins here; itself: there is none */
    bool in_chain; /* the next node is its only reader, and takes its rows as they come */
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

/* Floats of all values, or gradients, of node i, without rings and margins. */
int64_t evk_plan_floats(const struct evk_plan *p, int i);

#endif /* EVK_NN_PLAN_H */
