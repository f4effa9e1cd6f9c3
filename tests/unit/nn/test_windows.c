/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_windows.c - conv2d and depthwise with every stride and dilation, anywhere
 * over small images: values and gradients against plain loops in double, with
 * and without a batch norm and a ReLU that were folded into them
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

/* One layer over one image. */
struct trial {
    bool depthwise, norm, relu, bias;
    int64_t h, w, c, o; /* o: of a depthwise layer, the depth multiplier */
    struct oracle_window v;
    struct evk_tensor image, kernel, shift;
    struct evk_tensor gamma, beta, mean, variance;
    struct map x;
    struct net net;
};

static int64_t channels(const struct trial *t)
{
    return t->depthwise ? t->c * t->o : t->o;
}

static bool is_winograd(const struct trial *t)
{
    return strcmp(t->net.g.nodes[1].type->name, "winograd") == 0;
}

static struct map with_bias(const struct trial *t, const float *bias)
{
    struct map y = t->depthwise ? oracle_depthwise(&t->x, &t->v, t->o, t->kernel.data, bias)
                                : oracle_conv2d(&t->x, &t->v, t->o, t->kernel.data, bias);

    if (is_winograd(t))
        oracle_winograd_bounds(&y, &t->x, &t->v, t->kernel.data);
    return y;
}

static void replace(struct map *y, struct map by)
{
    map_release(y);
    *y = by;
}

static struct map expected(const struct trial *t)
{
    struct map y = with_bias(t, t->bias ? t->shift.data : NULL);

    if (t->norm)
        replace(&y, oracle_batchnorm(&y, t->gamma.data, t->beta.data, t->mean.data,
                                     t->variance.data, 1e-3));
    if (t->relu)
        replace(&y, oracle_relu(&y, 0, 0, HUGE_VAL));
    return y;
}

/* Build the graph as a model has it, and fold it, so that only the layer remains. */
static void build(struct trial *t)
{
    const struct evk_window v = {t->v.h,          t->v.w,          t->v.stride_h, t->v.stride_w,
                                 t->v.dilation_h, t->v.dilation_w, t->v.top,      t->v.bottom,
                                 t->v.left,       t->v.right};
    const struct evk_tensor *bias = t->bias ? &t->shift : NULL;
    const struct evk_norm norm = {&t->gamma, &t->beta, &t->mean, &t->variance, 1e-3};
    struct evk_graph *g = &t->net.g;
    int node;

    net_begin(&t->net, t->h, t->w, t->c);
    assert_ok(t->depthwise ? evk_add_depthwise(g, "a", 0, &v, &t->kernel, bias, &node, err)
                           : evk_add_conv2d(g, "a", 0, &v, &t->kernel, bias, &node, err));
    if (t->norm)
        assert_ok(evk_add_batchnorm(g, "norm", node, &norm, &node, err));
    if (t->relu)
        assert_ok(evk_add_relu(g, "relu", node, 0, 0, INFINITY, &node, err));
    evk_graph_fold(g);
    assert_int_equal(g->count, 2);
    net_end(&t->net);
}

static void trial_init(struct trial *t)
{
    const int64_t all = channels(t);

    t->image = random_tensor(&seed, 3, (const int64_t[]){t->h, t->w, t->c});
    t->kernel = random_tensor(&seed, 4, (const int64_t[]){t->v.h, t->v.w, t->c, t->o});
    t->shift = random_tensor(&seed, 1, &all);
    t->gamma = random_tensor(&seed, 1, &all);
    t->beta = random_tensor(&seed, 1, &all);
    t->mean = random_tensor(&seed, 1, &all);
    t->variance = positive_tensor(&seed, 1, &all);
    t->x = map_of(t->h, t->w, t->c, t->image.data);
    build(t);
}

