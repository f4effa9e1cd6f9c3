/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_features.c - layers of a core as the outputs of a model, averaged over a grid */
#include "../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>

#include "../../harness/keras_file.h"
#include "model/features.h"

/* The image, the maps of both convolutions, and their filters. */
enum { H = 9, W = 8, C = 3, N = H * W * C, ROWS = 7, COLUMNS = 6, FILTERS = 4, LAST = 3 };

static char *folder;
static char path[256];

static const char *beside(const char *name)
{
    return path_in(folder, name);
}

/* A 3x3 convolution with a ReLU, "conv"; a 1x1 convolution without activation, "mix"; and a dense
   readout.  A convolution beside them leads nowhere. */
static int set_up(void **state)
{
    static const int64_t filters = FILTERS, last = LAST, outputs = 2;
    struct keras_file k;
    uint64_t seed = 7;

    (void)state;
    folder = scratch_folder("features");
    keras_init(&k, NULL);
    keras_input(&k, "in", H, W, C);
    keras_layer(&k, "Conv2D", "conv", "'filters':4,'kernel_size':3,'activation':'relu'", NULL);
    keras_random(&k, &seed, 4, (const int64_t[]){3, 3, C, FILTERS});
    keras_random(&k, &seed, 1, &filters);
    keras_layer(&k, "Conv2D", "aside", "'filters':4,'kernel_size':1", NULL);
    keras_random(&k, &seed, 4, (const int64_t[]){1, 1, FILTERS, FILTERS});
    keras_random(&k, &seed, 1, &filters);
    keras_layer(&k, "Conv2D", "mix", "'filters':3,'kernel_size':1", "conv");
    keras_random(&k, &seed, 4, (const int64_t[]){1, 1, FILTERS, LAST});
    keras_random(&k, &seed, 1, &last);
    keras_layer(&k, "Flatten", "flat", "", NULL);
    keras_layer(&k, "Dense", "dense", "'units':2", NULL);
    keras_random(&k, &seed, 2, (const int64_t[]){ROWS * COLUMNS * LAST, 2});
    keras_random(&k, &seed, 1, &outputs);
    snprintf(path, sizeof(path), "%s/net.keras", folder);
    keras_save(&k, path, "dense");
    keras_save(&k, beside("odd@name.keras"), "dense");
    keras_release(&k);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(folder);
    return 0;
}

/* Returns the outputs of a model for one random image; free them. */
static float *outputs_of(const evk_model *m)
{
    static float image[N];
    float *out = calloc((size_t)evk_model_describe(m)->outputs, sizeof(*out));
    uint64_t seed = 3;

    assert_non_null(out);
    for (int i = 0; i < N; i++)
        image[i] = 127.5f + 127.5f * random_float(&seed);
    assert_ok(evk_model_predict(m, image, 1, 1, out, err));
    return out;
}

/* Returns the values of a layer, (ROWS, COLUMNS, channels), which are opened as units; free them. */
static float *map_of_units(const char *layer, int channels)
{
    float *map = calloc((size_t)(ROWS * COLUMNS * channels), sizeof(*map));

    assert_non_null(map);
    for (int i = 0; i < ROWS * COLUMNS; i++) {
        const char *text;
        char unit[64];
        evk_model *m;
        float *y;

        snprintf(unit, sizeof(unit), "%s:all@%d,%d", layer, i / COLUMNS, i % COLUMNS);
        text = unit;
        assert_ok(evk_model_open(&m, path,
                                 &(const evk_model_options){.channel_count = 1,
                                                            .channels = &text,
                                                            .after_activation = true},
                                 err));
        y = outputs_of(m);
        memcpy(map + i * channels, y, (size_t)channels * sizeof(*map));
        free(y);
        evk_model_free(m);
    }
    return map;
}

/* Does cell i of g along an axis of n pixels cover the pixel? */
static bool covers(int pixel, int i, int g, int n)
{
    return (pixel + 1) * g > i * n && pixel * g < (i + 1) * n;
}

