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
    EVK_TRY(evk_keras_channels_first(l, &first, err));
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

/* Returns how many pixels an axis has which keeps the shape of the wanted size, where the other axis
   has `other` pixels. */
static int64_t in_shape(int64_t other, int64_t wanted, int64_t wanted_other)
{
    return (int64_t)((double)other * (double)wanted / (double)wanted_other);
}

/* Takes the largest window in the middle of a map that has the shape of the wanted size. */
static evk_status crop_to_shape(struct evk_keras *k, const struct evk_keras_layer *l,
                                const int64_t wanted[2], int *node, evk_error *err)
{
    const struct evk_shape s = *evk_keras_shape(k, *node);
    int64_t h = in_shape(s.w, wanted[0], wanted[1]), w = in_shape(s.h, wanted[1], wanted[0]);
    struct evk_box box = evk_box_whole(&s);

    h = h < 1 ? 1 : h > s.h ? s.h : h;
    w = w < 1 ? 1 : w > s.w ? s.w : w;
    box.first[0] = (s.h - h) / 2;
    box.last[0] = box.first[0] + h - 1;
    box.first[1] = (s.w - w) / 2;
    box.last[1] = box.first[1] + w - 1;
    return evk_add_crop(k->onnx.graph, l->label, *node, &box, node, err);
}

/* Surrounds a map with `fill`, so that it has the shape of the wanted size. */
static evk_status pad_to_shape(struct evk_keras *k, const struct evk_keras_layer *l,
                               const int64_t wanted[2], double fill, int *node, evk_error *err)
{
    const struct evk_shape s = *evk_keras_shape(k, *node);
    const int64_t h = in_shape(s.w, wanted[0], wanted[1]), w = in_shape(s.h, wanted[1], wanted[0]);
    const int64_t top = h > s.h ? (h - s.h) / 2 : 0, left = w > s.w ? (w - s.w) / 2 : 0;
    const double down[2] = {1, -fill}, up[2] = {1, fill};
    struct evk_graph *g = k->onnx.graph;

    if (fill != 0)
        EVK_TRY(evk_add_function(g, l->label, *node, "affine", down, node, err));
    EVK_TRY(evk_add_pad(g, l->label, *node, &(struct evk_pad){top, top, left, left}, node, err));
    return fill != 0 ? evk_add_function(g, l->label, *node, "affine", up, node, err) : EVK_OK;
}

/* Cuts or pads a map to the shape of the wanted size, where the config asks for either. */
static evk_status keep_shape(struct evk_keras *k, const struct evk_keras_layer *l,
                             const int64_t wanted[2], int *node, evk_error *err)
{
    static const char *const modes[] = {"constant", NULL};
    const char *mode;
    bool crop, pad;
    double fill;

    EVK_TRY(evk_keras_bool(l, "crop_to_aspect_ratio", false, &crop, err));
    EVK_TRY(evk_keras_bool(l, "pad_to_aspect_ratio", false, &pad, err));
    EVK_TRY(evk_keras_word(l, "fill_mode", modes, &mode, err));
    EVK_TRY(evk_keras_real(l, "fill_value", 0, &fill, err));
    if (pad)
        EVK_TRY(pad_to_shape(k, l, wanted, fill, node, err));
    return crop ? crop_to_shape(k, l, wanted, node, err) : EVK_OK;
}

evk_status evk_keras_resizing(struct evk_keras *k, struct evk_keras_layer *l,
                              const struct evk_onnx_value *const *x, struct evk_onnx_value *out,
                              evk_error *err)
{
    const struct evk_shape *s;
    const char *interpolation;
    struct evk_onnx_value v;
    int64_t size[2];
    bool antialias;
    int node;

    EVK_TRY(read_interpolation(l, false, &interpolation, err));
    EVK_TRY(evk_keras_count(l, "height", &size[0], err));
    EVK_TRY(evk_keras_count(l, "width", &size[1], err));
    EVK_TRY(evk_keras_bool(l, "antialias", false, &antialias, err));
    EVK_TRY(evk_keras_map(k, l, x[0], &node, err));
    EVK_TRY(keep_shape(k, l, size, &node, err));
    EVK_TRY(evk_keras_of_map(k, l, node, &v, err));
    s = evk_keras_shape(k, node);
    *out = v;
    if (s->h == size[0] && s->w == size[1])
        return EVK_OK;
    return resize(k, l, &v, interpolation, antialias, size, out, err);
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
