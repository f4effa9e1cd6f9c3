/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_core.c - cores with readouts from small state dictionaries, against their definition */
#include "../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/dict.h"
#include "../../harness/net.h"
#include "model/core/core.h"

enum { H = 13, W = 15, N = 4 };

static const struct oracle_window valid5 = {5, 5, 1, 1, 1, 1, 0, 0, 0, 0};
static const struct oracle_window same3 = {3, 3, 1, 1, 1, 1, 1, 1, 1, 1};
static const struct oracle_window dilated3 = {3, 3, 1, 1, 2, 2, 2, 2, 2, 2};
static const struct oracle_window point = {1, 1, 1, 1, 1, 1, 0, 0, 0, 0};
static const struct oracle_window halves = {2, 2, 2, 2, 1, 1, 0, 0, 0, 0};

/* A dictionary, an image, and the map that readouts read for it. */
struct trial {
    struct dict d;
    float image[H * W];
    struct map x;
    struct evk_core_options o;
};

static void begin(struct trial *t, uint64_t seed)
{
    *t = (struct trial){.d = {.seed = seed}, .o = evk_core_options_default};
    for (int i = 0; i < H * W; i++)
        t->image[i] = random_float(&t->d.seed);
    t->x = map_of(H, W, 1, t->image);
    t->o.stack = "last";
}

/* Add a layer: a 5x5 convolution without padding, a batch norm and an ELU. */
static void add_first(struct trial *t)
{
    dict_conv(&t->d, "core.features.layer0.conv", &t->x, &valid5, 6, false);
    dict_norm(&t->d, "core.features.layer0.norm", &t->x);
    dict_function(&t->x, "elu");
}

/* Appends b to a. */
static void join(struct map *a, struct map *b, int axis)
{
    struct map both = oracle_concat(a, b, axis);

    map_release(a);
    *a = both;
}

static void end(struct trial *t)
{
    map_release(&t->x);
    dict_release(&t->d);
}

/* Check that outputs are within their bounds of elu(want) + 1, and the number of parameters. */
static void check(struct trial *t, struct map *want, int64_t numbers)
{
    struct evk_network network = {0};
    int64_t parameters = 0;
    struct net n = {0};
    char why[400];

    dict_sort(&t->d);
    assert_true(evk_core_fits(&t->d.t, why, sizeof(why)));
    assert_string_equal(why, "");
    assert_ok(evk_core_build(&network, &t->d.t, &t->o, H, W, err));
    for (int64_t i = 0; i < network.count; i++)
        parameters += network.layers[i].parameters;
    assert_int_equal(parameters, network.parameters);
    assert_int_equal(parameters, numbers);
    n.g = network.graph;
    network.graph = (struct evk_graph){0};
    evk_graph_fold(&n.g);
    net_end(&n);
    assert_int_equal(n.outputs, want->c);
    dict_function(want, "elu_plus_one");
    map_check(want, net_forward(&n, t->image), "core");
    net_release(&n);
    evk_network_release(&network);
    map_release(want);
    end(t);
}

enum { FIRST = 25 * 6 + 4 * 6 };

/* All layers stacked, dilation; two data keys, the later one first by name. */
static void plain(void **state)
{
    struct trial t;
    struct map first, want, more;

    (void)state;
    begin(&t, 1);
    add_first(&t);
    first = oracle_pad(&t.x, 0, 0, 0, 0);
    dict_conv(&t.d, "core.features.layer1.conv", &t.x, &dilated3, 5, true);
    dict_norm(&t.d, "core.features.layer1.norm", &t.x);
    dict_function(&t.x, "elu");
    join(&first, &t.x, 2);
    want = dict_gaussian(&t.d, "z-1.2", &first, N, NULL);
    more = dict_gaussian(&t.d, "a", &first, 2, NULL);
    join(&want, &more, 2);
    map_release(&more);
    t.o.stack = "all";
    t.o.hidden_dilation = 2;
    map_release(&first);
    check(&t, &want, FIRST + 9 * 6 * 5 + 5 + 20 + (N + 2) * (11 + 2 + 1));
}

