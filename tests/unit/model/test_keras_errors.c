/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_keras_errors.c - archives that are refused: what the sentence names, and that nothing leaks
 */
#include "../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>

#include "../../harness/keras_file.h"
#include "base/fs.h"
#include "format/zip.h"

enum { ARRAYS = 8, VARIANCE = 5, DENSE = 6 };

static char *folder;
static char path[256];

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("keras-errors");
    snprintf(path, sizeof(path), "%s/bad.keras", folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(folder);
    return 0;
}

/* in, conv, norm, flat, dense: 8 arrays. Sizes of 0 are left open. */
static void build(struct keras_file *k, int64_t height, int64_t width)
{
    const int64_t two = 2, three = 3;
    uint64_t seed = 1;

    keras_init(k, NULL);
    keras_input(k, "in", height, width, 2);
    keras_layer(k, "Conv2D", "conv",
                "'filters':2,'kernel_size':[3,3],'padding':'same','data_format':'channels_last',"
                "'groups':1,'activation':'elu','strides':[1,1]",
                NULL);
    keras_random(k, &seed, 4, (const int64_t[]){3, 3, 2, 2});
    keras_random(k, &seed, 1, &two);
    keras_layer(k, "BatchNormalization", "norm", "'axis':-1,'epsilon':0.001", NULL);
    for (int i = 0; i < 4; i++)
        *keras_array(k, 1, &two) = 1;
    keras_layer(k, "Flatten", "flat", "", NULL);
    keras_layer(k, "Dense", "dense", "'units':3", NULL);
    keras_random(k, &seed, 2, (const int64_t[]){32, 3});
    keras_random(k, &seed, 1, &three);
}

static void write(const struct keras_file *k, const char *config, size_t count)
{
    struct evk_hdf5_dataset arrays[ARRAYS];

    assert_int_equal(k->paths.count, ARRAYS);
    for (size_t i = 0; i < count; i++)
        arrays[i] = (struct evk_hdf5_dataset){k->paths.names[i], &k->arrays[i]};
    keras_write(path, config, arrays, count);
}

/* Check that the archive is refused by a message that begins with the file's path. */
static void refused(const evk_model_options *options, evk_status status, const char *text)
{
    evk_model *m = NULL;

    assert_fails(status, text, evk_model_open(&m, path, options, err));
    assert_fails(status, path, evk_model_open(&m, path, options, err));
    assert_null(m);
}

static void opens(const evk_model_options *options)
{
    evk_model *m;

    assert_ok(evk_model_open(&m, path, options, err));
    evk_model_free(m);
}

/* A change of config.json: the first occurrence of one text is replaced by another. */
struct edit {
    const char *from, *to;
    evk_status status;
    const char *text;
};

#define INPUT(class, shape)                                                                       \
    "\"" class "\", \"config\": {\"name\": \"in\", \"trainable\": true, \"dtype\": \"float32\", " \
               "\"sparse\": false, \"" shape "\""

