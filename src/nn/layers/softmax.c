/* SPDX-License-Identifier: GPL-3.0-or-later */
/* softmax.c - y_i = exp(x_i) / sum_j exp(x_j) over the channels of each pixel, or its logarithm */
#include <stdlib.h>

#include "base/fmath.h"
#include "nn/layers.h"

static double largest(int64_t n, const float *x)
{
    double max = (double)x[0];

    for (int64_t i = 1; i < n; i++)
        if ((double)x[i] > max)
            max = (double)x[i];
    return max;
}

/* Returns the sum of exp(x_i - max).  With the largest value as max, no exponential overflows. */
static double sum_exp(int64_t n, const float *x, double max)
{
    double sum = 0;

    for (int64_t i = 0; i < n; i++)
        sum += evk_exp((double)x[i] - max);
    return sum;
}

static void softmax(int64_t n, const float *x, float *y)
{
    const double max = largest(n, x), sum = sum_exp(n, x, max);

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

/* ---- the logarithm -------------------------------------------------------------------------- */

/* y_i = x_i - max - log(sum_j exp(x_j - max)) */
static void log_softmax_forward(const void *self, const struct evk_pass *p)
{
    const int64_t c = p->out.c;

    (void)self;
    for (int64_t i = 0; i < p->out.h * p->out.w; i++) {
        const float *x = p->x[0] + i * c;
        const double max = largest(c, x), log_sum = evk_log(sum_exp(c, x, max));

        for (int64_t j = 0; j < c; j++)
            p->y[i * c + j] = (float)((double)x[j] - max - log_sum);
    }
}

/* gx_i += gy_i - exp(y_i) sum_j gy_j */
static void log_softmax_backward(const void *self, const struct evk_pass *p)
{
    const int64_t c = p->out.c;

    (void)self;
    for (int64_t i = 0; i < p->out.h * p->out.w; i++) {
        const float *y = p->y + i * c, *gy = p->gy + i * c;
        double sum = 0;

        for (int64_t j = 0; j < c; j++)
            sum += (double)gy[j];
        for (int64_t j = 0; j < c; j++)
            p->gx[0][i * c + j] += (float)((double)gy[j] - evk_exp((double)y[j]) * sum);
    }
}

extern const struct evk_layer_type evk_layer_log_softmax;
const struct evk_layer_type evk_layer_log_softmax = {
    .name = "log_softmax",
    .summary = "logarithm of the normalised exponential over channels",
    .shape = evk_shape_same,
    .forward = log_softmax_forward,
    .backward = log_softmax_backward,
    .field = evk_field_all_channels,
    .focus = {.widen = evk_widen_channels, .cut = evk_focus_same},
    .release = free,
};

evk_status evk_add_log_softmax(struct evk_graph *g, const char *name, int x, int *out,
                               evk_error *err)
{
    return evk_graph_add_take(g, &evk_layer_log_softmax, NULL, name, 1, &x, out, err);
}
