/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_model.c - lists of outputs, names, recognised preprocessing, receptive fields, JSON */
#include "../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>

#include "../../harness/keras_file.h"
#include "base/json.h"
#include "base/rng.h"

static char *folder;

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("model");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(folder);
    return 0;
}

/* Save as folder/name, release the file, open it. */
static evk_model *save(struct keras_file *k, const char *name, const evk_model_options *options)
{
    char path[256];
    evk_model *m;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    keras_save(k, path, k->names.names[k->names.count - 1]);
    keras_release(k);
    assert_ok(evk_model_open(&m, path, options, err));
    return m;
}

/* An image of h x w; a 3x3 kernel without padding, then a vector. */
static evk_model *kernel_model(const char *name, int64_t h, int64_t w, const float kernel[9])
{
    struct keras_file k;

    keras_init(&k, NULL);
    keras_input(&k, "in", h, w, 1);
    keras_layer(&k, "Conv2D", "conv", "'filters':1,'kernel_size':3,'use_bias':false", NULL);
    memcpy(keras_array(&k, 4, (const int64_t[]){3, 3, 1, 1}), kernel, 9 * sizeof(*kernel));
    keras_layer(&k, "Flatten", "flat", "", NULL);
    return save(&k, name, NULL);
}

static const float corner[9] = {1};

/* ---- lists of outputs ------------------------------------------------------------------ */

static void list_is(const evk_model *m, const char *list, const int64_t *want, size_t count)
{
    int64_t *got;
    size_t n;

    assert_ok(evk_model_outputs(m, list, &got, &n, err));
    assert_int_equal(n, count);
    assert_memory_equal(got, want, count * sizeof(*want));
    free(got);
}

static void test_lists(void **state)
{
    evk_model *m = kernel_model("list.keras", 3, 7, corner); /* 5 outputs */

    (void)state;
    list_is(m, NULL, (const int64_t[]){0, 1, 2, 3, 4}, 5);
    list_is(m, "3", (const int64_t[]){3}, 1);
    list_is(m, "0-2,1", (const int64_t[]){0, 1, 2}, 3);
    list_is(m, "4,0-1", (const int64_t[]){4, 0, 1}, 3);
    list_is(m, "1,0-4,2-2,1", (const int64_t[]){1, 0, 2, 3, 4}, 5);
    evk_model_free(m);
}

static void test_bad_lists(void **state)
{
    static const char *const malformed[] = {"",
                                            "a",
                                            "3-1",
                                            "-1",
                                            "1,",
                                            ",1",
                                            "1,,2",
                                            "1--2",
                                            "1-",
                                            "-",
                                            "1-2-3",
                                            " 1",
                                            "1 ",
                                            "+1",
                                            "1.0",
                                            "0x1",
                                            "1;2",
                                            "1-a",
                                            "99999999999999999999"};
    evk_model *m = kernel_model("list.keras", 3, 7, corner);
    int64_t *got = NULL;
    size_t n = 99;

    (void)state;
    for (size_t i = 0; i < sizeof(malformed) / sizeof(malformed[0]); i++) {
        char text[64];

        snprintf(text, sizeof(text), "neurons is '%s', expected numbers and ranges", malformed[i]);
        assert_fails(EVK_EINVAL, text, evk_model_outputs(m, malformed[i], &got, &n, err));
    }
    assert_fails(EVK_EINVAL, "list.keras: neuron 5 is out of range, expected 0 to 4",
                 evk_model_outputs(m, "5", &got, &n, err));
    assert_fails(EVK_EINVAL, "neuron 1000000000000 is out of range, expected 0 to 4",
                 evk_model_outputs(m, "2,0-1000000000000", &got, &n, err));
    assert_null(got);
    assert_int_equal(n, 99);
    evk_model_free(m);
}

/* ---- names ------------------------------------------------------------------------------- */

