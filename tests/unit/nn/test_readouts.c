/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_readouts.c - outputs that read maps: at points, by factorized weights; and scaled channels
 */
#include "../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/net.h"

static uint64_t seed = 1;

/* Image pixel (row, column), one channel: 10 row + column + 1. */
enum { H = 3, W = 5 };
static float image[H * W];

static void number_pixels(void)
{
    for (int i = 0; i < H * W; i++)
        image[i] = (float)(10 * (i / W) + i % W + 1);
}

static void add_points(struct net *n, int inputs, const int *x, int64_t neurons, const float *xy,
                       const struct evk_tensor *features, const struct evk_tensor *bias)
{
    const struct evk_points points = {neurons, xy, features, bias};
    int node;

    assert_ok(evk_add_points(&n->g, "points", inputs, x, &points, &node, err));
}

/* ---- one map of 3 x 5 with numbered pixels: px = 2 (x + 1), py = y + 1 --------------------- */

struct known {
    float x, y, value;
    int64_t first[2], last[2]; /* the pixels that are read; last[0] = -1: none */
};
static const struct known known[] = {
    {-1, -1, 1, {0, 0}, {0, 0}},                         /* the corners */
    {1, -1, 5, {0, 4}, {0, 4}},                          /* x runs along columns */
    {-1, 1, 21, {2, 0}, {2, 0}},                         /* y along rows */
    {1, 1, 25, {2, 4}, {2, 4}},                          /* */
    {0, 0, 13, {1, 2}, {1, 2}},                          /* the middle */
    {-0.75f, 0, 11.5f, {1, 0}, {1, 1}},                  /* half way between two columns */
    {0.5f, 0.5f, 19, {1, 3}, {2, 3}},                    /* between two rows: (14 + 24) / 2 */
    {0.25f, -0.5f, 8.5f, {0, 2}, {1, 3}},                /* between four: (3 + 4 + 13 + 14) / 4 */
    {-0.875f, 0.25f, 13.75f, {1, 0}, {2, 1}},            /* 3/4, 1/4: 10 * 1.25 + 0.25 + 1 */
    {-1.25f, 0, 5.5f, {1, 0}, {1, 0}},                   /* half outside: 11 / 2 */
    {0, 1.5f, 11.5f, {2, 2}, {2, 2}},                    /* 23 / 2 */
    {1.25f, 1.5f, 6.25f, {2, 4}, {2, 4}},                /* a quarter of the last pixel is left */
    {1.5f, 0, 0, {0, 0}, {-1, -1}},                      /* a whole pixel outside */
    {0, -2, 0, {0, 0}, {-1, -1}},                        /* */
    {1e30f, -1e30f, 0, {0, 0}, {-1, -1}},                /* nowhere near */
    {-3.4028235e38f, 3.4028235e38f, 0, {0, 0}, {-1, -1}} /* the largest floats */
};
enum { KNOWN = sizeof(known) / sizeof(known[0]) };

static void begin_known(struct net *n)
{
    struct evk_tensor features = {2, {KNOWN, 1}, floats(KNOWN)};
    float xy[2 * KNOWN];
    const int x = 0;

    for (int i = 0; i < KNOWN; i++) {
        features.data[i] = 1;
        xy[2 * i] = known[i].x;
        xy[2 * i + 1] = known[i].y;
    }
    number_pixels();
    net_begin(n, H, W, 1);
    add_points(n, 1, &x, KNOWN, xy, &features, NULL);
    net_end(n);
    free(features.data);
}

static void test_known_points(void **state)
{
    struct net n;
    const float *y;

    (void)state;
    begin_known(&n);
    y = net_forward(&n, image);
    for (int i = 0; i < KNOWN; i++)
        if (y[i] != known[i].value)
            fail_msg("point %d: %.9g, expected %.9g", i, (double)y[i], (double)known[i].value);
    assert_true(n.g.nodes[1].out.flat && n.g.nodes[1].out.c == KNOWN);
    assert_true(evk_graph_flops(&n.g) == 10 * KNOWN);
    net_release(&n);
}

