/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_focus.c - the part of a graph that one value needs: the same bits as the whole
 *
 * Graphs are random, of every type of layer.  Values must agree to the last bit, and so must
 * gradients where weights are small whole numbers, whose sums are exact.  With fractions, a
 * convolution adds the gradients of its patches in an order that depends on the width of the map,
 * and gradients may differ by the rounding of sums of positive terms.
 */
#include "../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/core.h"
#include "../../harness/kernels.h"
#include "../../harness/net.h"
#include "nn/focus.h"

static uint64_t seed = 1;

/* ---- random graphs ------------------------------------------------------------------ */

enum kind {
    CONV,
    POINT,
    DEPTH,
    MAX,
    RELU,
    ADD,
    CONCAT,
    PAD,
    CROP,
    FLATTEN,
    DENSE,
    FACTORIZED,
    RESAMPLE,
    EXACT, /* those before give whole numbers for whole numbers */
    AVERAGE = EXACT,
    NORM,
    ACTIVATION,
    GLOBAL,
    GRID,
    SCALE,
    POINTS,
    REDUCE,
    SUMS, /* those before are sums of positive terms, also on the way back */
    SOFTMAX = SUMS,
    LOG_SOFTMAX,
    NORMALIZE,
    NORMALIZE_CHANNELS,
    KINDS
};

static int64_t up_to(int64_t high)
{
    return between(&seed, 0, high);
}

static struct evk_window random_window(int64_t padding)
{
    return (struct evk_window){
        .h = 1 + up_to(2),
        .w = 1 + up_to(2),
        .stride_h = up_to(2) ? 1 : 1 + up_to(2),
        .stride_w = up_to(2) ? 1 : 1 + up_to(2),
        .dilation_h = up_to(2) ? 1 : 2,
        .dilation_w = up_to(2) ? 1 : 2,
        .top = up_to(padding),
        .bottom = up_to(padding),
        .left = up_to(padding),
        .right = up_to(padding),
    };
}

static struct evk_tensor weights(enum kind last, int axes, const int64_t *dim)
{
    return last <= EXACT ? whole_tensor(&seed, 1, axes, dim) : positive_tensor(&seed, axes, dim);
}

static evk_status add_window(struct net *n, enum kind kind, enum kind last, int x, int *node,
                             evk_error *err)
{
    const struct evk_window point = {1, 1, 1, 1, 1, 1, 0, 0, 0, 0};
    const struct evk_window v = kind == POINT ? point : random_window(4), pool = random_window(1);
    const int64_t c = n->g.nodes[x].out.c, o = kind == DEPTH ? 1 + up_to(1) : 1 + up_to(4);
    const int64_t channels = kind == DEPTH ? c * o : o;
    struct evk_tensor k, bias;
    evk_status s;

    if (kind == MAX)
        return evk_add_maxpool(&n->g, "max", x, &pool, node, err);
    if (kind == AVERAGE)
        return evk_add_avgpool(&n->g, "mean", x, &pool, node, err);
    k = weights(last, 4, (const int64_t[]){v.h, v.w, c, o});
    bias = weights(last, 1, &channels);
    s = kind == DEPTH ? evk_add_depthwise(&n->g, "depth", x, &v, &k, &bias, node, err)
                      : evk_add_conv2d(&n->g, "conv", x, &v, &k, &bias, node, err);
    evk_tensor_release(&k);
    evk_tensor_release(&bias);
    return s;
}

static evk_status add_norm(struct net *n, int x, int *node, evk_error *err)
{
    const int64_t c = n->g.nodes[x].out.c;
    struct evk_tensor gamma = positive_tensor(&seed, 1, &c), mean = positive_tensor(&seed, 1, &c);
    struct evk_tensor beta = positive_tensor(&seed, 1, &c),
                      variance = positive_tensor(&seed, 1, &c);
    evk_status s;

    for (int64_t i = 0; i < c; i++) /* so that nothing becomes negative */
        mean.data[i] = -mean.data[i];
    s = evk_add_batchnorm(&n->g, "norm", x,
                          &(struct evk_norm){&gamma, &beta, &mean, &variance, 1e-3}, node, err);
    evk_tensor_release(&gamma);
    evk_tensor_release(&beta);
    evk_tensor_release(&mean);
    evk_tensor_release(&variance);
    return s;
}

