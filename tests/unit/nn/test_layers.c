/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_layers.c - the output of every layer type against plain loops in double */
#include "../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/net.h"
#include "../../oracle/oracle.h"

static uint64_t seed = 1;

/* A random image of some size, as the network and as the oracle have it. */
struct trial {
    struct net net;
    struct evk_tensor image;
    struct map x;
};

static struct trial begin(int64_t h, int64_t w, int64_t c)
{
    struct trial t;

    net_begin(&t.net, h, w, c);
    t.image = random_tensor(&seed, 3, (const int64_t[]){h, w, c});
    t.x = map_of(h, w, c, t.image.data);
    return t;
}

/* Compare the last node with the oracle's map, and release all. */
static void end(struct trial *t, struct map *want, const char *what)
{
    const struct evk_shape *out = &t->net.g.nodes[t->net.g.count - 1].out;

    net_end(&t->net);
    assert_int_equal(out->h, want->h);
    assert_int_equal(out->w, want->w);
    assert_int_equal(out->c, want->c);
    map_check(want, net_forward(&t->net, t->image.data), what);
    map_check(want, net_forward(&t->net, t->image.data), what); /* the memory is dirty now */
    map_release(want);
    map_release(&t->x);
    evk_tensor_release(&t->image);
    net_release(&t->net);
}

static struct evk_window window_of(const struct oracle_window *v)
{
    return (struct evk_window){v->h,          v->w,   v->stride_h, v->stride_w, v->dilation_h,
                               v->dilation_w, v->top, v->bottom,   v->left,     v->right};
}

/* h, w, strides, dilations, top, bottom, left, right */
static const struct oracle_window windows[] = {
    {1, 1, 1, 1, 1, 1, 0, 0, 0, 0}, {3, 3, 1, 1, 1, 1, 0, 0, 0, 0}, {3, 3, 1, 1, 1, 1, 1, 1, 1, 1},
    {5, 5, 2, 2, 1, 1, 1, 2, 1, 2}, {2, 3, 1, 2, 1, 1, 0, 1, 2, 0}, {3, 2, 2, 1, 2, 1, 3, 1, 0, 1},
    {1, 1, 2, 3, 1, 1, 0, 0, 0, 0}, {3, 3, 1, 1, 2, 3, 2, 2, 3, 3}, {4, 1, 3, 1, 1, 1, 0, 3, 0, 0},
    {1, 4, 1, 2, 1, 2, 0, 0, 4, 2}, {7, 7, 1, 1, 1, 1, 0, 0, 0, 0}, {1, 1, 1, 1, 1, 1, 1, 0, 0, 2},
};
enum { WINDOWS = sizeof(windows) / sizeof(windows[0]) };

static void conv2d(const struct oracle_window *v, int64_t c, int64_t o, bool with_bias)
{
    const struct evk_window w = window_of(v);
    struct trial t = begin(7, 9, c);
    struct evk_tensor kernel = random_tensor(&seed, 4, (const int64_t[]){v->h, v->w, c, o});
    struct evk_tensor bias = random_tensor(&seed, 1, &o);
    struct map want = oracle_conv2d(&t.x, v, o, kernel.data, with_bias ? bias.data : NULL);
    int node;

    assert_ok(evk_add_conv2d(&t.net.g, "a", 0, &w, &kernel, with_bias ? &bias : NULL, &node, err));
    end(&t, &want, "conv2d");
    evk_tensor_release(&kernel);
    evk_tensor_release(&bias);
}

static void test_conv2d(void **state)
{
    static const int64_t channels[][2] = {{1, 1}, {3, 5}, {4, 16}, {2, 33}};

    (void)state;
    for (int i = 0; i < WINDOWS; i++)
        for (int k = 0; k < 4; k++)
            conv2d(&windows[i], channels[k][0], channels[k][1], k % 2);
}

static void depthwise(const struct oracle_window *v, int64_t c, int64_t m, bool with_bias)
{
    const struct evk_window w = window_of(v);
    const int64_t o = c * m;
    struct trial t = begin(8, 7, c);
    struct evk_tensor kernel = random_tensor(&seed, 4, (const int64_t[]){v->h, v->w, c, m});
    struct evk_tensor bias = random_tensor(&seed, 1, &o);
    struct map want = oracle_depthwise(&t.x, v, m, kernel.data, with_bias ? bias.data : NULL);
    int node;

    assert_ok(
        evk_add_depthwise(&t.net.g, "a", 0, &w, &kernel, with_bias ? &bias : NULL, &node, err));
    end(&t, &want, "depthwise");
    evk_tensor_release(&kernel);
    evk_tensor_release(&bias);
}

