/* SPDX-License-Identifier: GPL-3.0-or-later */
/* classes.c - the table of the Keras classes that are supported, from classes.def */
#include "model/keras/classes.h"

#include <string.h>

enum { MANY = EVK_KERAS_MANY };

static const struct evk_keras_class table[] = {
#define EVK_KERAS(name, function, group, least, inputs, reads, ignores) \
    {#name, group, least, inputs, reads, ignores, evk_keras_##function},
#include "model/keras/classes.def"
#undef EVK_KERAS
};

const struct evk_keras_class *evk_keras_class_find(const char *name)
{
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
        if (strcmp(table[i].name, name) == 0)
            return &table[i];
    return NULL;
}