static evk_status add_dense(struct net *n, enum kind last, int x, int *node, evk_error *err)
{
    const int64_t dim[2] = {n->g.nodes[x].out.c, 1 + up_to(4)};
    struct evk_tensor k = weights(last, 2, dim), bias = weights(last, 1, &dim[1]);
    const evk_status s = evk_add_dense(&n->g, "dense", x, &k, &bias, node, err);

    evk_tensor_release(&k);
    evk_tensor_release(&bias);
    return s;
}

static evk_status add_factorized(struct net *n, enum kind last, int x, int *node, evk_error *err)
{
    const struct evk_shape *s = &n->g.nodes[x].out;
    const int64_t outputs = 1 + up_to(4);
    struct evk_tensor spatial = weights(last, 3, (const int64_t[]){outputs, s->h, s->w});
    struct evk_tensor features = weights(last, 2, (const int64_t[]){outputs, s->c});
    struct evk_tensor bias = weights(last, 1, &outputs);
    const evk_status e =
        evk_add_factorized(&n->g, "factorized", x, &spatial, &features, &bias, node, err);

    evk_tensor_release(&spatial);
    evk_tensor_release(&features);
    evk_tensor_release(&bias);
    return e;
}

/* Add a layer that reads at points on pixels, between them, half outside and wholly outside. */
static evk_status add_points(struct net *n, int inputs, const int *x, int *node, evk_error *err)
{
    int64_t dim[2] = {1 + up_to(4), 0};
    struct evk_tensor features, bias;
    float xy[10];
    evk_status s;

    for (int i = 0; i < inputs; i++)
        dim[1] += n->g.nodes[x[i]].out.c;
    for (int i = 0; i < 10; i++)
        xy[i] = up_to(3) ? 1.2f * random_float(&seed) : (float)up_to(4) / 2 - 1;
    features = positive_tensor(&seed, 2, dim);
    bias = positive_tensor(&seed, 1, dim);
    s = evk_add_points(&n->g, "points", inputs, x,
                       &(struct evk_points){dim[0], xy, &features, &bias}, node, err);
    evk_tensor_release(&features);
    evk_tensor_release(&bias);
    return s;
}

/* Add a layer whose pixels read up to three random pixels each. */
static evk_status add_resample(struct net *n, enum kind last, int x, int *node, evk_error *err)
{
    enum { SIDE = 6, TERMS = 3 * SIDE * SIDE };
    const struct evk_shape *s = &n->g.nodes[x].out;
    const int64_t h = 1 + up_to(SIDE - 1), w = 1 + up_to(SIDE - 1), terms = TERMS;
    struct evk_tensor weight = weights(last, 1, &terms);
    int32_t start[SIDE * SIDE + 1] = {0}, source[TERMS];
    evk_status status;

    for (int64_t i = 0; i < h * w; i++)
        start[i + 1] = start[i] + (int32_t)up_to(3);
    for (int i = 0; i < TERMS; i++)
        source[i] = (int32_t)up_to(s->h * s->w - 1);
    status = evk_add_resample(&n->g, "resample", x,
                              &(struct evk_resample){h, w, start, source, weight.data}, node, err);
    evk_tensor_release(&weight);
    return status;
}

static evk_status add_reduce(struct net *n, int x, int *node, evk_error *err)
{
    static const char *const functions[] = {"sum", "mean", "max",        "min",
                                            "l1",  "l2",   "sum_square", "log_sum_exp"};

    return evk_add_reduce(&n->g, "reduce", x, functions[up_to(7)], node, err);
}

