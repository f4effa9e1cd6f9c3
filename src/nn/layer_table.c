/* SPDX-License-Identifier: GPL-3.0-or-later */
/* layer_table.c - the layer types this build knows, and shapes as text */
#include "nn/layer.h"

#include <stdio.h>

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

bool evk_layer_info(int i, evk_type_info *out)
{
    const struct evk_layer_type *t = evk_layer_type_at(i);

    if (!t)
        return false;
    *out = (evk_type_info){.name = t->name, .summary = t->summary};
    return true;
}

int64_t evk_shape_count(const struct evk_shape *s)
{
    return s->h * s->w * s->c;
}

bool evk_shape_equal(const struct evk_shape *a, const struct evk_shape *b)
{
    return a->h == b->h && a->w == b->w && a->c == b->c && a->flat == b->flat;
}

const char *evk_layer_shape_text(const struct evk_shape *s, char text[EVK_LAYER_SHAPE_TEXT])
{
    if (s->flat)
        snprintf(text, EVK_LAYER_SHAPE_TEXT, "%lld", (long long)s->c);
    else
        snprintf(text, EVK_LAYER_SHAPE_TEXT, "%lldx%lldx%lld", (long long)s->h, (long long)s->w,
                 (long long)s->c);
    return text;
}
