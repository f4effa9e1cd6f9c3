/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * compact.c - a Keras 3 archive with the architecture of the published compact models
 *
 * layer 0   5 x 5 convolution: R, G, B to GREY, ON, OFF, from the middle pixel alone
 * layer 1   5 x 5 separable convolution, stride 2: each channel blurred
 * layer 2   the same again
 * layer 3   5 x 5 separable convolution: each channel passed on
 * layer 4   the same again
 * Beta      the readout
 *
 * The blur is b(y) b(x) with b = (1, 4, 6, 4, 1) / 16.  Padding "same" is 1 before and 2 after at
 * stride 2, so point i of a layer is centred on 2 i + 1 of the one below, and two layers make it
 * 4 i + 3 in pixels.  All values after layer 0 are positive, which leaves only its own ReLU to act.
 *
 * Each convolution scales by a gain u and adds an offset v, and its batch norm undoes both:
 * with moving mean m and d = sqrt(variance + 0.001), gamma = d / u and beta = (m - v) / u give
 * gamma (u x + v - m) / d + beta = x.
 */
#include <math.h>
#include <stdio.h>

#include "base/fs.h"
#include "base/str.h"
#include "cell.h"
#include "format/hdf5.h"
#include "format/zip.h"

enum { LAYERS = 5, KERNEL = 5, MIDDLE = 2, ARRAYS_MAX = 40, PATH_ROOM = 64, PIXELS = 112 };

static const double EPSILON = 0.001;
static const double GREY_OFFSET = 16; /* black stays clear of the ReLU's kink */
static const double BLUR[KERNEL] = {1.0 / 16, 4.0 / 16, 6.0 / 16, 4.0 / 16, 1.0 / 16};
static const double PASS[KERNEL] = {0, 0, 1, 0, 0};

static const int stride[LAYERS] = {1, 2, 2, 1, 1};
static const int size_out[LAYERS] = {112, 56, 28, 28, 28};

struct arrays {
    struct evk_tensor tensor[ARRAYS_MAX];
    char path[ARRAYS_MAX][PATH_ROOM];
    size_t count;
};

/* What a convolution does to a channel, and the statistics by which its batch norm undoes it. */
struct scaling {
    double gain, offset, mean, variance;
};

/* Any numbers do: they differ between channels and layers, and some variances are below epsilon. */
static struct scaling scaling_of(int layer, int channel)
{
    static const double gain[] = {0.5, 1.5, 2}, variance[] = {0.249, 3.999, 1e-5};

    return (struct scaling){
        .gain = gain[(layer + channel) % 3],
        .offset = 0.5 * layer - 0.75 * channel,
        .mean = 1.5 * channel - layer,
        .variance = variance[(layer + 2 * channel) % 3],
    };
}

/* "/layers/conv2d/vars/0", "/layers/conv2d_1/vars/0": number counts the layers of a class. */
static evk_status add(struct arrays *a, const char *class, int number, int var, int axes,
                      const int64_t *dim, const double *values, evk_error *err)
{
    struct evk_tensor *t = &a->tensor[a->count];
    char suffix[12] = "";

    EVK_TRY(evk_tensor_new(t, axes, dim, err));
    for (int64_t i = 0; i < evk_tensor_count(t); i++)
        t->data[i] = (float)values[i];
    if (number)
        snprintf(suffix, sizeof(suffix), "_%d", number);
    snprintf(a->path[a->count], PATH_ROOM, "/layers/%s%s/vars/%d", class, suffix, var);
    a->count++;
    return EVK_OK;
}

/* GREY, ON and OFF of the middle pixel; the means are subtracted from the image already. */
static evk_status add_layer0(struct arrays *a, evk_error *err)
{
    static const double sign[CHANNELS] = {1, 1, -1};
    const double start[CHANNELS] = {GREY_MEAN + GREY_OFFSET, 0, 0};
    double kernel[KERNEL][KERNEL][3][CHANNELS] = {{{{0}}}}, bias[CHANNELS];

    for (int c = 0; c < CHANNELS; c++) {
        const struct scaling s = scaling_of(0, c);

        for (int rgb = 0; rgb < 3; rgb++)
            kernel[MIDDLE][MIDDLE][rgb][c] = s.gain * sign[c] / 3;
        bias[c] = s.gain * start[c] + s.offset;
    }
    EVK_TRY(add(a, "conv2d", 0, 0, 4, (const int64_t[]){KERNEL, KERNEL, 3, CHANNELS},
                &kernel[0][0][0][0], err));
    return add(a, "conv2d", 0, 1, 1, (const int64_t[]){CHANNELS}, bias, err);
}

