/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_matmul.c - products of matrices: values, gradients and parts against loops in double */
#include "../../harness/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/kernels.h"
#include "../../harness/net.h"
#include "nn/focus.h"

static uint64_t seed = 1;

/* The image has the values of a (h, w, k), then those of b (h, k, n). */
struct sizes {
    int64_t h, w, k, n;
};

static const struct sizes sizes[] = {{1, 1, 1, 1}, {1, 3, 4, 5},   {4, 3, 2, 1},
                                     {2, 1, 7, 3}, {3, 5, 33, 20}, {2, 17, 16, 40}};

static void build(struct net *n, const struct sizes *s)
{
    const int64_t na = s->h * s->w * s->k, nb = s->h * s->k * s->n;
    const struct evk_shape of_a = {s->h, s->w, s->k, false}, of_b = {s->h, s->k, s->n, false};
    int a, b, node;

    net_begin(n, 1, 1, na + nb);
    assert_ok(evk_add_crop(&n->g, "a", 0, &(struct evk_box){{0, 0, 0}, {0, 0, na - 1}}, &a, err));
    assert_ok(
        evk_add_crop(&n->g, "b", 0, &(struct evk_box){{0, 0, na}, {0, 0, na + nb - 1}}, &b, err));
    assert_ok(evk_add_reshape(&n->g, "a", a, &of_a, &a, err));
    assert_ok(evk_add_reshape(&n->g, "b", b, &of_b, &b, err));
    assert_ok(evk_add_matmul(&n->g, "product", a, b, &node, err));
    net_end(n);
    assert_int_equal(n->g.nodes[node].out.h, s->h);
    assert_int_equal(n->g.nodes[node].out.w, s->w);
    assert_int_equal(n->g.nodes[node].out.c, s->n);
    assert_int_equal(evk_graph_flops(&n->g), 2 * s->h * s->w * s->k * s->n);
}

static float *whole(int64_t n)
{
    float *x = floats(n);

    for (int64_t i = 0; i < n; i++)
        x[i] = (float)between(&seed, -9, 9);
    return x;
}

/* With whole numbers, values and gradients are exact. */
static void check_exact(struct net *net, const struct sizes *s)
{
    float *x = whole(net->inputs), *gy = whole(net->outputs);
    float *y = floats(net->outputs), *gx = floats(net->inputs), *got = floats(net->inputs);
    const int64_t b0 = s->h * s->w * s->k;

    for (int64_t h = 0; h < s->h; h++)
        for (int64_t w = 0; w < s->w; w++)
            for (int64_t n = 0; n < s->n; n++)
                for (int64_t k = 0; k < s->k; k++) {
                    const int64_t i = (h * s->w + w) * s->n + n, a = (h * s->w + w) * s->k + k;
                    const int64_t b = b0 + (h * s->k + k) * s->n + n;

                    y[i] += x[a] * x[b];
                    gx[a] += gy[i] * x[b];
                    gx[b] += gy[i] * x[a];
                }
    for (int64_t i = 0; i < net->outputs; i++)
        assert_true(net_forward(net, x)[i] == y[i]);
    net_backward(net, gy, got);
    for (int64_t i = 0; i < net->inputs; i++)
        assert_true(got[i] == gx[i]);
    free(x);
    free(gy);
    free(y);
    free(gx);
    free(got);
}

static void test_product(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(sizes); i++) {
        struct net n;
        float *x;

        build(&n, &sizes[i]);
        check_exact(&n, &sizes[i]);
        x = random_floats(&seed, n.inputs);
        for (int64_t j = 0; j < n.inputs; j++)
            x[j] = roundf(4000.0f * x[j]) / 1024.0f;
        net_check_slope(&n, &seed, x, 4 * sizes[i].k + 4 * sizes[i].n);
        if (n.outputs < 400)
            net_check_focus(&n, x, false);
        free(x);
        net_release(&n);
    }
}

/* A node that is both factors has the gradients of both: of the square of a matrix. */
static void test_square(void **state)
{
    const float x[] = {1, 2, 3, 4};
    float gx[4];
    struct net n;
    int node;

    (void)state;
    net_begin(&n, 1, 2, 2);
    assert_ok(evk_add_matmul(&n.g, "square", 0, 0, &node, err));
    net_end(&n);
    assert_true(net_forward(&n, x)[1] == 1 * 2 + 2 * 4);
    net_backward(&n, (float[]){0, 1, 0, 0}, gx);
    assert_true(gx[0] == 2 && gx[1] == 1 + 4 && gx[2] == 0 && gx[3] == 2);
    net_release(&n);
}

/* A product with b that is constant, of which a neuron needs one row of a and one column of b: the
   part of the image is that row. */
static void test_part(void **state)
{
    const struct evk_shape shape = {4, 3, 6, false};
    struct evk_graph part;
    struct evk_box box;
    struct net n;
    float *values = whole(4 * 3 * 6), *x = whole(4 * 5 * 3);
    int b, node;

    (void)state;
    net_begin(&n, 4, 5, 3);
    assert_ok(evk_add_constant(&n.g, "b", &shape, values, &b, err));
    assert_ok(evk_add_matmul(&n.g, "product", 0, b, &node, err));
    net_end(&n);
    net_check_focus(&n, x, true);
    assert_ok(evk_graph_focus(&n.g, (2 * 5 + 4) * 6 + 1, &part, &box, err));
    assert_true(evk_box_equal(&box, &(struct evk_box){{2, 4, 0}, {2, 4, 2}}));
    assert_int_equal(evk_graph_flops(&part), 2 * 3);
    evk_graph_release(&part);
    free(values);
    free(x);
    net_release(&n);
}

static void test_errors(void **state)
{
    struct net n;
    int wide, node;

    (void)state;
    net_begin(&n, 3, 4, 5);
    assert_fails(EVK_EFORMAT, "layer a: its inputs are 3x4x5 and 3x4x5, expected 3x5xN second",
                 evk_add_matmul(&n.g, "a", 0, 0, &node, err));
    assert_ok(evk_add_pad(&n.g, "pad", 0, &(struct evk_pad){1, 0, 1, 0}, &wide, err));
    assert_fails(EVK_EFORMAT, "layer a: its inputs are 3x4x5 and 4x5x5, expected 3x5xN second",
                 evk_add_matmul(&n.g, "a", 0, wide, &node, err));
    evk_graph_release(&n.g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_product),
                                       cmocka_unit_test(test_square), cmocka_unit_test(test_part),
                                       cmocka_unit_test(test_errors)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
