/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_graph.c - pruning, folding, counting, and which pixels an output can see */
#include "../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/net.h"
#include "../../oracle/oracle.h"

static uint64_t seed = 1;

static const struct evk_window same = {3, 3, 1, 1, 1, 1, 1, 1, 1, 1};
static const struct oracle_window oracle_same = {3, 3, 1, 1, 1, 1, 1, 1, 1, 1};

static int add_conv(struct net *n, const char *name, int x, const struct evk_window *v, int64_t o)
{
    const int64_t c = n->g.nodes[x].out.c;

    return net_conv2d(n, name, x, v,
                      positive_tensor(&seed, 4, (const int64_t[]){v->h, v->w, c, o}));
}

static int add_relu(struct net *n, int x)
{
    int node;

    assert_ok(evk_add_relu(&n->g, "relu", x, 0, 0, INFINITY, &node, err));
    return node;
}

static int add_flatten(struct net *n, int x)
{
    int node;

    assert_ok(evk_add_flatten(&n->g, "flatten", x, &node, err));
    return node;
}

static void names_are(const struct evk_graph *g, const char *const *names)
{
    int i = 0;

    for (; i < g->count && names[i]; i++)
        assert_string_equal(g->nodes[i].name, names[i]);
    assert_int_equal(i, g->count);
    assert_null(names[i]);
}

/* ---- pruning ------------------------------------------------------------------------ */

/* in -> a -> b -> d, a -> c -> e: the output d needs in, a and b. */
static void test_prune(void **state)
{
    float x[20], *before = floats(60);
    struct net n;
    int a, b, c;

    (void)state;
    for (int i = 0; i < 20; i++)
        x[i] = random_float(&seed);
    net_begin(&n, 4, 5, 1);
    a = add_conv(&n, "a", 0, &same, 2);
    c = add_conv(&n, "c", a, &same, 3);
    b = add_conv(&n, "b", a, &same, 3);
    add_conv(&n, "e", c, &same, 4);
    add_conv(&n, "d", b, &same, 3);
    net_end(&n);
    memcpy(before, net_forward(&n, x), 60 * sizeof(*before));
    assert_ok(evk_graph_prune(&n.g, 5, NULL, err));
    names_are(&n.g, (const char *const[]){"in", "a", "b", "d", NULL});
    for (int i = 1; i < 4; i++)
        assert_int_equal(n.g.nodes[i].input[0], i - 1);
    evk_plan_release(&n.plan);
    free(n.arena);
    net_end(&n);
    assert_memory_equal(before, net_forward(&n, x), 60 * sizeof(*before));
    /* The input stays, read or not; an output in the middle drops what comes after it. */
    assert_ok(evk_graph_prune(&n.g, 1, NULL, err));
    names_are(&n.g, (const char *const[]){"in", "a", NULL});
    assert_ok(evk_graph_prune(&n.g, 0, NULL, err));
    names_are(&n.g, (const char *const[]){"in", NULL});
    free(before);
    net_release(&n);
}

/* ---- folding ------------------------------------------------------------------------ */

/* Statistics of a batch norm, here and in the oracle. */
struct norm {
    struct evk_tensor gamma, beta, mean, variance;
};

static struct norm norm_new(int64_t c)
{
    return (struct norm){random_tensor(&seed, 1, &c), random_tensor(&seed, 1, &c),
                         random_tensor(&seed, 1, &c), positive_tensor(&seed, 1, &c)};
}

static void norm_release(struct norm *s)
{
    evk_tensor_release(&s->gamma);
    evk_tensor_release(&s->beta);
    evk_tensor_release(&s->mean);
    evk_tensor_release(&s->variance);
}

static int add_norm(struct net *n, const char *name, int x, const struct norm *s)
{
    int node;

    assert_ok(evk_add_batchnorm(
        &n->g, name, x, &(struct evk_norm){&s->gamma, &s->beta, &s->mean, &s->variance, 1e-3},
        &node, err));
    return node;
}

static struct map oracle_norm(const struct map *x, const struct norm *s)
{
    return oracle_batchnorm(x, s->gamma.data, s->beta.data, s->mean.data, s->variance.data, 1e-3);
}

enum layer { CONV, DEPTHWISE, MULTIPLIER, DENSE, LAYERS };

/* Add a layer of 6 channels that can absorb a batch norm; returns its output by the oracle. */
static struct map add_absorber(struct net *n, enum layer layer, const struct map *x)
{
    const int64_t c = 6, multiplier = layer == MULTIPLIER ? 2 : 1;
    const int64_t dim[] = {3, 3, x->c, layer == CONV ? c : multiplier}, flat[] = {x->c, c};
    struct evk_tensor k =
        layer == DENSE ? random_tensor(&seed, 2, flat) : random_tensor(&seed, 4, dim);
    struct evk_tensor bias = random_tensor(&seed, 1, &c);
    struct map y;
    int node;

    if (layer == CONV) {
        assert_ok(evk_add_conv2d(&n->g, "layer", 0, &same, &k, &bias, &node, err));
        y = oracle_conv2d(x, &oracle_same, c, k.data, bias.data);
    } else if (layer == DENSE) {
        assert_ok(evk_add_dense(&n->g, "layer", 0, &k, &bias, &node, err));
        y = oracle_dense(x, c, k.data, bias.data);
    } else {
        assert_ok(evk_add_depthwise(&n->g, "layer", 0, &same, &k, &bias, &node, err));
        y = oracle_depthwise(x, &oracle_same, multiplier, k.data, bias.data);
    }
    evk_tensor_release(&k);
    evk_tensor_release(&bias);
    return y;
}

