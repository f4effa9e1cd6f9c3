/* SPDX-License-Identifier: GPL-3.0-or-later */
/* softmax.c - y_i = exp(x_i) / sum_j exp(x_j) over the channels of each pixel */
#include <stdlib.h>

#include "base/fmath.h"
#include "nn/layers.h"

/* The largest value is subtracted from all of them first, so that no exponential overflows. */
static void softmax(int64_t n, const float *x, float *y)
{
    double max = (double)x[0], sum = 0;

    for (int64_t i = 1; i < n; i++)
        if ((double)x[i] > max)
            max = (double)x[i];
    for (int64_t i = 0; i < n; i++)
        sum += evk_exp((double)x[i] - max);
    for (int64_t i = 0; i < n; i++)
        y[i] = (float)(evk_exp((double)x[i] - max) / sum);
}

static void softmax_forward(const void *self, const struct evk_pass *p)
{
    (void)self;
    for (int64_t i = 0; i < p->out.h * p->out.w; i++)
        softmax(p->out.c, p->x[0] + i * p->out.c, p->y + i * p->out.c);
}

/* gx_i += y_i (gy_i - sum_j gy_j y_j) */
static void softmax_backward(const void *self, const struct evk_pass *p)
{
    const int64_t c = p->out.c;

    (void)self;
    for (int64_t i = 0; i < p->out.h * p->out.w; i++) {
        const float *y = p->y + i * c, *gy = p->gy + i * c;
        double mean = 0;

        for (int64_t j = 0; j < c; j++)
            mean += (double)gy[j] * (double)y[j];
        for (int64_t j = 0; j < c; j++)
            p->gx[0][i * c + j] += (float)((double)y[j] * ((double)gy[j] - mean));
    }
}

extern const struct evk_layer_type evk_layer_softmax;
const struct evk_layer_type evk_layer_softmax = {
    .name = "softmax",
    .summary = "normalised exponential over channels",
    .shape = evk_shape_same,
    .forward = softmax_forward,
    .backward = softmax_backward,
    .field = evk_field_all_channels,
    .focus = {.widen = evk_widen_channels, .cut = evk_focus_same},
    .release = free,
};

evk_status evk_add_softmax(struct evk_graph *g, const char *name, int x, int *out, evk_error *err)
{
    return evk_graph_add_take(g, &evk_layer_softmax, NULL, name, 1, &x, out, err);
}