/* Depth-separable, squeeze and excitation, a pooled readout of two keys. */
static void pooled(void **state)
{
    static const char *const parts[] = {"in_depth_conv", "spatial_conv", "out_depth_conv"};
    struct map maps[2], want, more;
    struct trial t;
    char name[80];

    (void)state;
    begin(&t, 2);
    add_first(&t);
    for (int i = 0; i < 3; i++) {
        snprintf(name, sizeof(name), "core.features.layer1.ds_conv.%s", parts[i]);
        if (i == 1)
            dict_depthwise(&t.d, name, &t.x, &same3);
        else
            dict_conv(&t.d, name, &t.x, &point, 6, false);
    }
    dict_norm(&t.d, "core.features.layer1.norm", &t.x);
    dict_function(&t.x, "elu");
    dict_squeeze(&t.d, "core.features.layer1.seg_ex_block", &t.x, 2);
    maps[0] = t.x;
    maps[1] = oracle_avgpool(&t.x, &halves);
    want = dict_pooled(&t.d, "10", maps, 2, N);
    more = dict_pooled(&t.d, "9", maps, 2, 3);
    join(&want, &more, 2);
    map_release(&more);
    map_release(&maps[1]);
    t.o.pool_kernel = 2;
    check(&t, &want, FIRST + 36 + 54 + 36 + 24 + 12 + 2 + 12 + 6 + (N + 3) * (12 + 2 + 1));
}

/* Kinds that follow each other, each its own layer. */
static void kinds(void **state)
{
    struct map want, more;
    struct trial t;

    (void)state;
    begin(&t, 3);
    add_first(&t);
    want = dict_factorized(&t.d, "c", &t.x, 2, false);
    more = dict_full(&t.d, "b", &t.x, 3);
    join(&want, &more, 2);
    map_release(&more);
    more = dict_factorized(&t.d, "a", &t.x, 1, false);
    join(&want, &more, 2);
    map_release(&more);
    check(&t, &want, FIRST + 3 * (9 * 11 + 6 + 1) + 3 * (9 * 11 * 6 + 1));
}

/* Negative numbers of masks and features count as 0, but for the norms of masks. */
static void positive(void **state)
{
    struct map want;
    struct trial t;

    (void)state;
    begin(&t, 7);
    add_first(&t);
    want = dict_factorized(&t.d, "k", &t.x, N, true);
    t.o.positive = 1;
    check(&t, &want, FIRST + N * (9 * 11 + 6 + 1));
}

/* Positions are tanh(W2 elu(W1 source + b1) + b2), here by libm, or, without the tanh, clamped. */
static void predicted(bool final_tanh)
{
    double xy[2 * N], hidden[3];
    const float *grid, *w1, *b1, *w2, *b2;
    struct trial t;
    struct map want;

    begin(&t, 4);
    add_first(&t);
    grid = dict_put(&t.d, "readout.k.source_grid", 2, (int64_t[]){N, 2});
    w1 = dict_put(&t.d, "readout.k.mu_transform.0.weight", 2, (int64_t[]){3, 2});
    b1 = dict_put(&t.d, "readout.k.mu_transform.0.bias", 1, (int64_t[]){3});
    w2 = dict_put(&t.d, "readout.k.mu_transform.2.weight", 2, (int64_t[]){2, 3});
    b2 = dict_put(&t.d, "readout.k.mu_transform.2.bias", 1, (int64_t[]){2});
    dict_get(&t.d, "readout.k.mu_transform.2.bias")->data[1] = final_tanh ? 0.1f : 1.9f;
    for (int i = 0; i < N; i++) {
        for (int j = 0; j < 3; j++) {
            const double v = (double)b1[j] + (double)w1[2 * j] * (double)grid[2 * i] +
                             (double)w1[2 * j + 1] * (double)grid[2 * i + 1];

            hidden[j] = v > 0 ? v : expm1(v);
        }
        for (int a = 0; a < 2; a++) {
            double v = (double)b2[a];

            for (int j = 0; j < 3; j++)
                v += (double)w2[3 * a + j] * hidden[j];
            v = final_tanh ? tanh(v) : fmax(-1, fmin(1, v));
            xy[2 * i + a] = (double)(float)v;
        }
    }
    want = dict_gaussian(&t.d, "k", &t.x, N, xy);
    t.o.final_tanh = final_tanh ? -1 : 0;
    check(&t, &want, FIRST + N * (6 + 1 + 2) + 9 + 8);
}

