/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_keras.c - Keras' convolutions and pools: responses and gradients of small archives against the
 * oracle (tests/keras has the other classes)
 *
 * A case adds layers to an archive, and computes the same layers with the oracle, in double.
 * Without an archive, and with other images, the case gives central differences for the gradient.
 */
#include "../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>

#include "../../harness/keras_file.h"
#include "../../harness/net.h"
#include "../../oracle/oracle.h"

static uint64_t first_seed = 1;

struct pair {
    struct keras_file *file; /* NULL: the oracle alone */
    uint64_t seed;           /* of the weights: the same each time */
    struct map x;            /* of the last layer */
    bool same, bias;         /* what this case is run with */
    char config[512];
};

static void step(struct pair *t, struct map y)
{
    map_release(&t->x);
    t->x = y;
}

/* Add a layer with these fields of its configuration, then those in t->config. */
static void layer(struct pair *t, const char *class, const char *name, const char *from)
{
    if (t->file)
        keras_layer(t->file, class, name, t->config, from);
}

static void input(struct pair *t)
{
    if (t->file)
        keras_input(t->file, "in", t->x.h, t->x.w, t->x.c);
}

static float *weights(struct pair *t, int axes, const int64_t *dim)
{
    int64_t n = 1;
    float *p;

    for (int i = 0; i < axes; i++)
        n *= dim[i];
    p = random_floats(&t->seed, n);
    if (t->file)
        memcpy(keras_array(t->file, axes, dim), p, (size_t)n * sizeof(*p));
    return p;
}

/* TensorFlow: ceil(n / stride) outputs; what they reach beyond n is padding, the odd one after. */
static void same_padding(int64_t n, int64_t size, int64_t stride, int64_t dilation, int64_t *before,
                         int64_t *after)
{
    const int64_t last = ((n + stride - 1) / stride - 1) * stride + (size - 1) * dilation;
    const int64_t missing = last >= n ? last - (n - 1) : 0;

    *before = missing / 2;
    *after = missing - missing / 2;
}

struct kernel {
    int64_t h, w, stride, dilation;
};

static struct oracle_window window(const struct pair *t, const struct kernel *k)
{
    struct oracle_window v = {k->h,        k->w, k->stride, k->stride, k->dilation,
                              k->dilation, 0,    0,         0,         0};

    if (t->same) {
        same_padding(t->x.h, v.h, v.stride_h, v.dilation_h, &v.top, &v.bottom);
        same_padding(t->x.w, v.w, v.stride_w, v.dilation_w, &v.left, &v.right);
    }
    return v;
}

static void conv_config(struct pair *t, const struct kernel *k, const char *more)
{
    snprintf(t->config, sizeof(t->config),
             "%s,'kernel_size':[%d,%d],'strides':[%d,%d],'padding':'%s',"
             "'data_format':'channels_last','dilation_rate':[%d,%d],'use_bias':%s",
             more, (int)k->h, (int)k->w, (int)k->stride, (int)k->stride, t->same ? "same" : "valid",
             (int)k->dilation, (int)k->dilation, t->bias ? "true" : "false");
}

static void conv(struct pair *t, const char *name, const struct kernel *k)
{
    const struct oracle_window v = window(t, k);
    const int64_t o = 4, dim[] = {k->h, k->w, t->x.c, o};
    float *w, *b = NULL;

    conv_config(t, k, "'filters':4,'groups':1");
    layer(t, "Conv2D", name, NULL);
    w = weights(t, 4, dim);
    if (t->bias)
        b = weights(t, 1, &o);
    step(t, oracle_conv2d(&t->x, &v, o, w, b));
    free(w);
    free(b);
}

static void depthwise(struct pair *t, const struct kernel *k)
{
    const struct oracle_window v = window(t, k);
    const int64_t dim[] = {k->h, k->w, t->x.c, 2}, o = 2 * t->x.c;
    float *w, *b = NULL;

    conv_config(t, k, "'depth_multiplier':2,'activation':'softplus'");
    layer(t, "DepthwiseConv2D", "depth", NULL);
    w = weights(t, 4, dim);
    if (t->bias)
        b = weights(t, 1, &o);
    step(t, oracle_depthwise(&t->x, &v, 2, w, b));
    step(t, oracle_activation(&t->x, "softplus"));
    free(w);
    free(b);
}