static const struct edit edits[] = {
    {"\"Conv2D\"", "\"Conv3D\"", EVK_EUNSUPPORTED,
     "layer 'conv': evoke does not compute a class of this model (Conv3D); it opens"},
    {"\"channels_last\"", "\"channels_first\"", EVK_EFORMAT,
     "layer 'conv' (Conv2D): kernel is 3x3x2x2, expected 3x3x4x2"},
    {"\"channels_last\"", "\"rows_last\"", EVK_EUNSUPPORTED,
     "layer 'conv' (Conv2D): data_format \"rows_last\" is not supported; supported: channels_last, "
     "channels_first"},
    {"\"same\"", "\"causal\"", EVK_EUNSUPPORTED,
     "layer 'conv' (Conv2D): padding \"causal\" is not supported; supported: same, valid"},
    {"\"groups\":1", "\"use_bias\":false", EVK_EFORMAT,
     "layer 'conv' (Conv2D): model.weights.h5 has 2 arrays at /layers/conv2d/vars, expected 1"},
    {"\"same\"", "5", EVK_EUNSUPPORTED,
     "layer 'conv' (Conv2D): padding 5 is not supported; supported: same, valid"},
    {"\"groups\":1", "\"use_bias\":\"false\"", EVK_EFORMAT,
     "layer 'conv' (Conv2D): use_bias is \"false\", expected true or false"},
    {"\"elu\"", "\"swash\"", EVK_EUNSUPPORTED,
     "layer 'conv' (Conv2D): its activation 'swash' is not supported; supported: linear, relu, "},
    {"\"elu\"", "{\"class_name\": \"Conv2D\", \"config\": {}}", EVK_EUNSUPPORTED,
     "layer 'conv' (Conv2D): its activation is an object"},
    {"\"groups\":1", "\"groups\":3", EVK_EFORMAT,
     "layer 'conv' (Conv2D): groups is 3, which does not divide 2 inputs and 2 filters"},
    {"\"filters\":2", "\"filters\":3", EVK_EFORMAT,
     "layer 'conv' (Conv2D): kernel is 3x3x2x2, expected 3x3x2x3"},
    {"\"filters\":2", "\"filters\":-2", EVK_EFORMAT,
     "layer 'conv' (Conv2D): filters is -2, expected a whole number from 1"},
    {"\"filters\":2", "\"filters\":2.5", EVK_EFORMAT,
     "layer 'conv' (Conv2D): filters is 2.5, expected a whole number"},
    {"[3,3]", "[3,3,3]", EVK_EFORMAT, "layer 'conv' (Conv2D): kernel_size is "},
    {"\"strides\":[1,1]", "\"strides\":[0,1]", EVK_EFORMAT, "layer 'conv' (Conv2D): strides is "},
    {"\"axis\":-1", "\"axis\":0", EVK_EUNSUPPORTED,
     "layer 'norm' (BatchNormalization): axis 0 is not supported"},
    {"\"epsilon\":0.001", "\"epsilon\":\"x\"", EVK_EFORMAT,
     "layer 'norm' (BatchNormalization): epsilon is \"x\", expected a finite number"},
    {"\"units\":3", "\"units\":4", EVK_EFORMAT,
     "layer 'dense' (Dense): kernel is 32x3, expected 32x4"},
    {"[\"in\", 0, 0]", "[\"dense\", 0, 0]", EVK_EFORMAT,
     "layer 'conv' (Conv2D): it is part of a loop of layers"},
    {"[\"in\", 0, 0]", "[\"conv\", 0, 0]", EVK_EFORMAT,
     "layer 'conv' (Conv2D): it is part of a loop of layers"},
    {"[\"in\", 0, 0]", "[\"nobody\", 0, 0]", EVK_EFORMAT,
     "a connection to a layer 'nobody' that it lacks"},
    {"[\"conv\", 0, 0]", "[\"conv\", 1, 0]", EVK_EUNSUPPORTED,
     "layer 'conv' (Conv2D): call 1, output 0 of it is used: shared layers are not supported"},
    {"\"kwargs\": {}}]", "\"kwargs\": {}}, {\"args\": [], \"kwargs\": {}}]", EVK_EUNSUPPORTED,
     "layer 'conv' (Conv2D): it is called 2 times: shared layers are not supported"},
    {"\"Functional\"", "\"MyModel\"", EVK_EUNSUPPORTED, "config.json holds a 'MyModel'"},
    {INPUT("InputLayer", "batch_shape"), INPUT("Dropout", "batch_input_shape"), EVK_EUNSUPPORTED,
     "config.json has 0 InputLayers"},
    {"\"registered_name\":", "\"registered_name\"", EVK_EFORMAT, "config.json: "},
    {"[null, 4, 4, 2]", "[null, 4]", EVK_EUNSUPPORTED, "layer 'in' (InputLayer): its shape has"},
    {"[null, 4, 4, 2]", "[null, 4, 4]", EVK_EFORMAT,
     "layer 'conv' (Conv2D): its input has 3 axes, expected 4"},
    {"[null, 4, 4, 2]", "[null, 4, 4, 0]", EVK_EFORMAT,
     "layer 'in' (InputLayer): its output is empty"},
    {"[null, 4, 4, 2]", "[null, 8, 8, 100000000]", EVK_EUNSUPPORTED,
     "layer 'in' (InputLayer): its image has 100000000 channels, supported: up to 16"},
    {"[null, 4, 4, 2]", "[null, 60000, 60000, 2]", EVK_EFORMAT, "over the limit"},
    {"[null, 4, 4, 2]", "[null, 4, \"x\", 2]", EVK_EFORMAT, "its width is not a whole number"},
    {"[[\"dense\", 0, 0]]", "[]", EVK_EFORMAT, "0 output layers, expected 1 to"},
    {"[[\"dense\", 0, 0]]", "[[\"nobody\", 0, 0]]", EVK_EFORMAT, "'nobody' that it lacks"},
    {"\"layers\": [", "\"build_input_shape\": [", EVK_EFORMAT, "config.json has 0 layers"},
};

