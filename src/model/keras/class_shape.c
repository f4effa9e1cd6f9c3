/* SPDX-License-Identifier: GPL-3.0-or-later */
/* class_shape.c - the classes that give the same values other axes, or take parts of maps */
#include <string.h>

#include "model/keras/classes.h"

enum { SIDE_MAX = 65536 }; /* rows or columns that are added or taken off */

/* Keras brings channels to the end before it flattens a map that has its channels first. */
evk_status evk_keras_flatten(struct evk_keras *k, struct evk_keras_layer *l,
                             const struct evk_onnx_value *const *x, struct evk_onnx_value *out,
                             evk_error *err)
{
    struct evk_onnx_call c = evk_keras_call(k, l);
    int from[EVK_ONNX_AXES] = {0}, natural[EVK_ONNX_AXES], node;
    const int axes = x[0]->axes;
    struct evk_onnx_value v;
    bool first;

    EVK_TRY(evk_keras_channels_first(l, &first, err));
    for (int a = 0; a < axes; a++) {
        from[a] = !first || a == 0 ? a : a < axes - 1 ? a + 1 : 1;
        natural[a] = a;
    }
    EVK_TRY(evk_onnx_transpose(&c, x[0], from, &v, err));
    EVK_TRY(evk_onnx_order(&c, &v, natural, &v, err));
    EVK_TRY(evk_add_flatten(k->onnx.graph, l->label, v.node, &node, err));
    evk_keras_of_vector(k, node, out);
    return EVK_OK;
}

/* target_shape has no batch.  One of its sizes may be -1, which stands for whatever is left. */
evk_status evk_keras_reshape(struct evk_keras *k, struct evk_keras_layer *l,
                             const struct evk_onnx_value *const *x, struct evk_onnx_value *out,
                             evk_error *err)
{
    const evk_json *shape = evk_json_get(l->config, "target_shape");
    const size_t count = evk_json_count(shape);
    int64_t dim[EVK_ONNX_AXES] = {1};
    struct evk_onnx_argument argument = {
        .name = "shape", .kind = EVK_ONNX_INTS_OF, .is.list = dim, .count = count + 1};

    if (!evk_json_is_array(shape) || count >= EVK_ONNX_AXES)
        return evk_keras_fail(l, EVK_EUNSUPPORTED, err,
                              "target_shape has %zu axes, supported: up to %d", count,
                              EVK_ONNX_AXES - 1);
    for (size_t i = 0; i < count; i++)
        if (!evk_json_int(evk_json_at(shape, i), &dim[i + 1]) || dim[i + 1] == 0)
            return evk_keras_fail(l, EVK_EFORMAT, err, "target_shape is not whole numbers");
    return evk_keras_apply(k, l, "Reshape", 1, x, &argument, 1, out, err);
}

/* The key dims counts axes from 1, which is the first axis behind the batch. */
evk_status evk_keras_permute(struct evk_keras *k, struct evk_keras_layer *l,
                             const struct evk_onnx_value *const *x, struct evk_onnx_value *out,
                             evk_error *err)
{
    const evk_json *dims = evk_json_get(l->config, "dims");
    struct evk_onnx_call c = evk_keras_call(k, l);
    bool taken[EVK_ONNX_AXES] = {true};
    int from[EVK_ONNX_AXES] = {0};

    for (int a = 1; a < x[0]->axes; a++) {
        int64_t axis = 0;

        if ((int)evk_json_count(dims) != x[0]->axes - 1 ||
            !evk_json_int(evk_json_at(dims, (size_t)a - 1), &axis) || axis < 1 ||
            axis >= x[0]->axes || taken[axis])
            return evk_keras_fail(l, EVK_EFORMAT, err,
                                  "dims are not the axes 1 to %d of its input, each once",
                                  x[0]->axes - 1);
        taken[axis] = true;
        from[a] = (int)axis;
    }
    return evk_onnx_transpose(&c, x[0], from, out, err);
}

/* Reads rows and columns at each side: a number, [rows, columns], or [[top, bottom], [left, right]];
   `fallback` at all sides where there is none. */
static evk_status read_sides(const struct evk_keras_layer *l, const char *key, int64_t fallback,
                             int64_t side[2][2], evk_error *err)
{
    const evk_json *v = evk_json_get(l->config, key);

    for (size_t a = 0; a < 2; a++)
        for (size_t b = 0; b < 2; b++) {
            const evk_json *axis = evk_json_is_array(v) ? evk_json_at(v, a) : v;
            const evk_json *n = evk_json_is_array(axis) ? evk_json_at(axis, b) : axis;

            side[a][b] = fallback;
            if ((v && !evk_json_int(n, &side[a][b])) || side[a][b] < 0 || side[a][b] > SIDE_MAX)
                return evk_keras_fail(l, EVK_EFORMAT, err, "%s is not whole numbers from 0 to %d",
                                      key, SIDE_MAX);
        }
    return EVK_OK;
}

evk_status evk_keras_zero_padding(struct evk_keras *k, struct evk_keras_layer *l,
                                  const struct evk_onnx_value *const *x, struct evk_onnx_value *out,
                                  evk_error *err)
{
    int64_t side[2][2];
    int node;

    EVK_TRY(read_sides(l, "padding", 1, side, err));
    EVK_TRY(evk_keras_map(k, l, x[0], &node, err));
    EVK_TRY(evk_add_pad(k->onnx.graph, l->label, node,
                        &(struct evk_pad){side[0][0], side[0][1], side[1][0], side[1][1]}, &node,
                        err));
    return evk_keras_of_map(k, l, node, out, err);
}

evk_status evk_keras_cropping(struct evk_keras *k, struct evk_keras_layer *l,
                              const struct evk_onnx_value *const *x, struct evk_onnx_value *out,
                              evk_error *err)
{
    const struct evk_shape *s;
    struct evk_box box;
    int64_t side[2][2];
    int node;

    EVK_TRY(read_sides(l, "cropping", 0, side, err));
    EVK_TRY(evk_keras_map(k, l, x[0], &node, err));
    s = evk_keras_shape(k, node);
    box = evk_box_whole(s);
    for (int a = 0; a < 2; a++) {
        box.first[a] += side[a][0];
        box.last[a] -= side[a][1];
        if (box.first[a] > box.last[a])
            return evk_keras_fail(l, EVK_EFORMAT, err,
                                  "it takes all of a map of %lldx%lld pixels off", (long long)s->h,
                                  (long long)s->w);
    }
    EVK_TRY(evk_add_crop(k->onnx.graph, l->label, node, &box, &node, err));
    return evk_keras_of_map(k, l, node, out, err);
}