static void separable(struct pair *t, const struct kernel *k, int64_t m)
{
    const struct oracle_window v = window(t, k), point = {1, 1, 1, 1, 1, 1, 0, 0, 0, 0};
    const int64_t o = 5, depth[] = {k->h, k->w, t->x.c, m}, dim[] = {1, 1, t->x.c * m, o};
    float *d, *w, *b = NULL;
    char more[64];

    snprintf(more, sizeof(more), "'filters':5,'activation':'elu','depth_multiplier':%d", (int)m);
    conv_config(t, k, more);
    layer(t, "SeparableConv2D", "separable", NULL);
    d = weights(t, 4, depth);
    w = weights(t, 4, dim);
    if (t->bias)
        b = weights(t, 1, &o);
    step(t, oracle_depthwise(&t->x, &v, m, d, NULL));
    step(t, oracle_conv2d(&t->x, &point, o, w, b));
    step(t, oracle_activation(&t->x, "elu"));
    free(d);
    free(w);
    free(b);
}

static void norm(struct pair *t, const char *name, bool scale, bool center)
{
    const int64_t c = t->x.c;
    const double epsilon = t->bias ? 0.002 : 1e-3; /* the latter by default */
    float *gamma, *beta, *mean, *variance, *in_file;

    snprintf(t->config, sizeof(t->config), "'axis':%s,%s'scale':%s,'center':%s",
             t->same ? "-1" : "[3]", t->bias ? "'epsilon':0.002," : "", scale ? "true" : "false",
             center ? "true" : "false");
    layer(t, "BatchNormalization", name, NULL);
    gamma = scale ? weights(t, 1, &c) : NULL;
    beta = center ? weights(t, 1, &c) : NULL;
    mean = weights(t, 1, &c);
    variance = random_floats(&t->seed, c);
    in_file = t->file ? keras_array(t->file, 1, &c) : NULL;
    for (int64_t i = 0; i < c; i++) {
        variance[i] = fabsf(variance[i]);
        if (in_file)
            in_file[i] = variance[i];
    }
    step(t, oracle_batchnorm(&t->x, gamma, beta, mean, variance, epsilon));
    for (int i = 0; i < 4; i++)
        free((float *[]){gamma, beta, mean, variance}[i]);
}

static void dense(struct pair *t, int64_t units, const char *activation)
{
    const int64_t dim[] = {t->x.c, units};
    float *w, *b = NULL;

    snprintf(t->config, sizeof(t->config), "'units':%d,'activation':'%s','use_bias':%s", (int)units,
             activation, t->bias ? "true" : "false");
    layer(t, "Dense", "dense", NULL);
    w = weights(t, 2, dim);
    if (t->bias)
        b = weights(t, 1, &units);
    step(t, oracle_dense(&t->x, units, w, b));
    free(w);
    free(b);
}

/* ---- cases -------------------------------------------------------------------------- */

typedef void scenario(struct pair *t);

static void convs(struct pair *t)
{
    const bool same = t->same;

    conv(t, "a", &(struct kernel){3, 2, 1, 1});
    t->same = true;
    conv(t, "b", &(struct kernel){2, 3, 1, 2});
    t->same = same;
    conv(t, "c", &(struct kernel){4, 3, 2, 1});
}

static void dilated(struct pair *t)
{
    conv(t, "a", &(struct kernel){3, 2, 1, 2});
}

static void depthwise_case(struct pair *t)
{
    depthwise(t, &(struct kernel){3, 3, 2, 1});
}

static void separable_case(struct pair *t)
{
    separable(t, &(struct kernel){5, 5, 2, 1}, t->bias ? 1 : 3);
}

static void norms(struct pair *t)
{
    norm(t, "unfolded", true, true);
    conv(t, "a", &(struct kernel){3, 3, 1, 1});
    norm(t, "folded", t->same, t->bias);
}

static void activations(struct pair *t)
{
    static const char *const names[] = {"tanh", "gelu", "sigmoid", "softplus", "elu"};
    char name[16];

    conv(t, "a", &(struct kernel){1, 1, 1, 1});
    for (int i = 0; i < 5; i++) {
        snprintf(t->config, sizeof(t->config), "'activation':'%s'", names[i]);
        snprintf(name, sizeof(name), "act%d", i);
        layer(t, "Activation", name, NULL);
        step(t, oracle_activation(&t->x, names[i]));
    }
    snprintf(t->config, sizeof(t->config), "'activation':'linear'");
    layer(t, "Activation", "linear", NULL);
    snprintf(t->config, sizeof(t->config), "'activation':'softmax'");
    layer(t, "Activation", "soft", NULL);
    step(t, oracle_softmax(&t->x));
}

