/* SPDX-License-Identifier: GPL-3.0-or-later */
/* net.c - a small graph under test: its plan, its memory, random weights */
#include "net.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "test.h"

void net_begin(struct net *n, int64_t h, int64_t w, int64_t c)
{
    const struct evk_shape in = {h, w, c, false};
    int node;

    *n = (struct net){.inputs = h * w * c};
    assert_ok(evk_add_input(&n->g, "in", &in, &node, err));
    assert_int_equal(node, 0);
}

void net_end(struct net *n)
{
    const char *wanted;

    n->outputs = evk_shape_count(&n->g.nodes[n->g.count - 1].out);
    assert_ok(evk_plan_init(&n->plan, &n->g, evk_kernels_best(&wanted), err));
    assert_ok(evk_alloc_floats(&n->arena, n->plan.arena, "a test", err));
    for (int64_t i = 0; i < n->plan.arena; i++)
        n->arena[i] = NAN; /* nobody may count on zeros */
}

void net_release(struct net *n)
{
    evk_plan_release(&n->plan);
    evk_graph_release(&n->g);
    free(n->arena);
    *n = (struct net){0};
}

const float *net_forward(struct net *n, const float *image)
{
    evk_run_forward(&n->plan, n->arena, image);
    return n->arena + n->plan.y[n->g.count - 1];
}

void net_backward(struct net *n, const float *seed, float *gradient)
{
    evk_run_backward(&n->plan, n->arena, seed, gradient);
}

struct evk_tensor random_tensor(uint64_t *state, int axes, const int64_t *dim)
{
    struct evk_tensor t;

    assert_ok(evk_tensor_new(&t, axes, dim, err));
    for (int64_t i = 0; i < evk_tensor_count(&t); i++)
        t.data[i] = random_float(state);
    return t;
}

struct evk_tensor whole_tensor(uint64_t *state, int axes, const int64_t *dim)
{
    struct evk_tensor t = random_tensor(state, axes, dim);

    for (int64_t i = 0; i < evk_tensor_count(&t); i++)
        t.data[i] = roundf(3.4f * t.data[i]);
    return t;
}

struct evk_tensor positive_tensor(uint64_t *state, int axes, const int64_t *dim)
{
    struct evk_tensor t = random_tensor(state, axes, dim);

    for (int64_t i = 0; i < evk_tensor_count(&t); i++)
        t.data[i] = 0.1f + 0.9f * fabsf(t.data[i]);
    return t;
}