static void trial_release(struct trial *t)
{
    struct evk_tensor *const all[] = {&t->image, &t->kernel, &t->shift,   &t->gamma,
                                      &t->beta,  &t->mean,   &t->variance};

    for (size_t i = 0; i < COUNT(all); i++)
        evk_tensor_release(all[i]);
    map_release(&t->x);
    net_release(&t->net);
}

static const char *describe(const struct trial *t)
{
    const struct oracle_window *v = &t->v;
    static char text[256];

    snprintf(text, sizeof(text),
             "%s %lldx%lld, strides %lld %lld, dilations %lld %lld, padding %lld %lld %lld %lld, "
             "of %lldx%lldx%lld, %lld channels%s%s",
             t->depthwise ? "depthwise" : "conv2d", (long long)v->h, (long long)v->w,
             (long long)v->stride_h, (long long)v->stride_w, (long long)v->dilation_h,
             (long long)v->dilation_w, (long long)v->top, (long long)v->bottom, (long long)v->left,
             (long long)v->right, (long long)t->h, (long long)t->w, (long long)t->c,
             (long long)channels(t), t->norm ? ", norm" : "", t->relu ? ", relu" : "");
    return text;
}

/* What a seed is behind the ReLU, on the side of it where the floats are, and the norm. */
static struct map behind(const struct trial *t, const float *y, const float *w)
{
    const struct evk_shape *out = &t->net.g.nodes[1].out;
    struct map gy = map_of(out->h, out->w, out->c, w);

    for (int64_t i = 0; i < map_count(&gy); i++) {
        const int64_t c = i % out->c;

        if (t->relu && !(y[i] > 0))
            gy.v[i] = 0;
        if (t->norm)
            gy.v[i] *= (double)t->gamma.data[c] / sqrt((double)t->variance.data[c] + 1e-3);
    }
    return gy;
}

static double inner_maps(const struct map *a, const struct map *b, double *size)
{
    double sum = 0;

    for (int64_t i = 0; i < map_count(a); i++) {
        sum += a->v[i] * b->v[i];
        *size += fabs(a->v[i] * b->v[i]);
    }
    return sum;
}

/* The oracles of the layer and of its gradient share no code, and must be adjoint. */
static void check_oracles(const struct trial *t, const struct map *gy, const struct map *gx)
{
    struct map y = with_bias(t, NULL);
    double size = 0;
    const double there = inner_maps(&y, gy, &size), back = inner_maps(&t->x, gx, &size);

    assert_true(fabs(there - back) <= 1e-12 * size);
    map_release(&y);
}

static void check_gradient(struct trial *t, const float *y)
{
    float *w = random_floats(&seed, t->net.outputs), *gx = random_floats(&seed, t->net.inputs);
    struct map gy = behind(t, y, w), want;

    want = t->depthwise ? oracle_depthwise_gradient(&t->x, &t->v, t->o, t->kernel.data, &gy)
                        : oracle_conv2d_gradient(&t->x, &t->v, t->kernel.data, &gy);
    check_oracles(t, &gy, &want);
    if (is_winograd(t))
        oracle_winograd_gradient_bounds(&want, &t->v, t->kernel.data, &gy);
    net_backward(&t->net, w, gx);
    map_check(&want, gx, describe(t));
    map_release(&gy);
    map_release(&want);
    free(w);
    free(gx);
}

static void check(struct trial t)
{
    struct map want;
    const float *y;

    trial_init(&t);
    want = expected(&t);
    y = net_forward(&t.net, t.image.data);
    assert_int_equal(t.net.outputs, map_count(&want));
    map_check(&want, y, describe(&t));
    check_gradient(&t, y);
    check_gradient(&t, y); /* the memory is dirty now */
    map_release(&want);
    trial_release(&t);
}

/* ---- windows ------------------------------------------------------------------------------- */

/* Returns padding after the image that is just enough for one window, or more. */
static int64_t after(int64_t n, int64_t size, int64_t dilation, int64_t before)
{
    const int64_t span = (size - 1) * dilation + 1, missing = span - n - before;

    return (missing > 0 ? missing : 0) + between(&seed, 0, 4);
}

