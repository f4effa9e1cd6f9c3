/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_rectifiers.c - a ReLU that moves into the layer before it changes no bit
 *
 * Each graph is built twice with the same weights, folded once, and both must
 * give the same bits, forward and backward.  Batch norms are only where
 * nothing can absorb them, for that would change roundings.
 */
#include "../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/kernels.h"
#include "../../harness/net.h"

static uint64_t seed = 1;

static const struct evk_window same = {3, 3, 1, 1, 1, 1, 1, 1, 1, 1};
static const struct evk_window point = {1, 1, 1, 1, 1, 1, 0, 0, 0, 0};
static const struct evk_window odd = {2, 3, 2, 1, 1, 2, 0, 1, 2, 0};

/* ---- nodes: each gives its number ----------------------------------------------------------- */

static int conv(struct net *n, const char *name, int x, const struct evk_window *v, int64_t o)
{
    const int64_t c = n->g.nodes[x].out.c;

    return net_conv2d(n, name, x, v, random_tensor(&seed, 4, (const int64_t[]){v->h, v->w, c, o}));
}

static int depthwise(struct net *n, const char *name, int x, const struct evk_window *v, int64_t m)
{
    const int64_t c = n->g.nodes[x].out.c;

    return net_depthwise(n, name, x, v,
                         random_tensor(&seed, 4, (const int64_t[]){v->h, v->w, c, m}));
}

static int leaky(struct net *n, const char *name, int x, float slope, float threshold, float max)
{
    int node;

    assert_ok(evk_add_relu(&n->g, name, x, slope, threshold, max, &node, err));
    return node;
}

static int relu(struct net *n, const char *name, int x)
{
    return leaky(n, name, x, 0, 0, INFINITY);
}

static int norm(struct net *n, const char *name, int x)
{
    const int64_t c = n->g.nodes[x].out.c;
    struct evk_tensor gamma = random_tensor(&seed, 1, &c), mean = random_tensor(&seed, 1, &c);
    struct evk_tensor variance = positive_tensor(&seed, 1, &c);
    int node;

    assert_ok(evk_add_batchnorm(
        &n->g, name, x, &(struct evk_norm){&gamma, NULL, &mean, &variance, 1e-3}, &node, err));
    evk_tensor_release(&gamma);
    evk_tensor_release(&mean);
    evk_tensor_release(&variance);
    return node;
}

static int dense(struct net *n, const char *name, int x)
{
    struct evk_tensor k = random_tensor(&seed, 2, (const int64_t[]){n->g.nodes[x].out.c, 3});
    int node;

    assert_ok(evk_add_dense(&n->g, name, x, &k, NULL, &node, err));
    evk_tensor_release(&k);
    return node;
}

static int add(struct net *n, const char *name, int a, int b)
{
    int node;

    assert_ok(evk_add_add(&n->g, name, 2, (const int[]){a, b}, &node, err));
    return node;
}

static int join(struct net *n, const char *name, int a, int b)
{
    int node;

    assert_ok(evk_add_concat(&n->g, name, 2, (const int[]){a, b}, 2, &node, err));
    return node;
}

static int maxpool(struct net *n, const char *name, int x)
{
    int node;

    assert_ok(evk_add_maxpool(&n->g, name, x, &same, &node, err));
    return node;
}

/*
 * ---- graphs -----------------------------------------------------------------------------------
 */

static void conv_last(struct net *n)
{
    relu(n, "relu", conv(n, "a", 0, &same, 5));
}

static void point_last(struct net *n)
{
    relu(n, "relu", conv(n, "a", 0, &point, 17));
}

static void depthwise_last(struct net *n)
{
    relu(n, "relu", depthwise(n, "a", 0, &odd, 1));
}

static void multiplier_last(struct net *n)
{
    relu(n, "relu", depthwise(n, "a", 0, &odd, 3));
}

/* As the published models have it, without norms. */
static void chain(struct net *n)
{
    int x = relu(n, "r1", conv(n, "a", 0, &odd, 6));

    x = relu(n, "r2", conv(n, "b", depthwise(n, "c", x, &same, 1), &point, 5));
    dense(n, "d", relu(n, "r3", depthwise(n, "e", x, &same, 2)));
}

/* Both ReLUs move into the convolution: after the first, the second changes nothing. */
static void two_relus(struct net *n)
{
    conv(n, "b", relu(n, "r2", relu(n, "r1", conv(n, "a", 0, &same, 4))), &same, 2);
}