static evk_status add_separable(struct arrays *a, int layer, evk_error *err)
{
    const double *tap = stride[layer] == 2 ? BLUR : PASS;
    double depthwise[KERNEL][KERNEL][CHANNELS], pointwise[CHANNELS][CHANNELS] = {{0}};
    double bias[CHANNELS];

    for (int c = 0; c < CHANNELS; c++) {
        const struct scaling s = scaling_of(layer, c);

        for (int i = 0; i < KERNEL; i++)
            for (int j = 0; j < KERNEL; j++)
                depthwise[i][j][c] = tap[i] * tap[j];
        pointwise[c][c] = s.gain;
        bias[c] = s.offset;
    }
    EVK_TRY(add(a, "separable_conv2d", layer - 1, 0, 4,
                (const int64_t[]){KERNEL, KERNEL, CHANNELS, 1}, &depthwise[0][0][0], err));
    EVK_TRY(add(a, "separable_conv2d", layer - 1, 1, 4, (const int64_t[]){1, 1, CHANNELS, CHANNELS},
                &pointwise[0][0], err));
    return add(a, "separable_conv2d", layer - 1, 2, 1, (const int64_t[]){CHANNELS}, bias, err);
}

static evk_status add_batch_norm(struct arrays *a, int layer, evk_error *err)
{
    double vars[4][CHANNELS]; /* gamma, beta, moving mean, moving variance */

    for (int c = 0; c < CHANNELS; c++) {
        const struct scaling s = scaling_of(layer, c);
        const double d = sqrt((double)(float)s.variance + EPSILON); /* as the file will have it */

        vars[0][c] = d / s.gain;
        vars[1][c] = (s.mean - s.offset) / s.gain;
        vars[2][c] = s.mean;
        vars[3][c] = s.variance;
    }
    for (int i = 0; i < 4; i++)
        EVK_TRY(
            add(a, "batch_normalization", layer, i, 1, (const int64_t[]){CHANNELS}, vars[i], err));
    return EVK_OK;
}

static evk_status add_all(struct arrays *a, const struct readout *r, evk_error *err)
{
    EVK_TRY(add_layer0(a, err));
    for (int layer = 0; layer < LAYERS; layer++) {
        if (layer > 0)
            EVK_TRY(add_separable(a, layer, err));
        EVK_TRY(add_batch_norm(a, layer, err));
    }
    EVK_TRY(add(a, "dense", 0, 0, 2, (const int64_t[]){POINTS * POINTS * CHANNELS, 1},
                &r->weight[0][0][0], err));
    return add(a, "dense", 0, 1, 1, (const int64_t[]){1}, &r->baseline, err);
}

/* ---- config.json: written with ' for ", which is put right at the end ---- */

/* What all layers but the input begin with, and the input as the layer before left it. */
static void put_layer(struct evk_str *s, const char *class, const char *name, const char *config,
                      const char *shape, const char *from)
{
    evk_str_printf(s,
                   ", {'module': 'keras.layers', 'class_name': '%s', 'config': {'name': '%s', "
                   "'trainable': true, 'dtype': 'float32', %s}, 'registered_name': null, "
                   "'build_config': {'input_shape': %s}, 'name': '%s', 'inbound_nodes': "
                   "[{'args': [{'class_name': '__keras_tensor__', 'config': {'shape': %s, "
                   "'dtype': 'float32', 'keras_history': ['%s', 0, 0]}}], 'kwargs': {}}]}",
                   class, name, config, shape, name, shape, from);
}

static void put_block(struct evk_str *s, int layer, char last[PATH_ROOM])
{
    const char *class = layer ? "SeparableConv2D" : "Conv2D";
    const int in = layer ? size_out[layer - 1] : PIXELS, out = size_out[layer];
    char name[PATH_ROOM], shape[PATH_ROOM], config[512];

    snprintf(name, sizeof(name), "layer%d_conv", layer);
    snprintf(shape, sizeof(shape), "[null, %d, %d, %d]", in, in, layer ? CHANNELS : 3);
    snprintf(config, sizeof(config),
             "%s'filters': %d, 'kernel_size': [%d, %d], 'strides': [%d, %d], 'padding': 'same', "
             "'data_format': 'channels_last', 'dilation_rate': [1, 1], %s'activation': 'linear', "
             "'use_bias': true",
             layer ? "'depth_multiplier': 1, " : "", CHANNELS, KERNEL, KERNEL, stride[layer],
             stride[layer], layer ? "" : "'groups': 1, ");
    put_layer(s, class, name, config, shape, last);

    snprintf(last, PATH_ROOM, "%s", name);
    snprintf(name, sizeof(name), "layer%d_bn", layer);
    snprintf(shape, sizeof(shape), "[null, %d, %d, %d]", out, out, CHANNELS);
    put_layer(s, "BatchNormalization", name,
              "'axis': -1, 'momentum': 0.99, 'epsilon': 0.001, 'center': true, 'scale': true, "
              "'synchronized': false",
              shape, last);

    snprintf(last, PATH_ROOM, "%s", name);
    snprintf(name, sizeof(name), "layer%d_act", layer);
    put_layer(s, "Activation", name, "'activation': 'relu'", shape, last);
    snprintf(last, PATH_ROOM, "%s", name);
}