/* Returns a random window with these strides and dilations over a small image. */
static struct trial somewhere(const int64_t stride[2], const int64_t dilation[2])
{
    static const int64_t sizes[][2] = {{1, 1}, {1, 11}, {9, 1}, {2, 3}, {7, 12}, {5, 23}};
    const int64_t *size = sizes[between(&seed, 0, COUNT(sizes) - 1)];
    struct trial t = {.h = size[0], .w = size[1], .c = between(&seed, 1, 6)};
    struct oracle_window *v = &t.v;

    *v = (struct oracle_window){
        .h = between(&seed, 1, 5),
        .w = between(&seed, 1, 5),
        .stride_h = stride[0],
        .stride_w = stride[1],
        .dilation_h = dilation[0],
        .dilation_w = dilation[1],
        .top = between(&seed, 0, 1) * between(&seed, 0, 14),
        .left = between(&seed, 0, 1) * between(&seed, 0, 14),
    };
    v->bottom = after(t.h, v->h, v->dilation_h, v->top);
    v->right = after(t.w, v->w, v->dilation_w, v->left);
    t.norm = between(&seed, 0, 1);
    t.relu = between(&seed, 0, 1);
    t.bias = between(&seed, 0, 1);
    return t;
}

static void each_window(bool depthwise, const int64_t *o, size_t count)
{
    for (int i = 0; i < 81; i++) {
        const int64_t stride[] = {i % 3 + 1, i / 3 % 3 + 1};
        const int64_t dilation[] = {i / 9 % 3 + 1, i / 27 + 1};

        for (int j = 0; j < 8; j++) {
            struct trial t = somewhere(stride, dilation);

            t.depthwise = depthwise;
            t.o = pick(&seed, o, count);
            check(t);
        }
    }
}

static void test_conv2d(void **state)
{
    (void)state;
    each_window(false, (const int64_t[]){1, 4, 16, 17}, 4);
}

/* With so many input channels the gradient is gathered (nn/gather.h). */
static void test_gathered(void **state)
{
    (void)state;
    for (int i = 0; i < 4 * 81; i++) {
        const int64_t stride[] = {i % 3 + 1, i / 3 % 3 + 1};
        const int64_t dilation[] = {i / 9 % 3 + 1, i / 27 % 3 + 1};
        struct trial t = somewhere(stride, dilation);

        t.c = between(&seed, EVK_PAD, 3 * EVK_PAD);
        t.o = between(&seed, 1, 2 * EVK_PAD);
        check(t);
    }
}

static void test_depthwise(void **state)
{
    (void)state;
    each_window(true, (const int64_t[]){1}, 1);
}

static void test_multiplier(void **state)
{
    (void)state;
    each_window(true, (const int64_t[]){2, 3}, 2);
}

/*
 * Chosen cases, each with one peculiarity, for every kind of layer and whatever is folded into it.
 */
