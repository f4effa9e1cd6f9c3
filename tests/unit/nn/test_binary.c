/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_binary.c - elementwise functions of two nodes: values, gradients and parts */
#include "../../harness/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/kernels.h"
#include "../../harness/net.h"

static uint64_t seed = 1;

static const char *const functions[] = {"add", "sub", "mul", "div", "pow", "min", "max"};
enum { FUNCTIONS = COUNT(functions) };

static double value_of(const char *function, double a, double b)
{
    return strcmp(function, "add") == 0   ? a + b
           : strcmp(function, "sub") == 0 ? a - b
           : strcmp(function, "mul") == 0 ? a * b
           : strcmp(function, "div") == 0 ? a / b
           : strcmp(function, "pow") == 0 ? pow(a, b)
           : strcmp(function, "min") == 0 ? fmin(a, b)
                                          : fmax(a, b);
}

/* The image of a net is a vector that both operands are parts of: the values of a, then those of
   b. */
struct pair {
    struct evk_shape a, b;
};

static const struct pair pairs[] = {
    {{3, 4, 5, false}, {3, 4, 5, false}},   {{3, 4, 5, false}, {1, 1, 5, true}},
    {{1, 1, 5, false}, {3, 4, 5, false}},   {{3, 4, 5, false}, {3, 4, 1, false}},
    {{3, 4, 5, false}, {3, 1, 5, false}},   {{3, 4, 5, false}, {1, 4, 5, false}},
    {{3, 1, 5, false}, {1, 4, 1, false}},   {{3, 1, 1, false}, {1, 4, 5, false}},
    {{3, 4, 5, false}, {1, 1, 1, true}},    {{1, 4, 1, false}, {3, 1, 5, false}},
    {{1, 1, 700, true}, {1, 1, 700, true}}, {{2, 1, 300, false}, {2, 1, 1, false}},
    {{1, 1, 1, true}, {1, 1, 1, true}},     {{2, 300, 1, false}, {1, 300, 1, false}},
    {{1, 30, 20, false}, {1, 1, 1, false}},
};

static void build(struct net *n, const struct pair *p, const char *function)
{
    const int64_t na = evk_shape_count(&p->a), nb = evk_shape_count(&p->b);
    int a, b, node;

    net_begin(n, 1, 1, na + nb);
    assert_ok(evk_add_crop(&n->g, "a", 0, &(struct evk_box){{0, 0, 0}, {0, 0, na - 1}}, &a, err));
    assert_ok(
        evk_add_crop(&n->g, "b", 0, &(struct evk_box){{0, 0, na}, {0, 0, na + nb - 1}}, &b, err));
    assert_ok(evk_add_reshape(&n->g, "a", a, &p->a, &a, err));
    assert_ok(evk_add_reshape(&n->g, "b", b, &p->b, &b, err));
    assert_ok(evk_add_binary(&n->g, function, a, b, function, &node, err));
    net_end(n);
}

/* Returns the index in an operand of shape s that counts at (y, x, c). */
static int64_t at(const struct evk_shape *s, int64_t y, int64_t x, int64_t c)
{
    return ((s->h > 1 ? y : 0) * s->w + (s->w > 1 ? x : 0)) * s->c + (s->c > 1 ? c : 0);
}

static void check_values(struct net *n, const struct pair *p, const char *function, const float *x)
{
    const struct evk_shape *out = &n->g.nodes[n->g.count - 1].out;
    const float *got = net_forward(n, x);

    assert_int_equal(out->h, p->a.h > p->b.h ? p->a.h : p->b.h);
    assert_int_equal(out->w, p->a.w > p->b.w ? p->a.w : p->b.w);
    assert_int_equal(out->c, p->a.c > p->b.c ? p->a.c : p->b.c);
    assert_int_equal(out->flat, p->a.flat && p->b.flat);
    for (int64_t i = 0; i < n->outputs; i++) {
        const int64_t c = i % out->c, column = i / out->c % out->w, row = i / out->c / out->w;
        const double a = (double)x[at(&p->a, row, column, c)];
        const double b = (double)x[evk_shape_count(&p->a) + at(&p->b, row, column, c)];
        const double want = value_of(function, a, b);

        if (!(fabs((double)got[i] - want) <= 0x1p-23 * fabs(want)))
            fail_msg("%s(%g, %g) is %g, expected %g", function, a, b, (double)got[i], want);
    }
}

/* Values are from 1/2 to 5/2; those of a are odd multiples of 1/16, of b even, so that no two are
   equal. */
static float *operands(const struct pair *p)
{
    const int64_t na = evk_shape_count(&p->a), n = na + evk_shape_count(&p->b);
    float *x = floats(n);

    for (int64_t i = 0; i < n; i++)
        x[i] = (float)(2 * between(&seed, 4, 20) + (i < na)) / 16;
    return x;
}