static evk_status add_crop(struct net *n, int x, int *node, evk_error *err)
{
    const struct evk_shape *s = &n->g.nodes[x].out;
    const int64_t size[3] = {s->h, s->w, s->c};
    struct evk_box box;

    for (int a = 0; a < 3; a++) {
        box.first[a] = up_to(size[a] > 1 ? 1 : 0);
        box.last[a] = size[a] - 1 - up_to(size[a] - 1 - box.first[a] > 1 ? 2 : 0);
        if (box.last[a] < box.first[a])
            box.last[a] = box.first[a];
    }
    return evk_add_crop(&n->g, "crop", x, &box, node, err);
}

/* Add a layer of a kind that reads some nodes; EVK_EFORMAT where their shapes do not fit. */
static evk_status add_random(struct net *n, enum kind kind, enum kind last, int *node,
                             evk_error *err)
{
    static const char *const functions[] = {"elu", "elu_plus_one", "softplus", "sigmoid", "tanh"};
    struct evk_graph *g = &n->g;
    const int x[3] = {g->count - 1 - (int)up_to(g->count > 1 ? 1 : 0), (int)up_to(g->count - 1),
                      (int)up_to(g->count - 1)};

    switch (kind) {
    case RELU:
        return evk_add_relu(g, "relu", x[0], 0, 0, INFINITY, node, err);
    case ADD:
        return evk_add_add(g, "add", 1 + (int)up_to(2), x, node, err);
    case CONCAT:
        return evk_add_concat(g, "concat", 2 + (int)up_to(1), x, (int)up_to(2), node, err);
    case PAD:
        return evk_add_pad(g, "pad", x[0],
                           &(struct evk_pad){up_to(3), up_to(3), up_to(3), up_to(3)}, node, err);
    case CROP:
        return add_crop(n, x[0], node, err);
    case FLATTEN:
        return evk_add_flatten(g, "flatten", x[0], node, err);
    case DENSE:
        return add_dense(n, last, x[0], node, err);
    case NORM:
        return add_norm(n, x[0], node, err);
    case ACTIVATION:
        return evk_add_activation(g, "function", x[0], functions[up_to(4)], node, err);
    case FACTORIZED:
        return add_factorized(n, last, x[0], node, err);
    case SCALE:
        return evk_add_scale(g, "scale", x[0], x[1], node, err);
    case POINTS:
        return add_points(n, 1 + (int)up_to(2), x, node, err);
    case GLOBAL:
        return evk_add_globalpool(g, "global", x[0], up_to(1), node, err);
    case GRID:
        return evk_add_gridpool(g, "grid", x[0], 1 + up_to(5), 1 + up_to(5), node, err);
    case RESAMPLE:
        return add_resample(n, last, x[0], node, err);
    case REDUCE:
        return add_reduce(n, x[0], node, err);
    case SOFTMAX:
        return evk_add_softmax(g, "softmax", x[0], node, err);
    case LOG_SOFTMAX:
        return evk_add_log_softmax(g, "log-softmax", x[0], node, err);
    case NORMALIZE_CHANNELS:
        return evk_add_normalize_channels(g, "channels", x[0], 1e-3, node, err);
    case NORMALIZE:
        return evk_add_normalize(g, "normalize", x[0], 1e-3, node, err);
    default:
        return add_window(n, kind, last, x[0], node, err);
    }
}

/*
 * Build a graph of up to 7 layers of the kinds before last; kinds that do not fit are passed over.
 */