static void test_corners(void **state)
{
    /* size; h, w, strides, dilations, top, bottom, left, right */
    static const struct {
        int64_t h, w;
        struct oracle_window v;
    } corners[] = {
        {4, 5, {1, 1, 1, 1, 1, 1, 0, 0, 0, 0}}, /* the pixels themselves */
        {4, 5, {1, 1, 1, 1, 3, 3, 0, 0, 0, 0}}, /* the same: a dilation of nothing */
        {4, 5, {1, 1, 2, 3, 1, 1, 0, 0, 0, 0}}, /* pixels that no window covers */
        {4, 5, {1, 1, 2, 1, 1, 1, 0, 0, 0, 0}}, /* rows that no window covers */
        {4, 5, {1, 1, 1, 2, 1, 1, 0, 0, 0, 0}}, /* columns that no window covers */
        {4, 5, {1, 1, 1, 1, 1, 1, 1, 0, 0, 0}}, /* the pixels, and padding on one side */
        {4, 5, {1, 1, 1, 1, 1, 1, 0, 1, 0, 0}},
        {4, 5, {1, 1, 1, 1, 1, 1, 0, 0, 1, 0}},
        {4, 5, {1, 1, 1, 1, 1, 1, 0, 0, 0, 1}},
        {3, 4, {7, 9, 1, 1, 1, 1, 2, 2, 3, 2}},    /* larger than the image */
        {3, 4, {7, 9, 1, 1, 1, 1, 6, 6, 8, 8}},    /* the same, from corner to corner */
        {3, 4, {2, 2, 1, 1, 1, 1, 5, 0, 0, 7}},    /* windows in padding alone */
        {3, 4, {2, 2, 3, 3, 3, 3, 9, 9, 9, 9}},    /* and strides across it */
        {3, 4, {3, 3, 1, 1, 3, 3, 3, 3, 3, 3}},    /* only the middle of a window is inside */
        {1, 37, {1, 3, 1, 1, 1, 1, 0, 0, 1, 1}},   /* one row */
        {1, 37, {3, 3, 1, 2, 1, 2, 1, 1, 2, 2}},   /* one row, dilated */
        {37, 1, {3, 1, 2, 1, 1, 1, 1, 1, 0, 0}},   /* one column */
        {9, 40, {3, 3, 1, 1, 1, 1, 1, 1, 1, 1}},   /* many tiles wide */
        {9, 40, {5, 5, 2, 2, 1, 1, 1, 2, 1, 2}},   /* the same with a stride */
        {9, 10, {9, 10, 1, 1, 1, 1, 0, 0, 0, 0}},  /* a whole image: 90 places, two blocks */
        {9, 10, {9, 10, 2, 2, 1, 1, 5, 4, 5, 4}},  /* and around it */
        {2, 2, {2, 2, 1, 1, 1, 1, 0, 0, 100, 50}}, /* hardly any window sees anything */
    };

    (void)state;
    for (size_t i = 0; i < COUNT(corners); i++)
        for (int kind = 0; kind < 24; kind++) {
            struct trial t = {.h = corners[i].h, .w = corners[i].w, .v = corners[i].v};

            t.depthwise = kind % 3 > 0;
            t.c = kind % 3 == 1 ? 9 : 5;
            t.o = (const int64_t[]){6, 1, 2}[kind % 3];
            t.norm = kind / 3 % 2;
            t.relu = kind / 6 % 2;
            t.bias = kind / 12;
            check(t);
        }
}

/* Rows of many tiles, whole and not, and every way in which channels fill vectors. */
static void test_winograd(void **state)
{
    static const int64_t sizes[][2] = {{6, 112}, {5, 61}, {1, 34}, {7, 9}, {2, 1}};
    static const int64_t channels_out[] = {1, 9, 16, 17, 27, 33, 49, 64};

    (void)state;
    for (int i = 0; i < (int)(COUNT(sizes) * COUNT(channels_out)); i++) {
        const int64_t *size = sizes[i % (int)COUNT(sizes)];
        struct trial t = {.h = size[0], .w = size[1], .c = i % 3 + 1};

        t.v = (struct oracle_window){5, 5, 1, 1, 1, 1, 2, 2, i % 2 + 1, 3 - i % 2};
        t.o = channels_out[i / (int)COUNT(sizes)];
        t.norm = i % 2;
        t.relu = i / 2 % 2;
        t.bias = i / 4 % 2;
        check(t);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_conv2d),    cmocka_unit_test(test_gathered),
        cmocka_unit_test(test_depthwise), cmocka_unit_test(test_multiplier),
        cmocka_unit_test(test_corners),   cmocka_unit_test(test_winograd),
    };

    if (argc > 1)
        seed = strtoull(argv[1], NULL, 10);
    printf("seed %llu\n", (unsigned long long)seed);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