static void test_functions(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(pairs); i++)
        for (int f = 0; f < FUNCTIONS; f++) {
            float *x = operands(&pairs[i]);
            struct net n;

            build(&n, &pairs[i], functions[f]);
            check_values(&n, &pairs[i], functions[f], x);
            net_check_slope(&n, &seed, x, 64);
            if (n.outputs < 100)
                net_check_focus(&n, x, f < 3 || f > 4);
            free(x);
            net_release(&n);
        }
}

/* A node that is both operands has the gradients of both. */
static void test_same(void **state)
{
    float x[] = {2, -3}, gx[2];
    struct net n;
    int node;

    (void)state;
    net_begin(&n, 1, 2, 1);
    assert_ok(evk_add_binary(&n.g, "square", 0, 0, "mul", &node, err));
    net_end(&n);
    assert_true(net_forward(&n, x)[0] == 4 && net_forward(&n, x)[1] == 9);
    net_backward(&n, (float[]){1, 10}, gx);
    assert_true(gx[0] == 4 && gx[1] == -60);
    net_release(&n);
}

/* Compute one value of a function, and its two gradients where that with respect to the value is
   gy; each must be equal, or both NaN. */
static void check_point(const char *function, float a, float b, float gy, float want, float want_a,
                        float want_b)
{
    const struct pair one = {{1, 1, 1, true}, {1, 1, 1, true}};
    const float x[] = {a, b};
    float y, gx[2];
    struct net n;

    build(&n, &one, function);
    y = *net_forward(&n, x);
    net_backward(&n, &gy, gx);
    if (!(isnan(want) ? isnan(y) : y == want) || !(gx[0] == want_a) || !(gx[1] == want_b))
        fail_msg("%s(%g, %g) is %g with gradients %g and %g", function, (double)a, (double)b,
                 (double)y, (double)gx[0], (double)gx[1]);
    net_release(&n);
}

static void test_points(void **state)
{
    (void)state;
    check_point("pow", -3, 2, 1, 9, -6, 0);
    check_point("pow", -2, 3, 1, -8, 12, 0);
    check_point("pow", 0, 2, 1, 0, 0, 0);
    check_point("pow", 0, 1, 1, 0, 1, 0);
    check_point("pow", 0, 0, 1, 1, 0, 0);
    check_point("pow", -4, 0, 1, 1, 0, 0);
    check_point("pow", 4, 0.5f, 1, 2, 0.25f, 2.7725887f);
    check_point("pow", 0, 0.5f, 0, 0, 0, 0);
    check_point("div", 6, 3, 9, 2, 3, -6);
    check_point("min", 2, 2, 5, 2, 5, 0);
    check_point("max", 2, 2, 5, 2, 5, 0);
    check_point("min", 3, 2, 5, 2, 0, 5);
    check_point("max", 3, 2, 5, 3, 5, 0);
    check_point("max", NAN, 2, 5, NAN, 5, 0);
    check_point("max", 2, NAN, 5, NAN, 0, 5);
    check_point("min", NAN, 2, 5, NAN, 5, 0);
    check_point("min", 2, NAN, 5, NAN, 0, 5);
}

/* The sum of nodes of one shape is the layer for sums, which any number of nodes can be added by. */
static void test_sum(void **state)
{
    struct net n;

    (void)state;
    build(&n, &pairs[0], "add");
    assert_string_equal(n.g.nodes[n.g.count - 1].type->name, "add");
    net_release(&n);
    build(&n, &pairs[1], "add");
    assert_string_equal(n.g.nodes[n.g.count - 1].type->name, "binary");
    net_release(&n);
}

static void test_errors(void **state)
{
    struct net n;
    int sides, node;

    (void)state;
    net_begin(&n, 3, 4, 5);
    assert_ok(evk_add_pad(&n.g, "pad", 0, &(struct evk_pad){0, 1, 0, 0}, &sides, err));
    assert_fails(EVK_EFORMAT,
                 "layer a: its inputs are 3x4x5 and 4x4x5, expected equal sizes, or 1, along each "
                 "axis",
                 evk_add_binary(&n.g, "a", 0, sides, "mul", &node, err));
    assert_fails(EVK_EUNSUPPORTED,
                 "layer a: function 'mod' of two inputs is not supported; supported: add, sub, "
                 "mul, div, pow, min or max",
                 evk_add_binary(&n.g, "a", 0, 0, "mod", &node, err));
    assert_int_equal(n.g.count, 2);
    evk_graph_release(&n.g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_functions), cmocka_unit_test(test_same),
        cmocka_unit_test(test_points),    cmocka_unit_test(test_sum),
        cmocka_unit_test(test_errors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
