/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_gather.c - gradients that are gathered (nn/gather.h), in networks of whole numbers, for
 * which all sums are exact: parts of a network have them, layers that read the same map add them,
 * and chains pass them on row by row. test_windows.c has them for every window.
 */
#include "../../harness/test.h"

#include <stdlib.h>

#include "../../harness/kernels.h"
#include "../../harness/net.h"
#include "../../oracle/oracle.h"

/* So many channels have more weights than a light layer of single pixels may have. */
enum { MANY = 96, SOME = 20, SIZE = 9 };

static uint64_t seed = 1;

static const struct evk_window windows[] = {
    {1, 1, 1, 1, 1, 1, 0, 0, 0, 0}, /* single pixels */
    {1, 1, 2, 3, 1, 1, 0, 0, 0, 0}, /* pixels that no window reads */
    {3, 3, 2, 2, 1, 1, 1, 1, 1, 1},
    {2, 5, 1, 2, 2, 1, 0, 1, 2, 3},
};

static struct evk_tensor kernel_of(const struct evk_window *v, int64_t c, int64_t o)
{
    return whole_tensor(&seed, 1, 4, (const int64_t[]){v->h, v->w, c, o});
}

/* Each value of the output alone: the last layer is cut to one channel, and keeps its way. */
static void test_parts(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(windows); i++) {
        struct evk_tensor image = whole_tensor(&seed, 2, 3, (const int64_t[]){4, 4, MANY});
        struct net n;
        int node;

        net_begin(&n, 4, 4, MANY);
        node = net_conv2d(&n, "a", 0, &windows[i], kernel_of(&windows[i], MANY, MANY));
        net_conv2d(&n, "b", node, &windows[0], kernel_of(&windows[0], MANY, MANY));
        net_end(&n);
        net_check_focus(&n, image.data, true);
        net_release(&n);
        evk_tensor_release(&image);
    }
}

/* Returns the gradient of a layer alone, by plain loops. */
static struct map gradient_of(const struct evk_window *v, const struct evk_tensor *kernel,
                              const struct map *gy)
{
    const struct oracle_window w = {v->h,          v->w,   v->stride_h, v->stride_w, v->dilation_h,
                                    v->dilation_w, v->top, v->bottom,   v->left,     v->right};
    const struct map x = {SIZE, SIZE, SOME, NULL, NULL, 0};

    return oracle_conv2d_gradient(&x, &w, kernel->data, gy);
}

/* Two layers read the image, so that one adds to the gradient of the other. */
static void test_added(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(windows); i++) {
        struct evk_tensor k[2], seeds, image;
        struct map gy, gx[2];
        struct net n;
        float *got;
        int node[2];

        net_begin(&n, SIZE, SIZE, SOME);
        for (int j = 0; j < 2; j++) {
            k[j] = kernel_of(&windows[i], SOME, SOME);
            assert_ok(evk_add_conv2d(&n.g, "a", 0, &windows[i], &k[j], NULL, &node[j], err));
        }
        assert_ok(evk_add_add(&n.g, "sum", 2, node, &node[0], err));
        net_end(&n);
        image = whole_tensor(&seed, 2, 1, &n.inputs);
        seeds = whole_tensor(&seed, 2, 1, &n.outputs);
        gy = map_of(n.g.nodes[1].out.h, n.g.nodes[1].out.w, SOME, seeds.data);
        for (int j = 0; j < 2; j++)
            gx[j] = gradient_of(&windows[i], &k[j], &gy);
        got = random_floats(&seed, n.inputs);
        net_forward(&n, image.data);
        net_backward(&n, seeds.data, got);
        for (int64_t j = 0; j < n.inputs; j++)
            assert_true((double)got[j] == gx[0].v[j] + gx[1].v[j]);
        free(got);
        for (int j = 0; j < 2; j++) {
            evk_tensor_release(&k[j]);
            map_release(&gx[j]);
        }
        map_release(&gy);
        evk_tensor_release(&image);
        evk_tensor_release(&seeds);
        net_release(&n);
    }
}

/* In a chain, rows of the gradient are gathered as soon as they are complete. */
static void test_chain(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(windows); i++) {
        struct evk_tensor kernel = kernel_of(&windows[i], SOME, SOME), image, seeds;
        const struct evk_tensor unit = {.dim = {1, 1, SOME, SOME}};
        struct map gy, gx;
        struct net n;
        float *got, one[SOME * SOME] = {0};
        struct evk_tensor same = unit;
        int node;

        for (int j = 0; j < SOME; j++)
            one[j * SOME + j] = 1;
        same.data = one;
        net_begin(&n, SIZE, SIZE, SOME);
        assert_ok(evk_add_conv2d(&n.g, "a", 0, &windows[i], &kernel, NULL, &node, err));
        assert_ok(evk_add_conv2d(&n.g, "b", node, &windows[0], &same, NULL, &node, err));
        net_end(&n);
        assert_true(n.plan.places[1].in_chain);
        image = whole_tensor(&seed, 2, 1, &n.inputs);
        seeds = whole_tensor(&seed, 2, 1, &n.outputs);
        gy = map_of(n.g.nodes[1].out.h, n.g.nodes[1].out.w, SOME, seeds.data);
        gx = gradient_of(&windows[i], &kernel, &gy);
        got = random_floats(&seed, n.inputs);
        net_forward(&n, image.data);
        net_backward(&n, seeds.data, got);
        for (int64_t j = 0; j < n.inputs; j++)
            assert_true((double)got[j] == gx.v[j]);
        free(got);
        map_release(&gx);
        map_release(&gy);
        evk_tensor_release(&kernel);
        evk_tensor_release(&image);
        evk_tensor_release(&seeds);
        net_release(&n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_added),
        cmocka_unit_test(test_chain),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
