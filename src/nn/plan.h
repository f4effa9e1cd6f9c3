/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * plan.h - where the values and gradients of a pass lie in memory
 *
 * A plan lays out values, gradients and scratch in one block of floats, the
 * arena, so that a pass allocates nothing and cannot fail.
 *
 * Layer 0 of a compact model has 3.2 MB of values, and as much of gradients:
 * more than a second-level cache.  But the only layer that reads these values,
 * a depthwise convolution, takes them row by row.  So consecutive layers that
 * can all go by rows, and of which each is the only reader of the layer before,
 * form a chain: as soon as a row is finished, the next layer uses it, and
 * backward passes do the same in the other direction.  Between two layers of a
 * chain, only the last few rows are kept, in a ring that stays in the cache;
 * and a layer with a ReLU keeps one bit a value, the sign, which is all that
 * the backward pass of a ReLU asks.
 *
 * A plan for several threads (bands.h) has shorter chains.  Each thread has rings and scratch of
 * its own, and all share the rest.
 */
#ifndef EVK_NN_PLAN_H
#define EVK_NN_PLAN_H

#include "nn/bands.h"

/* Rows of the input that a chain is given at a time in the forward pass: few enough that what becomes
   of them stays in the cache, and enough that their bookkeeping costs little. */
enum { EVK_CHAIN_ROWS = 4 };

/* The parts of the arena that one node has; offsets are in floats from the arena's beginning.  Where
   in_chain is set, y and g are those of the first thread. */
struct evk_place {
    int64_t y, g;  /* offsets of the first pixel of the values and of the gradients */
    int64_t pitch; /* floats from a pixel to the next, for both */
    struct evk_rows rows, g_rows; /* how the rows of the values and of the gradients lie */
    int64_t signs;                /* offset of evk_pass.signs, where keeps_signs is set */
    int reader;    /* the reader that the backward pass comes to first; -1: there is none */
    int chain_end; /* the last node of the chain that begins with this node; the node itself where
                      it begins no chain */
    bool in_chain; /* the next node is the only reader, and takes the rows as they are finished */
    bool keeps_signs;  /* the passes of the node have signs */
    bool is_rectified; /* for several threads: the only reader applies the node's ReLU to the rows
                          of gradients that it has computed, while they are in its cache */
};

struct evk_plan {
    const struct evk_graph *graph; /* borrowed; it must outlive the plan */
    const struct evk_kernels *kernels;
    struct evk_place *places; /* (nodes); owned */
    int threads;              /* that share a pass */
    struct evk_band *bands;   /* (nodes, threads) owned; NULL: there is one thread */
    int64_t scratch; /* offset of the first thread's scratch, which all layers share, in floats */
    int64_t sink;    /* offset of the first thread's evk_pass.sink; there is one for all layers */
    int64_t own;     /* floats from what one thread has for itself to what the next one has */
    int64_t arena;   /* size of the arena in floats */
};

/*
 * Plans the passes of a folded graph with the kernels k, for one thread or several.  Fails with
 * EVK_EFORMAT where a pass would need more than EVK_ARENA_MAX floats, and with EVK_ENOMEM.  The
 * caller releases *out.
 */
enum { EVK_ARENA_MAX = 1 << 29 };
evk_status evk_plan_init(struct evk_plan *out, const struct evk_graph *g,
                         const struct evk_kernels *k, evk_error *err);
evk_status evk_plan_init_bands(struct evk_plan *out, const struct evk_graph *g,
                               const struct evk_kernels *k, int threads, evk_error *err);
void evk_plan_release(struct evk_plan *p);

/* Returns the number of floats that all values of node i take at its pitch, as if no ring and no
   margins were used; its gradients take as many. */
int64_t evk_plan_floats(const struct evk_plan *p, int i);

#endif /* EVK_NN_PLAN_H */
