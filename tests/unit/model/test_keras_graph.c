/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_keras_graph.c - how Keras archives connect layers, and how they name weights
 *
 * Images have one value, which each layer multiplies by a prime: the factors of the response tell
 * which layers were applied, and with whose weights.
 */
#include "../../harness/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>

#include "../../harness/keras_file.h"

static char *folder;
static char path[256];

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("keras-graph");
    snprintf(path, sizeof(path), "%s/model.keras", folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(folder);
    return 0;
}

/* A 1x1 convolution without bias. */
static void times(struct keras_file *k, const char *name, float w, const char *from)
{
    keras_layer(k, "Conv2D", name, "'filters':1,'kernel_size':[1,1],'use_bias':false", from);
    *keras_array(k, 4, (const int64_t[]){1, 1, 1, 1}) = w;
}

/* Responses to an image of one value, 1, must be these, exactly. */
static void responses_are(const float *want, int64_t count)
{
    const float one = 1;
    float got[8];
    evk_session *s;
    evk_model *m;

    assert_ok(evk_model_open(&m, path, NULL, err));
    assert_int_equal(evk_model_describe(m)->outputs, count);
    assert_ok(evk_session_new(&s, m, err));
    evk_session_predict(s, &one, got);
    for (int64_t i = 0; i < count; i++)
        if (got[i] != want[i])
            fail_msg("output %lld is %.9g, expected %.9g", (long long)i, (double)got[i],
                     (double)want[i]);
    evk_session_free(s);
    evk_model_free(m);
}

/* An archive with an image of one value, 1. */
static void begin(struct keras_file *k, const struct keras_style *style)
{
    keras_init(k, style);
    keras_input(k, "in", 1, 1, 1);
}

static void end(struct keras_file *k, const char *outputs, const float *want, int64_t count)
{
    keras_save(k, path, outputs);
    keras_release(k);
    responses_are(want, count);
}

/* Every spelling that versions of Keras differ in. */
static void test_styles(void **state)
{
    (void)state;
    for (int i = 0; i < 8; i++) {
        const struct keras_style style = {i & 1, i & 2, i & 4};
        struct keras_file k;

        begin(&k, &style);
        times(&k, "first", 2, NULL);
        times(&k, "second", 3, NULL);
        end(&k, "second", (const float[]){6}, 1);
    }
}

/*
 * Groups by class and counter: conv2d holds the weights of the layer named
 * conv2d_1, and conv2d_1 those of the next one.  A reader that asks for a group
 * of the layer's name first, layer by layer, takes 3 for both.
 */
static void test_counter_trap(void **state)
{
    struct keras_file k;

    (void)state;
    begin(&k, NULL);
    times(&k, "conv2d_1", 2, NULL);
    times(&k, "conv2d_2", 3, NULL);
    end(&k, "conv2d_1,conv2d_2", (const float[]){2, 6}, 2);
}

/* Layers whose names fit both rules, crosswise: Keras writes by class and counter. */
static void test_crosswise(void **state)
{
    struct keras_file k;

    (void)state;
    begin(&k, NULL);
    times(&k, "conv2d_1", 2, NULL);
    times(&k, "conv2d", 3, NULL);
    end(&k, "conv2d_1,conv2d", (const float[]){2, 6}, 2);
}

/* Counters are of each class: other classes between do not count. */
static void test_counters(void **state)
{
    struct keras_file k;

    (void)state;
    begin(&k, NULL);
    times(&k, "x", 2, NULL);
    keras_layer(&k, "DepthwiseConv2D", "y", "'kernel_size':1,'use_bias':false", NULL);
    *keras_array(&k, 4, (const int64_t[]){1, 1, 1, 1}) = 3;
    times(&k, "z", 5, NULL);
    keras_layer(&k, "Dense", "d", "'units':1,'use_bias':false", NULL);
    *keras_array(&k, 2, (const int64_t[]){1, 1}) = 7;
    times(&k, "w", 11, NULL);
    end(&k, "w", (const float[]){2 * 3 * 5 * 7 * 11}, 1);
}

/* Outputs are joined in the order of output_layers; one of these layers reads the other. */
static void test_outputs(void **state)
{
    struct keras_file k;

    (void)state;
    begin(&k, NULL);
    times(&k, "a", 2, "in");
    times(&k, "b", 3, "a");
    keras_layer(&k, "Dense", "c", "'units':2,'use_bias':false", "in");
    memcpy(keras_array(&k, 2, (const int64_t[]){1, 2}), (const float[]){5, 7}, 2 * sizeof(float));
    keras_save(&k, path, "c,b,a");
    responses_are((const float[]){5, 7, 6, 2}, 4);
    keras_save(&k, path, "a"); /* the others are not computed */
    responses_are((const float[]){2}, 1);
    keras_release(&k);
}

