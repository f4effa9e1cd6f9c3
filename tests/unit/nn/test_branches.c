/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_branches.c - gradients of graphs in which one node has several readers */
#include "../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/net.h"

static uint64_t seed = 1;

/* In the graph of whole numbers: the image's unit, and a bias. */
enum { UNIT = 2048, BIAS = 1000 };

/* conv -> {itself, conv -> relu or softplus} -> add -> concat with the image and the conv. */
static void residual(struct net *n, bool smooth)
{
    const struct evk_window same = {3, 3, 1, 1, 1, 1, 1, 1, 1, 1};
    const int64_t four = 4;
    struct evk_tensor k[2], bias = random_tensor(&seed, 1, &four);
    int x[3], a, b;

    for (int i = 0; i < 2; i++) {
        const int64_t dim[] = {3, 3, i ? 4 : 3, 4};

        k[i] = smooth ? random_tensor(&seed, 4, dim) : whole_tensor(&seed, 1, 4, dim);
    }
    for (int i = 0; i < 4 && !smooth; i++)
        bias.data[i] = BIAS;
    net_begin(n, 5, 4, 3);
    assert_ok(evk_add_conv2d(&n->g, "a", 0, &same, &k[0], NULL, &a, err));
    assert_ok(evk_add_conv2d(&n->g, "b", a, &same, &k[1], &bias, &b, err));
    assert_ok(smooth ? evk_add_activation(&n->g, "c", b, "softplus", &b, err)
                     : evk_add_relu(&n->g, "c", b, 0, 0, INFINITY, &b, err));
    x[0] = b;
    x[1] = a;
    assert_ok(evk_add_add(&n->g, "d", 2, x, &b, err));
    x[0] = b;
    x[1] = 0;
    x[2] = a;
    assert_ok(evk_add_concat(&n->g, "e", 3, x, 2, &b, err));
    net_end(n);
    for (int i = 0; i < 2; i++)
        evk_tensor_release(&k[i]);
    evk_tensor_release(&bias);
}

/* F(x + v) - F(x - v), where no kink lies between: F(x) is halfway. */
static float *difference(struct net *n, const float *x, const float *v)
{
    float *y[3], *at = floats(n->inputs);

    for (int i = 0; i < 3; i++) {
        for (int64_t j = 0; j < n->inputs; j++)
            at[j] = x[j] + (float)(1 - i) * v[j];
        y[i] = floats(n->outputs);
        memcpy(y[i], net_forward(n, at), (size_t)n->outputs * sizeof(float));
    }
    for (int64_t j = 0; j < n->outputs; j++) {
        assert_true(y[0][j] + y[2][j] == 2 * y[1][j]);
        y[0][j] -= y[2][j];
    }
    free(y[1]);
    free(y[2]);
    free(at);
    return y[0];
}

/*
 * Whole numbers throughout: a convolution's input is below 27 * 3 * 2048, its
 * output below 36 times that and so exact.  The relu reads multiples of 2048,
 * plus 1000, plus at most 27 * 36 = 972 from v: never 0.  So both sides are
 * equal, to the last bit.
 */
static void test_exact(void **state)
{
    struct evk_tensor x, v, w;
    float *d, *gx;
    struct net n;

    (void)state;
    residual(&n, false);
    x = whole_tensor(&seed, 3, 1, &n.inputs);
    v = whole_tensor(&seed, 1, 1, &n.inputs);
    w = whole_tensor(&seed, 3, 1, &n.outputs);
    gx = floats(n.inputs);
    for (int64_t j = 0; j < n.inputs; j++)
        x.data[j] *= UNIT;
    d = difference(&n, x.data, v.data);
    net_forward(&n, x.data);
    net_backward(&n, w.data, gx);
    assert_true(inner(n.outputs, d, w.data) != 0);
    assert_true(inner(n.outputs, d, w.data) == 2 * inner(n.inputs, v.data, gx));
    free(d);
    free(gx);
    evk_tensor_release(&x);
    evk_tensor_release(&v);
    evk_tensor_release(&w);
    net_release(&n);
}

/* Sums of 27, of 37 and of 3 terms, there and back. */
static void test_smooth(void **state)
{
    struct net n;
    float *x;

    (void)state;
    residual(&n, true);
    x = floats(n.inputs);
    for (int64_t i = 0; i < n.inputs; i++)
        x[i] = roundf(1024.0f * random_float(&seed)) / 1024.0f;
    net_check_slope(&n, &seed, x, 2 * (27 + 37 + 3));
    free(x);
    net_release(&n);
}

/* A second backward pass of one forward pass is the same: gradients do not pile up. */
static void test_repeated(void **state)
{
    float *x, *w, *first, *second;
    struct net n;

    (void)state;
    residual(&n, true);
    x = random_floats(&seed, n.inputs);
    w = random_floats(&seed, n.outputs);
    first = floats(n.inputs);
    second = random_floats(&seed, n.inputs);
    net_forward(&n, x);
    net_backward(&n, w, first);
    net_backward(&n, w, second);
    assert_memory_equal(first, second, (size_t)n.inputs * sizeof(*first));
    free(x);
    free(w);
    free(first);
    free(second);
    net_release(&n);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_exact), cmocka_unit_test(test_smooth),
                                       cmocka_unit_test(test_repeated)};

    if (argc > 1)
        seed = strtoull(argv[1], NULL, 10);
    printf("seed %llu\n", (unsigned long long)seed);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