static void random_graph(struct net *n, enum kind last)
{
    const double mean[3] = {-1, -2, -3}, scale[3] = {1, 2, 4};
    const int layers = 1 + (int)up_to(last == EXACT ? 3 : 6);
    evk_error why;
    int node;

    net_begin(n, 3 + up_to(15), 3 + up_to(15), 1 + up_to(2));
    if (up_to(1))
        evk_input_set(&n->g, mean, scale);
    while (n->g.count <= layers) {
        const enum kind kind = (enum kind)up_to((int)last - 1);
        const evk_status s = add_random(n, kind, last, &node, &why);

        if (s && s != EVK_EFORMAT)
            fail_msg("%s", why.msg);
    }
    assert_ok(evk_graph_prune(&n->g, n->g.count - 1, NULL, err));
    if (up_to(2))
        evk_graph_fold(&n->g);
    net_end(n);
}

/* ---- the whole, and a part ---------------------------------------------------------- */

/* Returns an upper bound on the number of terms of all sums that a gradient value goes through. */
static int64_t terms_of(const struct evk_graph *g)
{
    int64_t terms = 8;

    for (int i = 1; i < g->count; i++) {
        const struct evk_node *n = &g->nodes[i];
        const struct evk_window *v = n->type->window ? n->type->window(n->layer) : NULL;

        terms += 8 + n->out.c * (v ? v->h * v->w : 1) + n->inputs;
        if (!v)
            terms += n->out.h * n->out.w;
    }
    return terms;
}

/* Check that a gradient value is that of the whole graph: exactly, or up to slack times it. */
static void check_gradient(float got, float want, double slack, int64_t at)
{
    if (!(fabs((double)got - (double)want) <= slack * fabs((double)want)))
        fail_msg("gradient at %lld is %.9g, of the whole graph %.9g", (long long)at, (double)got,
                 (double)want);
}

static bool inside(const struct evk_box *box, const int64_t at[3])
{
    bool in = true;

    for (int a = 0; a < 3; a++)
        in = in && at[a] >= box->first[a] && at[a] <= box->last[a];
    return in;
}

static bool resamples(const struct evk_graph *g)
{
    bool any = false;

    for (int i = 0; i < g->count; i++)
        any = any || strcmp(g->nodes[i].type->name, "resample") == 0;
    return any;
}

/* Value i of the whole net n, at image, alone; slack < 0: gradients are not compared. */
static void check_value(struct net *n, const float *image, int64_t i, double slack)
{
    const struct evk_shape *in = &n->g.nodes[0].out;
    float *seed_of = floats(n->outputs), *whole = floats(n->inputs), *part, *crop;
    const float want = net_forward(n, image)[i], one = 1;
    struct net f = {.inputs = 0};
    struct evk_box box;
    int64_t flops;
    int64_t k = 0;

    seed_of[i] = one;
    net_backward(n, seed_of, whole);
    assert_ok(evk_graph_focus(&n->g, i, &f.g, &box, err));
    assert_ok(evk_graph_focus_flops(&n->g, i, &flops, err));
    if (!resamples(&n->g))
        assert_int_equal(flops, evk_graph_flops(&f.g));
    net_end(&f);
    assert_int_equal(f.outputs, 1);
    part = floats(evk_shape_count(&f.g.nodes[0].out));
    crop = floats(evk_shape_count(&f.g.nodes[0].out));
    for (int64_t j = 0; j < n->inputs; j++)
        if (inside(&box, (const int64_t[]){j / (in->w * in->c), j / in->c % in->w, j % in->c}))
            crop[k++] = image[j];
    assert_int_equal(k, evk_shape_count(&f.g.nodes[0].out));
    if (!same_bits(*net_forward(&f, crop), want))
        fail_msg("value %lld is %.9g, of the whole graph %.9g", (long long)i,
                 (double)*net_forward(&f, crop), (double)want);
    net_backward(&f, &one, part);
    k = 0;
    for (int64_t j = 0; j < n->inputs && slack >= 0; j++) {
        const int64_t at[3] = {j / (in->w * in->c), j / in->c % in->w, j % in->c};

        check_gradient(inside(&box, at) ? part[k++] : 0, whole[j], slack, j);
    }
    net_release(&f);
    free(seed_of);
    free(whole);
    free(part);
    free(crop);
}

enum { GRAPHS = 1500, VALUES = 8 };

