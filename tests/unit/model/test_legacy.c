/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_legacy.c - files of Keras 2: the same network as from an archive, bit by bit, however the
 * file spells it; and what is refused
 */
#include "../../harness/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>

#include "../../harness/keras_file.h"
#include "../../harness/legacy_file.h"

enum { H = 12, W = 10, VALUES = H * W * 2, OUTPUTS = 3 };

static char *folder;
static char path[256], archive[256];

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("legacy");
    snprintf(path, sizeof(path), "%s/model.h5", folder);
    snprintf(archive, sizeof(archive), "%s/model.keras", folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(folder);
    return 0;
}

#define NODE(from)  ",'inbound_nodes':[[['" from "',0,0,{}]]]}"
#define INPUT_SHAPE "'batch_input_shape':[null,12,10,2]"
#define CONV        "'filters':3,'kernel_size':[3,3],'padding':'same','activation':'relu'"
#define NORM        "'axis':[3],'epsilon':0.001,'scale':false"
#define SEPARABLE                                                                          \
    "'filters':3,'kernel_size':[3,3],'padding':'same','use_bias':false,'depth_multiplier'" \
    ":1"
#define POOL  "'pool_size':[2,2],'strides':[2,2],'padding':'same'"
#define DENSE "'units':3,'activation':'softmax'"

/* The arrays of conv, norm, separable and dense, with the paths that weight_names gives them. */
static const struct {
    const char *layer, *path;
    int axes;
    int64_t dim[4];
} arrays[] = {
    {"conv", "conv_1/kernel:0", 4, {3, 3, 2, 3}},
    {"conv", "conv_1/bias:0", 1, {3}},
    {"norm", "norm/beta:0", 1, {3}},
    {"norm", "norm/moving_mean:0", 1, {3}},
    {"norm", "norm/moving_variance:0", 1, {3}},
    {"separable", "deep/er/depthwise_kernel:0", 4, {3, 3, 3, 1}},
    {"separable", "deep/er/pointwise_kernel:0", 4, {1, 1, 3, 3}},
    {"dense", "dense/kernel:0", 2, {3, 3}},
    {"dense", "dense/bias:0", 1, {3}},
};
enum { ARRAYS = sizeof(arrays) / sizeof(arrays[0]), VARIANCE = 4 };

static const char *const layers[] = {"conv", "norm", "separable", "pool", "mean", "dense"};
enum { LAYERS = sizeof(layers) / sizeof(layers[0]) };

static const char SEQUENTIAL_LIST[] =
    "[{'class_name':'Conv2D','config':{'name':'conv'," INPUT_SHAPE "," CONV "}},"
    "{'class_name':'BatchNormalization','config':{'name':'norm'," NORM "}},"
    "{'class_name':'SeparableConv2D','config':{'name':'separable'," SEPARABLE "}},"
    "{'class_name':'MaxPooling2D','config':{'name':'pool'," POOL "}},"
    "{'class_name':'GlobalAveragePooling2D','config':{'name':'mean'}},"
    "{'class_name':'Dense','config':{'name':'dense'," DENSE "}}]";

static const char FUNCTIONAL[] =
    "{'class_name':'Model','config':{'name':'model_1','layers':["
    "{'name':'in','class_name':'InputLayer','config':{'name':'in'," INPUT_SHAPE "}"
    ",'inbound_nodes':[]},"
    "{'name':'conv','class_name':'Conv2D','config':{'name':'conv'," CONV "}" NODE(
        "in") ","
              "{'name':'norm','class_name':'BatchNormalization','config':{'name':'norm'," NORM
              "}" NODE(
                  "conv") ","
                          "{'name':'separable','class_name':'SeparableConv2D','config':{'name':'"
                          "separable'," SEPARABLE "}" NODE(
                              "norm") ","
                                      "{'name':'sum','class_name':'Add','config':{'name':'sum'},'"
                                      "inbound_nodes':"
                                      "[[['separable',0,0,{}],['norm',0,0,{}]]]},"
                                      "{'name':'pool','class_name':'MaxPooling2D','config':{'name':"
                                      "'pool'," POOL "}" NODE(
                                          "sum") ","
                                                 "{'name':'mean','class_name':'"
                                                 "GlobalAveragePooling2D','config':{'name':'mean'"
                                                 "}" NODE(
                                                     "pool") ","
                                                             "{'name':'dense','class_name':'Dense',"
                                                             "'config':{'name':'dense'," DENSE
                                                             "}" NODE(
                                                                 "mean") "],"
                                                                         "'input_layers':[['in',0,"
                                                                         "0]],'output_layers':[['"
                                                                         "dense',0,0]]},'keras_"
                                                                         "version':'2.2.4-tf'}";

