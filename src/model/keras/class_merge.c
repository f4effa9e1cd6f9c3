/* SPDX-License-Identifier: GPL-3.0-or-later */
/* class_merge.c - the classes Add and Concatenate, which have several inputs */
#include "model/keras/classes.h"

evk_status evk_keras_Add(struct evk_keras *k, struct evk_keras_layer *l, const int *x, int *out,
                         evk_error *err)
{
    return evk_add_add(&k->network->graph, l->label, l->inputs, x, out, err);
}

/* Keras counts axes from the batch, which is 0, or from the end.  A map has axes 1 to 3, and a
   vector axis 1, which become axes 0 to 2, and 2, of evk_add_concat. */
evk_status evk_keras_Concatenate(struct evk_keras *k, struct evk_keras_layer *l, const int *x,
                                 int *out, evk_error *err)
{
    const evk_json *v = evk_json_get(l->config, "axis");
    const int64_t axes = evk_keras_shape(k, x[0])->flat ? 2 : 4;
    int64_t axis = -1;

    if (!evk_json_is_null(v) && !evk_json_int(v, &axis))
        return evk_keras_fail(l, EVK_EFORMAT, err, "axis is not a whole number");
    if (axis < 0)
        axis += axes;
    if (axis < 1 || axis >= axes)
        return evk_keras_fail(l, EVK_EUNSUPPORTED, err,
                              "axis %lld is not supported; supported: 1 to %lld", (long long)axis,
                              (long long)axes - 1);
    return evk_add_concat(&k->network->graph, l->label, l->inputs, x, axes == 2 ? 2 : (int)axis - 1,
                          out, err);
}