/* The list of layers is in any order; the input may be its last. */
static void test_any_order(void **state)
{
    const struct keras_style style = {.groups_by_name = true};
    struct keras_file k;

    (void)state;
    keras_init(&k, &style);
    times(&k, "c", 5, "b");
    keras_layer(&k, "Add", "sum", "", "c,in");
    times(&k, "a", 2, "in");
    times(&k, "b", 3, "a");
    keras_input(&k, "in", 1, 1, 1);
    end(&k, "sum", (const float[]){31}, 1);
}

/* a = 2 is read three times: by a branch, and twice by the sum. */
static void test_branches(void **state)
{
    struct keras_file k;

    (void)state;
    begin(&k, NULL);
    times(&k, "a", 2, "in");
    times(&k, "b", 3, "a");
    keras_layer(&k, "Add", "sum", "", "b,a,a");
    keras_layer(&k, "Concatenate", "join", "'axis':-1", "sum,in,b");
    end(&k, "join", (const float[]){10, 1, 6}, 3);
}

/* No connections are written: each layer reads the one before it. */
static void test_sequential(void **state)
{
    struct evk_str config = EVK_STR_INIT;
    struct evk_hdf5_dataset arrays[2];
    struct keras_file k;

    (void)state;
    begin(&k, NULL);
    times(&k, "a", 2, NULL);
    times(&k, "b", 3, NULL);
    evk_str_printf(&config,
                   "{\"class_name\": \"Sequential\", \"config\": {\"name\": \"s\", \"layers\": "
                   "[%s]}}",
                   k.layers.data);
    for (int i = 0; i < 2; i++)
        arrays[i] = (struct evk_hdf5_dataset){k.paths.names[i], &k.arrays[i]};
    keras_write(path, config.data, arrays, 2);
    evk_str_release(&config);
    keras_release(&k);
    responses_are((const float[]){6}, 1);
}

/* The description has the file's layers in the file's order. */
static void test_description(void **state)
{
    struct keras_file k;
    evk_layer_summary l;
    const evk_model_info *info;
    evk_model *m;

    (void)state;
    keras_init(&k, NULL);
    keras_input(&k, "image", 4, 6, 3);
    keras_layer(&k, "SeparableConv2D", "sep", "'filters':5,'kernel_size':3,'use_bias':true", NULL);
    keras_array(&k, 4, (const int64_t[]){3, 3, 3, 1});
    keras_array(&k, 4, (const int64_t[]){1, 1, 3, 5});
    keras_array(&k, 1, (const int64_t[]){5});
    keras_layer(&k, "Flatten", "flat", "", NULL);
    keras_save(&k, path, "flat");
    keras_release(&k);
    assert_ok(evk_model_open(&m, path, NULL, err));
    info = evk_model_describe(m);
    assert_string_equal(info->path, path);
    assert_string_equal(info->name, "model");
    assert_string_equal(info->format, "keras");
    assert_true(info->height == 4 && info->width == 6 && info->channels == 3);
    assert_int_equal(info->outputs, 2 * 4 * 5);
    assert_int_equal(info->parameters, 27 + 15 + 5);
    assert_int_equal(info->flops, 2 * (2 * 4 * 3 * 9 + 2 * 4 * 3 * 5));
    assert_true(evk_model_layer(m, 0, &l));
    assert_string_equal(l.name, "image");
    assert_string_equal(l.type, "InputLayer");
    assert_true(evk_model_layer(m, 1, &l));
    assert_string_equal(l.type, "SeparableConv2D");
    assert_true(l.height == 2 && l.width == 4 && l.channels == 5 && l.parameters == 47);
    assert_true(evk_model_layer(m, 2, &l));
    assert_true(l.height == 0 && l.width == 0 && l.channels == 40 && l.parameters == 0);
    assert_false(evk_model_layer(m, 3, &l));
    evk_model_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_styles),      cmocka_unit_test(test_counter_trap),
        cmocka_unit_test(test_counters),    cmocka_unit_test(test_crosswise),
        cmocka_unit_test(test_outputs),     cmocka_unit_test(test_any_order),
        cmocka_unit_test(test_branches),    cmocka_unit_test(test_sequential),
        cmocka_unit_test(test_description),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
