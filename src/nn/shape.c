/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shape.c - shapes and boxes, and the members of a layer type that many share */
#include <stdio.h>

#include "nn/layer.h"

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

evk_status evk_shape_same(const void *self, int inputs, const struct evk_shape *in,
                          struct evk_shape *out, evk_error *err)
{
    (void)self;
    (void)inputs;
    (void)err;
    *out = *in;
    return EVK_OK;
}

void evk_field_all_channels(const void *self, const struct evk_shape *in, int j,
                            const struct evk_shape *out, struct evk_box *box)
{
    (void)self;
    (void)j;
    (void)out;
    box->first[2] = 0;
    box->last[2] = in->c - 1;
}
