/* SPDX-License-Identifier: GPL-3.0-or-later */
/* relu.c - rectified linear unit, with the threshold, the slope and the maximum that Keras' has */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "nn/layers.h"

struct relu {
    float slope, threshold, max;
};

static bool relu_is_plain(const void *self)
{
    const struct relu *l = self;

    return l->slope == 0 && l->threshold == 0 && isinf(l->max);
}

/* Returns the value for x below the threshold, which may be minus infinity. */
static float below(const struct relu *l, float x)
{
    return l->slope == 0 && x < l->threshold ? 0 : l->slope * (x - l->threshold);
}

static void relu_forward(const void *self, const struct evk_pass *p)
{
    const struct relu *l = self;
    const int64_t n = evk_shape_count(&p->out);
    const float *x = p->x[0];

    if (relu_is_plain(l))
        p->k->relu(n, x, p->y);
    else
        for (int64_t i = 0; i < n; i++)
            p->y[i] = x[i] >= l->max ? l->max : x[i] >= l->threshold ? x[i] : below(l, x[i]);
}

/* Where the slope jumps, the derivative from the left is used: a unit that is exactly at its
   threshold is silent, and gives no gradient. */
static void relu_backward(const void *self, const struct evk_pass *p)
{
    const struct relu *l = self;
    const int64_t n = evk_shape_count(&p->out);
    const float *x = p->x[0];
    float *gx = p->gx[0];

    if (relu_is_plain(l))
        p->k->relu_gradient(n, x, p->gy, gx);
    else
        for (int64_t i = 0; i < n; i++)
            gx[i] += x[i] > l->max ? 0 : x[i] > l->threshold ? p->gy[i] : l->slope * p->gy[i];
}

extern const struct evk_layer_type evk_layer_relu;
const struct evk_layer_type evk_layer_relu = {
    .name = "relu",
    .summary = "rectified linear unit",
    .params = "slope, threshold, maximum",
    .shape = evk_shape_same,
    .forward = relu_forward,
    .backward = relu_backward,
    .focus = {.cut = evk_focus_same},
    .fusion = {.is_rectifier = relu_is_plain},
    .release = free,
};

evk_status evk_add_relu(struct evk_graph *g, const char *name, int x, float slope, float threshold,
                        float max, int *out, evk_error *err)
{
    struct relu *l;

    EVK_TRY(evk_alloc(&l, 1, sizeof(*l), "a layer", err));
    *l = (struct relu){slope, threshold, max};
    return evk_graph_add_take(g, &evk_layer_relu, l, name, 1, &x, out, err);
}
