/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_resample.c - weighted sums of pixels, and the part of the input that each one costs */
#include "../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/kernels.h"
#include "../../harness/net.h"
#include "nn/focus.h"

static uint64_t seed = 1;

/* 2 x 3 pixels: a sum of two, none, a copy, a term of weight 0 alone, one pixel twice, and a sum of
   three.  The input has 3 x 3 pixels. */
static const int32_t start[] = {0, 2, 2, 3, 4, 6, 9}, source[] = {0, 4, 8, 2, 3, 3, 1, 5, 7};
static const float weight[] = {0.5f, -2, 1, 0, 0.25f, 1, 3, 0.125f, -1};
static const struct evk_resample example = {2, 3, start, source, weight};

enum { C = 5, IN = 9 * C, OUT = 6 * C };

static void begin(struct net *n)
{
    int node;

    net_begin(n, 3, 3, C);
    assert_ok(evk_add_resample(&n->g, "r", 0, &example, &node, err));
    net_end(n);
}

static void test_values(void **state)
{
    float *x = random_floats(&seed, IN), *gy = random_floats(&seed, OUT), gx[IN];
    double back[IN] = {0};
    const float *y;
    struct net n;

    (void)state;
    begin(&n);
    assert_int_equal(n.g.nodes[1].out.h, 2);
    assert_int_equal(n.g.nodes[1].out.w, 3);
    assert_int_equal(evk_graph_flops(&n.g), 2 * 8 * C);
    y = net_forward(&n, x);
    net_backward(&n, gy, gx);
    for (int i = 0; i < OUT; i++) {
        double want = 0;

        for (int j = start[i / C]; j < start[i / C + 1]; j++) {
            want += (double)weight[j] * (double)x[source[j] * C + i % C];
            back[source[j] * C + i % C] += (double)weight[j] * (double)gy[i];
        }
        assert_true(fabs((double)y[i] - want) <= sum_bound(3, 4));
    }
    for (int i = 0; i < IN; i++)
        assert_true(fabs((double)gx[i] - back[i]) <= sum_bound(3, 4));
    free(x);
    free(gy);
    net_release(&n);
}

/* ---- one value ------------------------------------------------------------------------------- */

struct part {
    int64_t row, column, h, w; /* pixels of the input that an output pixel reads; h = 0: none */
};

/* The graph of one value takes only the pixels that it reads, and gives the same bits. */
static void test_focus(void **state)
{
    static const struct part parts[] = {{0, 0, 2, 2}, {0, 0, 0, 0}, {2, 2, 1, 1},
                                        {0, 0, 0, 0}, {1, 0, 1, 1}, {0, 1, 3, 2}};
    float *x = random_floats(&seed, IN);
    struct net n;

    (void)state;
    begin(&n);
    for (int i = 0; i < OUT; i++) {
        const struct part *p = &parts[i / C];
        const float want = net_forward(&n, x)[i], one = 1;
        float gy[OUT] = {0}, whole[IN], part[IN], crop[IN];
        struct net f = {.inputs = 0};
        struct evk_box box;
        int64_t count;

        gy[i] = 1;
        net_backward(&n, gy, whole);
        assert_ok(evk_graph_focus(&n.g, i, &f.g, &box, err));
        net_end(&f);
        count = evk_shape_count(&f.g.nodes[0].out);
        assert_int_equal(count, p->h ? p->h * p->w : 1);
        if (p->h) {
            assert_int_equal(box.first[0], p->row);
            assert_int_equal(box.first[1], p->column);
            assert_int_equal(box.first[2], i % C);
        }
        for (int64_t j = 0; j < count; j++) {
            const int64_t width = p->h ? p->w : 1;

            crop[j] = x[((box.first[0] + j / width) * 3 + box.first[1] + j % width) * C + i % C];
        }
        assert_true(same_bits(*net_forward(&f, crop), want));
        net_backward(&f, &one, part);
        for (int64_t j = 0; j < count && p->h; j++)
            assert_true(part[j] ==
                        whole[((p->row + j / p->w) * 3 + p->column + j % p->w) * C + i % C]);
        net_release(&f);
    }
    free(x);
    net_release(&n);
}

/* A value of a map made twice as large costs only the pixels that it reads of the convolution before
   it. */
