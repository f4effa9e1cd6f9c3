/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_conv3x3.c - convolutions of 3x3 pixels that go by tiles: of whole numbers, for which all
 * sums are exact, against plain loops; of any numbers, within a bound that is computed for each
 * value
 */
#include "../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/kernels.h"
#include "../../harness/net.h"
#include "../../oracle/oracle.h"

static uint64_t seed = 1;

/* A layer over a map, and the oracle's window. */
struct trial {
    int64_t h, w, c, o, top, bottom, left, right;
    bool relu;
};

/* Channels that do and do not fill vectors; one, two and many blocks of tiles; odd sizes. */
static const struct trial cases[] = {
    {12, 12, 32, 32, 1, 1, 1, 1, false}, {13, 15, 37, 33, 1, 1, 1, 1, true},
    {14, 17, 32, 50, 0, 0, 0, 0, true},  {11, 12, 33, 32, 2, 1, 0, 2, false},
    {29, 31, 40, 35, 1, 1, 1, 1, true},  {9, 40, 64, 48, 2, 2, 2, 2, false},
};

static struct evk_window window_of(const struct trial *t)
{
    return (struct evk_window){3, 3, 1, 1, 1, 1, t->top, t->bottom, t->left, t->right};
}

static struct oracle_window oracle_of(const struct trial *t)
{
    return (struct oracle_window){3, 3, 1, 1, 1, 1, t->top, t->bottom, t->left, t->right};
}

/* Whole numbers; those of kernels are multiples of 4, which the transform divides by 4. */
static struct evk_tensor kernel_of(const struct trial *t, bool whole)
{
    const int64_t dim[] = {3, 3, t->c, t->o};
    struct evk_tensor k = whole ? whole_tensor(&seed, 3, 4, dim) : random_tensor(&seed, 4, dim);

    for (int64_t i = 0; i < 9 * t->c * t->o && whole; i++)
        k.data[i] *= 4;
    return k;
}

static struct evk_tensor image_of(const struct trial *t, bool whole)
{
    const int64_t dim[] = {t->h, t->w, t->c};

    return whole ? whole_tensor(&seed, 4, 3, dim) : random_tensor(&seed, 3, dim);
}

static void begin(struct net *n, const struct trial *t, const struct evk_tensor *kernel)
{
    const struct evk_window v = window_of(t);
    int node;

    net_begin(n, t->h, t->w, t->c);
    assert_ok(evk_add_conv2d(&n->g, "a", 0, &v, kernel, NULL, &node, err));
    assert_string_equal(n->g.nodes[node].type->name, "conv3x3");
    if (t->relu)
        assert_ok(evk_add_relu(&n->g, "relu", node, 0, 0, INFINITY, &node, err));
    evk_graph_fold(&n->g);
    assert_int_equal(n->g.count, 2);
    net_end(n);
}

static void assert_exact(int64_t n, const float *got, const double *want)
{
    for (int64_t i = 0; i < n; i++)
        if ((double)got[i] != want[i])
            fail_msg("%.9g at %lld, expected %.9g", (double)got[i], (long long)i, want[i]);
}

static void check_whole(const struct trial *t)
{
    const struct oracle_window v = oracle_of(t);
    struct evk_tensor kernel = kernel_of(t, true), image = image_of(t, true);
    struct map x = map_of(t->h, t->w, t->c, image.data), gy, gx;
    struct map y = oracle_conv2d(&x, &v, t->o, kernel.data, NULL);
    struct evk_tensor seeds = whole_tensor(&seed, 4, 3, (const int64_t[]){y.h, y.w, y.c});
    struct net n;
    float *got;

    begin(&n, t, &kernel);
    got = random_floats(&seed, n.inputs);
    gy = map_of(y.h, y.w, y.c, seeds.data);
    for (int64_t i = 0; i < map_count(&y) && t->relu; i++) {
        gy.v[i] = y.v[i] > 0 ? gy.v[i] : 0;
        y.v[i] = fmax(y.v[i], 0);
    }
    gx = oracle_conv2d_gradient(&x, &v, kernel.data, &gy);
    for (int twice = 0; twice < 2; twice++) { /* the memory is dirty the second time */
        assert_exact(n.outputs, net_forward(&n, image.data), y.v);
        net_backward(&n, seeds.data, got);
        assert_exact(n.inputs, got, gx.v);
    }
    free(got);
    net_release(&n);
    map_release(&x);
    map_release(&y);
    map_release(&gy);
    map_release(&gx);
    evk_tensor_release(&kernel);
    evk_tensor_release(&image);
    evk_tensor_release(&seeds);
}

