/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_readers.c - gradients of nodes that several layers read
 *
 * The first layer that reads a node overwrites the node's gradient on the way back, others add to
 * it: the gradient is the sum over all layers that read the node, of any types and in any order.
 * All numbers are small whole numbers, so that sums are exact, and each layer's part can be
 * computed by itself.
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
static const struct evk_window sparse = {2, 2, 3, 3, 1, 2, 0, 1, 2, 1};

enum { H = 5, W = 6, C = 3 };

/*
 * ---- readers: each adds nodes that read node x, by weights that depend on the kind alone
 * ---------
 */

enum kind { CONV, POINT, SPARSE, DEPTH, MANY, DEPTH_SPARSE, RELU, POOL, PAD, TWICE, DENSE, KINDS };

static struct evk_tensor whole(enum kind kind, int64_t h, int64_t w, int64_t c, int64_t o)
{
    uint64_t state = 100 + (uint64_t)kind;

    return whole_tensor(&state, 2, 4, (const int64_t[]){h, w, c, o});
}

static int dense(struct net *n, int x)
{
    struct evk_tensor k = whole(DENSE, 1, 1, C, 4);
    struct evk_tensor flat = {.axes = 2, .dim = {C, 4}, .data = k.data};
    int node;

    assert_ok(evk_add_dense(&n->g, "dense", x, &flat, NULL, &node, err));
    evk_tensor_release(&k);
    return node;
}

static int other(struct net *n, enum kind kind, int x)
{
    struct evk_graph *g = &n->g;
    int node;

    if (kind == RELU)
        assert_ok(evk_add_relu(g, "relu", x, 0, 0, INFINITY, &node, err));
    else if (kind == POOL)
        assert_ok(evk_add_maxpool(g, "pool", x, &same, &node, err));
    else if (kind == PAD)
        assert_ok(evk_add_pad(g, "pad", x, &(struct evk_pad){1, 0, 2, 1}, &node, err));
    else if (kind == TWICE)
        assert_ok(evk_add_add(g, "add", 2, (const int[]){x, x}, &node, err));
    else
        node = dense(n, x);
    return node;
}

/* A vector. */
static int reader(struct net *n, enum kind kind, int x)
{
    int node;

    switch (kind) {
    case CONV:
        node = net_conv2d(n, "conv", x, &same, whole(kind, 3, 3, C, 5));
        break;
    case POINT:
        node = net_conv2d(n, "point", x, &point, whole(kind, 1, 1, C, 17));
        break;
    case SPARSE:
        node = net_conv2d(n, "sparse", x, &sparse, whole(kind, 2, 2, C, 2));
        break;
    case DEPTH:
        node = net_depthwise(n, "depth", x, &same, whole(kind, 3, 3, C, 1));
        break;
    case MANY:
        node = net_depthwise(n, "many", x, &same, whole(kind, 3, 3, C, 2));
        break;
    case DEPTH_SPARSE:
        node = net_depthwise(n, "depth sparse", x, &sparse, whole(kind, 2, 2, C, 1));
        break;
    default:
        node = other(n, kind, x);
    }
    assert_ok(evk_add_flatten(&n->g, "flat", node, &node, err));
    return node;
}

/* Build a graph whose layers all read one node: an inner node, or the input itself. */
static void build(struct net *n, bool inner_node, int count, const enum kind *kinds)
{
    int x = 0, at[3], node;

    net_begin(n, H, W, C);
    if (inner_node)
        x = net_conv2d(n, "shared", 0, &point, whole(KINDS, 1, 1, C, C));
    for (int i = 0; i < count; i++)
        at[i] = reader(n, kinds[i], x);
    assert_ok(evk_add_concat(&n->g, "join", count, at, 2, &node, err));
    net_end(n);
}

/* The sum of the gradients of one reader at a time is that of all of them. */
static void check(bool inner_node, int count, const enum kind *kinds)
{
    struct evk_tensor image = whole_tensor(&seed, 3, 3, (const int64_t[]){H, W, C}), w;
    float *all = random_floats(&seed, H * W * C), *sum = floats(H * W * C);
    float *one = floats(H * W * C);
    const float *from;
    struct net n;

    build(&n, inner_node, count, kinds);
    w = whole_tensor(&seed, 2, 1, &n.outputs);
    net_forward(&n, image.data);
    net_backward(&n, w.data, all);
    net_release(&n);
    from = w.data;
    for (int i = 0; i < count; i++) {
        build(&n, inner_node, 1, &kinds[i]);
        net_forward(&n, image.data);
        net_backward(&n, from, one);
        for (int64_t j = 0; j < n.inputs; j++)
            sum[j] += one[j];
        from += n.outputs;
        net_release(&n);
    }
    for (int64_t j = 0; j < H * W * C; j++)
        if (all[j] != sum[j])
            fail_msg("readers %d, %d, %d: %.9g at %lld, one by one %.9g", (int)kinds[0],
                     (int)kinds[1], count > 2 ? (int)kinds[2] : -1, (double)all[j], (long long)j,
                     (double)sum[j]);
    evk_tensor_release(&image);
    evk_tensor_release(&w);
    free(all);
    free(sum);
    free(one);
}

static void test_pairs(void **state)
{
    (void)state;
    for (int i = 0; i < KINDS * KINDS * 2; i++)
        check(i % 2, 2, (const enum kind[]){i / 2 % KINDS, i / 2 / KINDS});
}

static void test_triples(void **state)
{
    (void)state;
    for (int i = 0; i < 300; i++)
        check(i % 2, 3,
              (const enum kind[]){between(&seed, 0, KINDS - 1), between(&seed, 0, KINDS - 1),
                                  between(&seed, 0, KINDS - 1)});
}