static evk_status make_config(struct evk_str *s, evk_error *err)
{
    char last[PATH_ROOM] = "image_input", shape[PATH_ROOM];

    evk_str_puts(s, "{'module': 'keras.src.models.functional', 'class_name': 'Functional', "
                    "'config': {'name': 'functional_1', 'trainable': true, 'layers': [");
    evk_str_printf(s,
                   "{'module': 'keras.layers', 'class_name': 'InputLayer', 'config': "
                   "{'batch_shape': [null, %d, %d, 3], 'dtype': 'float32', 'sparse': false, "
                   "'name': '%s'}, 'registered_name': null, 'name': '%s', 'inbound_nodes': []}",
                   PIXELS, PIXELS, last, last);
    for (int layer = 0; layer < LAYERS; layer++)
        put_block(s, layer, last);
    snprintf(shape, sizeof(shape), "[null, %d, %d, %d]", POINTS, POINTS, CHANNELS);
    put_layer(s, "Flatten", "embeddings", "'data_format': 'channels_last'", shape, last);
    snprintf(shape, sizeof(shape), "[null, %d]", POINTS * POINTS * CHANNELS);
    put_layer(s, "Dense", "Beta", "'units': 1, 'activation': 'linear', 'use_bias': true", shape,
              "embeddings");
    evk_str_puts(s, "], 'input_layers': [['image_input', 0, 0]], 'output_layers': "
                    "[['Beta', 0, 0]]}, 'registered_name': 'Functional', "
                    "'build_config': {'input_shape': null}}");
    EVK_TRY(evk_str_check(s, err));
    for (size_t i = 0; i < s->size; i++)
        if (s->data[i] == '\'')
            s->data[i] = '"';
    return EVK_OK;
}

/* ---- the archive ---- */

static evk_status make_weights(struct evk_bytes *out, const struct readout *r, evk_error *err)
{
    struct evk_hdf5_dataset list[ARRAYS_MAX];
    struct arrays a = {.count = 0};
    evk_status s = add_all(&a, r, err);

    for (size_t i = 0; i < a.count; i++)
        list[i] = (struct evk_hdf5_dataset){a.path[i], &a.tensor[i]};
    if (!s)
        s = evk_hdf5_write(out, list, a.count, err);
    for (size_t i = 0; i < a.count; i++)
        evk_tensor_release(&a.tensor[i]);
    return s;
}

/* No date of the day: the same bytes each time. */
static evk_status write_archive(const char *path, const struct evk_str *config,
                                const struct evk_bytes *weights, evk_error *err)
{
    static const char metadata[] =
        "{\"keras_version\": \"3.1.1\", \"date_saved\": \"1980-01-01@00:00:00\"}";
    const struct evk_zip_entry entries[] = {
        {"metadata.json", metadata, sizeof(metadata) - 1},
        {"config.json", config->data, config->size},
        {"model.weights.h5", weights->data, weights->size},
    };
    struct evk_bytes archive = {NULL, 0};
    evk_status s = evk_zip_write(&archive, entries, 3, err);

    if (!s)
        s = evk_fs_write(path, archive.data, archive.size, err);
    evk_bytes_release(&archive);
    return s;
}

evk_status compact_write(const char *path, const struct readout *r, evk_error *err)
{
    struct evk_str config = EVK_STR_INIT;
    struct evk_bytes weights = {NULL, 0};
    evk_status s = make_config(&config, err);

    if (!s)
        s = make_weights(&weights, r, err);
    if (!s)
        s = write_archive(path, &config, &weights, err);
    evk_bytes_release(&weights);
    evk_str_release(&config);
    return s;
}
