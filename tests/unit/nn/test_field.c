/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_field.c - which part of the image an output depends on, found by changing the image
 *
 * With positive weights nothing cancels, so that an output depends on a value of the image exactly
 * where a change of that value changes the output.
 */
#include "../../harness/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/net.h"

static uint64_t seed = 1;

static const struct evk_window same = {3, 3, 1, 1, 1, 1, 1, 1, 1, 1};
static const struct evk_window strided = {5, 5, 2, 2, 1, 1, 1, 2, 1, 2};
static const struct evk_window uneven = {2, 3, 1, 2, 1, 1, 0, 1, 2, 0};
static const struct evk_window valid = {3, 2, 1, 1, 1, 1, 0, 0, 0, 0};
static const struct evk_window dilated = {3, 2, 1, 1, 2, 3, 0, 0, 0, 0};
static const struct evk_window dilated_same = {3, 3, 1, 1, 2, 2, 1, 2, 1, 2};
static const struct evk_window pool = {2, 2, 2, 2, 1, 1, 0, 0, 0, 0};
static const struct evk_window sparse = {1, 1, 2, 3, 1, 1, 0, 0, 0, 0};

static int conv(struct net *n, int x, const struct evk_window *v, int64_t o)
{
    const int64_t c = n->g.nodes[x].out.c;

    return net_conv2d(n, "conv", x, v,
                      positive_tensor(&seed, 4, (const int64_t[]){v->h, v->w, c, o}));
}

static int depthwise(struct net *n, int x, const struct evk_window *v, int64_t m)
{
    const int64_t c = n->g.nodes[x].out.c;

    return net_depthwise(n, "depthwise", x, v,
                         positive_tensor(&seed, 4, (const int64_t[]){v->h, v->w, c, m}));
}

static int maxpool(struct net *n, int x, const struct evk_window *v)
{
    int node;

    assert_ok(evk_add_maxpool(&n->g, "max", x, v, &node, err));
    return node;
}

static int avgpool(struct net *n, int x, const struct evk_window *v)
{
    int node;

    assert_ok(evk_add_avgpool(&n->g, "avg", x, v, &node, err));
    return node;
}

static int pad(struct net *n, int x, int64_t top, int64_t bottom, int64_t left, int64_t right)
{
    int node;

    assert_ok(
        evk_add_pad(&n->g, "pad", x, &(struct evk_pad){top, bottom, left, right}, &node, err));
    return node;
}

static int flatten(struct net *n, int x)
{
    int node;

    assert_ok(evk_add_flatten(&n->g, "flatten", x, &node, err));
    return node;
}

static int dense(struct net *n, int x, int64_t o)
{
    const int64_t c = n->g.nodes[x].out.c;
    struct evk_tensor k = positive_tensor(&seed, 2, (const int64_t[]){c, o});
    int node;

    assert_ok(evk_add_dense(&n->g, "dense", x, &k, NULL, &node, err));
    evk_tensor_release(&k);
    return node;
}

static int merge(struct net *n, int a, int b, int axis)
{
    const int x[] = {a, b};
    int node;

    assert_ok(axis < 0 ? evk_add_add(&n->g, "add", 2, x, &node, err)
                       : evk_add_concat(&n->g, "concat", 2, x, axis, &node, err));
    return node;
}

/* ---- chains; those from LOOSE on may be given more than they see ------------------------ */

enum chain {
    CONV,
    CONV_STRIDED,
    CONV_DILATED,
    SEPARABLE,
    DEPTH,
    POOLS,
    PADDED,
    SPARSE,
    CROPPED,
    FLAT,
    READOUT,
    GLOBAL,
    GRID,
    SOFTMAX,
    RESIDUAL,
    JOINED,
    ROWS,
    SEVERAL,
    LOOSE,
    BORDER = LOOSE, /* a dilated window's taps in the padding */
    CHAINS
};

static void build_window(struct net *n, enum chain chain)
{
    if (chain == CONV)
        conv(n, conv(n, 0, &same, 2), &uneven, 2);
    else if (chain == CONV_STRIDED)
        conv(n, conv(n, 0, &strided, 2), &strided, 1);
    else if (chain == CONV_DILATED)
        conv(n, 0, &dilated, 2);
    else if (chain == SEPARABLE)
        conv(n, depthwise(n, 0, &strided, 1), &(struct evk_window){1, 1, 1, 1, 1, 1, 0, 0, 0, 0},
             2);
    else if (chain == DEPTH)
        depthwise(n, depthwise(n, 0, &same, 2), &valid, 2);
    else if (chain == POOLS)
        avgpool(n, maxpool(n, 0, &pool), &valid);
    else if (chain == PADDED)
        conv(n, pad(n, 0, 2, 1, 0, 1), &valid, 1);
    else if (chain == SPARSE)
        conv(n, conv(n, 0, &valid, 1), &sparse, 1);
    else
        conv(n, 0, &dilated_same, 1);
}

