/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_orders.c - layers that move values, and constants: exact values, gradients and parts */
#include "../../harness/test.h"

#include <stdlib.h>
#include <string.h>

#include "../../harness/kernels.h"
#include "../../harness/net.h"

enum { H = 4, W = 3, C = 5, N = H * W * C };

static uint64_t seed = 1;

/* Begin a net of H x W x C, with a random image of whole numbers, which free() releases. */
static float *begin(struct net *n)
{
    float *x = random_floats(&seed, N);

    for (int i = 0; i < N; i++)
        x[i] = (float)(int)(100 * x[i]);
    net_begin(n, H, W, C);
    return x;
}

static void check_reshape(const struct evk_shape *shape)
{
    struct net n;
    float *x = begin(&n), gx[N];
    int node;

    assert_ok(evk_add_reshape(&n.g, "shape", 0, shape, &node, err));
    net_end(&n);
    assert_true(evk_shape_equal(&n.g.nodes[node].out, shape));
    assert_memory_equal(net_forward(&n, x), x, sizeof(gx));
    net_backward(&n, x, gx);
    assert_memory_equal(gx, x, sizeof(gx));
    net_check_focus(&n, x, true);
    free(x);
    net_release(&n);
}

static void test_reshape(void **state)
{
    (void)state;
    check_reshape(&(struct evk_shape){H, W, C, false});
    check_reshape(&(struct evk_shape){2, 6, 5, false});
    check_reshape(&(struct evk_shape){5, 3, 4, false});
    check_reshape(&(struct evk_shape){1, 1, N, true});
    check_reshape(&(struct evk_shape){N, 1, 1, false});
}

/* Check a layer that gives values of the input in this order: its values, gradient and parts. */
static void check_order(const struct evk_shape *shape, const int32_t *index)
{
    const int64_t outputs = evk_shape_count(shape);
    struct net n;
    float *x = begin(&n), want[N] = {0}, gx[N];
    int node;

    assert_ok(evk_add_rearrange(&n.g, "order", 0, shape, index, -7, &node, err));
    net_end(&n);
    assert_true(evk_shape_equal(&n.g.nodes[node].out, shape));
    for (int64_t i = 0; i < outputs; i++) {
        const float y = net_forward(&n, x)[i];

        assert_true(y == (index[i] < 0 ? -7 : x[index[i]]));
    }
    net_backward(&n, x, gx);
    for (int64_t i = 0; i < outputs; i++)
        if (index[i] >= 0)
            want[index[i]] += x[i];
    assert_memory_equal(gx, want, sizeof(want));
    net_check_focus(&n, x, true);
    free(x);
    net_release(&n);
}

/* Runs of every length: the order is that of blocks of `run` values, each of which is a random part
   of the input, or is filled. */
static void test_rearrange(void **state)
{
    static const struct evk_shape shapes[] = {
        {H, W, C, false}, {5, 4, 3, false}, {1, 1, N, true}, {2, 3, 4, false}, {1, 1, 12, true}};

    (void)state;
    for (int run = 1; run <= 12; run++)
        for (int s = 0; s < 5; s++) {
            const int64_t outputs = evk_shape_count(&shapes[s]);
            int32_t index[N] = {0};

            for (int64_t i = 0; i < outputs; i++) {
                const int first = (int)between(&seed, 0, N - run);

                index[i] = i % run ? (index[i - 1] < 0 ? -1 : index[i - 1] + 1)
                                   : (i / run % 4 == 2 ? -1 : first);
            }
            check_order(&shapes[s], index);
        }
}

/* Channels become rows, as where another program keeps channels first. */
static void test_transposition(void **state)
{
    int32_t index[N];

    (void)state;
    for (int c = 0; c < C; c++)
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++)
                index[(c * H + y) * W + x] = (y * W + x) * C + c;
    check_order(&(struct evk_shape){C, H, W, false}, index);
}

/* A filled value is no part of the run that begins with value 0 behind it, nor of one before it. */
static void test_fill(void **state)
{
    (void)state;
    check_order(&(struct evk_shape){1, 1, 4, true}, (int32_t[]){-1, 0, 1, 2});
    check_order(&(struct evk_shape){1, 2, 3, false}, (int32_t[]){-1, 0, 1, 7, 8, -1});
    check_order(&(struct evk_shape){1, 1, 4, true}, (int32_t[]){-1, -1, -1, -1});
}