static void relus(struct pair *t)
{
    conv(t, "a", &(struct kernel){3, 3, 1, 1});
    snprintf(t->config, sizeof(t->config), "'max_value':2.5,'negative_slope':0.25,'threshold':0.5");
    layer(t, "ReLU", "r", NULL);
    step(t, oracle_relu(&t->x, 0.25, 0.5, 2.5));
    snprintf(t->config, sizeof(t->config), "'max_value':null,'negative_slope':0.0,'threshold':0.0");
    layer(t, "ReLU", "s", NULL);
    step(t, oracle_relu(&t->x, 0, 0, HUGE_VAL));
}

static void named_relu(struct pair *t)
{
    conv(t, "a", &(struct kernel){3, 3, 1, 1});
    snprintf(t->config, sizeof(t->config), "'activation':'relu'");
    layer(t, "Activation", "u", NULL);
    step(t, oracle_relu(&t->x, 0, 0, HUGE_VAL));
}

static void pads(struct pair *t)
{
    static const char *const spelling[] = {"2", "[2,1]", "[[1,2],[0,3]]"};
    static const int64_t sides[][4] = {{2, 2, 2, 2}, {2, 2, 1, 1}, {1, 2, 0, 3}};
    const int i = t->same ? 0 : t->bias ? 1 : 2;

    snprintf(t->config, sizeof(t->config), "'padding':%s,'data_format':'channels_last'",
             spelling[i]);
    layer(t, "ZeroPadding2D", "z", NULL);
    step(t, oracle_pad(&t->x, sides[i][0], sides[i][1], sides[i][2], sides[i][3]));
    conv(t, "a", &(struct kernel){3, 3, 1, 1});
}

/* Where no strides are given, a pooling's stride is its size. */
static void pools(struct pair *t)
{
    struct oracle_window v;

    conv(t, "a", &(struct kernel){1, 1, 1, 1});
    v = window(t, &(struct kernel){2, 2, 2, 1});
    snprintf(t->config, sizeof(t->config), "'pool_size':[2,2],'strides':null,'padding':'%s'",
             t->same ? "same" : "valid");
    layer(t, "MaxPooling2D", "max", NULL);
    step(t, oracle_maxpool(&t->x, &v));
    v = window(t, &(struct kernel){3, 2, 1, 1});
    snprintf(t->config, sizeof(t->config), "'pool_size':[3,2],'strides':[1,1],'padding':'%s'",
             t->same ? "same" : "valid");
    layer(t, "AveragePooling2D", "mean", NULL);
    step(t, oracle_avgpool(&t->x, &v));
}

static void readout(struct pair *t)
{
    dense(t, 3, "linear"); /* over channels, at each pixel */
    snprintf(t->config, sizeof(t->config), "'rate':0.5,'seed':null,'noise_shape':null");
    layer(t, "Dropout", "drop", NULL);
    if (t->same) {
        snprintf(t->config, sizeof(t->config), "'data_format':'channels_last'");
        layer(t, "Flatten", "flat", NULL);
        step(t, oracle_flatten(&t->x));
    } else {
        snprintf(t->config, sizeof(t->config), "'data_format':'channels_last','keepdims':%s",
                 t->bias ? "true" : "false");
        layer(t, "GlobalAveragePooling2D", "pool", NULL);
        step(t, oracle_globalpool(&t->x));
    }
}

static void readout_dense(struct pair *t)
{
    t->config[0] = '\0';
    layer(t, "Flatten", "flat", NULL);
    step(t, oracle_flatten(&t->x));
    dense(t, 4, "tanh");
    step(t, oracle_activation(&t->x, "tanh"));
}

/* A residual block, then a join with the image along one of the axes. */
static void branches(struct pair *t)
{
    static const char *const axes[] = {"-1", "1", "2", "3"};
    const int64_t dim[] = {1, 1, t->x.c, t->x.c};
    const struct oracle_window point = {1, 1, 1, 1, 1, 1, 0, 0, 0, 0};
    const int axis = (t->same ? 2 : 0) + t->bias;
    struct map image = oracle_pad(&t->x, 0, 0, 0, 0);
    float *w;

    snprintf(t->config, sizeof(t->config), "'filters':%d,'kernel_size':1,'use_bias':false",
             (int)t->x.c);
    layer(t, "Conv2D", "a", "in");
    w = weights(t, 4, dim);
    step(t, oracle_conv2d(&t->x, &point, t->x.c, w, NULL));
    free(w);
    t->config[0] = '\0';
    layer(t, "Add", "sum", "a,in");
    step(t, oracle_add(&t->x, &image));
    snprintf(t->config, sizeof(t->config), "'axis':%s", axes[axis]);
    layer(t, "Concatenate", "join", "sum,in");
    step(t, oracle_concat(&t->x, &image, axis == 0 || axis == 3 ? 2 : axis - 1));
    map_release(&image);
}

