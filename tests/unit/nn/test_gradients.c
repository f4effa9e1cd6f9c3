/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_gradients.c - the backward pass of every layer type
 *
 * A linear layer is a matrix A.  Its columns come from forward passes of unit vectors, its rows
 * from backward passes, and the two matrices agree to the last bit; and <A v, w> = <v, A' w> up to
 * rounding.  For other layers, <J v, w> by central differences is compared with <v, J' w>.
 */
#include "../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/net.h"

static uint64_t seed = 1;
static bool seen[64]; /* rows of the layer table */

static void see(const struct net *n)
{
    for (int i = 0; i < n->g.count; i++)
        for (int t = 0; evk_layer_type_at(t); t++)
            seen[t] = seen[t] || n->g.nodes[i].type == evk_layer_type_at(t);
}

/* ---- builders: each adds nodes that read node 0 ------------------------------- */

static const struct evk_window same = {3, 3, 1, 1, 1, 1, 1, 1, 1, 1};
static const struct evk_window odd = {2, 3, 2, 1, 1, 2, 0, 1, 2, 0};
static const struct evk_window strided = {5, 5, 2, 2, 1, 1, 1, 2, 1, 2};
static const struct evk_window point = {1, 1, 1, 1, 1, 1, 0, 0, 0, 0};

static void add_conv(struct net *n, int x, const struct evk_window *v, int64_t o)
{
    const int64_t c = n->g.nodes[x].out.c;

    net_conv2d(n, "conv", x, v, random_tensor(&seed, 4, (const int64_t[]){v->h, v->w, c, o}));
}

static void conv_same(struct net *n)
{
    add_conv(n, 0, &same, 5);
}

static void conv_odd(struct net *n)
{
    add_conv(n, 0, &odd, 17);
}

static void conv_strided(struct net *n)
{
    add_conv(n, 0, &strided, 2);
}

static void conv_point(struct net *n)
{
    add_conv(n, 0, &point, 4);
}

static void add_depthwise(struct net *n, const struct evk_window *v, int64_t m)
{
    net_depthwise(n, "depthwise", 0, v,
                  random_tensor(&seed, 4, (const int64_t[]){v->h, v->w, 3, m}));
}

static void depthwise_odd(struct net *n)
{
    add_depthwise(n, &odd, 1);
}

static void depthwise_strided(struct net *n)
{
    add_depthwise(n, &strided, 3);
}

/* 72 taps: more than one block of them. */
static void depthwise_large(struct net *n)
{
    add_depthwise(n, &(struct evk_window){9, 8, 1, 1, 1, 1, 4, 4, 3, 4}, 1);
}

static void dense(struct net *n)
{
    struct evk_tensor k = random_tensor(&seed, 2, (const int64_t[]){3, 7});
    int node;

    assert_ok(evk_add_dense(&n->g, "dense", 0, &k, NULL, &node, err));
    evk_tensor_release(&k);
}

/* The shift is beta - mean scale = 0. */
static void batchnorm(struct net *n)
{
    const int64_t c = 3;
    struct evk_tensor gamma = random_tensor(&seed, 1, &c), mean = random_tensor(&seed, 1, &c);
    struct evk_tensor variance = positive_tensor(&seed, 1, &c);
    int node;

    memset(mean.data, 0, 3 * sizeof(float));
    assert_ok(evk_add_batchnorm(
        &n->g, "bn", 0, &(struct evk_norm){&gamma, NULL, &mean, &variance, 1e-3}, &node, err));
    evk_tensor_release(&gamma);
    evk_tensor_release(&mean);
    evk_tensor_release(&variance);
}

static void avgpool(struct net *n)
{
    int node;

    assert_ok(evk_add_avgpool(&n->g, "avg", 0, &strided, &node, err));
    assert_ok(evk_add_gridpool(&n->g, "grid", node, 2, 3, &node, err));
}

static void globalpool(struct net *n)
{
    int node;

    assert_ok(evk_add_globalpool(&n->g, "global", 0, false, &node, err));
}

static void pad(struct net *n)
{
    int node;

    assert_ok(evk_add_pad(&n->g, "pad", 0, &(struct evk_pad){2, 0, 1, 3}, &node, err));
}