static void test_names(void **state)
{
    const evk_model *models[3];
    evk_model *a, *b, *c, *bad;

    (void)state;
    a = kernel_model("one.keras", 3, 3, corner);
    b = kernel_model("two.v2.keras", 3, 3, corner);
    c = kernel_model("one.zip", 3, 3, corner);
    bad = kernel_model("x,y.keras", 3, 3, corner);
    assert_string_equal(evk_model_describe(b)->name, "two.v2");
    models[0] = a;
    models[1] = b;
    models[2] = c;
    assert_ok(evk_models_check_names(models, 2, err));
    assert_ok(evk_models_check_names(models, 0, err));
    assert_fails(EVK_EINVAL, "one.keras and ", evk_models_check_names(models, 3, err));
    assert_fails(EVK_EINVAL, "one.zip have one name, 'one'",
                 evk_models_check_names(models, 3, err));
    models[2] = bad;
    assert_fails(EVK_EINVAL, "x,y.keras: its name 'x,y' has a comma",
                 evk_models_check_names(models, 3, err));
    evk_model_free(a);
    evk_model_free(b);
    evk_model_free(c);
    evk_model_free(bad);
}

/* ---- preprocessing ------------------------------------------------------------------------ */

/* A compact model with one filter in each layer; a change of any field makes it another model. */
struct compact {
    int64_t size, channels; /* of the image */
    int kernel, stride;     /* of the last separable convolution */
    const char *padding;    /* of the first one */
    bool relus, shared, more;
};

static const struct compact compact = {112, 3, 5, 1, "same", true, false, false};

static void add_stage(struct keras_file *k, int i, const struct compact *c)
{
    const int kernel = i == 4 ? c->kernel : 5, stride = i == 4             ? c->stride
                                                        : i == 0 || i == 3 ? 1
                                                                           : 2;
    const int64_t channels = i == 0 ? c->channels : 1, one = 1;
    char name[32], config[160];

    snprintf(name, sizeof(name), "layer%d", i);
    snprintf(config, sizeof(config),
             "'filters':1,'kernel_size':[%d,%d],'strides':[%d,%d],"
             "'padding':'%s'",
             kernel, kernel, stride, stride, i == 1 ? c->padding : "same");
    keras_layer(k, i == 0 ? "Conv2D" : "SeparableConv2D", name, config, NULL);
    keras_array(k, 4, (const int64_t[]){kernel, kernel, channels, 1});
    if (i > 0)
        keras_array(k, 4, (const int64_t[]){1, 1, 1, 1});
    keras_array(k, 1, &one);
    snprintf(name, sizeof(name), "norm%d", i);
    keras_layer(k, "BatchNormalization", name, "", NULL);
    for (int a = 0; a < 4; a++)
        keras_array(k, 1, &one);
    snprintf(name, sizeof(name), "relu%d", i);
    if (c->relus)
        keras_layer(k, "Activation", name, "'activation':'relu'", NULL);
}

static void add_readout(struct keras_file *k, const struct compact *c, int64_t side)
{
    const int64_t two = 2;

    if (c->shared) {
        keras_layer(k, "Conv2D", "mix", "'filters':2,'kernel_size':1", NULL);
        keras_array(k, 4, (const int64_t[]){1, 1, 1, 2});
        keras_array(k, 1, &two);
        keras_layer(k, "DepthwiseConv2D", "space", "'kernel_size':28,'padding':'valid'", NULL);
        keras_array(k, 4, (const int64_t[]){28, 28, 2, 1});
        keras_array(k, 1, &two);
        keras_layer(k, "Flatten", "flat", "", NULL);
    } else {
        keras_layer(k, "Flatten", "flat", "", NULL);
        keras_layer(k, "Dense", "dense", "'units':2", NULL);
        keras_array(k, 2, (const int64_t[]){side * side, 2});
        keras_array(k, 1, &two);
    }
    if (c->more)
        keras_layer(k, "Activation", "more", "'activation':'softplus'", NULL);
}

static evk_preprocessing recognised(const struct compact *c, int64_t side,
                                    const evk_model_options *options, double mean[3])
{
    struct keras_file k;
    evk_preprocessing found;
    evk_model *m;

    keras_init(&k, NULL);
    keras_input(&k, "in", c->size, c->size, c->channels);
    for (int i = 0; i < 5; i++)
        add_stage(&k, i, c);
    add_readout(&k, c, side);
    m = save(&k, "compact.keras", options);
    found = evk_model_describe(m)->preprocessing;
    memcpy(mean, evk_model_describe(m)->mean, (size_t)c->channels * sizeof(*mean));
    for (int64_t i = 0; i < c->channels; i++)
        assert_true(evk_model_describe(m)->scale[i] ==
                    (options && options->scale_count ? options->scale[0] : 1));
    evk_model_free(m);
    return found;
}