static void predictor(void **state)
{
    (void)state;
    predicted(true);
    predicted(false);
}

/* A position is clamped, then shifted, x along columns; one between the last pixel and nothing
   counts in part. */
static void shift(void **state)
{
    static const double at[2 * N] = {0.9375, -0.25, -0.125, 0.25, 0.5, 1.5, -0.75, -0.9375};
    double xy[2 * N];
    struct map want;
    struct trial t;
    float *mu;

    (void)state;
    begin(&t, 5);
    add_first(&t);
    for (int i = 0; i < 2 * N; i++)
        xy[i] = fmin(1, at[i]) + (i % 2 ? -0.1875 : 0.125);
    want = dict_gaussian(&t.d, "k", &t.x, N, xy);
    mu = dict_put(&t.d, "readout.k._mu", 4, (int64_t[]){1, N, 1, 2});
    for (int i = 0; i < 2 * N; i++)
        mu[i] = (float)at[i];
    t.o.shift = "0.125,-0.1875";
    check(&t, &want, FIRST + N * (6 + 2 + 1));
}

/* ---- what is refused ---------------------------------------------------------------- */

static void refuse(struct trial *t, evk_status status, const char *text)
{
    struct evk_network network = {0};

    dict_sort(&t->d);
    assert_fails(status, text, evk_core_build(&network, &t->d.t, &t->o, H, W, err));
    evk_network_release(&network);
    end(t);
}

/* One layer and one Gaussian readout, "k". */
static struct trial sound(void)
{
    struct map y;
    struct trial t;

    begin(&t, 6);
    add_first(&t);
    y = dict_gaussian(&t.d, "k", &t.x, N, NULL);
    map_release(&y);
    return t;
}

static void missing(void **state)
{
    static const char *const names[] = {"core.features.layer0.norm.running_var",
                                        "readout.k._features"};
    struct trial t;

    (void)state;
    for (int i = 0; i < 2; i++) {
        char text[80];

        t = sound();
        dict_drop(&t.d, names[i]);
        snprintf(text, sizeof(text), "has no tensor %s", i == 0 ? names[0] : "readout.k.features");
        refuse(&t, EVK_EFORMAT, text);
    }
    t = sound();
    dict_drop(&t.d, "readout.k._mu");
    dict_drop(&t.d, "readout.k._features");
    refuse(&t, EVK_EFORMAT, "has a core, but no readout");
    t = sound();
    dict_drop(&t.d, "readout.k._mu");
    refuse(&t, EVK_EUNSUPPORTED, "readout.k is a readout of a kind that is not known here");
}

static void unknown(void **state)
{
    static const char *const names[] = {"core.features.layer0.attention.weight",
                                        "modulator.k.weight", "readout.k.remap.weight_0",
                                        "core.features.layer2.conv.weight"};

    (void)state;
    for (int i = 0; i < 4; i++) {
        struct trial t = sound();

        dict_put(&t.d, names[i], 1, (int64_t[]){1});
        refuse(&t, EVK_EUNSUPPORTED, names[i]);
    }
}