/* ---- running a case ------------------------------------------------------------------ */

static struct pair pair_of(scenario *run, struct keras_file *file, const struct map *image,
                           int flags)
{
    struct pair t = {.file = file,
                     .seed = first_seed,
                     .x = oracle_pad(image, 0, 0, 0, 0),
                     .same = flags & 1,
                     .bias = flags & 2};

    input(&t);
    run(&t);
    return t;
}

/* Returns the inner product of w and F(image + h v), computed by the oracle. */
static double along(scenario *run, const struct map *image, int flags, const float *v, double h,
                    const float *w)
{
    struct map x = oracle_pad(image, 0, 0, 0, 0);
    struct pair t;
    double sum = 0;

    for (int64_t i = 0; i < map_count(&x); i++)
        x.v[i] += h * (double)v[i];
    t = pair_of(run, NULL, &x, flags);
    for (int64_t i = 0; i < map_count(&t.x); i++)
        sum += (double)w[i] * t.x.v[i];
    map_release(&x);
    map_release(&t.x);
    return sum;
}

/* Central differences with a step of 1e-5 are good to 1e-9; the rest is the session's rounding. */
static void check_gradient(scenario *run, evk_session *s, const struct map *image, int flags,
                           int64_t outputs, const char *what)
{
    const int64_t n = map_count(image);
    uint64_t seed = first_seed + 77;
    float *v = random_floats(&seed, n), *w = random_floats(&seed, outputs), *g = floats(n);
    const double h = 1e-5,
                 want = (along(run, image, flags, v, h, w) - along(run, image, flags, v, -h, w)) /
                        (2 * h);
    double scale = 0;

    evk_session_gradient(s, w, g);
    for (int64_t i = 0; i < n; i++)
        scale += fabs((double)v[i] * (double)g[i]);
    if (!(scale > 0 && fabs(inner(n, v, g) - want) <= sum_bound(1000, scale)))
        fail_msg("%s: gradient %.9g, expected %.9g (scale %.3g)", what, inner(n, v, g), want,
                 scale);
    free(v);
    free(w);
    free(g);
}

static void check(scenario *run, const char *folder, int64_t h, int64_t w, int flags)
{
    const struct keras_style style = {flags & 1, flags & 2, (flags + h) & 1};
    uint64_t seed = first_seed + 5;
    float *values = random_floats(&seed, h * w * 3), *responses;
    struct map image = map_of(h, w, 3, values);
    struct keras_file file;
    evk_session *session;
    evk_model *model;
    struct pair t;
    char path[128];

    keras_init(&file, &style);
    t = pair_of(run, &file, &image, flags);
    snprintf(path, sizeof(path), "%s/case.keras", folder);
    keras_save(&file, path, file.names.names[file.names.count - 1]);
    assert_ok(evk_model_open(&model, path, NULL, err));
    assert_int_equal(evk_model_describe(model)->outputs, map_count(&t.x));
    assert_ok(evk_session_new(&session, model, err));
    responses = floats(map_count(&t.x));
    evk_session_predict(session, values, responses);
    map_check(&t.x, responses, file.names.names[1]);
    check_gradient(run, session, &image, flags, map_count(&t.x), file.names.names[1]);
    evk_session_free(session);
    evk_model_free(model);
    keras_release(&file);
    map_release(&image);
    map_release(&t.x);
    free(values);
    free(responses);
}

/* Same and valid, with a bias and without, on even and odd sizes. */
static void test_classes(void **state)
{
    static scenario *const all[] = {
        convs,      dilated, depthwise_case, separable_case, norms,         activations, relus,
        named_relu, pads,    pools,          readout,        readout_dense, branches,
    };
    char *folder = scratch_folder("keras");

    (void)state;
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        for (int flags = 0; flags < 4; flags++) {
            check(all[i], folder, 8, 10, flags);
            check(all[i], folder, 9, 7, flags);
            check(all[i], folder, 10, 9, flags);
        }
    free(folder);
}

/* "same" padding as published files need it: kernel 5, stride 2, even size. */
static void test_same_rule(void **state)
{
    int64_t before, after;

    (void)state;
    same_padding(112, 5, 2, 1, &before, &after);
    assert_true(before == 1 && after == 2);
    same_padding(7, 5, 2, 1, &before, &after);
    assert_true(before == 2 && after == 2);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_same_rule),
                                       cmocka_unit_test(test_classes)};

    if (argc > 1)
        first_seed = strtoull(argv[1], NULL, 10);
    printf("seed %llu\n", (unsigned long long)first_seed);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
