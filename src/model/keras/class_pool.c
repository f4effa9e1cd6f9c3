/* SPDX-License-Identifier: GPL-3.0-or-later */
/* class_pool.c - the classes MaxPooling2D, AveragePooling2D and GlobalAveragePooling2D */
#include "model/keras/classes.h"

evk_status evk_keras_MaxPooling2D(struct evk_keras *k, struct evk_keras_layer *l, const int *x,
                                  int *out, evk_error *err)
{
    struct evk_window v;

    EVK_TRY(evk_keras_window(l, "pool_size", evk_keras_shape(k, *x), &v, err));
    return evk_add_maxpool(&k->network->graph, l->label, *x, &v, out, err);
}

evk_status evk_keras_AveragePooling2D(struct evk_keras *k, struct evk_keras_layer *l, const int *x,
                                      int *out, evk_error *err)
{
    struct evk_window v;

    EVK_TRY(evk_keras_window(l, "pool_size", evk_keras_shape(k, *x), &v, err));
    return evk_add_avgpool(&k->network->graph, l->label, *x, &v, out, err);
}

evk_status evk_keras_GlobalAveragePooling2D(struct evk_keras *k, struct evk_keras_layer *l,
                                            const int *x, int *out, evk_error *err)
{
    bool keep;

    EVK_TRY(evk_keras_channels_last(l, err));
    EVK_TRY(evk_keras_bool(l, "keepdims", false, &keep, err));
    return evk_add_globalpool(&k->network->graph, l->label, *x, keep, out, err);
}
