/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shape.c - shapes and boxes, and functions of a layer type that many types share */
#include <math.h>
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

void evk_field_all_columns(const void *self, const struct evk_shape *in, int j,
                           const struct evk_shape *out, struct evk_box *box)
{
    (void)self;
    (void)j;
    (void)out;
    box->first[1] = 0;
    box->last[1] = in->w - 1;
}

evk_status evk_focus_same(const void *self, const struct evk_shape *in,
                          const struct evk_box *in_box, const struct evk_box *out_box, void **copy,
                          evk_error *err)
{
    (void)self;
    (void)in;
    (void)in_box;
    (void)out_box;
    (void)copy;
    (void)err;
    return EVK_OK;
}

void evk_widen_channels(const void *self, const struct evk_shape *in, const struct evk_shape *out,
                        struct evk_box *box)
{
    (void)self;
    (void)in;
    box->first[2] = 0;
    box->last[2] = out->c - 1;
}

struct evk_box evk_box_whole(const struct evk_shape *s)
{
    return (struct evk_box){{0, 0, 0}, {s->h - 1, s->w - 1, s->c - 1}};
}

struct evk_box evk_box_at(const struct evk_shape *s, int64_t i)
{
    const int64_t at[3] = {i / (s->w * s->c), i / s->c % s->w, i % s->c};

    return (struct evk_box){{at[0], at[1], at[2]}, {at[0], at[1], at[2]}};
}

bool evk_box_equal(const struct evk_box *a, const struct evk_box *b)
{
    bool equal = true;

    for (int i = 0; i < 3; i++)
        equal = equal && a->first[i] == b->first[i] && a->last[i] == b->last[i];
    return equal;
}

struct evk_shape evk_box_shape(const struct evk_box *b, bool flat)
{
    return (struct evk_shape){b->last[0] - b->first[0] + 1, b->last[1] - b->first[1] + 1,
                              b->last[2] - b->first[2] + 1, flat};
}

void evk_box_enclose(struct evk_box *all, const struct evk_box *more)
{
    for (int a = 0; a < 3; a++) {
        if (more->first[a] < all->first[a])
            all->first[a] = more->first[a];
        if (more->last[a] > all->last[a])
            all->last[a] = more->last[a];
    }
}

int64_t evk_largest(int64_t n, const float *v)
{
    int64_t best = 0;

    for (int64_t i = 1; i < n; i++)
        if (fabsf(v[i]) > fabsf(v[best]))
            best = i;
    return best;
}
