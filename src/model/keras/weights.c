/* SPDX-License-Identifier: GPL-3.0-or-later */
/* weights.c - reading the arrays of a layer, one after another, as its class asks for them */
#include "model/keras/keras.h"

evk_status evk_keras_weight(struct evk_keras *k, struct evk_keras_layer *l, const char *what,
                            int axes, const int64_t *dim, struct evk_tensor *out, evk_error *err)
{
    char found[EVK_SHAPE_TEXT], expected[EVK_SHAPE_TEXT];
    struct evk_tensor t;
    int64_t bad;
    evk_status s;

    if ((size_t)l->reads < l->arrays.count)
        s = evk_hdf5_read(k->file, l->arrays.names[l->reads], &t, err);
    else
        s = evk_fail(err, EVK_EFORMAT, "%s has %zu arrays at %s, expected more", k->source->weights,
                     l->arrays.count, l->group);
    if (s)
        return evk_wrap(err, s, "layer %s: %s", l->label, what);
    if (!evk_tensor_is(&t, axes, dim))
        s = evk_keras_fail(l, EVK_EFORMAT, err, "%s is %s, expected %s", what,
                           evk_shape_text(t.axes, t.dim, found),
                           evk_shape_text(axes, dim, expected));
    else if ((bad = evk_tensor_not_finite(&t)) >= 0)
        s = evk_keras_fail(l, EVK_EFORMAT, err, "%s has a value that is not finite (%g at %lld)",
                           what, (double)t.data[bad], (long long)bad);
    if (s) {
        evk_tensor_release(&t);
        return s;
    }
    l->reads++;
    l->weights += evk_tensor_count(&t);
    *out = t;
    return EVK_OK;
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
