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

/* The output's values, until the next pass; a change of image is a change of pass. */
const float *net_forward(struct net *n, const float *image);
/* At the image of the last net_forward; gradient: (inputs), overwritten. */
void net_backward(struct net *n, const float *seed, float *gradient);

/* One more node, by a kernel that is released here; its number. */
int net_conv2d(struct net *n, const char *name, int x, const struct evk_window *v,
               struct evk_tensor kernel);
int net_depthwise(struct net *n, const char *name, int x, const struct evk_window *v,
                  struct evk_tensor kernel);

/* Uniform in [-1, 1); release it. */
struct evk_tensor random_tensor(uint64_t *state, int axes, const int64_t *dim);
/* Whole numbers from -limit to limit: products and sums of few of them are exact. */
struct evk_tensor whole_tensor(uint64_t *state, int limit, int axes, const int64_t *dim);
/* Uniform in [0.1, 1): a map that no cancellation hides. */
struct evk_tensor positive_tensor(uint64_t *state, int axes, const int64_t *dim);

/* Zeros; uniform in [-1, 1). free() them. */
float *floats(int64_t n);
float *random_floats(uint64_t *state, int64_t n);

double inner(int64_t n, const float *a, const float *b); /* sum of products */

/*
 * <J v, w> by central differences at x, with its sign, against <v, J' w> by the
 * backward pass, for random v and w.  With steps h and h/2 the error of the
 * differences falls to a quarter, so their gap bounds it three times over; to
 * that comes the rounding of sums of so many terms, there and back.  x: multiples
 * of 1/1024 below 8, at least 1/128 off any kink.
 */
void net_check_slope(struct net *n, uint64_t *state, const float *x, int64_t terms);

#endif /* EVK_TESTS_NET_H */
