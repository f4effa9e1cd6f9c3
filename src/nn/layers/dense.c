/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dense.c - y = W x + b over the channels of each pixel: one dot product for each output */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "nn/layers.h"

struct dense {
    int64_t c, o;
    float *w;            /* (o, c); owned, like scale and bias */
    float *scale, *bias; /* (o): y = scale sum + bias */
};

static evk_status dense_shape(const void *self, int inputs, const struct evk_shape *in,
                              struct evk_shape *out, evk_error *err)
{
    const struct dense *l = self;

    (void)inputs;
    if (in->c != l->c)
        return evk_fail(err, EVK_EFORMAT, "its input has %lld values, its kernel %lld",
                        (long long)in->c, (long long)l->c);
    *out = *in;
    out->c = l->o;
    return EVK_OK;
}

static void dense_forward(const void *self, const struct evk_pass *p)
{
    const struct dense *l = self;

    for (int64_t i = 0; i < p->out.h * p->out.w; i++)
        for (int64_t o = 0; o < l->o; o++)
            p->y[i * l->o + o] =
                fmaf(p->k->dot(l->c, p->x[0] + i * l->c, l->w + o * l->c), l->scale[o], l->bias[o]);
}

/* Most objectives depend on one output of many, so outputs whose gradient is 0 are skipped. */
static void dense_backward(const void *self, const struct evk_pass *p)
{
    const struct dense *l = self;

    for (int64_t i = 0; i < p->out.h * p->out.w; i++)
        for (int64_t o = 0; o < l->o; o++)
            if (p->gy[i * l->o + o] != 0)
                p->k->axpy(l->c, p->gy[i * l->o + o] * l->scale[o], l->w + o * l->c,
                           p->gx[0] + i * l->c);
}

static int64_t dense_flops(const void *self, const struct evk_shape *in,
                           const struct evk_shape *out)
{
    const struct dense *l = self;

    (void)in;
    return 2 * out->h * out->w * out->c * l->c;
}

static void dense_absorb(void *self, const double *scale, const double *shift)
{
    struct dense *l = self;

    for (int64_t o = 0; o < l->o; o++) {
        l->scale[o] = (float)((double)l->scale[o] * scale[o]);
        l->bias[o] = (float)((double)l->bias[o] * scale[o] + shift[o]);
    }
}

static int64_t dense_strongest(const void *self, const struct evk_shape *in)
{
    const struct dense *l = self;

    (void)in;
    return evk_largest(l->o * l->c, l->w) % l->c;
}

static void dense_release(void *self)
{
    struct dense *l = self;

    free(l->w);
    free(l->scale);
    free(l->bias);
    free(l);
}

/* Makes a layer of c inputs and o outputs, whose scale is 1 and whose kernel and bias are 0. */
static evk_status dense_new(struct dense **out, int64_t c, int64_t o, evk_error *err)
{
    struct dense *l;
    evk_status s;

    EVK_TRY(evk_alloc(&l, 1, sizeof(*l), "a layer", err));
    l->c = c;
    l->o = o;
    s = evk_alloc_floats(&l->w, l->o * l->c, "a kernel", err);
    if (!s)
        s = evk_alloc_floats(&l->scale, l->o, "a bias", err);
    if (!s)
        s = evk_alloc_floats(&l->bias, l->o, "a bias", err);
    if (s) {
        dense_release(l);
        return s;
    }
    for (int64_t i = 0; i < l->o; i++)
        l->scale[i] = 1;
    *out = l;
    return EVK_OK;
}

static evk_status dense_cut(const void *self, const struct evk_shape *in,
                            const struct evk_box *in_box, const struct evk_box *out_box,
                            void **copy, evk_error *err)
{
    const struct dense *whole = self;
    const int64_t first = out_box->first[2];
    struct dense *l;

    (void)in;
    (void)in_box;
    EVK_TRY(dense_new(&l, whole->c, out_box->last[2] - first + 1, err));
    memcpy(l->w, whole->w + first * l->c, (size_t)(l->o * l->c) * sizeof(*l->w));
    memcpy(l->scale, whole->scale + first, (size_t)l->o * sizeof(*l->scale));
    memcpy(l->bias, whole->bias + first, (size_t)l->o * sizeof(*l->bias));
    *copy = l;
    return EVK_OK;
}

extern const struct evk_layer_type evk_layer_dense;
const struct evk_layer_type evk_layer_dense = {
    .name = "dense",
    .summary = "full linear readout",
    .params = "kernel, bias",
    .shape = dense_shape,
    .forward = dense_forward,
    .backward = dense_backward,
    .flops = dense_flops,
    .field = evk_field_all_channels,
    .focus = {.cut = dense_cut},
    .fusion = {.absorb = dense_absorb},
    .strongest = dense_strongest,
    .release = dense_release,
};

evk_status evk_add_dense(struct evk_graph *g, const char *name, int x,
                         const struct evk_tensor *kernel, const struct evk_tensor *bias, int *out,
                         evk_error *err)
{
    struct dense *l;

    EVK_TRY(dense_new(&l, kernel->dim[0], kernel->dim[1], err));
    for (int64_t c = 0; c < l->c; c++)
        for (int64_t o = 0; o < l->o; o++)
            l->w[o * l->c + c] = kernel->data[c * l->o + o];
    if (bias)
        memcpy(l->bias, bias->data, (size_t)l->o * sizeof(*l->bias));
    return evk_graph_add_take(g, &evk_layer_dense, l, name, 1, &x, out, err);
}