static double mean_of(const float *map, int channels, int grid, int row, int column, int channel)
{
    double sum = 0;
    int count = 0;

    for (int y = 0; y < ROWS; y++)
        for (int x = 0; x < COLUMNS; x++)
            if (covers(y, row, grid, ROWS) && covers(x, column, grid, COLUMNS)) {
                sum += (double)map[(y * COLUMNS + x) * channels + channel];
                count++;
            }
    return sum / count;
}

/* Compare the features of a layer, which begin at y, with means of its map; returns their end. */
static const float *check_block(const float *y, const char *layer, int channels, int grid)
{
    float *map = map_of_units(layer, channels);

    for (int row = 0; row < grid; row++)
        for (int column = 0; column < grid; column++)
            for (int c = 0; c < channels; c++) {
                const double want = mean_of(map, channels, grid, row, column, c);

                assert_true(fabs((double)*y++ - want) <= 1e-5 * (1 + fabs(want)));
            }
    free(map);
    return y;
}

static void test_values(void **state)
{
    struct evk_feature_block blocks[EVK_READOUT_LAYERS_MAX];
    char text[300];
    const float *at;
    evk_model *m;
    size_t count;
    float *y;

    (void)state;
    snprintf(text, sizeof(text), "%s@mix,conv,dense", path);
    assert_ok(evk_features_open(&m, text, 4, NULL, blocks, &count, err));
    assert_int_equal(count, 3);
    assert_string_equal(blocks[0].layer, "mix");
    assert_int_equal(blocks[0].shape.h, 4);
    assert_int_equal(blocks[0].shape.w, 4);
    assert_int_equal(blocks[0].shape.c, LAST);
    assert_int_equal(evk_shape_count(&blocks[2].shape), 2);
    assert_int_equal(evk_model_describe(m)->outputs, 16 * (LAST + FILTERS) + 2);
    y = outputs_of(m);
    at = check_block(y, "mix", LAST, 4);
    at = check_block(at, "conv", FILTERS, 4);
    evk_model_free(m);
    assert_ok(evk_model_open(&m, path, NULL, err));
    {
        float *responses = outputs_of(m);

        assert_true(fabs((double)(at[0] - responses[0])) < 1e-3);
        assert_true(fabs((double)(at[1] - responses[1])) < 1e-3);
        free(responses);
    }
    free(y);
    evk_model_free(m);
}

/* A grid that is finer than the map leaves it as it is. */
static void test_fine_grid(void **state)
{
    struct evk_feature_block blocks[EVK_READOUT_LAYERS_MAX];
    float *y, *map = map_of_units("conv", FILTERS);
    evk_model *m;
    size_t count;

    (void)state;
    assert_ok(evk_features_open(&m, path, 40, NULL, blocks, &count, err));
    assert_int_equal(blocks[0].shape.h, ROWS);
    assert_int_equal(blocks[0].shape.w, COLUMNS);
    y = outputs_of(m);
    for (int i = 0; i < ROWS * COLUMNS * FILTERS; i++)
        assert_true(fabs((double)(y[i] - map[i])) < 1e-4);
    free(y);
    free(map);
    evk_model_free(m);
}

static void check_layer(const char *text, const char *layer)
{
    struct evk_feature_block blocks[EVK_READOUT_LAYERS_MAX];
    evk_model *m;
    size_t count;

    assert_ok(evk_features_open(&m, text, 2, NULL, blocks, &count, err));
    assert_int_equal(count, 1);
    assert_string_equal(blocks[0].layer, layer);
    evk_model_free(m);
}

static void write_card(const char *name, const char *json)
{
    assert_ok(evk_fs_write(beside(name), json, strlen(json), err));
}

/* The default layer is the last map with an activation, or the last that is no map of outputs. */
static void test_default(void **state)
{
    static const int64_t filters = FILTERS, outputs = 2;
    struct keras_file k;
    uint64_t seed = 9;

    (void)state;
    check_layer(path, "conv");
    check_layer(beside("odd@name.keras"), "conv");
    keras_init(&k, NULL);
    keras_input(&k, "in", H, W, C);
    keras_layer(&k, "Conv2D", "conv", "'filters':4,'kernel_size':3", NULL);
    keras_random(&k, &seed, 4, (const int64_t[]){3, 3, C, FILTERS});
    keras_random(&k, &seed, 1, &filters);
    keras_layer(&k, "Conv2D", "mix", "'filters':2,'kernel_size':1", NULL);
    keras_random(&k, &seed, 4, (const int64_t[]){1, 1, FILTERS, 2});
    keras_random(&k, &seed, 1, &outputs);
    keras_layer(&k, "GlobalAveragePooling2D", "mean", "", NULL);
    keras_save(&k, beside("linear.keras"), "mean");
    keras_release(&k);
    check_layer(beside("linear.keras"), "conv");
}