static void crop(struct net *n)
{
    const struct evk_box box = {{1, 2, 1}, {4, 4, 2}};
    int node;

    assert_ok(evk_add_crop(&n->g, "crop", 0, &box, &node, err));
}

static void flatten(struct net *n)
{
    int node;

    assert_ok(evk_add_flatten(&n->g, "flatten", 0, &node, err));
}

/* Values that are read once, twice and never, a product of matrices, and one value by value. */
static void constants(struct net *n)
{
    const struct evk_shape matrix = {6, 3, 5, false}, row = {1, 7, 1, false};
    int32_t index[126];
    float *values = random_floats(&seed, 90);
    int node, of;

    for (int i = 0; i < 126; i++)
        index[i] = i % 9 == 4 ? -1 : i * 5 % 124;
    assert_ok(evk_add_rearrange(&n->g, "order", 0, &n->g.nodes[0].out, index, 0, &node, err));
    assert_ok(evk_add_constant(&n->g, "matrix", &matrix, values, &of, err));
    assert_ok(evk_add_matmul(&n->g, "matmul", node, of, &node, err));
    assert_ok(evk_add_constant(&n->g, "row", &row, values, &of, err));
    assert_ok(evk_add_binary(&n->g, "mul", node, of, "mul", &node, err));
    free(values);
}

/* x + x + x: one node that is read three times. */
static void add(struct net *n)
{
    const int x[] = {0, 0, 0};
    int node;

    assert_ok(evk_add_add(&n->g, "add", 3, x, &node, err));
}

static void concat(struct net *n, int axis)
{
    const int x[] = {0, 0};
    int node;

    assert_ok(evk_add_concat(&n->g, "concat", 2, x, axis, &node, err));
}

static void concat_rows(struct net *n)
{
    concat(n, 0);
}

static void concat_columns(struct net *n)
{
    concat(n, 1);
}

static void concat_channels(struct net *n)
{
    concat(n, 2);
}

/* Points between pixels, on a pixel, on the last pixel, and half outside. */
static void points(struct net *n)
{
    static const float xy[] = {-0.3f, 0.45f, 0, 0.2f, 1, -1, 0.7f, 1.1f};
    struct evk_tensor features = random_tensor(&seed, 2, (const int64_t[]){4, 3});
    const int x = 0;
    int node;

    assert_ok(evk_add_points(&n->g, "points", 1, &x, &(struct evk_points){4, xy, &features, NULL},
                             &node, err));
    evk_tensor_release(&features);
}

static void factorized(struct net *n)
{
    struct evk_tensor spatial = random_tensor(&seed, 3, (const int64_t[]){5, 6, 7});
    struct evk_tensor features = random_tensor(&seed, 2, (const int64_t[]){5, 3});
    int node;

    assert_ok(evk_add_factorized(&n->g, "factorized", 0, &spatial, &features, NULL, &node, err));
    evk_tensor_release(&spatial);
    evk_tensor_release(&features);
}

static void reduce(struct net *n)
{
    int node;

    assert_ok(evk_add_reduce(&n->g, "sum", 0, "sum", &node, err));
}

/* A pixel that reads two, one that reads none, and one that reads the first again. */
static void resample(struct net *n)
{
    static const int32_t start[] = {0, 2, 2, 3}, source[] = {7, 40, 7};
    static const float weight[] = {0.3f, -1.7f, 2};
    int node;

    assert_ok(evk_add_resample(&n->g, "resample", 0,
                               &(struct evk_resample){1, 3, start, source, weight}, &node, err));
}

static void input(struct net *n)
{
    static const double mean[] = {0, 0, 0}, scale[] = {3, -0.7, 255};

    evk_input_set(&n->g, mean, scale);
}

/* ---- linear layers ---------------------------------------------------------------- */

typedef void builder(struct net *n);

/*
 * Returns the matrix (outputs, inputs) from forward passes, compared with that of backward passes.
 */