static void test_depthwise(void **state)
{
    static const int64_t channels[][2] = {{1, 1}, {3, 2}, {17, 1}, {5, 3}, {33, 1}};
    const struct oracle_window large = {9, 8, 1, 1, 1, 1, 1, 0, 1, 0}; /* more than 64 taps */

    (void)state;
    for (int i = 0; i < WINDOWS; i++)
        for (int k = 0; k < 5; k++)
            depthwise(&windows[i], channels[k][0], channels[k][1], k % 2);
    depthwise(&large, 3, 1, true);
    depthwise(&large, 3, 2, true);
}

static void dense(int64_t h, int64_t w, int64_t c, int64_t o, bool with_bias)
{
    struct trial t = begin(h, w, c);
    struct evk_tensor kernel = random_tensor(&seed, 2, (const int64_t[]){c, o});
    struct evk_tensor bias = random_tensor(&seed, 1, &o);
    struct map want = oracle_dense(&t.x, o, kernel.data, with_bias ? bias.data : NULL);
    int node;

    assert_ok(evk_add_dense(&t.net.g, "a", 0, &kernel, with_bias ? &bias : NULL, &node, err));
    end(&t, &want, "dense");
    evk_tensor_release(&kernel);
    evk_tensor_release(&bias);
}

static void test_dense(void **state)
{
    (void)state;
    dense(1, 1, 1, 1, false);
    dense(1, 1, 100, 3, true);
    dense(3, 5, 7, 2, true);
    dense(2, 1, 17, 20, false);
}

static void batchnorm(bool with_gamma, bool with_beta, double epsilon)
{
    const int64_t c = 5;
    struct trial t = begin(3, 4, c);
    struct evk_tensor gamma = random_tensor(&seed, 1, &c), beta = random_tensor(&seed, 1, &c);
    struct evk_tensor mean = random_tensor(&seed, 1, &c), variance = positive_tensor(&seed, 1, &c);
    struct map want =
        oracle_batchnorm(&t.x, with_gamma ? gamma.data : NULL, with_beta ? beta.data : NULL,
                         mean.data, variance.data, epsilon);
    int node;

    assert_ok(
        evk_add_batchnorm(&t.net.g, "a", 0,
                          &(struct evk_norm){with_gamma ? &gamma : NULL, with_beta ? &beta : NULL,
                                             &mean, &variance, epsilon},
                          &node, err));
    end(&t, &want, "batchnorm");
    evk_tensor_release(&gamma);
    evk_tensor_release(&beta);
    evk_tensor_release(&mean);
    evk_tensor_release(&variance);
}

static void test_batchnorm(void **state)
{
    (void)state;
    batchnorm(true, true, 1e-3);
    batchnorm(false, true, 0.5);
    batchnorm(true, false, 1e-3);
    batchnorm(false, false, 0);
}

static void test_pools(void **state)
{
    (void)state;
    for (int i = 0; i < WINDOWS; i++) {
        const struct evk_window w = window_of(&windows[i]);
        struct trial t;
        struct map want;
        int node;

        /* A window that lies in the padding alone has no maximum and no mean. */
        if (w.top >= w.h || w.bottom >= w.h || w.left >= w.w || w.right >= w.w)
            continue;
        t = begin(9, 8, 3);
        assert_ok(evk_add_maxpool(&t.net.g, "a", 0, &w, &node, err));
        want = oracle_maxpool(&t.x, &windows[i]);
        end(&t, &want, "maxpool");
        t = begin(8, 9, 19);
        assert_ok(evk_add_avgpool(&t.net.g, "a", 0, &w, &node, err));
        want = oracle_avgpool(&t.x, &windows[i]);
        end(&t, &want, "avgpool");
    }
}

/* A window of more pixels than are listed at a time (maxpool.c). */
static void test_large_pool(void **state)
{
    const struct oracle_window large = {8, 7, 2, 1, 1, 2, 3, 2, 1, 4};
    const struct evk_window w = window_of(&large);
    struct trial t = begin(13, 17, 21);
    struct map want = oracle_maxpool(&t.x, &large);
    int node;

    (void)state;
    assert_ok(evk_add_maxpool(&t.net.g, "a", 0, &w, &node, err));
    end(&t, &want, "maxpool");
}

static void test_globalpool(void **state)
{
    (void)state;
    for (int keep = 0; keep < 2; keep++) {
        struct trial t = begin(5, 7, 4);
        struct map want = oracle_globalpool(&t.x);
        int node;

        assert_ok(evk_add_globalpool(&t.net.g, "a", 0, keep, &node, err));
        assert_true(t.net.g.nodes[node].out.flat == !keep);
        end(&t, &want, "globalpool");
    }
}

/* Grids that divide the map, that do not, so that cells overlap, and that have more cells than the
   map has pixels. */