static void build(struct net *n, enum chain chain)
{
    int a, node;

    net_begin(n, 8, 9, 2);
    if (chain == CROPPED) {
        assert_ok(evk_add_crop(&n->g, "crop", depthwise(n, 0, &same, 1),
                               &(struct evk_box){{1, 2, 0}, {5, 7, 1}}, &node, err));
    } else if (chain == FLAT) {
        flatten(n, conv(n, 0, &strided, 2));
    } else if (chain == READOUT) {
        dense(n, flatten(n, conv(n, 0, &valid, 2)), 2);
    } else if (chain == GLOBAL) {
        assert_ok(evk_add_globalpool(&n->g, "g", depthwise(n, 0, &same, 1), false, &node, err));
    } else if (chain == GRID) {
        assert_ok(evk_add_gridpool(&n->g, "g", conv(n, 0, &valid, 2), 4, 3, &node, err));
    } else if (chain == SOFTMAX) {
        assert_ok(evk_add_softmax(&n->g, "s", depthwise(n, 0, &valid, 1), &node, err));
    } else if (chain == RESIDUAL) {
        a = conv(n, 0, &same, 2);
        merge(n, a, conv(n, a, &same, 2), -1);
    } else if (chain == JOINED) {
        a = conv(n, 0, &same, 2);
        merge(n, conv(n, a, &same, 2), conv(n, 0, &same, 3), 2);
    } else if (chain == ROWS) {
        merge(n, conv(n, 0, &same, 1), conv(n, 0, &same, 1), 0);
    } else if (chain == SEVERAL) {
        a = flatten(n, conv(n, 0, &strided, 1));
        merge(n, a, flatten(n, conv(n, 0, &valid, 1)), 2);
    } else {
        build_window(n, chain);
    }
    net_end(n);
}

/* Returns the box of image values that each output depends on, by changing each value in turn. */
static struct evk_box *try_all(struct net *n)
{
    const struct evk_shape in = n->g.nodes[0].out;
    struct evk_box *boxes = calloc((size_t)n->outputs, sizeof(*boxes));
    float *image = random_floats(&seed, n->inputs), *before = floats(n->outputs);

    for (int64_t i = 0; i < n->outputs; i++)
        boxes[i] = (struct evk_box){{99, 99, 99}, {-1, -1, -1}};
    memcpy(before, net_forward(n, image), (size_t)n->outputs * sizeof(*before));
    for (int64_t j = 0; j < n->inputs; j++) {
        const int64_t at[3] = {j / (in.w * in.c), j / in.c % in.w, j % in.c};
        const float was = image[j], *after;

        image[j] = 4; /* above all others: it wins a maximum */
        after = net_forward(n, image);
        for (int64_t i = 0; i < n->outputs; i++)
            for (int a = 0; a < 3 && after[i] != before[i]; a++) {
                boxes[i].first[a] = at[a] < boxes[i].first[a] ? at[a] : boxes[i].first[a];
                boxes[i].last[a] = at[a] > boxes[i].last[a] ? at[a] : boxes[i].last[a];
            }
        image[j] = was;
    }
    free(image);
    free(before);
    return boxes;
}

static void check(enum chain chain)
{
    struct evk_box *boxes, box;
    struct net n;

    build(&n, chain);
    boxes = try_all(&n);
    for (int64_t i = 0; i < n.outputs; i++) {
        assert_ok(evk_graph_field(&n.g, i, &box, err));
        for (int a = 0; a < 3; a++) {
            const bool equal = box.first[a] == boxes[i].first[a] && box.last[a] == boxes[i].last[a];
            const bool holds = box.first[a] <= boxes[i].first[a] && box.last[a] >= boxes[i].last[a];

            if (chain < LOOSE ? !equal : !holds)
                fail_msg(
                    "chain %d, output %lld sees %lld to %lld along axis %d, found %lld to %lld",
                    (int)chain, (long long)i, (long long)boxes[i].first[a],
                    (long long)boxes[i].last[a], a, (long long)box.first[a],
                    (long long)box.last[a]);
            assert_true(box.first[a] >= 0);
        }
        assert_true(box.last[0] < 8 && box.last[1] < 9 && box.last[2] < 2);
    }
    free(boxes);
    net_release(&n);
}

static void test_field(void **state)
{
    (void)state;
    for (enum chain chain = CONV; chain < CHAINS; chain++)
        check(chain);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_field)};

    if (argc > 1)
        seed = strtoull(argv[1], NULL, 10);
    printf("seed %llu\n", (unsigned long long)seed);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