/* A constant is added to each pixel; both nodes are read twice, and the gradient is whole. */
static void test_constant(void **state)
{
    const struct evk_shape shape = {H, W, C, false};
    struct net n;
    float *x = begin(&n), *k = random_floats(&seed, N), gx[N];
    int constant, sum[2], node;

    (void)state;
    for (int i = 0; i < N; i++)
        k[i] = (float)(int)(50 * k[i]);
    assert_ok(evk_add_constant(&n.g, "constant", &shape, k, &constant, err));
    assert_ok(evk_add_binary(&n.g, "sum", 0, constant, "add", &sum[0], err));
    assert_ok(evk_add_binary(&n.g, "difference", 0, constant, "sub", &sum[1], err));
    assert_ok(evk_add_concat(&n.g, "both", 2, sum, 2, &node, err));
    net_end(&n);
    for (int i = 0; i < N; i++) {
        const float *y = net_forward(&n, x) + i / C * 2 * C + i % C;

        assert_true(y[0] == x[i] + k[i] && y[C] == x[i] - k[i]);
    }
    net_backward(&n, (float[2 * N]){[0] = 3, [C] = 5, [2 * N - 1] = 7}, gx);
    for (int i = 0; i < N; i++)
        assert_true(gx[i] == (i == 0 ? 8 : i == N - 1 ? 7 : 0));
    net_check_focus(&n, x, true);
    free(x);
    free(k);
    net_release(&n);
}

/* Nothing of the image counts: the gradient is 0, and the graph keeps its input. */
static void test_independent(void **state)
{
    const struct evk_shape shape = {1, 2, 2, false};
    const int32_t filled[] = {-1, -1, 1};
    struct net n;
    float *x = begin(&n), gx[N];
    struct evk_box box;
    int node;

    (void)state;
    memset(gx, 1, sizeof(gx));
    assert_ok(evk_add_constant(&n.g, "constant", &shape, (float[]){1, -2, 3, 4}, &node, err));
    assert_ok(evk_add_relu(&n.g, "relu", node, 0, 0, 8, &node, err));
    assert_ok(evk_add_rearrange(&n.g, "order", node, &(struct evk_shape){1, 1, 3, true}, filled, 9,
                                &node, err));
    assert_ok(evk_graph_prune(&n.g, node, NULL, err));
    evk_graph_fold(&n.g);
    net_end(&n);
    assert_true(net_forward(&n, x)[0] == 9 && net_forward(&n, x)[2] == 0);
    net_backward(&n, (float[]){1, 1, 1}, gx);
    for (int i = 0; i < N; i++)
        assert_true(gx[i] == 0);
    net_check_focus(&n, x, true);
    assert_ok(evk_graph_field(&n.g, 2, &box, err));
    assert_true(box.last[0] == -1 && box.last[1] == -1 && box.last[2] == -1);
    free(x);
    net_release(&n);
}

static void test_errors(void **state)
{
    const struct evk_shape pair = {1, 1, 2, true}, huge = {1LL << 62, 60, 4, false};
    static const int32_t wrong[][2] = {{0, 60}, {59, 60}, {-2, 5}};
    static const char *const messages[] = {
        "layer a: it reads value 60 of its input, expected 0 to 59",
        "layer a: it reads value 60 of its input, expected 0 to 59",
        "layer a: it reads value -2 of its input, expected 0 to 59",
    };
    struct net n;
    int node;

    (void)state;
    free(begin(&n));
    assert_fails(EVK_EFORMAT,
                 "layer a: its input is 4x3x5, its output 2, expected equal numbers of values",
                 evk_add_reshape(&n.g, "a", 0, &pair, &node, err));
    assert_fails(EVK_EFORMAT, "expected equal numbers of values",
                 evk_add_reshape(&n.g, "a", 0, &huge, &node, err));
    for (int i = 0; i < 3; i++)
        assert_fails(EVK_EFORMAT, messages[i],
                     evk_add_rearrange(&n.g, "a", 0, &pair, wrong[i], 0, &node, err));
    assert_int_equal(n.g.count, 1);
    evk_graph_release(&n.g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reshape),       cmocka_unit_test(test_rearrange),
        cmocka_unit_test(test_transposition), cmocka_unit_test(test_fill),
        cmocka_unit_test(test_constant),      cmocka_unit_test(test_independent),
        cmocka_unit_test(test_errors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