static void test_gridpool(void **state)
{
    static const int64_t grids[][2] = {{1, 1}, {2, 3}, {4, 4}, {6, 9}, {5, 2}, {8, 11}};

    (void)state;
    for (size_t i = 0; i < sizeof(grids) / sizeof(grids[0]); i++) {
        struct trial t = begin(6, 9, 67);
        struct map want = oracle_gridpool(&t.x, grids[i][0], grids[i][1]);
        int node;

        assert_ok(evk_add_gridpool(&t.net.g, "a", 0, grids[i][0], grids[i][1], &node, err));
        end(&t, &want, "gridpool");
    }
}

static void test_relu(void **state)
{
    static const float shapes[][3] = {{0, 0, INFINITY},
                                      {0.25f, 0, INFINITY},
                                      {0, 0.125f, INFINITY},
                                      {0, 0, 0.5f},
                                      {0.5f, -0.25f, 0.375f}};

    (void)state;
    for (int i = 0; i < 5; i++) {
        struct trial t = begin(5, 7, 4);
        struct map want =
            oracle_relu(&t.x, (double)shapes[i][0], (double)shapes[i][1], (double)shapes[i][2]);
        int node;

        assert_ok(
            evk_add_relu(&t.net.g, "a", 0, shapes[i][0], shapes[i][1], shapes[i][2], &node, err));
        end(&t, &want, "relu");
    }
}

/* Values from 1e-6 to 60, of both signs. */
static void spread(struct trial *t)
{
    for (int64_t i = 0; i < map_count(&t->x); i++) {
        t->image.data[i] = copysignf(expf(9.0f * t->image.data[i] - 5.0f), random_float(&seed));
        t->x.v[i] = (double)t->image.data[i];
    }
}

static void test_activation(void **state)
{
    static const char *const names[] = {"elu",     "elu_plus_one", "softplus",
                                        "sigmoid", "tanh",         "gelu"};

    (void)state;
    for (int i = 0; i < 6; i++) {
        struct trial t = begin(11, 13, 5);
        struct map want;
        int node;

        spread(&t);
        want = oracle_activation(&t.x, names[i]);
        assert_ok(evk_add_activation(&t.net.g, "a", 0, names[i], &node, err));
        end(&t, &want, names[i]);
    }
}

static void test_unknown_activation(void **state)
{
    struct net n;
    int node;

    (void)state;
    net_begin(&n, 2, 2, 1);
    assert_fails(EVK_EUNSUPPORTED,
                 "layer act: activation 'swish' is not supported; supported: linear, relu, "
                 "softmax, elu, elu_plus_one, softplus",
                 evk_add_activation(&n.g, "act", 0, "swish", &node, err));
    net_release(&n);
}

static void test_softmax(void **state)
{
    struct trial t = begin(3, 4, 7);
    struct map want;
    int node;

    (void)state;
    spread(&t);
    want = oracle_softmax(&t.x);
    assert_ok(evk_add_softmax(&t.net.g, "a", 0, &node, err));
    end(&t, &want, "softmax");
}

static void test_shapes(void **state)
{
    struct trial t = begin(3, 5, 4);
    struct map want = oracle_pad(&t.x, 1, 0, 2, 3);
    int node;

    (void)state;
    assert_ok(evk_add_pad(&t.net.g, "a", 0, &(struct evk_pad){1, 0, 2, 3}, &node, err));
    end(&t, &want, "pad");
    t = begin(3, 5, 4);
    want = oracle_flatten(&t.x);
    assert_ok(evk_add_flatten(&t.net.g, "a", 0, &node, err));
    end(&t, &want, "flatten");
}

/* A model's units: (display value - mean) / scale. */
static void test_input(void **state)
{
    static const double mean[] = {116.222, 109.27, 100.381}, scale[] = {255, 1, -0.5};
    struct trial t = begin(5, 4, 3);
    struct map want = map_new(5, 4, 3);

    (void)state;
    evk_input_set(&t.net.g, mean, scale);
    for (int64_t i = 0; i < map_count(&want); i++) {
        t.image.data[i] = 127.5f * (1.0f + t.image.data[i]);
        want.v[i] = ((double)t.image.data[i] - mean[i % 3]) / scale[i % 3];
        want.e[i] = 0x1.0001p-24 * fabs(want.v[i]);
    }
    end(&t, &want, "input");
}