static void test_recognised(void **state)
{
    struct compact c = compact;
    double mean[3];

    (void)state;
    for (int i = 0; i < 4; i++) {
        c.relus = i & 1;
        c.shared = i & 2;
        assert_int_equal(recognised(&c, 28, NULL, mean), EVK_PREPROCESSING_PUBLISHED);
        assert_true(mean[0] == 116.222 && mean[1] == 109.27 && mean[2] == 100.381);
    }
    /* A scale alone leaves the means as they are. */
    assert_int_equal(
        recognised(&compact, 28,
                   &(const evk_model_options){.scale_count = 1, .scale = (const double[]){2}},
                   mean),
        EVK_PREPROCESSING_GIVEN);
    assert_true(mean[0] == 116.222 && mean[1] == 109.27 && mean[2] == 100.381);
    /* A mean that the user gives takes precedence. */
    assert_int_equal(
        recognised(&compact, 28,
                   &(const evk_model_options){.mean_count = 1, .mean = (const double[]){7}}, mean),
        EVK_PREPROCESSING_GIVEN);
    assert_true(mean[0] == 7 && mean[1] == 7 && mean[2] == 7);
}

static void test_not_recognised(void **state)
{
    struct compact c[7];
    double mean[3];

    (void)state;
    for (int i = 0; i < 7; i++)
        c[i] = compact;
    c[0].size = 110;
    c[1].channels = 1;
    c[2].kernel = 3;
    c[3].stride = 2;
    c[4].padding = "valid";
    c[5].more = true;
    c[6].kernel = 7;
    for (int i = 0; i < 7; i++) {
        const int64_t side = i == 3 ? 14 : i == 4 ? 27 : 28;

        assert_int_equal(recognised(&c[i], side, NULL, mean), EVK_PREPROCESSING_UNKNOWN);
        assert_true(mean[0] == 0);
    }
}

/* ---- receptive fields ------------------------------------------------------------------- */

/*
 * In row 1 of the kernel, columns 0 and 2 have squared weights of 16 and 9: their centre is column
 * 0.72, and their SD sqrt(9 * 4 / 25 - 0.72^2) = 0.96.
 */
static void test_receptive_fields(void **state)
{
    static const float kernel[9] = {0, 0, 0, 4, 0, 3, 0, 0, 0};
    evk_model *m = kernel_model("field.keras", 6, 7, kernel);
    evk_receptive_field f[20];
    int64_t outputs[20];
    evk_extent e;

    (void)state;
    for (int64_t i = 0; i < 20; i++)
        outputs[i] = 19 - i; /* fields come in the order asked for */
    assert_ok(evk_model_receptive_fields(m, outputs, 20, f, err));
    for (int64_t i = 0; i < 20; i++) {
        const double row = (double)(outputs[i] / 5), column = (double)(outputs[i] % 5);

        assert_true(fabs(f[i].centre_row - (row + 1)) < 1e-12);
        assert_true(fabs(f[i].centre_column - (column + 0.72)) < 1e-12);
        assert_true(f[i].height >= 0 && f[i].height < 1e-6); /* the root of a rounding error */
        assert_true(fabs(f[i].width - 4 * 0.96) < 1e-9);
        assert_ok(evk_model_extent(m, outputs[i], &e, err));
        assert_true((double)e.row_first == row && (double)e.row_last == row + 2);
        assert_true((double)e.column_first == column && (double)e.column_last == column + 2);
    }
    assert_fails(EVK_EINVAL, "neuron 20 is out of range, expected 0 to 19",
                 evk_model_extent(m, 20, &e, err));
    assert_fails(EVK_EINVAL, "neuron -1 is out of range", evk_model_extent(m, -1, &e, err));
    evk_model_free(m);
    m = kernel_model("dead.keras", 6, 7, (const float[9]){0});
    assert_ok(evk_model_receptive_fields(m, outputs, 1, f, err));
    assert_true(isnan(f[0].centre_row) && isnan(f[0].centre_column));
    assert_true(isnan(f[0].height) && isnan(f[0].width));
    evk_model_free(m);
}