static void check_graphs(enum kind last)
{
    for (int graph = 0; graph < GRAPHS; graph++) {
        struct evk_tensor image;
        const struct evk_shape *in;
        double slack;
        struct net n;

        random_graph(&n, last);
        in = &n.g.nodes[0].out;
        image = last == EXACT ? whole_tensor(&seed, 8, 3, (const int64_t[]){in->h, in->w, in->c})
                              : positive_tensor(&seed, 3, (const int64_t[]){in->h, in->w, in->c});
        slack = last == EXACT ? 0 : last == SUMS ? 2 * sum_bound(terms_of(&n.g), 1) : -1;
        for (int i = 0; i < VALUES; i++)
            check_value(&n, image.data, up_to(n.outputs - 1), slack);
        evk_tensor_release(&image);
        net_release(&n);
    }
}

static void test_exact(void **state)
{
    (void)state;
    check_graphs(EXACT);
}

static void test_sums(void **state)
{
    (void)state;
    check_graphs(SUMS);
}

static void test_all(void **state)
{
    (void)state;
    check_graphs(KINDS);
}

/* Windows that lie wholly in the padding: on both sides, and none that sees the image at all. */
static void test_padding(void **state)
{
    static const struct evk_window windows[] = {
        {2, 2, 1, 1, 1, 1, 5, 6, 7, 5},
        {1, 2, 3, 2, 1, 2, 4, 7, 6, 8},
        {1, 1, 20, 20, 1, 1, 5, 0, 6, 0},
    };

    (void)state;
    for (size_t w = 0; w < COUNT(windows); w++)
        for (int depthwise = 0; depthwise < 2; depthwise++) {
            struct evk_tensor k =
                positive_tensor(&seed, 4, (const int64_t[]){windows[w].h, windows[w].w, 2, 2});
            float *image;
            struct net n;

            net_begin(&n, 3, 4, 2);
            if (depthwise)
                net_depthwise(&n, "depth", 0, &windows[w], k);
            else
                net_conv2d(&n, "conv", 0, &windows[w], k);
            net_end(&n);
            image = random_floats(&seed, n.inputs);
            for (int64_t i = 0; i < n.outputs; i++)
                check_value(&n, image, i, 2 * sum_bound(terms_of(&n.g), 1));
            free(image);
            net_release(&n);
        }
}

/* A neuron of a core sees 28 x 28 pixels of 36 x 64, and costs less than a tenth. */
static void test_core(void **state)
{
    struct net n = {.inputs = 36 * 64};
    float *image;
    int64_t largest = 0;

    (void)state;
    core_build(&n.g, 40, &seed);
    evk_graph_fold(&n.g);
    net_end(&n);
    image = random_floats(&seed, n.inputs);
    for (int64_t i = 0; i < n.outputs; i++) {
        struct evk_graph part;
        struct evk_box box, want;

        check_value(&n, image, i, -1);
        assert_ok(evk_graph_focus(&n.g, i, &part, &box, err));
        assert_ok(evk_graph_field(&n.g, i, &want, err));
        assert_true(evk_box_equal(&box, &want));
        assert_true(box.last[0] - box.first[0] < 28 && box.last[1] - box.first[1] < 28);
        if (evk_graph_flops(&part) > largest)
            largest = evk_graph_flops(&part);
        assert_true(10 * evk_graph_flops(&part) < evk_graph_flops(&n.g));
        evk_graph_release(&part);
    }
    printf("%.1f times fewer operations at least\n",
           (double)evk_graph_flops(&n.g) / (double)largest);
    free(image);
    net_release(&n);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exact),   cmocka_unit_test(test_sums), cmocka_unit_test(test_all),
        cmocka_unit_test(test_padding), cmocka_unit_test(test_core),
    };

    if (argc > 1)
        seed = strtoull(argv[1], NULL, 10);
    printf("seed %llu\n", (unsigned long long)seed);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