/* A card of one network may be a core: its input counts, its outputs do not. */
static void test_card(void **state)
{
    struct evk_feature_block blocks[EVK_READOUT_LAYERS_MAX];
    const evk_model_info *info;
    evk_model *m, *file;
    size_t count;

    (void)state;
    write_card("one.json", "{\"card\": 1, \"input\": {\"mean\": 100, \"scale\": 50}, \"members\": "
                           "[{\"weights\": \"net.keras\", \"output\": 1}], \"neurons\": [\"a\"]}");
    write_card("two.json", "{\"card\": 1, \"members\": [\"net.keras\", \"odd@name.keras\"]}");
    assert_ok(evk_features_open(&m, beside("one.json"), 1, NULL, blocks, &count, err));
    assert_ok(evk_model_open(&file, path, NULL, err));
    info = evk_model_describe(m);
    assert_int_equal(info->outputs, FILTERS);
    assert_true(info->mean[0] == 100 && info->scale[2] == 50);
    assert_string_equal(info->sha256, evk_model_describe(file)->sha256);
    assert_string_equal(info->path, path);
    evk_model_free(m);
    evk_model_free(file);
    assert_fails(EVK_EUNSUPPORTED, "is an ensemble of 2 networks, expected one network",
                 evk_features_open(&m, beside("two.json"), 1, NULL, blocks, &count, err));
}

static evk_status refused(const char *layers, int64_t grid, evk_error *err)
{
    struct evk_feature_block blocks[EVK_READOUT_LAYERS_MAX];
    evk_model *m = NULL;
    char text[300];
    size_t count;

    snprintf(text, sizeof(text), "%s@%s", path, layers);
    return evk_features_open(&m, text, grid, NULL, blocks, &count, err);
}

static void test_refused(void **state)
{
    struct evk_feature_block blocks[EVK_READOUT_LAYERS_MAX];
    const char *unit = "conv:1";
    evk_model *m = NULL;
    size_t count;

    (void)state;
    assert_fails(EVK_EINVAL,
                 "net.keras: 'comv' is no layer of the model, expected one that 'evoke info' "
                 "lists; did you mean conv?",
                 refused("comv", 2, err));
    assert_fails(EVK_EINVAL, "no output of the model depends on layer 'aside'",
                 refused("aside", 2, err));
    assert_fails(EVK_EINVAL, "layer 'conv' is named twice", refused("conv,mix,conv", 2, err));
    assert_fails(EVK_EINVAL, "empty name of a layer behind '@'", refused("conv,", 2, err));
    assert_fails(EVK_EINVAL, "empty name of a layer behind '@'", refused("", 2, err));
    assert_fails(EVK_EINVAL, "names more than 16 layers",
                 refused("a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q", 2, err));
    assert_fails(EVK_EINVAL, "its grid is 0, expected 1 to 1024", refused("conv", 0, err));
    assert_fails(EVK_EINVAL, "its grid is 1025, expected 1 to 1024", refused("conv", 1025, err));
    assert_fails(EVK_EINVAL, "has channels beside the layers of a core",
                 evk_features_open(
                     &m, path, 2, &(const evk_model_options){.channel_count = 1, .channels = &unit},
                     blocks, &count, err));
    assert_fails(EVK_EIO, "absent.keras",
                 evk_features_open(&m, beside("absent.keras@conv"), 2, NULL, blocks, &count, err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),  cmocka_unit_test(test_fine_grid),
        cmocka_unit_test(test_default), cmocka_unit_test(test_card),
        cmocka_unit_test(test_refused),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
