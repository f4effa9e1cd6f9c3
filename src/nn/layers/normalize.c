/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * normalize.c - y = (x - mean) / sqrt(variance + epsilon), over columns or over channels
 *
 * There are two types of layers: one normalises the columns of each row and channel together, the
 * other the channels of each pixel.  The mean and the variance are those of the image that the network sees, unlike batch
 * normalisation's stored ones.
 */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "nn/layers.h"

struct normalize {
    double epsilon;
    bool channels; /* values of one pixel belong together; false: those of a row and channel */
};

/* Values that are normalised together: n values, each `step` floats after the one before. */
struct group {
    int64_t first; /* index of the first value */
    int64_t n, step;
    double mean;
    double factor; /* 1 / sqrt(variance + epsilon); 0 where variance and epsilon are 0 */
};

static int64_t count_groups(const struct normalize *l, const struct evk_shape *s)
{
    return s->h * (l->channels ? s->w : s->c);
}

static struct group group_of(const struct normalize *l, const struct evk_pass *p, int64_t i)
{
    const struct evk_shape *s = &p->out;
    struct group g = {.first = i * s->c, .n = s->c, .step = 1};
    double variance = 0;
    const float *x;

    if (!l->channels)
        g = (struct group){.first = i / s->c * s->w * s->c + i % s->c, .n = s->w, .step = s->c};
    x = p->x[0] + g.first;
    for (int64_t j = 0; j < g.n; j++)
        g.mean += (double)x[j * g.step];
    g.mean /= (double)g.n;
    for (int64_t j = 0; j < g.n; j++) {
        const double d = (double)x[j * g.step] - g.mean;

        variance += d * d;
    }
    variance /= (double)g.n;
    g.factor = variance + l->epsilon == 0 ? 0 : 1 / sqrt(variance + l->epsilon);
    return g;
}

static evk_status normalize_shape(const void *self, int inputs, const struct evk_shape *in,
                                  struct evk_shape *out, evk_error *err)
{
    const struct normalize *l = self;

    (void)inputs;
    if (in->flat && !l->channels)
        return evk_fail(err, EVK_EFORMAT, "its input is a vector, expected rows and columns");
    if (!(l->epsilon >= 0) || isinf(l->epsilon))
        return evk_fail(err, EVK_EFORMAT, "its epsilon is %g, expected a number from 0 on",
                        l->epsilon);
    *out = *in;
    return EVK_OK;
}

static void normalize_forward(const void *self, const struct evk_pass *p)
{
    const int64_t groups = count_groups(self, &p->out);

    for (int64_t i = 0; i < groups; i++) {
        const struct group g = group_of(self, p, i);

        for (int64_t j = 0, at = g.first; j < g.n; j++, at += g.step)
            p->y[at] = (float)(((double)p->x[0][at] - g.mean) * g.factor);
    }
}

/* gx_i += factor (gy_i - mean(gy) - y_i mean(gy y)), with means over the group */
static void group_backward(const struct group *g, const struct evk_pass *p)
{
    double sum = 0, product = 0;

    for (int64_t j = 0, at = g->first; j < g->n; j++, at += g->step) {
        sum += (double)p->gy[at];
        product += (double)p->gy[at] * ((double)p->x[0][at] - g->mean) * g->factor;
    }
    for (int64_t j = 0, at = g->first; j < g->n; j++, at += g->step) {
        const double y = ((double)p->x[0][at] - g->mean) * g->factor;

        p->gx[0][at] +=
            (float)(g->factor * ((double)p->gy[at] - (sum + y * product) / (double)g->n));
    }
}

static void normalize_backward(const void *self, const struct evk_pass *p)
{
    const int64_t groups = count_groups(self, &p->out);

    for (int64_t i = 0; i < groups; i++) {
        const struct group g = group_of(self, p, i);

        group_backward(&g, p);
    }
}

/* An addition for the mean, three operations for the variance, two for the result. */
static int64_t normalize_flops(const void *self, const struct evk_shape *in,
                               const struct evk_shape *out)
{
    (void)self;
    (void)in;
    return 6 * evk_shape_count(out);
}

/* Grows a box of the output to whole rows: a part of a row has another mean. */
static void normalize_widen(const void *self, const struct evk_shape *in,
                            const struct evk_shape *out, struct evk_box *box)
{
    evk_field_all_columns(self, in, 0, out, box);
}

extern const struct evk_layer_type evk_layer_normalize;
const struct evk_layer_type evk_layer_normalize = {
    .name = "normalize",
    .summary = "columns of each row and channel, with mean 0 and variance 1",
    .params = "epsilon",
    .shape = normalize_shape,
    .forward = normalize_forward,
    .backward = normalize_backward,
    .flops = normalize_flops,
    .field = evk_field_all_columns,
    .focus = {.widen = normalize_widen, .cut = evk_focus_same},
    .release = free,
};

extern const struct evk_layer_type evk_layer_normalize_channels;
const struct evk_layer_type evk_layer_normalize_channels = {
    .name = "normalize_channels",
    .summary = "channels of each pixel, with mean 0 and variance 1",
    .params = "epsilon",
    .shape = normalize_shape,
    .forward = normalize_forward,
    .backward = normalize_backward,
    .flops = normalize_flops,
    .field = evk_field_all_channels,
    .focus = {.widen = evk_widen_channels, .cut = evk_focus_same},
    .release = free,
};

static evk_status add(struct evk_graph *g, const char *name, int x, double epsilon, bool channels,
                      int *out, evk_error *err)
{
    struct normalize *l;

    EVK_TRY(evk_alloc(&l, 1, sizeof(*l), "a layer", err));
    *l = (struct normalize){epsilon, channels};
    return evk_graph_add_take(g, channels ? &evk_layer_normalize_channels : &evk_layer_normalize, l,
                              name, 1, &x, out, err);
}

evk_status evk_add_normalize(struct evk_graph *g, const char *name, int x, double epsilon, int *out,
                             evk_error *err)
{
    return add(g, name, x, epsilon, false, out, err);
}

evk_status evk_add_normalize_channels(struct evk_graph *g, const char *name, int x, double epsilon,
                                      int *out, evk_error *err)
{
    return add(g, name, x, epsilon, true, out, err);
}
