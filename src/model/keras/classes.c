/* SPDX-License-Identifier: GPL-3.0-or-later */
/* classes.c - the table of the Keras classes that are supported, from classes.def */
#include "model/keras/classes.h"

#include <string.h>

enum { MANY = EVK_KERAS_MANY };

static const struct evk_keras_class table[] = {
#define EVK_KERAS(name, group, inputs, reads, ignores) \
    {#name, group, inputs, reads, ignores, evk_keras_##name},
#include "model/keras/classes.def"
#undef EVK_KERAS
};

#define CLASSES (sizeof(table) / sizeof(table[0]))

const struct evk_keras_class *evk_keras_class_find(const char *name)
{
    for (size_t i = 0; i < CLASSES; i++)
        if (strcmp(table[i].name, name) == 0)
            return &table[i];
    return NULL;
}

void evk_keras_class_names(struct evk_str *names)
{
    for (size_t i = 0; i < CLASSES; i++)
        evk_str_printf(names, "%s%s", i ? ", " : "", table[i].name);
}
