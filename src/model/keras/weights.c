/* SPDX-License-Identifier: GPL-3.0-or-later */
/* weights.c - reading the arrays of a layer, one after another, as its class asks for them */
#include <string.h>

#include "model/keras/keras.h"

/* Reads the next array of a layer, whatever its shape.  The caller releases *out. */
static evk_status next_array(struct evk_keras *k, struct evk_keras_layer *l, const char *what,
                             struct evk_tensor *out, evk_error *err)
{
    evk_status s;

    if ((size_t)l->reads < l->arrays.count)
        s = evk_hdf5_read(k->file, l->arrays.names[l->reads], out, err);
    else
        s = evk_fail(err, EVK_EFORMAT, "%s has %zu arrays at %s, expected more", k->source->weights,
                     l->arrays.count, l->group ? l->group : "no group of its own");
    return s ? evk_wrap(err, s, "layer %s: %s", l->label, what) : EVK_OK;
}

/* Checks that the values of an array are finite, and counts them.  Releases *t where they are not. */
static evk_status take_array(struct evk_keras_layer *l, const char *what, struct evk_tensor *t,
                             evk_error *err)
{
    const int64_t bad = evk_tensor_not_finite(t);

    if (bad >= 0) {
        evk_keras_error(l, EVK_EFORMAT, err, "%s has a value that is not finite (%g at %lld)", what,
                        (double)t->data[bad], (long long)bad);
        evk_tensor_release(t);
        return EVK_EFORMAT;
    }
    l->reads++;
    l->weights += evk_tensor_count(t);
    return EVK_OK;
}

evk_status evk_keras_weight(struct evk_keras *k, struct evk_keras_layer *l, const char *what,
                            int axes, const int64_t *dim, struct evk_tensor *out, evk_error *err)
{
    char found[EVK_SHAPE_TEXT], expected[EVK_SHAPE_TEXT];

    EVK_TRY(next_array(k, l, what, out, err));
    if (evk_tensor_is(out, axes, dim))
        return take_array(l, what, out, err);
    evk_keras_error(l, EVK_EFORMAT, err, "%s is %s, expected %s", what,
                    evk_shape_text(out->axes, out->dim, found),
                    evk_shape_text(axes, dim, expected));
    evk_tensor_release(out);
    return EVK_EFORMAT;
}

evk_status evk_keras_numbers(struct evk_keras *k, struct evk_keras_layer *l, const char *what,
                             int64_t count, struct evk_tensor *out, evk_error *err)
{
    EVK_TRY(next_array(k, l, what, out, err));
    if (evk_tensor_count(out) == count)
        return take_array(l, what, out, err);
    evk_keras_error(l, EVK_EFORMAT, err, "%s has %lld values, expected %lld", what,
                    (long long)evk_tensor_count(out), (long long)count);
    evk_tensor_release(out);
    return EVK_EFORMAT;
}

evk_status evk_keras_values(struct evk_keras *k, const struct evk_keras_layer *l, int axes,
                            const int64_t *dim, float **values, struct evk_onnx_value *out,
                            evk_error *err)
{
    struct evk_onnx_call c = evk_keras_call(k, l);

    *out = evk_onnx_shape(axes, dim);
    EVK_TRY(evk_onnx_alloc(&c, values, evk_onnx_count(out), sizeof(**values), err));
    out->real = *values;
    return EVK_OK;
}

evk_status evk_keras_constant(struct evk_keras *k, struct evk_keras_layer *l, const char *what,
                              int axes, const int64_t *dim, struct evk_onnx_value *out,
                              evk_error *err)
{
    struct evk_tensor t;
    float *values;
    evk_status s;

    EVK_TRY(evk_keras_weight(k, l, what, axes, dim, &t, err));
    s = evk_keras_values(k, l, axes, dim, &values, out, err);
    if (!s)
        memcpy(values, t.data, (size_t)evk_tensor_count(&t) * sizeof(*values));
    evk_tensor_release(&t);
    return s;
}

evk_status evk_keras_check_weights(const struct evk_keras *k, const struct evk_keras_layer *l,
                                   evk_error *err)
{
    if (l->present != l->reads)
        return evk_keras_fail(l, EVK_EFORMAT, err, "%s has %lld arrays at %s, expected %lld",
                              k->source->weights, (long long)l->present, l->group,
                              (long long)l->reads);
    return EVK_OK;
}