static void shapes(void **state)
{
    struct trial t = sound();

    (void)state;
    dict_get(&t.d, "core.features.layer0.norm.weight")->dim[0] = 5;
    refuse(&t, EVK_EFORMAT, "core.features.layer0.norm.weight is 5, expected 6");
    t = sound();
    dict_get(&t.d, "readout.k._features")->dim[1] = 5;
    refuse(&t, EVK_EFORMAT, "readout.k._features is 1x5x1x4, expected 1x6x1x4");
    t = sound();
    dict_get(&t.d, "readout.k._mu")->dim[1] = 3;
    refuse(&t, EVK_EFORMAT, "readout.k._mu is 1x3x1x2, expected 1x4x1x2");
    t = sound();
    dict_get(&t.d, "core.features.layer0.conv.weight")->axes = 3;
    refuse(&t, EVK_EFORMAT, "core.features.layer0.conv.weight is 6x1x5, expected a kernel");
}

static void numbers(void **state)
{
    struct trial t = sound();

    (void)state;
    dict_get(&t.d, "core.features.layer0.conv.weight")->data[7] = NAN;
    refuse(&t, EVK_EFORMAT, "core.features.layer0.conv.weight has a value that is not finite");
    t = sound();
    dict_get(&t.d, "readout.k._mu")->data[3] = NAN;
    refuse(&t, EVK_EFORMAT, "the position of neuron k:1 is outside the map");
    t = sound();
    dict_get(&t.d, "readout.k._mu")->data[4] = 2.5f;
    refuse(&t, EVK_EFORMAT, "the position of neuron k:2 is outside the map, 2.5");
    t = sound();
    dict_get(&t.d, "core.features.layer0.norm.running_var")->data[2] = -1;
    refuse(&t, EVK_EFORMAT, "running_var is -1 at 2");
}

static void options(void **state)
{
    static const struct {
        const char *name, *value;
        evk_status status;
        const char *text;
    } list[] = {
        {"shift", "3,0", EVK_EINVAL, "neuron k:0 is shifted to"},
        {"shift", "0.1", EVK_EINVAL, "shift is '0.1', expected two numbers"},
        {"pupil", "0,0", EVK_EINVAL, "has no shifter for data key k"},
        {"stack", "1", EVK_EINVAL, "stack is '1', expected all, last, N: or a list of layers"},
        {"stack", "", EVK_EINVAL, "stack is ''"},
        {"stack", "x:", EVK_EINVAL, "stack is 'x:'"},
        {"stack", "0,x", EVK_EINVAL, "expected numbers with commas"},
        {"nonlinearity", "sine", EVK_EUNSUPPORTED, "activation 'sine' is not supported"},
        {"output", "sine", EVK_EUNSUPPORTED, "activation 'sine' is not supported"},
        {"behavior", "1", EVK_EINVAL, "behavior has 1 values, expected fewer than the 1 channels"},
    };
    struct trial t;

    (void)state;
    for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
        t = sound();
        for (const evk_param *p = evk_core_params; p->name; p++)
            if (strcmp(p->name, list[i].name) == 0)
                assert_ok(evk_param_set(p, &t.o, list[i].value, err));
        refuse(&t, list[i].status, list[i].text);
    }
    t = sound();
    t.o.hidden_dilation = 0;
    refuse(&t, EVK_EINVAL, "hidden-dilation is '0', expected a whole number from 1");
    t = sound();
    t.o.shift = t.o.pupil = "0,0";
    refuse(&t, EVK_EINVAL, "has both a pupil and a shift");
    t = sound();
    dict_sort(&t.d);
    assert_fails(EVK_EUNSUPPORTED, "is a core with readouts for 1 data key (k), which does not say",
                 evk_core_needs_card(&t.d.t, err));
    end(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain),    cmocka_unit_test(pooled),    cmocka_unit_test(kinds),
        cmocka_unit_test(positive), cmocka_unit_test(predictor), cmocka_unit_test(shift),
        cmocka_unit_test(missing),  cmocka_unit_test(unknown),   cmocka_unit_test(shapes),
        cmocka_unit_test(numbers),  cmocka_unit_test(options),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