static void test_whole_numbers(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        check_whole(&cases[i]);
}

/* ---- bounds --------------------------------------------------------------------------------- */

static const double size_in[4][4] = {{1, 0, 1, 0}, {0, 1, 1, 0}, {0, 1, 1, 0}, {0, 1, 0, 1}};
static const double size_kernel[4][3] = {{1, 0, 0}, {.5, .5, .5}, {.5, .5, .5}, {0, 0, 1}};
static const double size_out[2][4] = {{1, 1, 1, 0}, {0, 1, 1, 1}};

/* Returns the magnitude of the products of output (y, x, o) over all points, from magnitudes. */
static double magnitude(const struct trial *t, const float *image, const float *kernel, int64_t y,
                        int64_t x, int64_t o)
{
    const int64_t y0 = y / 2 * 2 - t->top, x0 = x / 2 * 2 - t->left;
    double sum = 0;

    for (int64_t c = 0; c < t->c; c++)
        for (int i = 0; i < 16; i++) {
            double d = 0, g = 0;

            for (int k = 0; k < 16; k++) {
                const int64_t r = y0 + k / 4, s = x0 + k % 4;

                if (r >= 0 && r < t->h && s >= 0 && s < t->w)
                    d += size_in[i / 4][k / 4] * size_in[i % 4][k % 4] *
                         fabs((double)image[(r * t->w + s) * t->c + c]);
            }
            for (int k = 0; k < 9; k++)
                g += size_kernel[i / 4][k / 3] * size_kernel[i % 4][k % 3] *
                     fabs((double)kernel[(k * t->c + c) * t->o + o]);
            sum += size_out[y % 2][i / 4] * size_out[x % 2][i % 4] * d * g;
        }
    return sum;
}

/*
 * Each product is rounded c times at most in its sum; and 12 times more: twice in each transform of
 * the input, once in the kernel's, four times in those of the sums, and in scale and shift.
 */
static void test_bound(void **state)
{
    const struct trial t = cases[1];
    const struct oracle_window v = oracle_of(&t);
    struct evk_tensor kernel = kernel_of(&t, false), image = image_of(&t, false);
    struct map x = map_of(t.h, t.w, t.c, image.data);
    struct map want = oracle_conv2d(&x, &v, t.o, kernel.data, NULL);
    const double unit = ldexp(1, -24), terms = (double)t.c + 12;
    double worst = 0;
    const float *y;
    struct net n;

    (void)state;
    begin(&n, &t, &kernel);
    y = net_forward(&n, image.data);
    for (int64_t i = 0; i < map_count(&want); i++) {
        const double bound =
            terms * unit / (1 - terms * unit) *
            magnitude(&t, image.data, kernel.data, i / t.o / want.w, i / t.o % want.w, i % t.o);
        const double error = fabs((double)y[i] - fmax(want.v[i], 0));

        if (error > bound)
            fail_msg("%.9g at %lld, expected %.9g within %.3g", (double)y[i], (long long)i,
                     want.v[i], bound);
        worst = fmax(worst, error / bound);
    }
    printf("the largest error is %.3f of its bound\n", worst);
    net_release(&n);
    map_release(&x);
    map_release(&want);
    evk_tensor_release(&kernel);
    evk_tensor_release(&image);
}

/* ---- with other layers ---------------------------------------------------------------------- */

/* Two layers read the image, so that the second one adds to its gradient. */
static void test_added(void **state)
{
    const struct trial t = cases[1];
    const struct evk_window v = window_of(&t);
    const struct oracle_window ov = oracle_of(&t);
    struct evk_tensor k[2] = {kernel_of(&t, true), kernel_of(&t, true)};
    struct evk_tensor image = image_of(&t, true), seeds;
    struct map x = map_of(t.h, t.w, t.c, image.data), gy, gx[2];
    struct net n;
    float *got;
    int node[2];

    (void)state;
    net_begin(&n, t.h, t.w, t.c);
    for (int i = 0; i < 2; i++)
        assert_ok(evk_add_conv2d(&n.g, "a", 0, &v, &k[i], NULL, &node[i], err));
    assert_ok(evk_add_add(&n.g, "sum", 2, node, &node[0], err));
    net_end(&n);
    seeds = whole_tensor(&seed, 4, 3, (const int64_t[]){t.h, t.w, t.o});
    gy = map_of(t.h, t.w, t.o, seeds.data);
    for (int i = 0; i < 2; i++)
        gx[i] = oracle_conv2d_gradient(&x, &ov, k[i].data, &gy);
    for (int64_t i = 0; i < map_count(&x); i++)
        gx[0].v[i] += gx[1].v[i];
    got = random_floats(&seed, n.inputs);
    net_forward(&n, image.data);
    net_backward(&n, seeds.data, got);
    assert_exact(n.inputs, got, gx[0].v);
    free(got);
    for (int i = 0; i < 2; i++) {
        evk_tensor_release(&k[i]);
        map_release(&gx[i]);
    }
    map_release(&gy);
    map_release(&x);
    evk_tensor_release(&image);
    evk_tensor_release(&seeds);
    net_release(&n);
}