static void check_fold(enum layer layer)
{
    const int64_t c = layer == MULTIPLIER ? 3 : layer == DEPTHWISE ? 6 : 4;
    struct evk_tensor image = random_tensor(&seed, 3, (const int64_t[]){5, 7, c});
    struct map x = map_of(5, 7, c, image.data), y, z, want;
    struct norm first = norm_new(6), second = norm_new(6);
    struct net n;

    net_begin(&n, 5, 7, c);
    y = add_absorber(&n, layer, &x);
    z = oracle_norm(&y, &first);
    z.terms = y.terms + 4; /* absorbed one after the other */
    want = oracle_norm(&z, &second);
    add_norm(&n, "second", add_norm(&n, "first", 1, &first), &second);
    net_end(&n);
    map_check(&want, net_forward(&n, image.data), "unfolded");
    evk_plan_release(&n.plan);
    free(n.arena);
    evk_graph_fold(&n.g);
    names_are(&n.g, (const char *const[]){"in", "layer", NULL});
    net_end(&n);
    map_check(&want, net_forward(&n, image.data), "folded");
    for (int64_t i = 0; i < map_count(&x); i++)
        image.data[i] = roundf(1024.0f * image.data[i]) / 1024.0f;
    net_check_slope(&n, &seed, image.data, 2 * 40); /* the backward pass was folded too */
    map_release(&x);
    map_release(&y);
    map_release(&z);
    map_release(&want);
    norm_release(&first);
    norm_release(&second);
    evk_tensor_release(&image);
    net_release(&n);
}

static void test_fold(void **state)
{
    (void)state;
    for (enum layer layer = CONV; layer < LAYERS; layer++)
        check_fold(layer);
}

/*
 * A norm is not absorbed where another layer reads the unscaled values, nor one that follows a ReLU
 * by the layer before the ReLU.
 */
static void test_no_fold(void **state)
{
    struct norm s = norm_new(2);
    struct net n;
    int a, b, x[2];

    (void)state;
    net_begin(&n, 4, 5, 1);
    a = add_conv(&n, "a", 0, &same, 2);
    x[0] = add_norm(&n, "norm", a, &s);
    x[1] = a;
    assert_ok(evk_add_add(&n.g, "sum", 2, x, &b, err));
    evk_graph_fold(&n.g);
    names_are(&n.g, (const char *const[]){"in", "a", "norm", "sum", NULL});
    evk_graph_release(&n.g);
    net_begin(&n, 4, 5, 1);
    a = add_relu(&n, add_conv(&n, "a", 0, &same, 2));
    add_norm(&n, "norm", a, &s);
    evk_graph_fold(&n.g);
    names_are(&n.g, (const char *const[]){"in", "a", "norm", NULL}); /* only the relu moves */
    evk_graph_release(&n.g);
    net_begin(&n, 4, 5, 2);
    add_norm(&n, "norm", 0, &s);
    evk_graph_fold(&n.g);
    names_are(&n.g, (const char *const[]){"in", "norm", NULL});
    evk_graph_release(&n.g);
    norm_release(&s);
}

/* A norm that two layers read is absorbed, and both layers then read the convolution. */
static void test_fold_renumbers(void **state)
{
    struct norm s = norm_new(2);
    int a, b, x[2];
    struct net n;

    (void)state;
    net_begin(&n, 4, 5, 1);
    a = add_norm(&n, "norm", add_conv(&n, "a", 0, &same, 2), &s);
    b = add_relu(&n, a);
    x[0] = a;
    x[1] = b;
    assert_ok(evk_add_concat(&n.g, "join", 2, x, 2, &b, err));
    evk_graph_fold(&n.g);
    names_are(&n.g, (const char *const[]){"in", "a", "relu", "join", NULL});
    assert_int_equal(n.g.nodes[2].input[0], 1);
    assert_int_equal(n.g.nodes[3].input[0], 1);
    assert_int_equal(n.g.nodes[3].input[1], 2);
    evk_graph_release(&n.g);
    norm_release(&s);
}

/* ---- counting ----------------------------------------------------------------------- */

static void test_flops(void **state)
{
    const struct evk_window strided = {5, 5, 2, 2, 1, 1, 1, 2, 1, 2};
    struct evk_tensor d = positive_tensor(&seed, 4, (const int64_t[]){5, 5, 4, 2});
    struct evk_tensor k = positive_tensor(&seed, 2, (const int64_t[]){3 * 3 * 8, 10});
    struct net n;
    int a, b;

    (void)state;
    net_begin(&n, 6, 6, 3);
    a = add_relu(&n, add_conv(&n, "a", 0, &same, 4));
    assert_int_equal(evk_graph_flops(&n.g), 2 * 6 * 6 * 4 * (3 * 3 * 3));
    assert_ok(evk_add_depthwise(&n.g, "b", a, &strided, &d, NULL, &b, err));
    assert_ok(evk_add_dense(&n.g, "c", add_flatten(&n, b), &k, NULL, &b, err));
    assert_int_equal(evk_graph_flops(&n.g), 7776 + 2 * 3 * 3 * 8 * 25 + 2 * 72 * 10);
    evk_graph_release(&n.g);
    evk_tensor_release(&d);
    evk_tensor_release(&k);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_prune),   cmocka_unit_test(test_fold),
        cmocka_unit_test(test_no_fold), cmocka_unit_test(test_fold_renumbers),
        cmocka_unit_test(test_flops),
    };

    if (argc > 1)
        seed = strtoull(argv[1], NULL, 10);
    printf("seed %llu\n", (unsigned long long)seed);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
