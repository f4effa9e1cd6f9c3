/* SPDX-License-Identifier: GPL-3.0-or-later */
/* class_resize.c - the classes that sample maps at other positions */
#include <string.h>

#include "model/keras/classes.h"

/*
 * How ONNX's Resize spells an interpolation of TensorFlow, whose pixels have their centres at
 * halves: a cubic kernel has the parameter -0.5, and leaves pixels outside the map out.
 */
static const struct interpolation {
    const char *name, *mode, *place, *round;
    double cubic;
    int64_t exclude;
} interpolations[] = {
    {"nearest", "nearest", "tf_half_pixel_for_nn", "floor", -0.75, 0},
    {"bilinear", "linear", "half_pixel", "round_prefer_floor", -0.75, 0},
    {"bicubic", "cubic", "half_pixel", "round_prefer_floor", -0.5, 1},
};

/* Resizes a map to height x width pixels. */
static evk_status resize(struct evk_keras *k, const struct evk_keras_layer *l,
                         const struct evk_onnx_value *x, const char *interpolation, bool antialias,
                         const int64_t size[2], struct evk_onnx_value *out, evk_error *err)
{
    const struct interpolation *i = interpolations;
    struct evk_onnx_value sizes = evk_onnx_shape(1, (int64_t[]){2});
    const int64_t first_axes[2] = {2, 3}, last_axes[2] = {1, 2};
    bool first;

    while (strcmp(i->name, interpolation) != 0)
        i++;
    EVK_TRY(evk_keras_channels_first(k, l, &first, err));
    sizes.whole = size;
    return evk_keras_apply(
        k, l, "Resize", 4, (const struct evk_onnx_value *[]){x, NULL, NULL, &sizes},
        (const struct evk_onnx_argument[]){
            {"mode", EVK_ONNX_TEXT, {.text = i->mode}, 0},
            {"coordinate_transformation_mode", EVK_ONNX_TEXT, {.text = i->place}, 0},
            {"nearest_mode", EVK_ONNX_TEXT, {.text = i->round}, 0},
            {"cubic_coeff_a", EVK_ONNX_REAL, {.real = i->cubic}, 0},
            {"exclude_outside", EVK_ONNX_INT, {.whole = i->exclude}, 0},
            {"antialias", EVK_ONNX_INT, {.whole = antialias}, 0},
            {"axes", EVK_ONNX_INTS_OF, {.list = first ? first_axes : last_axes}, 2},
        },
        7, out, err);
}

static evk_status map_size(struct evk_keras *k, const struct evk_keras_layer *l,
                           const struct evk_onnx_value *x, int64_t size[2], evk_error *err)
{
    int node;

    EVK_TRY(evk_keras_map(k, l, x, &node, err));
    size[0] = evk_keras_shape(k, node)->h;
    size[1] = evk_keras_shape(k, node)->w;
    return EVK_OK;
}

static evk_status read_interpolation(const struct evk_keras_layer *l, bool nearest,
                                     const char **out, evk_error *err)
{
    static const char *const words[] = {"nearest", "bilinear", "bicubic", NULL};
    static const char *const others[] = {"bilinear", "nearest", "bicubic", NULL};

    return evk_keras_word(l, "interpolation", nearest ? words : others, out, err);
}

evk_status evk_keras_up_sampling(struct evk_keras *k, struct evk_keras_layer *l,
                                 const struct evk_onnx_value *const *x, struct evk_onnx_value *out,
                                 evk_error *err)
{
    const int64_t twice[2] = {2, 2};
    const char *interpolation;
    int64_t size[2], factor[2];

    EVK_TRY(read_interpolation(l, true, &interpolation, err));
    EVK_TRY(evk_keras_pair(l, "size", twice, factor, err));
    EVK_TRY(map_size(k, l, x[0], size, err));
    size[0] *= factor[0];
    size[1] *= factor[1];
    return resize(k, l, x[0], interpolation, false, size, out, err);
}

/* With crop_to_aspect_ratio or pad_to_aspect_ratio, keys.c has refused the layer. */
evk_status evk_keras_resizing(struct evk_keras *k, struct evk_keras_layer *l,
                              const struct evk_onnx_value *const *x, struct evk_onnx_value *out,
                              evk_error *err)
{
    const char *interpolation;
    int64_t size[2], before[2];
    bool antialias;

    EVK_TRY(read_interpolation(l, false, &interpolation, err));
    EVK_TRY(evk_keras_count(l, "height", &size[0], err));
    EVK_TRY(evk_keras_count(l, "width", &size[1], err));
    EVK_TRY(evk_keras_bool(l, "antialias", false, &antialias, err));
    EVK_TRY(map_size(k, l, x[0], before, err));
    *out = *x[0];
    if (before[0] == size[0] && before[1] == size[1])
        return EVK_OK;
    return resize(k, l, x[0], interpolation, antialias, size, out, err);
}

/* In prediction the layer takes no random crop.  Where it would change the size, versions of Keras
   differ in what they do. */
evk_status evk_keras_random_crop(struct evk_keras *k, struct evk_keras_layer *l,
                                 const struct evk_onnx_value *const *x, struct evk_onnx_value *out,
                                 evk_error *err)
{
    int64_t size[2], wanted[2];

    EVK_TRY(evk_keras_count(l, "height", &wanted[0], err));
    EVK_TRY(evk_keras_count(l, "width", &wanted[1], err));
    EVK_TRY(map_size(k, l, x[0], size, err));
    if (size[0] != wanted[0] || size[1] != wanted[1])
        return evk_keras_fail(l, EVK_EUNSUPPORTED, err,
                              "it makes %lldx%lld pixels of %lldx%lld, which versions of Keras do "
                              "in different ways; save the model without it",
                              (long long)wanted[0], (long long)wanted[1], (long long)size[0],
                              (long long)size[1]);
    *out = *x[0];
    return EVK_OK;
}
