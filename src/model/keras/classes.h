/* SPDX-License-Identifier: GPL-3.0-or-later */
/* classes.h - the functions that build the classes of classes.def */
#ifndef EVK_MODEL_KERAS_CLASSES_H
#define EVK_MODEL_KERAS_CLASSES_H

#include "model/keras/keras.h"

#define EVK_KERAS(name, group, inputs, reads, ignores)                                        \
    evk_status evk_keras_##name(struct evk_keras *k, struct evk_keras_layer *l, const int *x, \
                                int *out, evk_error *err);
#include "model/keras/classes.def"
#undef EVK_KERAS

#endif /* EVK_MODEL_KERAS_CLASSES_H */
