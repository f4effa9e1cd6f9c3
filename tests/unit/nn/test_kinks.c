/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_kinks.c - the backward pass of a ReLU at its kink, and of a maximum among equal values */
#include "../../harness/test.h"

#include <math.h>

#include "../../harness/net.h"

/* At its kink, a ReLU has the derivative from the left, 0: a silent unit gives no gradient. */
static void test_relu_kink(void **state)
{
    float zero[4] = {0, 0, 0, -0.0f}, ones[4] = {1, 1, 1, 1}, gx[4];
    struct net n;
    int node;

    (void)state;
    net_begin(&n, 2, 2, 1);
    assert_ok(evk_add_relu(&n.g, "r", 0, 0, 0, INFINITY, &node, err));
    net_end(&n);
    net_forward(&n, zero);
    net_backward(&n, ones, gx);
    for (int i = 0; i < 4; i++)
        assert_true(gx[i] == 0);
    net_release(&n);
}

/* Among equal values the first one wins, and alone has the gradient. */
static void test_maxpool_tie(void **state)
{
    const struct evk_window all = {2, 2, 1, 1, 1, 1, 0, 0, 0, 0};
    float x[4] = {1, 3, 3, 3}, one = 5, gx[4];
    struct net n;
    int node;

    (void)state;
    net_begin(&n, 2, 2, 1);
    assert_ok(evk_add_maxpool(&n.g, "m", 0, &all, &node, err));
    net_end(&n);
    net_forward(&n, x);
    net_backward(&n, &one, gx);
    assert_true(gx[0] == 0 && gx[1] == 5 && gx[2] == 0 && gx[3] == 0);
    net_release(&n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_relu_kink),
        cmocka_unit_test(test_maxpool_tie),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