static void test_known_fields(void **state)
{
    struct evk_box box;
    struct net n;

    (void)state;
    begin_known(&n);
    for (int i = 0; i < KNOWN; i++) {
        assert_ok(evk_graph_field(&n.g, i, &box, err));
        for (int a = 0; a < 2; a++) {
            assert_int_equal(box.last[a], known[i].last[a]);
            if (box.last[a] >= 0)
                assert_int_equal(box.first[a], known[i].first[a]);
        }
    }
    net_release(&n);
}

/* Only the neurons with a weight give a gradient, and points outside the image give none. */
static void test_known_gradient(void **state)
{
    float gy[KNOWN] = {0}, gx[H * W];
    struct net n;

    (void)state;
    begin_known(&n);
    net_forward(&n, image);
    gy[8] = 16; /* 3/4 and 1/4 of either axis */
    gy[9] = 4;  /* half of pixel (1, 0) */
    gy[14] = 1; /* nowhere */
    net_backward(&n, gy, gx);
    for (int i = 0; i < H * W; i++)
        assert_true(gx[i] == (i == W ? 9 + 2 : i == W + 1 ? 3 : i == 2 * W ? 3 : i == 2 * W + 1));
    net_release(&n);
}

/* ---- several maps against plain loops in double ---------------------------------------------- */

/* Returns one map's value at a position: the sum of pixels weighted by a tent around each. */
static double sample(const float *map, const struct evk_shape *s, const float *xy,
                     const float *features, double *magnitude)
{
    const double px = ((double)xy[0] + 1) / 2 * (double)(s->w - 1);
    const double py = ((double)xy[1] + 1) / 2 * (double)(s->h - 1);
    double sum = 0;

    for (int64_t i = 0; i < s->h * s->w; i++) {
        const double tent =
            fmax(0, 1 - fabs(px - (double)(i % s->w))) * fmax(0, 1 - fabs(py - (double)(i / s->w)));

        for (int64_t c = 0; c < s->c; c++) {
            const double term = tent * (double)map[i * s->c + c] * (double)features[c];

            sum += term;
            *magnitude += fabs(term);
        }
    }
    return sum;
}

enum { NEURONS = 40 };

/* A map of c channels, its pool, and the map once more; scaled by a batch norm if asked. */
static void check_points(int64_t c, bool with_bias, bool with_norm)
{
    static const struct evk_window pool = {2, 2, 2, 2, 1, 1, 0, 0, 0, 0};
    const int64_t count = NEURONS, all = 3 * c;
    struct evk_tensor features = random_tensor(&seed, 2, (const int64_t[]){NEURONS, all});
    struct evk_tensor bias = random_tensor(&seed, 1, &count), a = positive_tensor(&seed, 1, &count);
    float *xy = random_floats(&seed, 2 * NEURONS), *map, *gx, *pooled;
    struct evk_shape large = {6, 8, c, false}, small = {3, 4, c, false};
    int x[] = {0, 0, 0}, node;
    struct net n;
    const float *y;

    for (int i = 0; i < 2 * NEURONS; i++)
        xy[i] *= 1.5f;
    net_begin(&n, 6, 8, c);
    assert_ok(evk_add_avgpool(&n.g, "pool", 0, &pool, &x[1], err));
    add_points(&n, 3, x, NEURONS, xy, &features, with_bias ? &bias : NULL);
    if (with_norm) {
        assert_ok(evk_add_batchnorm(&n.g, "bn", 2, &(struct evk_norm){NULL, &bias, &bias, &a, 0.5},
                                    &node, err));
        evk_graph_fold(&n.g);
        assert_int_equal(n.g.count, 3);
    }
    net_end(&n);
    map = random_floats(&seed, n.inputs);
    pooled = floats(12 * c);
    for (int64_t i = 0; i < 12 * c; i++) {
        const float *from = map + (i / c / 4 * 2 * 8 + i / c % 4 * 2) * c + i % c;

        pooled[i] = (from[0] + from[c] + from[8 * c] + from[9 * c]) / 4;
    }
    y = net_forward(&n, map);
    for (int i = 0; i < NEURONS; i++) {
        const float *f = features.data + i * all;
        const double b = (double)bias.data[i], s = sqrt((double)a.data[i] + 0.5);
        double magnitude = fabs(b), want = with_bias ? b : 0;

        want += sample(map, &large, xy + 2 * i, f, &magnitude);
        want += sample(pooled, &small, xy + 2 * i, f + c, &magnitude);
        want += sample(map, &large, xy + 2 * i, f + 2 * c, &magnitude);
        want = with_norm ? (want - b) / s + b : want;
        magnitude = with_norm ? 2 * magnitude / s + magnitude : magnitude;
        if (fabs((double)y[i] - want) > sum_bound(all + 12, magnitude))
            fail_msg("%lld channels, neuron %d: %.9g, expected %.9g", (long long)c, i, (double)y[i],
                     want);
    }
    gx = floats(n.inputs);
    net_check_slope(&n, &seed, map, 12 * all + 12);
    free(gx);
    free(xy);
    free(map);
    free(pooled);
    evk_tensor_release(&features);
    evk_tensor_release(&bias);
    evk_tensor_release(&a);
    net_release(&n);
}