/* The same as an archive; its arrays are those that all files hold. */
static void write_archive(struct keras_file *k, bool sum)
{
    uint64_t seed = 7;
    size_t next = 0;

    keras_init(k, NULL);
    keras_input(k, "in", H, W, 2);
    for (int i = 0; i < LAYERS; i++) {
        static const char *const class[] = {
            "Conv2D",       "BatchNormalization",     "SeparableConv2D",
            "MaxPooling2D", "GlobalAveragePooling2D", "Dense"};
        static const char *const config[] = {
            CONV, "'axis':-1,'epsilon':0.001,'scale':false", SEPARABLE, POOL, "", DENSE};

        if (sum && i == 3)
            keras_layer(k, "Add", "sum", "", "separable,norm");
        keras_layer(k, class[i], layers[i], config[i], NULL);
        for (; next < ARRAYS && strcmp(arrays[next].layer, layers[i]) == 0; next++) {
            float *p = keras_random(k, &seed, arrays[next].axes, arrays[next].dim);

            for (int j = 0; next == VARIANCE && j < 3; j++)
                p[j] = 0.5f + (float)j;
        }
    }
    assert_int_equal(next, ARRAYS);
    keras_save(k, archive, "dense");
}

static struct evk_bytes legacy_bytes(const struct keras_file *k, const struct legacy_style *style,
                                     const char *config)
{
    struct legacy_file f;
    size_t next = 0;

    legacy_init(&f, style);
    for (int i = 0; i < LAYERS; i++) {
        legacy_layer(&f, layers[i]);
        for (; next < ARRAYS && strcmp(arrays[next].layer, layers[i]) == 0; next++)
            legacy_array(&f, arrays[next].path, &k->arrays[next]);
    }
    return legacy_end(&f, config);
}

static void responses_of(const char *file, float out[OUTPUTS])
{
    static float image[VALUES];
    evk_session *s;
    evk_model *m;

    for (int i = 0; i < VALUES; i++)
        image[i] = (float)((i * 37) % 29) / 8 - 1;
    assert_ok(evk_model_open(&m, file, NULL, err));
    assert_int_equal(evk_model_describe(m)->outputs, OUTPUTS);
    assert_ok(evk_session_new(&s, m, err));
    evk_session_predict(s, image, out);
    evk_session_free(s);
    evk_model_free(m);
}

static void same_as_archive(const struct legacy_style *style, const char *config, bool sum)
{
    float want[OUTPUTS], got[OUTPUTS];
    struct keras_file k;
    struct evk_bytes b;

    write_archive(&k, sum);
    b = legacy_bytes(&k, style, config);
    assert_ok(evk_fs_write(path, b.data, b.size, err));
    responses_of(archive, want);
    responses_of(path, got);
    assert_memory_equal(got, want, sizeof(got));
    assert_true(want[0] > 0 && want[0] < 1 && want[0] != want[1]);
    evk_bytes_release(&b);
    keras_release(&k);
}

/* Every way to write text and lists. */
static void test_functional(void **state)
{
    (void)state;
    for (int i = 0; i < 12; i++)
        same_as_archive(
            &(struct legacy_style){.fixed_text = i & 1, .variable_list = i & 2, .split = i / 4},
            FUNCTIONAL, true);
}

