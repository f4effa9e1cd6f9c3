/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * input.c - y = (x - mean) / scale turns display values into the units of the model
 *
 * It is computed in double and rounded once.  A mean that was rounded to float
 * (116.222 by 1e-7, 109.27 by 3e-6) would shift every pixel in the same
 * direction, and with them all sums over pixels.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "nn/layers.h"
#include "nn/rows.h"

struct input {
    struct evk_shape shape;
    double *mean, *scale; /* (REPEATS, c) copies that fill whole vectors; owned */
    bool is_scaled;       /* the scale of some channel is not 1 */
};

enum { REPEATS = 16 };

static evk_status input_shape(const void *self, int inputs, const struct evk_shape *in,
                              struct evk_shape *out, evk_error *err)
{
    const struct input *l = self;

    (void)inputs;
    (void)in;
    (void)err;
    *out = l->shape;
    return EVK_OK;
}

static void input_forward(const void *self, const struct evk_pass *p)
{
    const struct input *l = self;
    int64_t first;
    const int64_t n = evk_rows_values(p, &first);

    p->k->normalise(n, p->out.c * REPEATS, l->mean, l->is_scaled ? l->scale : NULL, p->x[0] + first,
                    p->y + first);
}

static void input_backward(const void *self, const struct evk_pass *p)
{
    const struct input *l = self;
    const int64_t c = p->out.c;
    int64_t first;
    const int64_t n = evk_rows_values(p, &first);

    if (!l->is_scaled)
        memcpy(p->gx[0] + first, p->gy + first, (size_t)n * sizeof(*p->gy));
    else
        for (int64_t i = first; i < first + n; i++)
            p->gx[0][i] = (float)((double)p->gy[i] / l->scale[i % c]);
}

static void input_release(void *self)
{
    struct input *l = self;

    free(l->mean);
    free(l->scale);
    free(l);
}

static evk_status input_new(struct input **out, const struct evk_shape *image, evk_error *err)
{
    struct input *l;
    evk_status s;

    EVK_TRY(evk_alloc(&l, 1, sizeof(*l), "a layer", err));
    l->shape = *image;
    s = evk_alloc(&l->mean, image->c * REPEATS, sizeof(*l->mean), "a layer", err);
    if (!s)
        s = evk_alloc(&l->scale, image->c * REPEATS, sizeof(*l->scale), "a layer", err);
    if (s) {
        input_release(l);
        return s;
    }
    for (int64_t i = 0; i < image->c * REPEATS; i++)
        l->scale[i] = 1;
    *out = l;
    return EVK_OK;
}

static void set_units(struct input *l, const double *mean, const double *scale)
{
    l->is_scaled = false;
    for (int64_t i = 0; i < l->shape.c * REPEATS; i++) {
        l->mean[i] = mean[i % l->shape.c];
        l->scale[i] = scale[i % l->shape.c];
        l->is_scaled = l->is_scaled || l->scale[i] != 1;
    }
}

static evk_status input_cut(const void *self, const struct evk_shape *in,
                            const struct evk_box *in_box, const struct evk_box *out_box,
                            void **copy, evk_error *err)
{
    const struct input *whole = self;
    const struct evk_shape part = evk_box_shape(out_box, whole->shape.flat);
    struct input *l;

    (void)in;
    (void)in_box;
    EVK_TRY(input_new(&l, &part, err));
    set_units(l, whole->mean + out_box->first[2], whole->scale + out_box->first[2]);
    *copy = l;
    return EVK_OK;
}

extern const struct evk_layer_type evk_layer_input;
const struct evk_layer_type evk_layer_input = {
    .name = "input",
    .summary = "the image: (display value - mean) / scale",
    .params = "mean, scale",
    .shape = input_shape,
    .forward = input_forward,
    .backward = input_backward,
    .parts = {1, 1},
    .focus = {.cut = input_cut},
    .overwrites = true,
    .release = input_release,
};

evk_status evk_add_input(struct evk_graph *g, const char *name, const struct evk_shape *image,
                         int *out, evk_error *err)
{
    struct input *l;

    EVK_TRY(input_new(&l, image, err));
    return evk_graph_add_take(g, &evk_layer_input, l, name, 0, NULL, out, err);
}

void evk_input_set(struct evk_graph *g, const double *mean, const double *scale)
{
    set_units(g->nodes[0].layer, mean, scale);
}