#define DTYPE "\"name\": \"dense\", \"trainable\": true, \"dtype\": "

/* Keys that change what a layer computes are refused, known or not. */
static const struct edit keys[] = {
    {"\"units\":3", "\"units\":3,\"lora_rank\":4,\"lora_alpha\":8", EVK_EUNSUPPORTED,
     "layer 'dense' (Dense): lora_rank is 4, which changes the layer in a way that is not "
     "supported; "
     "expected null or no such key"},
    {"\"groups\":1", "\"dora_rank\":2", EVK_EUNSUPPORTED,
     "layer 'conv' (Conv2D): dora_rank is 2, which"},
    {"\"units\":3", "\"units\":3,\"quantization_config\":{\"mode\":\"int8\"}", EVK_EUNSUPPORTED,
     "layer 'dense' (Dense): quantization_config is {\"mode\":\"int8\"}, which"},
    {"\"axis\":-1", "\"renorm\":true", EVK_EUNSUPPORTED,
     "layer 'norm' (BatchNormalization): renorm is true, which"},
    {"\"axis\":-1", "\"virtual_batch_size\":8", EVK_EUNSUPPORTED,
     "layer 'norm' (BatchNormalization): virtual_batch_size is 8, which"},
    {"\"axis\":-1", "\"gain_of_1931\":0.5", EVK_EUNSUPPORTED,
     "layer 'norm' (BatchNormalization): gain_of_1931 is 0.5, which"},
    {"\"axis\":-1", "\"units\":5", EVK_EUNSUPPORTED,
     "layer 'norm' (BatchNormalization): units is 5, which"},
    {"\"layers\": [", "\"gain\": 2, \"layers\": [", EVK_EUNSUPPORTED,
     "config.json: gain of the model is 2, which"},
    {"\"layers\": [", "\"dtype\": \"mixed_float16\", \"layers\": [", EVK_EUNSUPPORTED,
     "config.json: dtype of the model, \"mixed_float16\", is not supported; supported: float32, "
     "float64"},
    {DTYPE "\"float32\"", DTYPE "\"int8\"", EVK_EUNSUPPORTED,
     "layer 'dense' (Dense): dtype \"int8\" is not supported; supported: float32, float64"},
    {DTYPE "\"float32\"", DTYPE "\"int8_from_float32\"", EVK_EUNSUPPORTED,
     "dtype \"int8_from_float32\" is not"},
    {DTYPE "\"float32\"", DTYPE "\"float16\"", EVK_EUNSUPPORTED,
     "dtype \"float16\" is not supported"},
    {DTYPE "\"float32\"", DTYPE "\"bfloat16\"", EVK_EUNSUPPORTED,
     "dtype \"bfloat16\" is not supported"},
    {DTYPE "\"float32\"", DTYPE "\"float\"", EVK_EUNSUPPORTED, "dtype \"float\" is not supported"},
    {DTYPE "\"float32\"", DTYPE "8", EVK_EUNSUPPORTED, "dtype 8 is not supported"},
    {DTYPE "\"float32\"",
     DTYPE "{\"class_name\":\"DTypePolicy\","
           "\"config\":{\"name\":\"mixed_bfloat16\"}}",
     EVK_EUNSUPPORTED, "dtype DTypePolicy {\"name\":\"mixed_bfloat16\"} is not supported"},
    {DTYPE "\"float32\"",
     DTYPE "{\"class_name\":\"QuantizedDTypePolicy\","
           "\"config\":{\"mode\":\"int8\",\"source_name\":\"float32\",\"name\":\"float32\"}}",
     EVK_EUNSUPPORTED, "dtype QuantizedDTypePolicy {\"mode\":\"int8\","},
    {"\"args\": [{", "\"args\": [7, {", EVK_EUNSUPPORTED,
     "layer 'conv' (Conv2D): it is called with the argument 7, which is not supported"},
    {"\"kwargs\": {}", "\"kwargs\": {\"training\": true}", EVK_EUNSUPPORTED,
     "layer 'conv' (Conv2D): it is called with training true, which is not supported"},
    {"\"registered_name\": null", "\"registered_name\": \"Lab>InputLayer\"", EVK_EUNSUPPORTED,
     "layer 'in' (InputLayer): its class is 'Lab>InputLayer' of 'keras.layers', which is not"},
    {"\"keras.layers\"", "\"lab.layers\"", EVK_EUNSUPPORTED,
     "layer 'in' (InputLayer): its class is 'InputLayer' of 'lab.layers', which is not"},
};

