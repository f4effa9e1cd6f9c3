/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_strips.c - a pair that goes by strips of rows computes what it does as a whole
 *
 * Each pair is built twice with the same weights.  In one of them somebody else
 * reads the convolution too, which leads to nothing but makes them no pair, and
 * both must give the same bits, forward and backward.
 */
#include "../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/kernels.h"
#include "../../harness/net.h"

static uint64_t seed = 1;

/* One pair: a convolution, with or without a ReLU, and a depthwise one that reads it. */
struct pair {
    int64_t h, w, c, o, m; /* image, output channels, depth multiplier */
    struct evk_window first, second;
    bool relu, second_relu;
};

static int relu(struct net *n, int x)
{
    int node;

    assert_ok(evk_add_relu(&n->g, "relu", x, 0, 0, INFINITY, &node, err));
    return node;
}

/* apart: with another reader of what the depthwise convolution reads. */
static void build(struct net *n, const struct pair *t, bool apart)
{
    uint64_t state = seed;
    int x, other;

    net_begin(n, t->h, t->w, t->c);
    x = net_conv2d(n, "a", 0, &t->first,
                   random_tensor(&state, 4, (const int64_t[]){t->first.h, t->first.w, t->c, t->o}));
    if (t->relu)
        x = relu(n, x);
    if (apart)
        assert_ok(evk_add_add(&n->g, "other", 2, (const int[]){x, x}, &other, err));
    x = net_depthwise(
        n, "b", x, &t->second,
        random_tensor(&state, 4, (const int64_t[]){t->second.h, t->second.w, t->o, t->m}));
    if (t->second_relu)
        relu(n, x);
    evk_graph_fold(&n->g);
    net_end(n);
}

static int64_t side(const struct evk_window *v, int64_t n, bool rows)
{
    const int64_t pads = rows ? v->top + v->bottom : v->left + v->right;
    const int64_t span = rows ? (v->h - 1) * v->dilation_h : (v->w - 1) * v->dilation_w;

    return (n + pads - span - 1) / (rows ? v->stride_h : v->stride_w) + 1;
}

/* Twice, for what the first pass leaves in the ring. How many pairs there were. */
static int check(const struct pair *t)
{
    struct net strips, whole;
    float *image, *weights, *a, *b;
    int pairs = 0;

    build(&strips, t, false);
    build(&whole, t, true);
    for (int i = 0; i < strips.g.count; i++)
        pairs += strips.plan.places[i].in_chain;
    for (int i = 0; i < whole.g.count; i++)
        assert_false(whole.plan.places[i].in_chain);
    a = floats(strips.inputs);
    b = floats(strips.inputs);
    for (int pass = 0; pass < 2; pass++) {
        image = random_floats(&seed, strips.inputs);
        weights = random_floats(&seed, strips.outputs);
        assert_memory_equal(net_forward(&strips, image), net_forward(&whole, image),
                            (size_t)strips.outputs * sizeof(*image));
        net_backward(&strips, weights, a);
        net_backward(&whole, weights, b);
        assert_memory_equal(a, b, (size_t)strips.inputs * sizeof(*a));
        free(image);
        free(weights);
    }
    free(a);
    free(b);
    net_release(&strips);
    net_release(&whole);
    return pairs;
}

static struct evk_window window(int64_t size, int64_t stride, int64_t dilation, int64_t before,
                                int64_t after)
{
    return (struct evk_window){size,     size,   stride, stride, dilation,
                               dilation, before, after,  before, after};
}

/* Those of the published models, and the two of a residual net. */
static void test_known(void **state)
{
    const struct pair known[] = {
        {30, 12, 3, 57, 1, window(5, 1, 1, 2, 2), window(5, 2, 1, 1, 2), true, false},
        {40, 9, 5, 16, 1, window(1, 1, 1, 0, 0), window(5, 1, 1, 2, 2), true, true},
        {35, 8, 20, 33, 1, window(1, 1, 1, 0, 0), window(3, 2, 1, 0, 1), false, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        assert_int_equal(check(&known[i]), 1);
}

static struct evk_window any_window(void)
{
    struct evk_window v =
        window(between(&seed, 1, 5), between(&seed, 1, 3), between(&seed, 1, 2), 0, 0);

    v.w = between(&seed, 1, 4);
    v.stride_w = between(&seed, 1, 3);
    v.top = between(&seed, 0, 3);
    v.bottom = between(&seed, 0, 3);
    v.left = between(&seed, 0, 3);
    v.right = between(&seed, 0, 3);
    return v;
}

/* Anything, also what is no pair because its ring would not be smaller. */
static void test_any(void **state)
{
    int pairs = 0, tries = 0;

    (void)state;
    for (int i = 0; i < 400; i++) {
        struct pair t = {.h = between(&seed, 6, 40),
                         .w = between(&seed, 5, 12),
                         .c = between(&seed, 1, 4),
                         .o = between(&seed, 1, 40),
                         .m = between(&seed, 1, 8) == 1 ? 2 : 1,
                         .first = any_window(),
                         .second = any_window(),
                         .relu = between(&seed, 0, 1),
                         .second_relu = between(&seed, 0, 1)};
        const int64_t h = side(&t.first, t.h, true), w = side(&t.first, t.w, false);

        if (h < 1 || w < 1 || side(&t.second, h, true) < 1 || side(&t.second, w, false) < 1 ||
            h + t.second.top + t.second.bottom <= (t.second.h - 1) * t.second.dilation_h ||
            w + t.second.left + t.second.right <= (t.second.w - 1) * t.second.dilation_w)
            continue;
        tries++;
        pairs += check(&t);
    }
    printf("%d of %d were pairs\n", pairs, tries);
    assert_true(pairs > 50 && tries > 200);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_known), cmocka_unit_test(test_any)};

    if (argc > 1)
        seed = strtoull(argv[1], NULL, 10);
    printf("seed %llu\n", (unsigned long long)seed);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
