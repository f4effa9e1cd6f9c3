/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * net.h - a small graph under test: its plan, its memory, random weights
 *
 *     net_begin(&n, 5, 6, 3);             node 0, the input
 *     assert_ok(evk_add_...(&n.g, ...));  more nodes
 *     net_end(&n);
 *     y = net_forward(&n, image);
 *     net_backward(&n, seed, gradient);
 *     net_release(&n);
 */
#ifndef EVK_TESTS_NET_H
#define EVK_TESTS_NET_H

#include "nn/layers.h"
#include "nn/run.h"

struct net {
    struct evk_graph g;
    struct evk_plan plan;
    float *arena;
    int64_t inputs, outputs; /* values */
};

void net_begin(struct net *n, int64_t h, int64_t w, int64_t c);
void net_end(struct net *n);
void net_release(struct net *n);

/* Run a forward pass, and return the output's values, which are valid until the next pass. */
const float *net_forward(struct net *n, const float *image);
/* Run a backward pass at the image of the last net_forward; gradient (inputs) is overwritten. */
void net_backward(struct net *n, const float *seed, float *gradient);

/*
 * Check that several threads that share the passes (nn/bands.h) compute the bits that one computes,
 * forward at an image and backward from seed, in two passes, as the first leaves values in the
 * rings.
 */
void net_check_bands(struct net *n, int threads, const float *image, const float *seed);

/* Add a node with a kernel, which is released here; returns the node's number. */
int net_conv2d(struct net *n, const char *name, int x, const struct evk_window *v,
               struct evk_tensor kernel);
int net_depthwise(struct net *n, const char *name, int x, const struct evk_window *v,
                  struct evk_tensor kernel);

/* Returns a tensor of numbers uniform in [-1, 1); release it. */
struct evk_tensor random_tensor(uint64_t *state, int axes, const int64_t *dim);
/* Returns a tensor of whole numbers from -limit to limit, whose products and sums are exact. */
struct evk_tensor whole_tensor(uint64_t *state, int limit, int axes, const int64_t *dim);
/* Returns a tensor of numbers uniform in [0.1, 1), whose sums do not cancel. */
struct evk_tensor positive_tensor(uint64_t *state, int axes, const int64_t *dim);

/* floats: n zeros; random_floats: n numbers uniform in [-1, 1).  free() them. */
float *floats(int64_t n);
float *random_floats(uint64_t *state, int64_t n);

double inner(int64_t n, const float *a, const float *b); /* sum of products */

/*
 * Check the backward pass at x: <v, J' w> by the backward pass is compared with <J v, w> by central
 * differences of forward passes, for random v and w.  From a step of h to one of h/2, the error of
 * central differences falls to a quarter; so three times the second error is about the difference
 * between the two results, which serves as the bound.  To it comes a bound on the rounding of sums
 * of the given number of terms, in both passes.  Values of x are multiples of 1/1024 below 8, and
 * at least 1/128 away from any kink of the network.
 */
void net_check_slope(struct net *n, uint64_t *state, const float *x, int64_t terms);

/*
 * Check, for each output of the net at an image, that the part of the graph that computes this
 * output alone (nn/focus.h) gives the same bits, and, with exact, the same gradient, which holds
 * where all sums are exact.
 */
void net_check_focus(struct net *n, const float *image, bool exact);

#endif /* EVK_TESTS_NET_H */