static void norm_after(struct net *n)
{
    conv(n, "b", norm(n, "norm", relu(n, "relu", conv(n, "a", 0, &same, 4))), &same, 2);
}

static void norm_last(struct net *n)
{
    norm(n, "norm", relu(n, "relu", depthwise(n, "a", 0, &same, 1)));
}

/* The second ReLU follows a norm, which cannot take it. */
static void norm_between(struct net *n)
{
    relu(n, "r2", norm(n, "norm", relu(n, "r1", conv(n, "a", 0, &same, 4))));
}

static void leaky_stays(struct net *n)
{
    leaky(n, "leaky", conv(n, "a", 0, &same, 4), 0.25f, 0, INFINITY);
}

static void threshold_stays(struct net *n)
{
    leaky(n, "threshold", conv(n, "a", 0, &same, 4), 0, 0.5f, INFINITY);
}

static void ceiling_stays(struct net *n)
{
    leaky(n, "ceiling", depthwise(n, "a", 0, &same, 1), 0, 0, 0.75f);
}

/* The plain ReLU follows a leaky one, which cannot take it and which it may not pass. */
static void leaky_between(struct net *n)
{
    relu(n, "relu", leaky(n, "leaky", conv(n, "a", 0, &same, 4), -0.5f, 0, INFINITY));
}

static void others_cannot(struct net *n)
{
    int x = relu(n, "r1", 0);

    x = relu(n, "r2", maxpool(n, "max", x));
    x = relu(n, "r3", add(n, "add", x, 0));
    x = relu(n, "r4", join(n, "join", x, 0));
    relu(n, "r5", dense(n, "d", x));
}

static void other_reader(struct net *n)
{
    const int a = conv(n, "a", 0, &same, 4);

    add(n, "add", relu(n, "relu", a), a);
}

static void other_relu(struct net *n)
{
    const int a = depthwise(n, "a", 0, &same, 2);
    const int b = relu(n, "r1", a);

    join(n, "join", b, relu(n, "r2", a));
}

static void two_readers(struct net *n)
{
    const int x = relu(n, "relu", conv(n, "a", 0, &same, 4));
    const int y = conv(n, "b", x, &odd, 3);

    join(n, "join", y, depthwise(n, "c", x, &odd, 1));
}

static void read_twice(struct net *n)
{
    const int x = relu(n, "relu", depthwise(n, "a", 0, &same, 1));

    join(n, "join", add(n, "add", x, x), x);
}

static void residual(struct net *n)
{
    const int x = relu(n, "r1", conv(n, "a", 0, &same, 4));
    const int y = add(n, "add", x, relu(n, "r2", conv(n, "b", x, &same, 4)));

    conv(n, "c", relu(n, "r3", y), &odd, 2);
}

/* A sum of three that takes its ReLU, one of whose inputs is read again; and one input alone. */
static void sums(struct net *n)
{
    const int a = conv(n, "a", 0, &same, 4), b = conv(n, "b", 0, &same, 4);
    int x, y;

    assert_ok(evk_add_add(&n->g, "three", 3, (const int[]){a, b, a}, &x, err));
    x = relu(n, "r1", x);
    assert_ok(evk_add_add(&n->g, "one", 1, &x, &y, err));
    y = relu(n, "r2", y);
    add(n, "last", add(n, "two", y, x), b);
}

enum { NAMES = 10 };

/* Every node but the input, folded. */
static const struct {
    void (*build)(struct net *n);
    const char *names[NAMES];
} graphs[] = {
    {conv_last, {"a"}},
    {point_last, {"a"}},
    {depthwise_last, {"a"}},
    {multiplier_last, {"a"}},
    {chain, {"a", "c", "b", "e", "d"}},
    {two_relus, {"a", "b"}},
    {norm_after, {"a", "norm", "b"}},
    {norm_last, {"a", "norm"}},
    {norm_between, {"a", "norm", "r2"}},
    {leaky_stays, {"a", "leaky"}},
    {threshold_stays, {"a", "threshold"}},
    {ceiling_stays, {"a", "ceiling"}},
    {leaky_between, {"a", "leaky", "relu"}},
    {others_cannot, {"r1", "max", "r2", "add", "join", "r4", "d", "r5"}},
    {other_reader, {"a", "relu", "add"}},
    {other_relu, {"a", "r1", "r2", "join"}},
    {two_readers, {"a", "b", "c", "join"}},
    {read_twice, {"a", "add", "join"}},
    {sums, {"a", "b", "three", "one", "two", "last"}},
    {residual, {"a", "b", "add", "c"}},
};