/* Keys that change no response, and those that ask for nothing. */
static const struct edit idle[] = {
    {"\"groups\":1", "\"kernel_constraint\":{\"class_name\":\"MaxNorm\"}", EVK_OK, NULL},
    {"\"groups\":1", "\"lora_rank\":null,\"quantization_config\":null", EVK_OK, NULL},
    {"\"axis\":-1", "\"renorm\":false,\"synchronized\":true,\"momentum\":0.9", EVK_OK, NULL},
    {DTYPE "\"float32\"", DTYPE "null", EVK_OK, NULL},
    {DTYPE "\"float32\"", DTYPE "\"float64\"", EVK_OK, NULL},
    {DTYPE "\"float32\"", DTYPE "{\"class_name\":\"Policy\",\"config\":{\"name\":\"float32\"}}",
     EVK_OK, NULL},
    {"\"kwargs\": {}", "\"kwargs\": {\"training\": false, \"mask\": null}", EVK_OK, NULL},
    {"\"args\": [{", "\"args\": [null, false, {", EVK_OK, NULL},
    {"\"keras.layers\"", "\"keras.src.layers.core\"", EVK_OK, NULL},
    {"\"registered_name\": null", "\"registered_name\": \"InputLayer\"", EVK_OK, NULL},
};

static void check_edit(const struct keras_file *k, const char *config, const struct edit *e)
{
    struct evk_str changed = EVK_STR_INIT;
    const char *at = strstr(config, e->from);

    if (!at)
        fail_msg("config.json has no %s", e->from);
    evk_str_add(&changed, config, (size_t)(at - config));
    evk_str_printf(&changed, "%s%s", e->to, at + strlen(e->from));
    write(k, changed.data, ARRAYS);
    evk_str_release(&changed);
    if (e->status)
        refused(NULL, e->status, e->text);
    else
        opens(NULL);
}

static void test_config(void **state)
{
    struct evk_str config;
    struct keras_file k;

    (void)state;
    build(&k, 4, 4);
    config = keras_config(&k, "dense");
    write(&k, config.data, ARRAYS);
    opens(NULL);
    for (size_t i = 0; i < sizeof(edits) / sizeof(edits[0]); i++)
        check_edit(&k, config.data, &edits[i]);
    evk_str_release(&config);
    keras_release(&k);
}

static void test_keys(void **state)
{
    struct evk_str config;
    struct keras_file k;

    (void)state;
    build(&k, 4, 4);
    config = keras_config(&k, "dense");
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        check_edit(&k, config.data, &keys[i]);
    for (size_t i = 0; i < sizeof(idle) / sizeof(idle[0]); i++)
        check_edit(&k, config.data, &idle[i]);
    evk_str_release(&config);
    keras_release(&k);
}

/* Two layers of one name cannot be told apart. */
static void test_one_name(void **state)
{
    struct keras_file k;

    (void)state;
    build(&k, 4, 4);
    keras_layer(&k, "Dropout", "conv", "", "dense");
    keras_save(&k, path, "dense");
    keras_release(&k);
    refused(NULL, EVK_EFORMAT, "layer 'conv' (Dropout): another layer has this name");
}

static void check_value(struct keras_file *k, const char *config, int array, float value,
                        const char *text)
{
    float *at = &k->arrays[array].data[1], was = *at;

    *at = value;
    write(k, config, ARRAYS);
    *at = was;
    refused(NULL, EVK_EFORMAT, text);
}

static void test_weights(void **state)
{
    struct evk_str config;
    struct keras_file k;

    (void)state;
    build(&k, 4, 4);
    config = keras_config(&k, "dense");
    check_value(&k, config.data, 0, NAN,
                "layer 'conv' (Conv2D): kernel has a value that is not finite (nan at 1)");
    check_value(&k, config.data, DENSE + 1, -INFINITY,
                "layer 'dense' (Dense): bias has a value that is not finite (-inf at 1)");
    check_value(&k, config.data, VARIANCE, -1,
                "layer 'norm' (BatchNormalization): moving variance is -1 at 1, expected above");
    write(&k, config.data, ARRAYS - 1);
    refused(NULL, EVK_EFORMAT,
            "layer 'dense' (Dense): bias: model.weights.h5 has 1 arrays at /layers/dense/vars, "
            "expected more");
    write(&k, config.data, DENSE);
    refused(NULL, EVK_EFORMAT,
            "layer 'dense' (Dense): model.weights.h5 has no weights for it, neither under its "
            "name nor at /layers/dense/vars");
    evk_str_release(&config);
    keras_release(&k);
}

