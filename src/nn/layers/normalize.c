/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * normalize.c - y = (x - mean) / sqrt(variance + epsilon) over the columns of each row and channel
 *
 * The mean and the variance are those of the image that the network sees, unlike batch
 * normalisation's stored ones.
 */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "nn/layers.h"

struct normalize {
    double epsilon;
};

/* The columns of one row and channel: n values, each `step` floats after the one before. */
struct columns {
    int64_t first; /* index of the first value */
    int64_t n, step;
    double mean;
    double factor; /* 1 / sqrt(variance + epsilon); 0 where variance and epsilon are 0 */
};

static struct columns columns_of(const struct normalize *l, const struct evk_pass *p, int64_t row,
                                 int64_t channel)
{
    const struct evk_shape *s = &p->out;
    struct columns c = {.first = row * s->w * s->c + channel, .n = s->w, .step = s->c};
    const float *x = p->x[0] + c.first;
    double variance = 0;

    for (int64_t i = 0; i < c.n; i++)
        c.mean += (double)x[i * c.step];
    c.mean /= (double)c.n;
    for (int64_t i = 0; i < c.n; i++) {
        const double d = (double)x[i * c.step] - c.mean;

        variance += d * d;
    }
    variance /= (double)c.n;
    c.factor = variance + l->epsilon == 0 ? 0 : 1 / sqrt(variance + l->epsilon);
    return c;
}

static evk_status normalize_shape(const void *self, int inputs, const struct evk_shape *in,
                                  struct evk_shape *out, evk_error *err)
{
    const struct normalize *l = self;

    (void)inputs;
    if (in->flat)
        return evk_fail(err, EVK_EFORMAT, "its input is a vector, expected rows and columns");
    if (!(l->epsilon >= 0) || isinf(l->epsilon))
        return evk_fail(err, EVK_EFORMAT, "its epsilon is %g, expected a number from 0 on",
                        l->epsilon);
    *out = *in;
    return EVK_OK;
}

static void normalize_forward(const void *self, const struct evk_pass *p)
{
    for (int64_t row = 0; row < p->out.h; row++)
        for (int64_t channel = 0; channel < p->out.c; channel++) {
            const struct columns c = columns_of(self, p, row, channel);

            for (int64_t i = 0, at = c.first; i < c.n; i++, at += c.step)
                p->y[at] = (float)(((double)p->x[0][at] - c.mean) * c.factor);
        }
}

/* gx_i += factor (gy_i - mean(gy) - y_i mean(gy y)), with means over columns */
static void columns_backward(const struct columns *c, const struct evk_pass *p)
{
    double sum = 0, product = 0;

    for (int64_t i = 0, at = c->first; i < c->n; i++, at += c->step) {
        sum += (double)p->gy[at];
        product += (double)p->gy[at] * ((double)p->x[0][at] - c->mean) * c->factor;
    }
    for (int64_t i = 0, at = c->first; i < c->n; i++, at += c->step) {
        const double y = ((double)p->x[0][at] - c->mean) * c->factor;

        p->gx[0][at] +=
            (float)(c->factor * ((double)p->gy[at] - (sum + y * product) / (double)c->n));
    }
}

static void normalize_backward(const void *self, const struct evk_pass *p)
{
    for (int64_t row = 0; row < p->out.h; row++)
        for (int64_t channel = 0; channel < p->out.c; channel++) {
            const struct columns c = columns_of(self, p, row, channel);

            columns_backward(&c, p);
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

evk_status evk_add_normalize(struct evk_graph *g, const char *name, int x, double epsilon, int *out,
                             evk_error *err)
{
    struct normalize *l;

    EVK_TRY(evk_alloc(&l, 1, sizeof(*l), "a layer", err));
    l->epsilon = epsilon;
    return evk_graph_add_take(g, &evk_layer_normalize, l, name, 1, &x, out, err);
}
