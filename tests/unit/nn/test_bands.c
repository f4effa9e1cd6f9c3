/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_bands.c - threads that share passes compute the bits of one thread, whatever the network
 *
 * test_chains.c tries chains of convolutions in the same way; here are networks with branches, with
 * layers that one thread computes alone, and with fewer rows than threads.
 */
#include "../../harness/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/net.h"

static uint64_t seed = 1;

static struct evk_window window(int64_t size, int64_t stride, int64_t padding)
{
    return (struct evk_window){size, size,    stride,  stride,  1,
                               1,    padding, padding, padding, padding};
}

static int conv(struct net *n, int x, int64_t size, int64_t stride, int64_t c, int64_t o)
{
    const struct evk_window v = window(size, stride, size / 2);

    return net_conv2d(n, "conv", x, &v,
                      random_tensor(&seed, 4, (const int64_t[]){size, size, c, o}));
}

static int rectified(struct net *n, int x)
{
    assert_ok(evk_add_relu(&n->g, "relu", x, 0, 0, INFINITY, &x, err));
    return x;
}

static void check(struct net *n)
{
    static const int threads[] = {2, 3, 5, 7, 16};
    float *image = random_floats(&seed, n->inputs), *weights = random_floats(&seed, n->outputs);
    float *none = floats(n->outputs);

    for (size_t i = 0; i < sizeof(threads) / sizeof(*threads); i++) {
        net_check_bands(n, threads[i], image, weights);
        net_check_bands(n, threads[i], image, none);
    }
    free(image);
    free(weights);
    free(none);
    net_release(n);
}

/* Adds a block of a residual network: two convolutions beside a third or nothing. */
static int block(struct net *n, int x, int64_t c, int64_t o, int64_t stride)
{
    const int direct = stride > 1 || c != o ? conv(n, x, 1, stride, c, o) : x;
    int y = rectified(n, conv(n, x, 3, stride, c, o));

    y = conv(n, y, 3, 1, o, o);
    assert_ok(evk_add_add(&n->g, "add", 2, (const int[]){y, direct}, &y, err));
    return rectified(n, y);
}

static void residual(struct net *n, int64_t h, int64_t w)
{
    const struct evk_window pool = window(3, 2, 1);
    int x;

    net_begin(n, h, w, 3);
    x = rectified(n, conv(n, 0, 7, 2, 3, 32));
    assert_ok(evk_add_maxpool(&n->g, "pool", x, &pool, &x, err));
    x = block(n, x, 32, 32, 1);
    x = block(n, x, 32, 64, 2);
    x = block(n, x, 64, 64, 1);
    assert_ok(evk_add_globalpool(&n->g, "mean", x, false, &x, err));
    evk_graph_fold(&n->g);
    net_end(n);
}

static void test_residual(void **state)
{
    struct net n;

    (void)state;
    for (int64_t h = 1; h < 60; h += 1 + h / 4) {
        residual(&n, h, 61);
        check(&n);
    }
}

/* Layers of 5 columns over few channels, which go by tiles along rows, of few rows or one. */
static void test_five_columns(void **state)
{
    (void)state;
    for (int64_t h = 1; h < 30; h += 1 + h / 5)
        for (int64_t c = 1; c <= 3; c++) {
            struct net n;

            net_begin(&n, h, 20, c);
            rectified(&n, conv(&n, 0, 5, 1, c, 17));
            evk_graph_fold(&n.g);
            net_end(&n);
            check(&n);
            net_begin(&n, h, 20, c);
            conv(&n, rectified(&n, conv(&n, 0, 5, 1, c, 33)), 1, 1, 33, 5);
            evk_graph_fold(&n.g);
            net_end(&n);
            check(&n);
        }
}

/* Two convolutions read one map, whose gradient is a sum, and one map is added to itself. */
static void test_two_readers(void **state)
{
    struct net n;
    int x, y;

    (void)state;
    net_begin(&n, 19, 23, 4);
    x = rectified(&n, conv(&n, 0, 5, 1, 4, 20));
    y = rectified(&n, conv(&n, x, 3, 1, 20, 24));
    x = conv(&n, x, 1, 1, 20, 24);
    assert_ok(evk_add_add(&n.g, "both", 3, (const int[]){x, y, x}, &x, err));
    x = conv(&n, x, 5, 2, 24, 3);
    evk_graph_fold(&n.g);
    net_end(&n);
    check(&n);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_residual),
        cmocka_unit_test(test_five_columns),
        cmocka_unit_test(test_two_readers),
    };

    if (argc > 1)
        seed = strtoull(argv[1], NULL, 10);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
