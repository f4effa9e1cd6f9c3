/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * config.c - the config.json of a compact model's archive
 *
 * The text is composed with ' in place of ", and the quotes are replaced at the end.
 */
#include <stdio.h>

#include "base/str.h"
#include "compact.h"

enum { NAME_ROOM = 64 };

/*
 * Adds the text of a layer: the members that all layers but the input have, with the layer's own
 * config and input shape.
 */
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

static void put_block(struct evk_str *s, const int channels[LAYERS], int layer,
                      char last[NAME_ROOM])
{
    const char *class = layer ? "SeparableConv2D" : "Conv2D";
    const int in = layer ? size_of[layer - 1] : PIXELS, out = size_of[layer];
    char name[NAME_ROOM], shape[NAME_ROOM], config[512];

    snprintf(name, sizeof(name), "layer%d_conv", layer);
    snprintf(shape, sizeof(shape), "[null, %d, %d, %d]", in, in, layer ? channels[layer - 1] : 3);
    snprintf(config, sizeof(config),
             "%s'filters': %d, 'kernel_size': [%d, %d], 'strides': [%d, %d], 'padding': 'same', "
             "'data_format': 'channels_last', 'dilation_rate': [1, 1], %s'activation': 'linear', "
             "'use_bias': true",
             layer ? "'depth_multiplier': 1, " : "", channels[layer], KERNEL, KERNEL,
             stride_of[layer], stride_of[layer], layer ? "" : "'groups': 1, ");
    put_layer(s, class, name, config, shape, last);

    snprintf(last, NAME_ROOM, "%s", name);
    snprintf(name, sizeof(name), "layer%d_bn", layer);
    snprintf(shape, sizeof(shape), "[null, %d, %d, %d]", out, out, channels[layer]);
    put_layer(s, "BatchNormalization", name,
              "'axis': -1, 'momentum': 0.99, 'epsilon': 0.001, 'center': true, 'scale': true, "
              "'synchronized': false",
              shape, last);

    snprintf(last, NAME_ROOM, "%s", name);
    snprintf(name, sizeof(name), "layer%d_act", layer);
    put_layer(s, "Activation", name, "'activation': 'relu'", shape, last);
    snprintf(last, NAME_ROOM, "%s", name);
}

evk_status compact_config(struct evk_str *s, const int channels[LAYERS], evk_error *err)
{
    char last[NAME_ROOM] = "image_input", shape[NAME_ROOM];
    const int n = channels[LAYERS - 1];

    evk_str_puts(s, "{'module': 'keras.src.models.functional', 'class_name': 'Functional', "
                    "'config': {'name': 'functional_1', 'trainable': true, 'layers': [");
    evk_str_printf(s,
                   "{'module': 'keras.layers', 'class_name': 'InputLayer', 'config': "
                   "{'batch_shape': [null, %d, %d, 3], 'dtype': 'float32', 'sparse': false, "
                   "'name': '%s'}, 'registered_name': null, 'name': '%s', 'inbound_nodes': []}",
                   PIXELS, PIXELS, last, last);
    for (int layer = 0; layer < LAYERS; layer++)
        put_block(s, channels, layer, last);
    snprintf(shape, sizeof(shape), "[null, %d, %d, %d]", POINTS, POINTS, n);
    put_layer(s, "Flatten", "embeddings", "'data_format': 'channels_last'", shape, last);
    snprintf(shape, sizeof(shape), "[null, %d]", POINTS * POINTS * n);
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
