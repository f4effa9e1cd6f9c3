/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * input.c - y = (x - mean) / scale: display values to the units of the model
 *
 * In double, rounded once: a mean rounded to float (116.222 by 1e-7, 109.27 by
 * 3e-6) would shift every pixel the same way, and the sums over pixels with it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "nn/layers.h"

struct input {
    struct evk_shape shape;
    double *mean, *scale; /* (c) */
};

static evk_status shape(const void *self, int inputs, const struct evk_shape *in,
                        struct evk_shape *out, evk_error *err)
{
    const struct input *l = self;

    (void)inputs;
    (void)in;
    (void)err;
    *out = l->shape;
    return EVK_OK;
}

static void forward(const void *self, const struct evk_pass *p)
{
    const struct input *l = self;
    const int64_t pixels = p->out.h * p->out.w, c = p->out.c;

    for (int64_t i = 0; i < pixels; i++)
        for (int64_t j = 0; j < c; j++)
            p->y[i * c + j] = (float)(((double)p->x[0][i * c + j] - l->mean[j]) / l->scale[j]);
}

static void backward(const void *self, const struct evk_pass *p)
{
    const struct input *l = self;
    const int64_t pixels = p->out.h * p->out.w, c = p->out.c;

    for (int64_t i = 0; i < pixels; i++)
        for (int64_t j = 0; j < c; j++)
            p->gx[0][i * c + j] += (float)((double)p->gy[i * c + j] / l->scale[j]);
}

static void release(void *self)
{
    struct input *l = self;

    free(l->mean);
    free(l->scale);
    free(l);
}

extern const struct evk_layer_type evk_layer_input;
const struct evk_layer_type evk_layer_input = {
    .name = "input",
    .summary = "the image: (display value - mean) / scale",
    .params = "mean, scale",
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .release = release,
};

evk_status evk_add_input(struct evk_graph *g, const char *name, const struct evk_shape *image,
                         int *out, evk_error *err)
{
    struct input *l;
    evk_status s;

    EVK_TRY(evk_alloc(&l, 1, sizeof(*l), "a layer", err));
    l->shape = *image;
    s = evk_alloc(&l->mean, image->c, sizeof(*l->mean), "a layer", err);
    if (!s)
        s = evk_alloc(&l->scale, image->c, sizeof(*l->scale), "a layer", err);
    if (s) {
        release(l);
        return s;
    }
    for (int64_t c = 0; c < image->c; c++)
        l->scale[c] = 1;
    return evk_graph_add_take(g, &evk_layer_input, l, name, 0, NULL, out, err);
}

void evk_input_set(struct evk_graph *g, const double *mean, const double *scale)
{
    struct input *l = g->nodes[0].layer;

    memcpy(l->mean, mean, (size_t)l->shape.c * sizeof(*mean));
    memcpy(l->scale, scale, (size_t)l->shape.c * sizeof(*scale));
}
