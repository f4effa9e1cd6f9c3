/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_chains.c - layers that go by rows, one after the other, compute what they do as a whole
 *
 * Each chain is built twice with the same weights.  In the second, every layer is also read by
 * another layer, which leads to no output but breaks the chain.  Both must give the same bits,
 * forward and backward; and so must both where several threads share a pass.
 */
#include "../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/kernels.h"
#include "../../harness/net.h"

static uint64_t seed = 1;

enum { LINKS = 5 };

struct link {
    bool depthwise, relu;
    struct evk_window v;
    int64_t o; /* output channels; of a depthwise layer its multiplier */
};

struct chain {
    int64_t h, w, c;
    int count;
    struct link links[LINKS];
};

static struct evk_tensor weights(uint64_t *state, const struct link *l, int64_t c)
{
    return random_tensor(state, 4, (const int64_t[]){l->v.h, l->v.w, c, l->o});
}

/* apart: everything but the last layer has another reader. */
static void build(struct net *n, const struct chain *t, bool apart)
{
    uint64_t state = seed;
    int64_t c = t->c;
    int x = 0, other;

    net_begin(n, t->h, t->w, t->c);
    for (int i = 0; i < t->count; i++) {
        const struct link *l = &t->links[i];
        char name[16];

        snprintf(name, sizeof(name), "%d", i);
        x = l->depthwise ? net_depthwise(n, name, x, &l->v, weights(&state, l, c))
                         : net_conv2d(n, name, x, &l->v, weights(&state, l, c));
        c = l->depthwise ? c * l->o : l->o;
        if (l->relu)
            assert_ok(evk_add_relu(&n->g, "relu", x, 0, 0, INFINITY, &x, err));
        if (apart && i + 1 < t->count)
            assert_ok(evk_add_add(&n->g, "other", 2, (const int[]){x, x}, &other, err));
    }
    evk_graph_fold(&n->g);
    net_end(n);
}

static int longest(const struct net *n)
{
    int most = 0;

    for (int i = 0; i < n->g.count; i++)
        if (n->plan.places[i].chain_end - i > most)
            most = n->plan.places[i].chain_end - i;
    return most;
}

/*
 * Compare both graphs in two passes, since the first leaves values in the rings; returns how many
 * layers the longest chain has.
 */
static int check(const struct chain *t)
{
    struct net rows, whole;
    float *image, *seeds, *a, *b;
    int links;

    build(&rows, t, false);
    build(&whole, t, true);
    links = longest(&rows);
    assert_int_equal(longest(&whole), 0);
    a = floats(rows.inputs);
    b = floats(rows.inputs);
    for (int pass = 0; pass < 2; pass++) {
        image = random_floats(&seed, rows.inputs);
        seeds = random_floats(&seed, rows.outputs);
        assert_memory_equal(net_forward(&rows, image), net_forward(&whole, image),
                            (size_t)rows.outputs * sizeof(*image));
        net_backward(&rows, seeds, a);
        net_backward(&whole, seeds, b);
        assert_memory_equal(a, b, (size_t)rows.inputs * sizeof(*a));
        for (int i = 0; i < 3; i++) {
            net_check_bands(&rows, (int[]){2, 3, 7}[i], image, seeds);
            net_check_bands(&whole, (int[]){2, 3, 7}[i], image, seeds);
        }
        free(image);
        free(seeds);
    }
    free(a);
    free(b);
    net_release(&rows);
    net_release(&whole);
    return links;
}

static struct evk_window window(int64_t size, int64_t stride, int64_t dilation, int64_t before,
                                int64_t after)
{
    return (struct evk_window){size,     size,   stride, stride, dilation,
                               dilation, before, after,  before, after};
}

/* The separable layers of the published models, and the two of a residual net. */
static void test_known(void **state)
{
    const struct evk_window full = window(5, 1, 1, 2, 2), halving = window(5, 2, 1, 1, 2);
    const struct evk_window point = window(1, 1, 1, 0, 0);
    const struct chain compact = {30,
                                  112,
                                  3,
                                  5,
                                  {{false, true, full, 57},
                                   {true, false, halving, 1},
                                   {false, true, point, 51},
                                   {true, false, halving, 1},
                                   {false, true, point, 9}}};
    const struct chain residual = {40, 40, 5, 2, {{false, true, point, 16}, {true, true, full, 1}}};

    (void)state;
    assert_int_equal(check(&compact), 4);
    assert_int_equal(check(&residual), 1);
}

static struct evk_window any_window(void)
{
    struct evk_window v =
        window(between(&seed, 1, 5), between(&seed, 1, 3), between(&seed, 1, 2), 0, 0);

    v.w = between(&seed, 1, 5);
    v.stride_w = between(&seed, 1, 3);
    v.top = between(&seed, 0, 3);
    v.bottom = between(&seed, 0, 3);
    v.left = between(&seed, 0, 3);
    v.right = between(&seed, 0, 3);
    return v;
}

static int64_t side(int64_t n, int64_t pads, int64_t size, int64_t dilation, int64_t stride)
{
    const int64_t room = n + pads - (size - 1) * dilation - 1;

    return room < 0 ? 0 : room / stride + 1;
}

/* Another link that fits, onto an image that is then *h x *w. */
static bool any_link(struct link *l, bool first, int64_t *h, int64_t *w)
{
    const int kind = first ? 0 : (int)between(&seed, 0, 2);

    *l = (struct link){.depthwise = kind == 1, .relu = between(&seed, 0, 1), .v = any_window()};
    l->o = l->depthwise ? (between(&seed, 1, 8) == 1 ? 2 : 1) : between(&seed, 1, 40);
    if (kind == 2) /* of these alone the rows of another layer can be read */
        l->v = window(1, 1, 1, 0, 0);
    *h = side(*h, l->v.top + l->v.bottom, l->v.h, l->v.dilation_h, l->v.stride_h);
    *w = side(*w, l->v.left + l->v.right, l->v.w, l->v.dilation_w, l->v.stride_w);
    return *h > 0 && *w > 0;
}

static void test_any(void **state)
{
    int links[LINKS] = {0};

    (void)state;
    for (int i = 0; i < 400; i++) {
        struct chain t = {
            .h = between(&seed, 6, 40), .w = between(&seed, 5, 60), .c = between(&seed, 1, 4)};
        const int wanted = (int)between(&seed, 2, LINKS);
        int64_t h = t.h, w = t.w;

        while (t.count < wanted && any_link(&t.links[t.count], t.count == 0, &h, &w))
            t.count++;
        if (t.count == wanted)
            links[check(&t)]++;
    }
    printf("chains of 2 to %d layers: %d, %d, %d, %d\n", LINKS, links[1], links[2], links[3],
           links[4]);
    for (int i = 1; i < LINKS; i++)
        assert_true(links[i] > 3);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_known), cmocka_unit_test(test_any)};

    if (argc > 1)
        seed = strtoull(argv[1], NULL, 10);
    printf("seed %llu\n", (unsigned long long)seed);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