/* A batch norm by powers of 2 becomes part of the layer, forward and backward. */
static void test_norm(void **state)
{
    const struct trial t = {12, 13, 32, 36, 1, 1, 1, 1, false};
    const struct evk_window v = window_of(&t);
    const struct oracle_window ov = oracle_of(&t);
    struct evk_tensor kernel = kernel_of(&t, true), image = image_of(&t, true), part[4], seeds;
    const struct evk_norm norm = {&part[0], &part[1], &part[2], &part[3], 0};
    struct map x = map_of(t.h, t.w, t.c, image.data), gy, gx;
    struct map y = oracle_conv2d(&x, &ov, t.o, kernel.data, NULL);
    struct net n;
    float *got;
    int node;

    (void)state;
    for (int i = 0; i < 4; i++)
        part[i] = whole_tensor(&seed, 4, 1, &t.o);
    for (int64_t o = 0; o < t.o; o++) {
        part[0].data[o] = ldexpf(1, (int)(o % 5) - 2);
        part[3].data[o] = 4;
    }
    net_begin(&n, t.h, t.w, t.c);
    assert_ok(evk_add_conv2d(&n.g, "a", 0, &v, &kernel, NULL, &node, err));
    assert_ok(evk_add_batchnorm(&n.g, "norm", node, &norm, &node, err));
    evk_graph_fold(&n.g);
    assert_int_equal(n.g.count, 2);
    net_end(&n);
    seeds = whole_tensor(&seed, 4, 3, (const int64_t[]){t.h, t.w, t.o});
    gy = map_of(t.h, t.w, t.o, seeds.data);
    for (int64_t i = 0; i < map_count(&y); i++) {
        const int64_t o = i % t.o;
        const double gain = (double)part[0].data[o] / 2;

        y.v[i] = (y.v[i] - (double)part[2].data[o]) * gain + (double)part[1].data[o];
        gy.v[i] *= gain;
    }
    gx = oracle_conv2d_gradient(&x, &ov, kernel.data, &gy);
    got = random_floats(&seed, n.inputs);
    assert_exact(n.outputs, net_forward(&n, image.data), y.v);
    net_backward(&n, seeds.data, got);
    assert_exact(n.inputs, got, gx.v);
    free(got);
    for (int i = 0; i < 4; i++)
        evk_tensor_release(&part[i]);
    map_release(&x);
    map_release(&y);
    map_release(&gy);
    map_release(&gx);
    evk_tensor_release(&kernel);
    evk_tensor_release(&image);
    evk_tensor_release(&seeds);
    net_release(&n);
}

/* The part of a network that computes one value gives its bits. */
static void test_focus(void **state)
{
    const struct trial t = cases[1], next = {t.h, t.w, t.o, 2, 1, 1, 1, 1, false};
    const struct evk_window v = window_of(&t);

    (void)state;
    for (int whole = 0; whole < 2; whole++) {
        struct evk_tensor kernel = kernel_of(&t, whole), image = image_of(&t, whole);
        struct net n;
        int node;

        net_begin(&n, t.h, t.w, t.c);
        assert_ok(evk_add_conv2d(&n.g, "a", 0, &v, &kernel, NULL, &node, err));
        node = net_conv2d(&n, "b", node, &v, kernel_of(&next, whole));
        net_end(&n);
        net_check_focus(&n, image.data, whole);
        net_release(&n);
        evk_tensor_release(&kernel);
        evk_tensor_release(&image);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole_numbers), cmocka_unit_test(test_bound),
        cmocka_unit_test(test_added),         cmocka_unit_test(test_norm),
        cmocka_unit_test(test_focus),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
