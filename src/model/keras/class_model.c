/* SPDX-License-Identifier: GPL-3.0-or-later */
/* class_model.c - the class InputLayer, which is the image */
#include <string.h>

#include "model/keras/classes.h"

/*
 * Reads one side of the input image.  v is the value in the file; where v is null, the side is
 * `given`, the caller's option (0: the caller gave none).  what is the side's name, for messages.
 */
static evk_status read_side(const struct evk_keras_layer *l, const evk_json *v, const char *what,
                            int64_t given, int64_t *out, evk_error *err)
{
    if (evk_json_is_null(v)) {
        if (!given)
            return evk_keras_fail(l, EVK_EINVAL, err, "its %s is open (null), expected --size HxW",
                                  what);
        *out = given;
        return EVK_OK;
    }
    if (!evk_json_int(v, out))
        return evk_keras_fail(l, EVK_EFORMAT, err, "its %s is not a whole number", what);
    if (given && given != *out)
        return evk_keras_fail(l, EVK_EINVAL, err, "its %s is %lld, but the size given says %lld",
                              what, (long long)*out, (long long)given);
    return EVK_OK;
}

enum { FEW = 4 }; /* the most channels of usual images */

/* Is a side of the shape (batch, ...) as small as a number of channels? */
static bool is_few(const evk_json *shape, size_t axis)
{
    int64_t n;

    return evk_json_int(evk_json_at(shape, axis), &n) && n <= FEW;
}

/* Does an image have its channels first?  The sizes tell; where they do not, the data_format of the
   model's layers does. */
static bool has_channels_first(const struct evk_keras *k, const evk_json *shape)
{
    const bool first = is_few(shape, 1), last = is_few(shape, 3);

    return first == last ? k->channels_first : first;
}

/* The shape in the file is (batch, rows, columns, channels), or (batch, channels, rows, columns), or (batch,
   rows, columns) of gray images. */
evk_status evk_keras_input(struct evk_keras *k, struct evk_keras_layer *l,
                           const struct evk_onnx_value *const *x, struct evk_onnx_value *out,
                           evk_error *err)
{
    static const char *const keys[] = {"batch_shape", "batch_input_shape", "build_input_shape"};
    const evk_json *v = NULL;
    struct evk_shape s = {0, 0, 1, false};
    size_t rows, axes;
    bool first;

    (void)x;
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]) && !v; i++)
        v = evk_json_get(l->config, keys[i]);
    axes = evk_json_count(v);
    if (axes != 3 && axes != 4)
        return evk_keras_fail(l, EVK_EUNSUPPORTED, err,
                              "its shape has %zu axes, expected 4: batch, rows, columns, channels",
                              axes);
    first = axes == 4 && has_channels_first(k, v);
    rows = first ? 2 : 1;
    EVK_TRY(read_side(l, evk_json_at(v, rows), "height", k->options->height, &s.h, err));
    EVK_TRY(read_side(l, evk_json_at(v, rows + 1), "width", k->options->width, &s.w, err));
    if (axes == 4 && !evk_json_int(evk_json_at(v, first ? 1 : 3), &s.c))
        return evk_keras_fail(l, EVK_EFORMAT, err, "its channels are not a whole number");
    if (s.c > EVK_CHANNELS_MAX)
        return evk_keras_fail(l, EVK_EUNSUPPORTED, err,
                              "its image has %lld channels, supported: up to %d", (long long)s.c,
                              EVK_CHANNELS_MAX);
    k->network->axes = axes == 3 ? "rows, columns"
                       : first   ? "channels, rows, columns"
                                 : "rows, columns, channels";
    EVK_TRY(evk_add_input(&k->network->graph, l->label, &s, &out->node, err));
    evk_keras_of_image(&s, axes, first, out->node, out);
    return EVK_OK;
}