static void write_zip(const char *first, const char *second, const struct evk_str *config)
{
    const struct evk_zip_entry entries[] = {{first, config->data, config->size},
                                            {second, "not HDF5", 8}};
    struct evk_bytes archive;

    assert_ok(evk_zip_write(&archive, entries, 2, err));
    assert_ok(evk_fs_write(path, archive.data, archive.size, err));
    evk_bytes_release(&archive);
}

static void test_archive(void **state)
{
    struct evk_str config;
    struct keras_file k;

    (void)state;
    build(&k, 4, 4);
    config = keras_config(&k, "dense");
    write_zip("conf.json", "model.weights.h5", &config);
    refused(NULL, EVK_EFORMAT, "is a ZIP archive without config.json, expected");
    write_zip("config.json", "weights.h5", &config);
    refused(NULL, EVK_EFORMAT, "is a ZIP archive without model.weights.h5");
    write_zip("config.json", "model.weights.h5", &config);
    refused(NULL, EVK_EFORMAT, "model.weights.h5: ");
    assert_ok(evk_fs_write(path, "hello", 5, err));
    refused(NULL, EVK_EUNSUPPORTED, "is a text file; a model is a network");
    assert_ok(evk_fs_write(path, "", 0, err));
    refused(NULL, EVK_EUNSUPPORTED, "is an empty file");
    remove(path);
    refused(NULL, EVK_EIO, path);
    evk_str_release(&config);
    keras_release(&k);
}

static void test_truncated(void **state)
{
    struct evk_bytes file;
    struct keras_file k;

    (void)state;
    build(&k, 4, 4);
    keras_save(&k, path, "dense");
    keras_release(&k);
    assert_ok(evk_fs_read(&file, path, 1 << 20, err));
    for (size_t n = 97; n < file.size; n += 97) {
        assert_ok(evk_fs_write(path, file.data, n, err));
        refused(NULL, EVK_EFORMAT, path);
    }
    assert_ok(evk_fs_write(path, file.data, file.size, err));
    opens(NULL);
    evk_bytes_release(&file);
}

/*
 * An image size that the file leaves open must be given; a size in the file may only be confirmed.
 */
static void test_open_size(void **state)
{
    const evk_model_options both = {.height = 4, .width = 4}, one = {.height = 4},
                            other = {.height = 4, .width = 5};
    struct keras_file k;

    (void)state;
    build(&k, 0, 0);
    keras_save(&k, path, "dense");
    keras_release(&k);
    refused(NULL, EVK_EINVAL, "layer 'in' (InputLayer): its height is open");
    refused(&one, EVK_EINVAL, "layer 'in' (InputLayer): its width is open");
    refused(&other, EVK_EFORMAT, "layer 'dense' (Dense): kernel is 32x3, expected 40x3");
    opens(&both);
    build(&k, 4, 4);
    keras_save(&k, path, "dense");
    keras_release(&k);
    opens(&both);
    refused(&other, EVK_EINVAL,
            "layer 'in' (InputLayer): its width is 4, but the size given says 5");
}

static void test_preprocessing(void **state)
{
    static const double three[3] = {0, 0, 0};
    struct keras_file k;

    (void)state;
    build(&k, 4, 4);
    keras_save(&k, path, "dense");
    keras_release(&k);
    opens(&(const evk_model_options){
        .mean_count = 1, .mean = three, .scale_count = 2, .scale = (const double[]){1, 2}});
    refused(&(const evk_model_options){.mean_count = 3, .mean = three}, EVK_EINVAL,
            "mean has 3 values, expected 1 or 2");
    refused(&(const evk_model_options){.mean_count = 17, .mean = three}, EVK_EINVAL,
            "mean has 17 values, expected at most 16");
    refused(&(const evk_model_options){.scale_count = 1}, EVK_EINVAL, "scale is NULL");
    refused(&(const evk_model_options){.scale_count = 3, .scale = (const double[]){1, 1, 1}},
            EVK_EINVAL, "scale has 3 values, expected 1 or 2");
    refused(&(const evk_model_options){.scale_count = 2, .scale = (const double[]){1, 0}},
            EVK_EINVAL, "scale is 0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_config),    cmocka_unit_test(test_keys),
        cmocka_unit_test(test_one_name),  cmocka_unit_test(test_weights),
        cmocka_unit_test(test_archive),   cmocka_unit_test(test_truncated),
        cmocka_unit_test(test_open_size), cmocka_unit_test(test_preprocessing),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
