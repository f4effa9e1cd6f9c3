/* SPDX-License-Identifier: GPL-3.0-or-later */
/* layer_table.c - the layer types of this build, from layers.def */
#include "nn/layer.h"

#include <stddef.h>
#include <string.h>

#include "evoke/types.h"

#define EVK_LAYER(name) extern const struct evk_layer_type evk_layer_##name;
#include "nn/layers.def"
#undef EVK_LAYER

static const struct evk_layer_type *const table[] = {
#define EVK_LAYER(name) &evk_layer_##name,
#include "nn/layers.def"
#undef EVK_LAYER
};

const struct evk_layer_type *evk_layer_type_at(int i)
{
    return i >= 0 && i < (int)(sizeof(table) / sizeof(table[0])) ? table[i] : NULL;
}

bool evk_layer_is(const struct evk_layer_type *type, const char *name)
{
    return strcmp(type->kind ? type->kind : type->name, name) == 0;
}

bool evk_layer_info(int i, evk_type_info *out)
{
    const struct evk_layer_type *t = evk_layer_type_at(i);

    if (!t)
        return false;
    *out = (evk_type_info){t->name, t->summary, t->params ? t->params : ""};
    return true;
}