static float *matrix(struct net *n)
{
    float *a = floats(n->outputs * n->inputs), *unit = floats(n->inputs + n->outputs);
    float *row = floats(n->inputs);

    for (int64_t j = 0; j < n->inputs; j++) {
        const float *y;

        unit[j] = 1;
        y = net_forward(n, unit);
        for (int64_t i = 0; i < n->outputs; i++)
            a[i * n->inputs + j] = y[i];
        unit[j] = 0;
    }
    for (int64_t i = 0; i < n->outputs; i++) {
        unit[i] = 1;
        net_backward(n, unit, row);
        for (int64_t j = 0; j < n->inputs; j++)
            if (row[j] != a[i * n->inputs + j])
                fail_msg("backward has %.9g at (%lld, %lld), forward %.9g", (double)row[j],
                         (long long)i, (long long)j, (double)a[i * n->inputs + j]);
        unit[i] = 0;
    }
    free(unit);
    free(row);
    return a;
}

static void check_linear(builder *build)
{
    float *a, *v, *w, *gx, *y;
    double magnitude = 0;
    struct net n;

    net_begin(&n, 6, 7, 3);
    build(&n);
    net_end(&n);
    see(&n);
    a = matrix(&n);
    v = random_floats(&seed, n.inputs);
    w = random_floats(&seed, n.outputs);
    y = floats(n.outputs);
    gx = floats(n.inputs);
    memcpy(y, net_forward(&n, v), (size_t)n.outputs * sizeof(*y));
    net_backward(&n, w, gx);
    for (int64_t i = 0; i < n.outputs; i++)
        for (int64_t j = 0; j < n.inputs; j++)
            magnitude += fabs((double)w[i] * (double)a[i * n.inputs + j] * (double)v[j]);
    assert_true(magnitude > 0);
    /* Sums have at most as many terms as there are inputs, or outputs. */
    assert_true(fabs(inner(n.outputs, y, w) - inner(n.inputs, v, gx)) <=
                sum_bound(n.inputs + 2, magnitude) + sum_bound(n.outputs + 2, magnitude));
    free(a);
    free(v);
    free(w);
    free(y);
    free(gx);
    net_release(&n);
}

static void test_linear(void **state)
{
    static builder *const builders[] = {
        conv_same,     conv_odd,          conv_strided,    conv_point,
        depthwise_odd, depthwise_strided, depthwise_large, dense,
        batchnorm,     avgpool,           globalpool,      pad,
        crop,          flatten,           constants,       add,
        concat_rows,   concat_columns,    concat_channels, input,
        points,        factorized,        reduce,          resample,
    };

    (void)state;
    for (size_t i = 0; i < sizeof(builders) / sizeof(builders[0]); i++)
        check_linear(builders[i]);
}

/* ---- other layers: central differences ----------------------------------------- */

/* Checks the gradient at x, and releases both. */
static void check_slope(struct net *n, float *x, int64_t terms)
{
    see(n);
    net_check_slope(n, &seed, x, terms);
    free(x);
    net_release(n);
}

static evk_status add_smooth(struct evk_graph *g, const char *name, int *node, evk_error *err)
{
    if (strcmp(name, "softmax") == 0)
        return evk_add_softmax(g, "a", 0, node, err);
    if (strcmp(name, "log_softmax") == 0)
        return evk_add_log_softmax(g, "a", 0, node, err);
    if (strcmp(name, "normalize_channels") == 0)
        return evk_add_normalize_channels(g, "a", 0, 1e-3, node, err);
    if (strcmp(name, "normalize") == 0)
        return evk_add_normalize(g, "a", 0, 1e-3, node, err);
    return evk_add_activation(g, "a", 0, name, node, err);
}

static void check_smooth(const char *name)
{
    struct net n;
    float *x;
    int node;

    net_begin(&n, 4, 5, 3);
    assert_ok(add_smooth(&n.g, name, &node, err));
    net_end(&n);
    x = floats(n.inputs);
    for (int64_t i = 0; i < n.inputs; i++) {
        x[i] = roundf(4000.0f * random_float(&seed)) / 1024.0f;
        if (fabsf(x[i]) < 0.0625f) /* the second derivative of elu jumps at 0 */
            x[i] = 0.0625f;
    }
    check_slope(&n, x, 8);
}