/*
 * One unit a pixel, which responds where its pixel is above 153: its gradient is 1 there and 0
 * elsewhere, so that the energy of a pixel is the number of noise images in which the pixel is
 * bright.  The noise is 128 + 50 u, with u of the key 0, and evoke/model.h says that there are 4 images.
 */
static void test_noise_images(void **state)
{
    enum { H = 3, W = 4, PIXELS = H * W, IMAGES = 4 };
    static const struct evk_rng_key key = {{0, 0}, {0, 0}};
    const int64_t output = 0;
    double energy = 0, row = 0, column = 0, row_square = 0, column_square = 0;
    evk_receptive_field f;
    struct keras_file k;
    evk_model *m;
    float *w;

    (void)state;
    keras_init(&k, NULL);
    keras_input(&k, "in", H, W, 1);
    keras_layer(&k, "Flatten", "flat", "", NULL);
    keras_layer(&k, "Dense", "units", "'units':12,'activation':'relu'", NULL);
    w = keras_array(&k, 2, (const int64_t[]){PIXELS, PIXELS});
    for (int64_t i = 0; i < PIXELS; i++)
        w[i * PIXELS + i] = 1;
    w = keras_array(&k, 1, (const int64_t[]){PIXELS});
    for (int64_t i = 0; i < PIXELS; i++)
        w[i] = -153;
    keras_layer(&k, "Dense", "sum", "'units':1", NULL);
    w = keras_array(&k, 2, (const int64_t[]){PIXELS, 1});
    for (int64_t i = 0; i < PIXELS; i++)
        w[i] = 1;
    keras_array(&k, 1, (const int64_t[]){1});
    m = save(&k, "bright.keras", NULL);
    assert_ok(evk_model_receptive_fields(m, &output, 1, &f, err));
    for (int64_t i = 0; i < IMAGES * PIXELS; i++)
        if (evk_rng_uniform(&key, (uint64_t)i) > 0.5F) {
            const double y = (double)(i % PIXELS / W), x = (double)(i % W);

            energy++;
            row += y;
            column += x;
            row_square += y * y;
            column_square += x * x;
        }
    row /= energy;
    column /= energy;
    assert_true(fabs(f.centre_row - row) < 1e-12);
    assert_true(fabs(f.centre_column - column) < 1e-12);
    assert_true(fabs(f.height - 4 * sqrt(row_square / energy - row * row)) < 1e-9);
    assert_true(fabs(f.width - 4 * sqrt(column_square / energy - column * column)) < 1e-9);
    evk_model_free(m);
}

static void test_json(void **state)
{
    evk_model *m = kernel_model("json.keras", 4, 5, corner);
    const int64_t outputs[] = {5, 0};
    const evk_json *neurons;
    evk_json *root;
    int64_t n;
    char *text;

    (void)state;
    assert_ok(evk_model_json(m, outputs, 2, &text, err));
    assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1); /* one line */
    assert_ok(evk_json_parse(&root, text, strlen(text), err));
    assert_string_equal(evk_json_text(evk_json_get(root, "name")), "json");
    assert_string_equal(evk_json_text(evk_json_get(root, "sha256")), evk_model_describe(m)->sha256);
    assert_true(evk_json_int(evk_json_get(evk_json_get(root, "input"), "width"), &n) && n == 5);
    assert_true(evk_json_int(evk_json_get(root, "outputs"), &n) && n == 6);
    assert_int_equal(evk_json_count(evk_json_get(root, "layers")), 3);
    neurons = evk_json_get(root, "neurons");
    assert_int_equal(evk_json_count(neurons), 2);
    assert_true(evk_json_int(evk_json_get(evk_json_at(neurons, 0), "output"), &n) && n == 5);
    evk_json_free(root);
    free(text);
    evk_model_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lists),          cmocka_unit_test(test_bad_lists),
        cmocka_unit_test(test_names),          cmocka_unit_test(test_recognised),
        cmocka_unit_test(test_not_recognised), cmocka_unit_test(test_receptive_fields),
        cmocka_unit_test(test_noise_images),   cmocka_unit_test(test_json),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