/* A convolution of the image is added to the image, or joined with it. */
static void test_merges(void **state)
{
    const struct oracle_window v = {3, 3, 1, 1, 1, 1, 1, 1, 1, 1};
    const struct evk_window w = window_of(&v);
    struct evk_tensor kernel = random_tensor(&seed, 4, (const int64_t[]){3, 3, 4, 4});

    (void)state;
    for (int axis = -1; axis < 3; axis++) {
        struct trial t = begin(5, 6, 4);
        struct map y = oracle_conv2d(&t.x, &v, 4, kernel.data, NULL), two, want;
        int node, x[3] = {0};

        assert_ok(evk_add_conv2d(&t.net.g, "a", 0, &w, &kernel, NULL, &node, err));
        x[0] = node;
        two = axis < 0 ? oracle_add(&y, &t.x) : oracle_concat(&y, &t.x, axis);
        want = axis < 0 ? oracle_add(&two, &t.x) : oracle_concat(&two, &t.x, axis);
        assert_ok(axis < 0 ? evk_add_add(&t.net.g, "b", 3, x, &node, err)
                           : evk_add_concat(&t.net.g, "b", 3, x, axis, &node, err));
        end(&t, &want, axis < 0 ? "add" : "concat");
        map_release(&y);
        map_release(&two);
    }
    evk_tensor_release(&kernel);
}

/* Shapes that do not fit, each with the layer's name. */
static void test_refused(void **state)
{
    const struct evk_window w = {3, 3, 1, 1, 1, 1, 0, 0, 0, 0},
                            big = {4, 3, 1, 1, 1, 1, 0, 0, 0, 0};
    struct evk_tensor k = random_tensor(&seed, 4, (const int64_t[]){3, 3, 2, 1});
    struct evk_tensor d = random_tensor(&seed, 2, (const int64_t[]){5, 1});
    struct net n;
    int node, flat, x[2];

    (void)state;
    net_begin(&n, 3, 4, 3);
    assert_fails(EVK_EFORMAT, "layer c: its input has 3 channels, its kernel 2",
                 evk_add_conv2d(&n.g, "c", 0, &w, &k, NULL, &node, err));
    assert_fails(EVK_EFORMAT, "layer c: its input has 3 channels, its kernel 2",
                 evk_add_depthwise(&n.g, "c", 0, &w, &k, NULL, &node, err));
    assert_fails(EVK_EFORMAT, "layer d: its input has 3 values, its kernel 5",
                 evk_add_dense(&n.g, "d", 0, &d, NULL, &node, err));
    assert_fails(EVK_EFORMAT, "layer p: its window of 4x3 does not fit its input of 3x4",
                 evk_add_maxpool(&n.g, "p", 0, &big, &node, err));
    assert_fails(EVK_EFORMAT, "layer p: one of its windows lies wholly in the padding",
                 evk_add_avgpool(&n.g, "p", 0, &(struct evk_window){2, 2, 1, 1, 1, 1, 2, 0, 0, 0},
                                 &node, err));
    assert_fails(EVK_EFORMAT, "layer p: one of its windows lies wholly in the padding",
                 evk_add_maxpool(&n.g, "p", 0,
                                 &(struct evk_window){2, 2, 1, 1, 1, 100, 0, 0, 50, 50}, &node,
                                 err));
    assert_int_equal(n.g.count, 1);
    assert_ok(evk_add_flatten(&n.g, "f", 0, &flat, err));
    assert_fails(EVK_EFORMAT, "layer g: its input is a vector",
                 evk_add_globalpool(&n.g, "g", flat, false, &node, err));
    assert_fails(EVK_EFORMAT, "layer g: its input is a vector",
                 evk_add_gridpool(&n.g, "g", flat, 1, 1, &node, err));
    assert_fails(EVK_EFORMAT, "layer z: its input is a vector",
                 evk_add_pad(&n.g, "z", flat, &(struct evk_pad){1, 1, 1, 1}, &node, err));
    x[0] = 0;
    x[1] = flat;
    assert_fails(EVK_EFORMAT, "layer s: its inputs are 3x4x3 and 36, expected one shape",
                 evk_add_add(&n.g, "s", 2, x, &node, err));
    assert_fails(EVK_EFORMAT, "layer j: its inputs are 3x4x3 and 36, which do not join",
                 evk_add_concat(&n.g, "j", 2, x, 2, &node, err));
    net_release(&n);
    evk_tensor_release(&k);
    evk_tensor_release(&d);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_conv2d),     cmocka_unit_test(test_depthwise),
        cmocka_unit_test(test_dense),      cmocka_unit_test(test_batchnorm),
        cmocka_unit_test(test_pools),      cmocka_unit_test(test_large_pool),
        cmocka_unit_test(test_globalpool), cmocka_unit_test(test_gridpool),
        cmocka_unit_test(test_relu),       cmocka_unit_test(test_activation),
        cmocka_unit_test(test_softmax),    cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_input),      cmocka_unit_test(test_merges),
        cmocka_unit_test(test_refused),    cmocka_unit_test(test_unknown_activation),
    };

    if (argc > 1)
        seed = strtoull(argv[1], NULL, 10);
    printf("seed %llu\n", (unsigned long long)seed);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
