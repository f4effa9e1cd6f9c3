/* SPDX-License-Identifier: GPL-3.0-or-later */
/* class_shape.c - the classes InputLayer, ZeroPadding2D, Flatten and Dropout */
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

evk_status evk_keras_InputLayer(struct evk_keras *k, struct evk_keras_layer *l, const int *x,
                                int *out, evk_error *err)
{
    const evk_json *v = evk_json_get(l->config, "batch_shape");
    struct evk_shape s = {0, 0, 0, false};

    (void)x;
    if (!v)
        v = evk_json_get(l->config, "batch_input_shape");
    if (evk_json_count(v) != 4)
        return evk_keras_fail(l, EVK_EUNSUPPORTED, err,
                              "its shape has %zu axes, expected 4: batch, rows, columns, channels",
                              evk_json_count(v));
    EVK_TRY(read_side(l, evk_json_at(v, 1), "height", k->options->height, &s.h, err));
    EVK_TRY(read_side(l, evk_json_at(v, 2), "width", k->options->width, &s.w, err));
    if (!evk_json_int(evk_json_at(v, 3), &s.c))
        return evk_keras_fail(l, EVK_EFORMAT, err, "its channels are not a whole number");
    return evk_add_input(&k->network->graph, l->label, &s, out, err);
}

/* In the file, padding is a number, [rows, columns], or [[top, bottom], [left, right]]. */
evk_status evk_keras_ZeroPadding2D(struct evk_keras *k, struct evk_keras_layer *l, const int *x,
                                   int *out, evk_error *err)
{
    const evk_json *v = evk_json_get(l->config, "padding");
    int64_t pad[2][2];

    EVK_TRY(evk_keras_channels_last(l, err));
    for (size_t a = 0; a < 2; a++)
        for (size_t b = 0; b < 2; b++) {
            const evk_json *axis = evk_json_is_array(v) ? evk_json_at(v, a) : v;
            const evk_json *side_v = evk_json_is_array(axis) ? evk_json_at(axis, b) : axis;

            if (!evk_json_int(side_v, &pad[a][b]) || pad[a][b] < 0 || pad[a][b] > 65536)
                return evk_keras_fail(l, EVK_EFORMAT, err,
                                      "padding is not whole numbers from 0 to 65536");
        }
    return evk_add_pad(&k->network->graph, l->label, *x,
                       &(struct evk_pad){pad[0][0], pad[0][1], pad[1][0], pad[1][1]}, out, err);
}

evk_status evk_keras_Flatten(struct evk_keras *k, struct evk_keras_layer *l, const int *x, int *out,
                             evk_error *err)
{
    EVK_TRY(evk_keras_channels_last(l, err));
    return evk_add_flatten(&k->network->graph, l->label, *x, out, err);
}

/* The layer adds no node: values are dropped in training only. */
evk_status evk_keras_Dropout(struct evk_keras *k, struct evk_keras_layer *l, const int *x, int *out,
                             evk_error *err)
{
    (void)k;
    (void)l;
    (void)err;
    *out = *x;
    return EVK_OK;
}