static void test_smooth(void **state)
{
    static const char *const names[] = {
        "elu",  "elu_plus_one", "softplus",    "sigmoid",   "tanh",
        "gelu", "softmax",      "log_softmax", "normalize", "normalize_channels"};

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        check_smooth(names[i]);
}

static void check_winograd(int64_t size, int64_t c, const struct evk_window *v, int64_t o)
{
    struct net n;

    net_begin(&n, size, size + 1, c);
    add_conv(&n, 0, v, o);
    net_end(&n);
    check_slope(&n, random_floats(&seed, n.inputs), 8);
}

/* The products of Winograd's sums round otherwise forward than backward, so these layers are not
   among the linear ones; test_windows.c and test_conv3x3.c compare with sums in double. */
static void test_winograd(void **state)
{
    (void)state;
    check_winograd(6, 3, &(struct evk_window){5, 5, 1, 1, 1, 1, 2, 2, 1, 3}, 18);
    check_winograd(12, 32, &same, 33);
}

/* A map and factors that both depend on the image. */
static void test_scale(void **state)
{
    struct net n;
    float *x;
    int factors, node;

    (void)state;
    net_begin(&n, 4, 5, 3);
    assert_ok(evk_add_globalpool(&n.g, "g", 0, false, &factors, err));
    assert_ok(evk_add_scale(&n.g, "s", 0, factors, &node, err));
    net_end(&n);
    x = floats(n.inputs);
    for (int64_t i = 0; i < n.inputs; i++)
        x[i] = roundf(4000.0f * random_float(&seed)) / 1024.0f;
    check_slope(&n, x, 24);
}

/*
 * Returns different multiples of 1/16, away from kinks, which are at multiples of 1/4, and from
 * ties.
 */
static float *apart(int64_t n)
{
    float *x = floats(n);

    for (int64_t i = 0; i < n; i++)
        x[i] = ((float)i - (float)(n / 2)) / 4.0f + 0.125f;
    for (int64_t i = n - 1; i > 0; i--) {
        const int64_t j = (int64_t)(fabsf(random_float(&seed)) * (float)(i + 1)) % (i + 1);
        const float swap = x[i];

        x[i] = x[j];
        x[j] = swap;
    }
    return x;
}

static void test_relu(void **state)
{
    static const float shapes[][3] = {{0, 0, INFINITY},
                                      {0.25f, 0, INFINITY},
                                      {0, 1.5f, INFINITY},
                                      {0, 0, 6},
                                      {0.5f, -2.25f, 3.75f}};

    (void)state;
    for (int i = 0; i < 5; i++) {
        struct net n;
        int node;

        net_begin(&n, 5, 5, 3);
        assert_ok(evk_add_relu(&n.g, "r", 0, shapes[i][0], shapes[i][1], shapes[i][2], &node, err));
        net_end(&n);
        check_slope(&n, apart(n.inputs), 1);
    }
}

static void test_maxpool(void **state)
{
    static const struct evk_window large = {6, 7, 1, 1, 1, 1, 2, 2, 3, 3};
    const struct evk_window *windows[] = {&same, &odd, &strided, &point, &large};

    (void)state;
    for (int i = 0; i < 5; i++) {
        struct net n;
        int node;

        if (i == 1) /* a window in the padding alone has no maximum */
            continue;
        net_begin(&n, 6, 7, 3);
        assert_ok(evk_add_maxpool(&n.g, "m", 0, windows[i], &node, err));
        net_end(&n);
        check_slope(&n, apart(n.inputs), 9);
    }
}

/* After all others: no row of the layer table went untested. */
static void test_all_seen(void **state)
{
    (void)state;
    for (int t = 0; evk_layer_type_at(t); t++)
        if (!seen[t])
            fail_msg("no gradient of %s was tested", evk_layer_type_at(t)->name);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_linear),   cmocka_unit_test(test_smooth),
        cmocka_unit_test(test_relu),     cmocka_unit_test(test_maxpool),
        cmocka_unit_test(test_winograd), cmocka_unit_test(test_scale),
        cmocka_unit_test(test_all_seen),
    };

    if (argc > 1)
        seed = strtoull(argv[1], NULL, 10);
    printf("seed %llu\n", (unsigned long long)seed);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