static void test_points(void **state)
{
    static const int64_t channels[] = {1, 3, 16, 33, 64};

    (void)state;
    for (int i = 0; i < 5; i++)
        for (int k = 0; k < 4; k++)
            check_points(channels[i], k % 2, k / 2);
}

/*
 * ---- factorized weights: the same as all their products, in a dense layer ----------------------
 */

static void check_factorized(int64_t h, int64_t w, int64_t c, int64_t count)
{
    const int64_t places = h * w * c;
    struct evk_tensor spatial = random_tensor(&seed, 3, (const int64_t[]){count, h, w});
    struct evk_tensor features = random_tensor(&seed, 2, (const int64_t[]){count, c});
    struct evk_tensor bias = random_tensor(&seed, 1, &count);
    float *x, *gy, *gx;
    struct net n;
    const float *y;
    int node;

    net_begin(&n, h, w, c);
    assert_ok(evk_add_factorized(&n.g, "factorized", 0, &spatial, &features, &bias, &node, err));
    net_end(&n);
    x = random_floats(&seed, n.inputs);
    y = net_forward(&n, x);
    for (int64_t i = 0; i < count; i++) {
        double want = (double)bias.data[i], magnitude = fabs(want);

        for (int64_t j = 0; j < places; j++) {
            const double term = (double)spatial.data[i * h * w + j / c] *
                                (double)features.data[i * c + j % c] * (double)x[j];

            want += term;
            magnitude += fabs(term);
        }
        assert_true(fabs((double)y[i] - want) <= sum_bound(h * w + c + 3, magnitude));
    }
    gy = random_floats(&seed, count);
    gx = floats(n.inputs);
    gy[0] = 0;
    net_backward(&n, gy, gx);
    for (int64_t j = 0; j < places; j++) {
        double want = 0, magnitude = 0;

        for (int64_t i = 0; i < count; i++) {
            const double term = (double)gy[i] * (double)spatial.data[i * h * w + j / c] *
                                (double)features.data[i * c + j % c];

            want += term;
            magnitude += fabs(term);
        }
        assert_true(fabs((double)gx[j] - want) <= sum_bound(count + 3, magnitude));
    }
    free(x);
    free(gy);
    free(gx);
    evk_tensor_release(&spatial);
    evk_tensor_release(&features);
    evk_tensor_release(&bias);
    net_release(&n);
}

static void test_factorized(void **state)
{
    (void)state;
    check_factorized(1, 1, 1, 1);
    check_factorized(3, 5, 2, 4);
    check_factorized(7, 6, 16, 3);
    check_factorized(4, 9, 19, 70);
    check_factorized(11, 13, 64, 130);
}

/*
 * ---- scaled channels ---------------------------------------------------------------------------
 */

