/* SPDX-License-Identifier: GPL-3.0-or-later */
/* classes.h - the functions that build the classes of classes.def */
#ifndef EVK_MODEL_KERAS_CLASSES_H
#define EVK_MODEL_KERAS_CLASSES_H

#include "model/keras/keras.h"

#define EVK_KERAS(name, function, group, least, inputs, reads, ignores)             \
    evk_status evk_keras_##function(struct evk_keras *k, struct evk_keras_layer *l, \
                                    const struct evk_onnx_value *const *x,          \
                                    struct evk_onnx_value *out, evk_error *err);
#include "model/keras/classes.def"
#undef EVK_KERAS

/* Is a layer a model, whose layers are layers of their own? */
static inline bool evk_keras_is_model(const struct evk_keras_layer *l)
{
    return l->class->build == evk_keras_model;
}

#endif /* EVK_MODEL_KERAS_CLASSES_H */
