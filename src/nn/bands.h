/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bands.h - passes that several threads share: each computes a band of rows
 *
 * The rows that a chain (plan.h) writes are divided among the threads, and each thread computes, of
 * all layers of the chain, the rows that its own rows need.  Rows that two bands need are computed
 * by both: a row has the same bits whoever computes it, since the order of its sums does not depend
 * on the rows around it.  So a pass has the bytes of one thread, with any number of them.  What two
 * bands compute twice would grow with each layer of a chain, so chains are cut before it is much;
 * between two chains, the rows of all threads lie in one array.
 */
#ifndef EVK_NN_BANDS_H
#define EVK_NN_BANDS_H

#include "nn/graph.h"

/* What one thread does of one node.  Where first is end, that is nothing. */
struct evk_band {
    struct evk_span x, y;   /* forward: the rows that it reads, and those that it computes */
    struct evk_span own;    /* the part of y whose signs it keeps; no row has two owners */
    struct evk_span gy, gx; /* backward: the rows that it reads, and those that it computes */
};

/* Can the node be computed by bands? */
bool evk_bands_suit(const struct evk_node *n);

/* Returns the rows of n that belong to one of several bands. */
struct evk_span evk_bands_part(int64_t n, int part, int threads);

/*
 * Divides the chain of nodes head to end of a graph among threads.
 *   bands  (end - head + 1, threads), written
 */
void evk_bands_divide(const struct evk_graph *g, int head, int end, int threads,
                      struct evk_band *bands);

/*
 * Returns which part of its operations the chain of nodes head to end would compute twice for each
 * place where two bands meet: of the forward or the backward pass, whichever is more.
 */
double evk_bands_repeated(const struct evk_graph *g, int head, int end);

#endif /* EVK_NN_BANDS_H */
