/* SPDX-License-Identifier: GPL-3.0-or-later */
/* class_identity.c - the classes that change values in training only, such as Dropout */
#include "model/keras/classes.h"

evk_status evk_keras_identity(struct evk_keras *k, struct evk_keras_layer *l,
                              const struct evk_onnx_value *const *x, struct evk_onnx_value *out,
                              evk_error *err)
{
    (void)k;
    (void)l;
    (void)err;
    *out = *x[0];
    return EVK_OK;
}
