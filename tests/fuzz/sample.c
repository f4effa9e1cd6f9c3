/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sample.c - valid models that inputs are made from, or put into */
#include "sample.h"

#include <stdlib.h>

#include "../harness/keras_file.h"
#include "../harness/test.h"
#include "format/hdf5.h"

/* ---- a layer of every Keras class ---------------------------------------------- */

static void add_convolutions(struct keras_file *k, uint64_t *seed)
{
    keras_layer(k, "Conv2D", "conv",
                "'filters':4,'kernel_size':[3,3],'strides':[1,1],'padding':'same',"
                "'data_format':'channels_last','dilation_rate':[1,1],'groups':1,"
                "'activation':'relu','use_bias':true",
                NULL);
    keras_random(k, seed, 4, (const int64_t[]){3, 3, 3, 4});
    keras_random(k, seed, 1, (const int64_t[]){4});
    keras_layer(k, "BatchNormalization", "norm",
                "'axis':[3],'epsilon':0.001,'center':true,'scale':true", NULL);
    for (int i = 0; i < 4; i++) {
        float *p = keras_array(k, 1, (const int64_t[]){4});

        for (int c = 0; c < 4; c++)
            p[c] = (float)(1 + c);
    }
    keras_layer(k, "Activation", "act", "'activation':'relu'", NULL);
    keras_layer(k, "SeparableConv2D", "sep",
                "'filters':4,'kernel_size':[3,3],'strides':[1,1],'padding':'same',"
                "'depth_multiplier':1,'activation':'linear','use_bias':true",
                NULL);
    keras_random(k, seed, 4, (const int64_t[]){3, 3, 4, 1});
    keras_random(k, seed, 4, (const int64_t[]){1, 1, 4, 4});
    keras_random(k, seed, 1, (const int64_t[]){4});
    keras_layer(k, "ReLU", "relu", "'max_value':null,'negative_slope':0.0,'threshold':0.0", NULL);
    keras_layer(k, "Add", "sum", "", "relu,act");
}

/* Layers that have no weights: activations, maps at other sizes, several inputs, other axes. */
static void add_plain_layers(struct keras_file *k)
{
    keras_layer(k, "Rescaling", "rescale", "'scale':0.5,'offset':[0.1,0.2,0.3]", "in");
    keras_layer(k, "Cropping2D", "crop", "'cropping':[[1,1],[1,1]]", NULL);
    keras_layer(k, "UpSampling2D", "up", "'size':[2,1],'interpolation':'bilinear'", NULL);
    keras_layer(k, "Resizing", "resize",
                "'height':4,'width':4,'interpolation':'nearest','crop_to_aspect_ratio':true", NULL);
    keras_layer(k, "LeakyReLU", "leaky", "'negative_slope':0.1", NULL);
    keras_layer(k, "ELU", "elu", "'alpha':0.5", "resize");
    keras_layer(k, "Softmax", "softmax", "'axis':[1,2]", "resize");
    keras_layer(k, "UnitNormalization", "unit", "'axis':-1", "resize");
    keras_layer(k, "Multiply", "product", "", "leaky,elu");
    keras_layer(k, "Average", "average", "", "softmax,unit");
    keras_layer(k, "Maximum", "maximum", "", "product,average");
    keras_layer(k, "Minimum", "minimum", "", "product,maximum");
    keras_layer(k, "Subtract", "difference", "", "minimum,unit");
    keras_layer(k, "Permute", "permute", "'dims':[3,1,2]", NULL);
    keras_layer(k, "Reshape", "reshape", "'target_shape':[4,-1,3]", NULL);
    keras_layer(k, "Sequential", "inner",
                "'layers':[{'class_name':'Activation','config':{'name':'a','activation':'gelu'}},"
                "{'class_name':'GaussianNoise','config':{'name':'noise','stddev':0.1}}]",
                NULL);
}