/*
 * ---- the same bits ------------------------------------------------------------------------------
 */

static void names_are(const struct evk_graph *g, const char *const names[NAMES])
{
    int i = 1;

    for (; i < g->count && names[i - 1]; i++)
        assert_string_equal(g->nodes[i].name, names[i - 1]);
    assert_int_equal(i, g->count);
    assert_null(names[i - 1]);
}

static void folded(struct net *n)
{
    evk_plan_release(&n->plan);
    free(n->arena);
    evk_graph_fold(&n->g);
    net_end(n);
}

static void assert_bits(const char *what, int graph, int64_t n, const float *got, const float *want)
{
    for (int64_t i = 0; i < n; i++)
        if (!same_bits(got[i], want[i]))
            fail_msg("%s of graph %d at %lld: %.9g, unfolded %.9g", what, graph, (long long)i,
                     (double)got[i], (double)want[i]);
}

/* Whole numbers give some sums of exactly 0, where a ReLU passes no gradient. */
static void fill(float *x, int64_t n, bool whole)
{
    for (int64_t i = 0; i < n; i++)
        x[i] = whole ? roundf(1.4f * random_float(&seed)) : random_float(&seed);
}

static void compare(int graph, struct net *a, struct net *b, bool whole)
{
    float *x = floats(a->inputs), *w = floats(a->outputs);
    float *ga = floats(a->inputs), *gb = random_floats(&seed, a->inputs);

    fill(x, a->inputs, whole);
    fill(w, a->outputs, whole);
    assert_int_equal(a->outputs, b->outputs);
    assert_bits("value", graph, a->outputs, net_forward(b, x), net_forward(a, x));
    for (int again = 0; again < 2; again++) {
        net_backward(a, w, ga);
        net_backward(b, w, gb);
        assert_bits("gradient", graph, a->inputs, gb, ga);
        assert_true(whole || inner(a->inputs, ga, ga) > 0);
    }
    free(x);
    free(w);
    free(ga);
    free(gb);
}

static void test_folding(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(graphs); i++) {
        const uint64_t begin = seed;
        struct net a, b;

        net_begin(&a, 6, 7, 3);
        graphs[i].build(&a);
        net_end(&a);
        seed = begin;
        net_begin(&b, 6, 7, 3);
        graphs[i].build(&b);
        net_end(&b);
        compare((int)i, &a, &b, false); /* the same weights, that is */
        folded(&b);
        names_are(&b.g, graphs[i].names);
        for (int trial = 0; trial < 4; trial++)
            compare((int)i, &a, &b, trial % 2);
        net_release(&a);
        net_release(&b);
    }
}

/* A graph that was folded may be folded again: its ReLUs stay before what comes after them. */
static void test_twice(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(graphs); i++) {
        const uint64_t begin = seed;
        struct net a, b;

        net_begin(&a, 6, 7, 3);
        graphs[i].build(&a);
        net_end(&a);
        folded(&a);
        seed = begin;
        net_begin(&b, 6, 7, 3);
        graphs[i].build(&b);
        net_end(&b);
        folded(&b);
        folded(&b);
        names_are(&b.g, graphs[i].names);
        compare((int)i, &a, &b, false);
        net_release(&a);
        net_release(&b);
    }
}

/* At its kink, a folded ReLU passes no gradient; graphs that end with a ReLU come first. */
static void test_kink(void **state)
{
    static const float zeros[6 * 7 * 3];

    (void)state;
    for (int i = 0; i < 4; i++) {
        float *w, *gx;
        struct net n;

        net_begin(&n, 6, 7, 3);
        graphs[i].build(&n);
        evk_graph_fold(&n.g);
        net_end(&n);
        w = random_floats(&seed, n.outputs);
        gx = random_floats(&seed, n.inputs);
        for (int64_t j = 0; j < n.outputs; j++)
            assert_true(same_bits(net_forward(&n, zeros)[j], 0));
        net_backward(&n, w, gx);
        for (int64_t j = 0; j < n.inputs; j++)
            assert_true(gx[j] == 0);
        free(w);
        free(gx);
        net_release(&n);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_folding), cmocka_unit_test(test_twice),
                                       cmocka_unit_test(test_kink)};

    if (argc > 1)
        seed = strtoull(argv[1], NULL, 10);
    printf("seed %llu\n", (unsigned long long)seed);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