/* Factors are the means: (1 2 3 4) times 2.5, (2 2 2 2) times 2. */
static void test_scale(void **state)
{
    static const float x[] = {1, 2, 2, 2, 3, 2, 4, 2}, g[] = {1, 0, 0, 0, 0, 0, 0, 4};
    float gx[8];
    const float *y;
    struct net n;
    int factors, node;

    (void)state;
    for (int keep = 0; keep < 2; keep++) {
        net_begin(&n, 2, 2, 2);
        assert_ok(evk_add_globalpool(&n.g, "mean", 0, keep, &factors, err));
        assert_ok(evk_add_scale(&n.g, "scale", 0, factors, &node, err));
        net_end(&n);
        y = net_forward(&n, x);
        for (int i = 0; i < 8; i++)
            assert_true(y[i] == x[i] * (i % 2 ? 2 : 2.5f));
        /* d (x[0] mean) = mean + x[0] / 4 and x[0] / 4; of channel 1 four times as much */
        net_backward(&n, g, gx);
        for (int i = 0; i < 8; i++)
            assert_true(gx[i] == (i == 0 ? 2.75f : i == 7 ? 10 : i % 2 ? 2 : 0.25f));
        net_release(&n);
    }
}

/*
 * ---- what does not fit
 * ---------------------------------------------------------------------------
 */

static void test_refused(void **state)
{
    struct evk_tensor features = random_tensor(&seed, 2, (const int64_t[]){2, 5});
    struct evk_tensor spatial = random_tensor(&seed, 3, (const int64_t[]){2, 4, 3});
    float xy[] = {0, 0, 0, NAN};
    struct evk_points points = {2, xy, &features, NULL};
    const int once = 0, twice[] = {0, 0};
    int node, flat;
    struct net n;

    (void)state;
    net_begin(&n, 3, 4, 3);
    assert_ok(evk_add_flatten(&n.g, "f", 0, &flat, err));
    assert_fails(EVK_EFORMAT, "layer p: position 1 is not finite",
                 evk_add_points(&n.g, "p", 1, &once, &points, &node, err));
    xy[3] = -INFINITY;
    assert_fails(EVK_EFORMAT, "layer p: position 1 is not finite",
                 evk_add_points(&n.g, "p", 1, &once, &points, &node, err));
    xy[3] = 0;
    assert_fails(EVK_EFORMAT, "layer p: its inputs have 6 channels, its features 5",
                 evk_add_points(&n.g, "p", 2, twice, &points, &node, err));
    assert_fails(EVK_EFORMAT, "layer p: its input is a vector",
                 evk_add_points(&n.g, "p", 1, &flat, &points, &node, err));
    assert_fails(EVK_EFORMAT, "layer z: its input is 3x4x3, its weights are for 4x3x5",
                 evk_add_factorized(&n.g, "z", 0, &spatial, &features, NULL, &node, err));
    assert_fails(EVK_EFORMAT, "layer z: its input is 36, its weights are for 4x3x5",
                 evk_add_factorized(&n.g, "z", flat, &spatial, &features, NULL, &node, err));
    assert_fails(EVK_EFORMAT, "layer s: its factors are 36, expected 3, one a channel",
                 evk_add_scale(&n.g, "s", 0, flat, &node, err));
    assert_fails(EVK_EFORMAT, "layer s: its factors are 3x4x3, expected 3, one a channel",
                 evk_add_scale(&n.g, "s", 0, 0, &node, err));
    assert_fails(EVK_EFORMAT, "layer s: its input is a vector",
                 evk_add_scale(&n.g, "s", flat, flat, &node, err));
    assert_int_equal(n.g.count, 2);
    net_release(&n);
    evk_tensor_release(&features);
    evk_tensor_release(&spatial);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_points),   cmocka_unit_test(test_known_fields),
        cmocka_unit_test(test_known_gradient), cmocka_unit_test(test_points),
        cmocka_unit_test(test_factorized),     cmocka_unit_test(test_scale),
        cmocka_unit_test(test_refused)};

    if (argc > 1)
        seed = strtoull(argv[1], NULL, 10);
    printf("seed %llu\n", (unsigned long long)seed);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