/* Layers with weights that read the output of the layer before them, (4, 4, 3). */
static void add_layers_with_weights(struct keras_file *k, uint64_t *seed)
{
    keras_layer(k, "LayerNormalization", "layer_norm", "'axis':[3],'epsilon':0.001", NULL);
    keras_random(k, seed, 1, (const int64_t[]){3});
    keras_random(k, seed, 1, (const int64_t[]){3});
    keras_layer(k, "GroupNormalization", "group_norm", "'groups':3,'axis':-1", NULL);
    keras_random(k, seed, 1, (const int64_t[]){3});
    keras_random(k, seed, 1, (const int64_t[]){3});
    keras_layer(k, "PReLU", "prelu", "'shared_axes':[1,2]", NULL);
    keras_random(k, seed, 3, (const int64_t[]){1, 1, 3});
    keras_layer(k, "Normalization", "normal", "'axis':[-1],'mean':0.5,'variance':2.0", NULL);
    keras_layer(k, "Conv2DTranspose", "transposed",
                "'filters':2,'kernel_size':[3,2],'strides':[2,2],'padding':'same'", NULL);
    keras_random(k, seed, 4, (const int64_t[]){3, 2, 2, 3});
    keras_random(k, seed, 1, (const int64_t[]){2});
    keras_layer(k, "GlobalMaxPooling2D", "highest", "'keepdims':false", NULL);
}

void sample_make(struct sample *out)
{
    struct evk_hdf5_dataset *list;
    struct keras_file k;
    uint64_t seed = 7;

    keras_init(&k, NULL);
    keras_input(&k, "in", 8, 8, 3);
    add_convolutions(&k, &seed);
    keras_layer(&k, "ZeroPadding2D", "pad", "'padding':[[1,1],[1,1]]", NULL);
    keras_layer(&k, "MaxPooling2D", "max", "'pool_size':[2,2],'strides':[2,2],'padding':'valid'",
                NULL);
    keras_layer(&k, "AveragePooling2D", "mean",
                "'pool_size':[2,2],'strides':[2,2],'padding':'same'", "pad");
    keras_layer(&k, "Concatenate", "join", "'axis':-1", "max,mean");
    keras_layer(&k, "DepthwiseConv2D", "depth",
                "'kernel_size':[3,3],'strides':[2,2],'padding':'same','depth_multiplier':1,"
                "'activation':'elu','use_bias':true",
                NULL);
    keras_random(&k, &seed, 4, (const int64_t[]){3, 3, 8, 1});
    keras_random(&k, &seed, 1, (const int64_t[]){8});
    keras_layer(&k, "Dropout", "drop", "'rate':0.5", NULL);
    keras_layer(&k, "Flatten", "flat", "", NULL);
    keras_layer(&k, "Dense", "dense", "'units':2,'activation':'softplus','use_bias':true", NULL);
    keras_random(&k, &seed, 2, (const int64_t[]){72, 2});
    keras_random(&k, &seed, 1, (const int64_t[]){2});
    keras_layer(&k, "GlobalAveragePooling2D", "global", "'keepdims':false", "drop");

    add_plain_layers(&k);
    add_layers_with_weights(&k, &seed);
    out->config = keras_config(&k, "dense,global,highest");
    list = calloc(k.paths.count, sizeof(*list));
    out->paths = (struct evk_names){NULL, 0};
    for (size_t i = 0; list && i < k.paths.count; i++) {
        list[i] = (struct evk_hdf5_dataset){k.paths.names[i], &k.arrays[i]};
        assert_ok(evk_names_add(&out->paths, k.paths.names[i], err));
    }
    assert_ok(evk_hdf5_write(&out->weights, list, k.paths.count, err));
    free(list);
    keras_release(&k);
}

void sample_release(struct sample *s)
{
    evk_str_release(&s->config);
    evk_bytes_release(&s->weights);
    evk_names_release(&s->paths);
}

/* ---- a compact model ------------------------------------------------------------ */

const float sample_values[SAMPLE_VALUES] = {0.5f, 0.25f, -0.5f, 1, 2, -1};

struct sample_array sample_array(int i)
{
    enum { FIRST = 6, EACH = 7, SEPARABLE = 4 };
    const int in = (i - FIRST) % EACH;

    if (i == 0)
        return (struct sample_array){4, {5, 5, 3, 1}};
    if (i == FIRST + SEPARABLE * EACH)
        return (struct sample_array){2, {784, 1}};
    if (i >= FIRST && i < FIRST + SEPARABLE * EACH && in < 2)
        return (struct sample_array){4, {in ? 1 : 5, in ? 1 : 5, 1, 1}};
    return (struct sample_array){1, {1}};
}

int sample_count(int i)
{
    const struct sample_array a = sample_array(i);
    int n = 1;

    for (int k = 0; k < a.axes; k++)
        n *= a.dim[k];
    return n;
}