static void test_cost(void **state)
{
    enum { SIZE = 32, LARGE = 64 };
    const struct evk_window v = {3, 3, 1, 1, 1, 1, 1, 1, 1, 1};
    int32_t *first = calloc(LARGE * LARGE + 1, sizeof(*first));
    int32_t *from = calloc(LARGE * LARGE, sizeof(*from));
    float *ones = floats(LARGE * LARGE);
    struct evk_graph part;
    struct evk_box box;
    struct net n;
    int node;

    (void)state;
    for (int32_t i = 0; i < LARGE * LARGE; i++) {
        from[i] = i / LARGE / 2 * SIZE + i % LARGE / 2;
        first[i + 1] = i + 1;
        ones[i] = 1;
    }
    net_begin(&n, SIZE, SIZE, 3);
    net_conv2d(&n, "c", 0, &v, random_tensor(&seed, 4, (const int64_t[]){3, 3, 3, 8}));
    assert_ok(evk_add_resample(
        &n.g, "r", 1, &(struct evk_resample){LARGE, LARGE, first, from, ones}, &node, err));
    net_end(&n);
    assert_ok(evk_graph_focus(&n.g, (40 * LARGE + 21) * 8 + 3, &part, &box, err));
    assert_int_equal(box.first[0], 19);
    assert_int_equal(box.last[0], 21);
    assert_int_equal(box.first[1], 9);
    assert_int_equal(box.last[1], 11);
    assert_true(500 * evk_graph_flops(&part) < evk_graph_flops(&n.g));
    evk_graph_release(&part);
    free(first);
    free(from);
    free(ones);
    net_release(&n);
}

/* ---- what does not fit ----------------------------------------------------------------------- */

static void refuse(struct evk_graph *g, int x, const struct evk_resample *r, const char *text)
{
    int node;

    assert_fails(EVK_EFORMAT, text, evk_add_resample(g, "r", x, r, &node, err));
}

static void test_refused(void **state)
{
    const int32_t late[] = {1, 2, 3}, falls[] = {0, 2, 1}, good[] = {0, 1, 2};
    const int32_t below[] = {0, -1}, above[] = {9, 0}, inside[] = {0, 8};
    const float ones[] = {1, 1}, none[] = {0, 0}, nan[] = {1, NAN}, infinite[] = {INFINITY, 1};
    struct net n;
    int flat;

    (void)state;
    net_begin(&n, 3, 3, 2);
    assert_ok(evk_add_flatten(&n.g, "f", 0, &flat, err));
    refuse(&n.g, flat, &(struct evk_resample){1, 2, good, inside, ones},
           "layer r: its input is a vector, expected rows and columns");
    refuse(&n.g, 0, &(struct evk_resample){0, 2, good, inside, ones},
           "layer r: its output is 0x2, expected 1 to 268435456 pixels");
    refuse(&n.g, 0, &(struct evk_resample){INT64_MAX, 2, good, inside, ones},
           "layer r: its output is 9223372036854775807x2, expected");
    refuse(&n.g, 0, &(struct evk_resample){1, 2, late, inside, ones},
           "layer r: the terms of pixel 0 start at 1, expected 0");
    refuse(&n.g, 0, &(struct evk_resample){1, 2, falls, inside, ones},
           "layer r: the terms of pixel 1 start at 2 and end at 1");
    refuse(&n.g, 0, &(struct evk_resample){1, 2, good, below, ones},
           "layer r: term 1 reads pixel -1, expected 0 to 8");
    refuse(&n.g, 0, &(struct evk_resample){1, 2, good, above, none},
           "layer r: term 0 reads pixel 9, expected 0 to 8");
    refuse(&n.g, 0, &(struct evk_resample){1, 2, good, inside, nan},
           "layer r: the weight of term 1 is not finite");
    refuse(&n.g, 0, &(struct evk_resample){1, 2, good, inside, infinite},
           "layer r: the weight of term 0 is not finite");
    assert_int_equal(n.g.count, 2);
    net_end(&n);
    net_release(&n);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_focus),
        cmocka_unit_test(test_cost),
        cmocka_unit_test(test_refused),
    };

    if (argc > 1)
        seed = strtoull(argv[1], NULL, 10);
    printf("seed %llu\n", (unsigned long long)seed);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