/*
 * ---- a layer that overwrites and reads one node twice: the second time it adds
 * --------------------
 */

static void sum_forward(const void *self, const struct evk_pass *p)
{
    (void)self;
    for (int64_t i = 0; i < evk_shape_count(&p->out); i++)
        p->y[i] = p->x[0][i] + 2 * p->x[1][i] + 4 * p->x[2][i];
}

static void sum_backward(const void *self, const struct evk_pass *p)
{
    (void)self;
    for (int j = 0; j < 3; j++)
        for (int64_t i = 0; i < evk_shape_count(&p->out); i++)
            p->gx[j][i] = (p->add[j] ? p->gx[j][i] : 0) + (float)(1 << j) * p->gy[i];
}

static const struct evk_layer_type sum_type = {
    .name = "sum",
    .shape = evk_shape_same,
    .forward = sum_forward,
    .backward = sum_backward,
    .overwrites = true,
    .release = free,
};

/* Check sums of the image and of its ReLU, in which these occur more than once. */
static void check_sum(const int x[3])
{
    float image[6] = {1, 2, 3, 4, 5, 6}, w[6] = {1, -2, 3, -4, 5, -6}, gx[6];
    struct net n;
    int node;

    net_begin(&n, 2, 3, 1);
    assert_ok(evk_add_relu(&n.g, "relu", 0, 0, 0, INFINITY, &node, err));
    assert_ok(evk_graph_add_take(&n.g, &sum_type, NULL, "sum", 3, x, &node, err));
    net_end(&n);
    net_forward(&n, image);
    net_backward(&n, w, gx);
    for (int i = 0; i < 6; i++)
        assert_true(gx[i] == 7 * w[i]);
    net_release(&n);
}

static void test_sums(void **state)
{
    (void)state;
    for (int i = 0; i < 8; i++)
        check_sum((const int[]){i & 1, i >> 1 & 1, i >> 2});
}

/*
 * ---- no readers
 * ------------------------------------------------------------------------------------
 */

/* A layer that reads nothing. */
static evk_status constant_shape(const void *self, int inputs, const struct evk_shape *in,
                                 struct evk_shape *out, evk_error *err)
{
    (void)inputs;
    (void)in;
    (void)err;
    *out = *(const struct evk_shape *)self;
    return EVK_OK;
}

static void constant_forward(const void *self, const struct evk_pass *p)
{
    (void)self;
    for (int64_t i = 0; i < evk_shape_count(&p->out); i++)
        p->y[i] = 1;
}

static void constant_backward(const void *self, const struct evk_pass *p)
{
    (void)self;
    (void)p;
}

static const struct evk_layer_type constant_type = {
    .name = "constant",
    .shape = constant_shape,
    .forward = constant_forward,
    .backward = constant_backward,
    .release = free,
};

static int constant(struct net *n, const struct evk_shape *shape)
{
    struct evk_shape *layer = malloc(sizeof(*layer));
    int node;

    if (!layer)
        fail_msg("no memory");
    *layer = *shape;
    assert_ok(evk_graph_add_take(&n->g, &constant_type, layer, "constant", 0, NULL, &node, err));
    return node;
}

/* Returns the gradient at a fixed image for fixed weights of the outputs; free() it. */
static float *gradient(struct net *n)
{
    uint64_t state = 5;
    float *x, *w, *gx;

    net_end(n);
    x = random_floats(&state, n->inputs);
    w = random_floats(&state, n->outputs);
    gx = random_floats(&state, n->inputs);
    net_forward(n, x);
    net_backward(n, w, gx);
    free(x);
    free(w);
    return gx;
}

static void test_independent(void **state)
{
    const struct evk_shape shape = {H, W, C, false};

    (void)state;
    for (enum kind kind = 0; kind < KINDS; kind++) {
        struct net n;
        float *gx;

        net_begin(&n, H, W, C);
        reader(&n, kind, constant(&n, &shape));
        gx = gradient(&n);
        for (int64_t i = 0; i < n.inputs; i++)
            assert_true(gx[i] == 0);
        free(gx);
        net_release(&n);
    }
}

/* The image itself is the output. */
static void test_input_only(void **state)
{
    float x[4] = {1, 2, 3, 4}, w[4] = {5, 6, 7, 8}, gx[4] = {9, 9, 9, 9};
    struct net n;

    (void)state;
    net_begin(&n, 2, 2, 1);
    net_end(&n);
    assert_memory_equal(net_forward(&n, x), x, sizeof(x));
    net_backward(&n, w, gx);
    assert_memory_equal(gx, w, sizeof(gx));
    net_release(&n);
}

/* In a graph that was not pruned, layers that lead to no output do not count in the gradient. */
static void test_dangling(void **state)
{
    (void)state;
    for (enum kind kind = 0; kind < KINDS; kind++) {
        float *want, *got;
        struct net n;

        net_begin(&n, H, W, C);
        reader(&n, CONV, 0);
        want = gradient(&n);
        net_release(&n);
        net_begin(&n, H, W, C);
        reader(&n, kind, 0);
        reader(&n, CONV, 0);
        got = gradient(&n);
        for (int64_t i = 0; i < n.inputs; i++)
            assert_true(got[i] == want[i]);
        free(want);
        free(got);
        net_release(&n);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pairs),      cmocka_unit_test(test_triples),
        cmocka_unit_test(test_sums),       cmocka_unit_test(test_independent),
        cmocka_unit_test(test_input_only), cmocka_unit_test(test_dangling),
    };

    if (argc > 1)
        seed = strtoull(argv[1], NULL, 10);
    printf("seed %llu\n", (unsigned long long)seed);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