/* A list of layers, bare as in Keras 2.0 to 2.2 or in an object as later; the input is implied. */
static void test_sequential(void **state)
{
    static const struct evk_str none = EVK_STR_INIT;
    struct evk_str text = none;

    (void)state;
    evk_str_printf(&text, "{'class_name':'Sequential','config':%s}", SEQUENTIAL_LIST);
    same_as_archive(NULL, text.data, false);
    text.size = 0;
    evk_str_printf(&text,
                   "{'class_name':'Sequential','config':{'name':'s','layers':%s},'backend':'x'}",
                   SEQUENTIAL_LIST);
    same_as_archive(NULL, text.data, false);
    text.size = 0;
    evk_str_printf(&text,
                   "{'class_name':'Sequential','config':{'layers':[{'class_name':'InputLayer',"
                   "'config':{'name':'in'," INPUT_SHAPE "}},%s}}",
                   SEQUENTIAL_LIST + 1);
    same_as_archive(NULL, text.data, false);
    evk_str_release(&text);
}

static void test_notes(void **state)
{
    evk_model_note note;
    evk_model *m;

    (void)state;
    same_as_archive(NULL, FUNCTIONAL, true);
    assert_ok(evk_model_open(&m, path, NULL, err));
    assert_string_equal(evk_model_describe(m)->format, "keras_h5");
    assert_true(evk_model_noted(m, 0, &note));
    assert_string_equal(note.what, "recognised");
    assert_string_equal(note.text, "an HDF5 file with a model_config attribute, written by keras "
                                   "2.2.4-tf");
    evk_model_free(m);
}

/* A file of the layers with a config, in which from is replaced by to. */
static void refused(const char *from, const char *to, evk_status status, const char *sentence)
{
    const char *at = strstr(FUNCTIONAL, from);
    struct evk_str text = EVK_STR_INIT;
    struct keras_file k;
    struct evk_bytes b;
    evk_model *m;

    if (!at)
        fail_msg("there is no %s", from);
    evk_str_add(&text, FUNCTIONAL, (size_t)(at - FUNCTIONAL));
    evk_str_printf(&text, "%s%s", to, at + strlen(from));
    write_archive(&k, true);
    b = legacy_bytes(&k, NULL, text.data);
    assert_ok(evk_fs_write(path, b.data, b.size, err));
    assert_fails(status, sentence, evk_model_open(&m, path, NULL, err));
    evk_bytes_release(&b);
    keras_release(&k);
    evk_str_release(&text);
}

static void test_refused(void **state)
{
    (void)state;
    refused("'Model'", "'Thing'", EVK_EUNSUPPORTED, "model_config holds a 'Thing'");
    refused("{", "", EVK_EFORMAT, "model_config: ");
    refused("[['in',0,0,{}]]", "[['other',0,0,{}]]", EVK_EFORMAT,
            "model_config has a connection to a layer 'other'");
    refused("'name':'dense','class_name'", "'name':'tense','class_name'", EVK_EFORMAT,
            "layer 'tense' (Dense): the file has no group /model_weights/tense");
    refused("'use_bias':false", "'use_bias':true", EVK_EFORMAT,
            "layer 'separable' (SeparableConv2D): bias: the file has 2 arrays at "
            "/model_weights/separable, expected more");
    refused("'scale':false", "'scale':true", EVK_EFORMAT, "the file has 3 arrays");
    refused("'scale':false", "'scale':false,'center':false", EVK_EFORMAT,
            "moving variance is -0.168599 at 0, expected above");
    refused("[['in',0,0,{}]]", "[['in',0,0,{'training':true}]]", EVK_EUNSUPPORTED,
            "it is called with training true, which is not supported");
    refused("'scale':false", "'scale':false,'virtual_batch_size':4", EVK_EUNSUPPORTED,
            "(BatchNormalization): virtual_batch_size is 4, which changes the layer");
    refused("'units':3",
            "'units':3,'dtype':{'class_name':'Policy','config':{'name':'mixed_float16'}}",
            EVK_EUNSUPPORTED, "dtype Policy {\"name\":\"mixed_float16\"} is not supported");
    refused("'units':3", "'units':4", EVK_EFORMAT, "kernel is 3x3, expected 3x4");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_functional),
        cmocka_unit_test(test_sequential),
        cmocka_unit_test(test_notes),
        cmocka_unit_test(test_refused),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
