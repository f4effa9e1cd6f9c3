/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * depthwise.c - depthwise convolution: each channel with kernels of its own
 *
 * The passes are in depthwise_rows.c.  A folded batch norm is applied to the finished sum, as a
 * scale and a shift (conv2d.c says why).
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "nn/layers.h"
#include "nn/layers/depthwise.h"

static evk_status depthwise_shape(const void *self, int inputs, const struct evk_shape *in,
                                  struct evk_shape *out, evk_error *err)
{
    const struct depthwise *l = self;

    (void)inputs;
    if (in->c != l->c)
        return evk_fail(err, EVK_EFORMAT, "its input has %lld channels, its kernel %lld",
                        (long long)in->c, (long long)l->c);
    EVK_TRY(evk_window_shape(&l->v, in, out, err));
    out->c = l->c * l->m;
    return EVK_OK;
}

static int64_t depthwise_flops(const void *self, const struct evk_shape *in,
                               const struct evk_shape *out)
{
    const struct depthwise *l = self;

    (void)in;
    return 2 * out->h * out->w * out->c * l->v.h * l->v.w;
}

static void depthwise_field(const void *self, const struct evk_shape *in, int j,
                            const struct evk_shape *out, struct evk_box *box)
{
    const struct depthwise *l = self;

    (void)j;
    (void)out;
    evk_window_field(&l->v, in, box);
    box->first[2] /= l->m;
    box->last[2] /= l->m;
}

static void depthwise_absorb(void *self, const double *scale, const double *shift)
{
    struct depthwise *l = self;
    const int64_t channels = l->c * l->m;

    for (int64_t i = 0; i < l->v.h * l->v.w * channels; i++)
        l->wt[i] = (float)((double)l->wt[i] * scale[i % channels]);
    for (int64_t i = 0; i < channels; i++) {
        l->scale[i] = (float)((double)l->scale[i] * scale[i]);
        l->bias[i] = (float)((double)l->bias[i] * scale[i] + shift[i]);
    }
}

static void depthwise_rectify(void *self)
{
    ((struct depthwise *)self)->relu = true;
}

static bool depthwise_rectifies(const void *self)
{
    return ((const struct depthwise *)self)->relu;
}

static const struct evk_window *depthwise_window(const void *self)
{
    const struct depthwise *l = self;

    return &l->v;
}

static void depthwise_release(void *self)
{
    struct depthwise *l = self;

    free(l->w);
    free(l->wt);
    free(l->scale);
    free(l->bias);
    free(l);
}

/* Makes a layer of c input and c m output channels; scale is 1, and kernel and bias are 0. */
static evk_status depthwise_new(struct depthwise **out, const struct evk_window *v, int64_t c,
                                int64_t m, evk_error *err)
{
    struct depthwise *l;
    evk_status s = EVK_OK;

    EVK_TRY(evk_alloc(&l, 1, sizeof(*l), "a layer", err));
    *l = (struct depthwise){.v = *v, .c = c, .m = m};
    for (int i = 0; i < 4 && !s; i++)
        s = evk_alloc_floats((float **[]){&l->w, &l->wt, &l->scale, &l->bias}[i],
                             i < 2 ? v->h * v->w * c * m : c * m, "a kernel", err);
    if (s) {
        depthwise_release(l);
        return s;
    }
    for (int64_t i = 0; i < c * m; i++)
        l->scale[i] = 1;
    *out = l;
    return EVK_OK;
}

/* A part of the layer has all m output channels of an input channel, or none of them. */
static void depthwise_widen(const void *self, const struct evk_shape *in,
                            const struct evk_shape *out, struct evk_box *box)
{
    const struct depthwise *l = self;

    evk_window_widen(&l->v, in, out, box);
    box->first[2] = box->first[2] / l->m * l->m;
    box->last[2] = box->last[2] / l->m * l->m + l->m - 1;
}

static evk_status depthwise_cut(const void *self, const struct evk_shape *in,
                                const struct evk_box *in_box, const struct evk_box *out_box,
                                void **copy, evk_error *err)
{
    const struct depthwise *whole = self;
    const struct evk_window v = evk_window_focus(&whole->v, in_box, out_box);
    const int64_t first = out_box->first[2], n = out_box->last[2] - first + 1;
    const size_t bytes = (size_t)n * sizeof(float);
    struct depthwise *l;

    (void)in;
    EVK_TRY(depthwise_new(&l, &v, n / whole->m, whole->m, err));
    for (int64_t i = 0; i < v.h * v.w; i++) {
        memcpy(l->w + i * n, whole->w + i * whole->c * whole->m + first, bytes);
        memcpy(l->wt + i * n, whole->wt + i * whole->c * whole->m + first, bytes);
    }
    memcpy(l->scale, whole->scale + first, bytes);
    memcpy(l->bias, whole->bias + first, bytes);
    l->relu = whole->relu;
    *copy = l;
    return EVK_OK;
}

static int64_t depthwise_strongest(const void *self, const struct evk_shape *in)
{
    const struct depthwise *l = self;

    return evk_window_strongest(&l->v, in, l->w, l->m);
}

extern const struct evk_layer_type evk_layer_depthwise;
const struct evk_layer_type evk_layer_depthwise = {
    .name = "depthwise",
    .summary = "depthwise convolution with any stride, padding and dilation",
    .params = "kernel, bias, depth multiplier, stride, padding on four sides, dilation",
    .shape = depthwise_shape,
    .forward = evk_depthwise_forward,
    .backward = evk_depthwise_backward,
    .rows =
        {
            .forward = evk_depthwise_forward_rows,
            .backward = evk_depthwise_backward_rows,
            .forward_reach = evk_depthwise_forward_reach,
            .backward_reach = evk_depthwise_backward_reach,
            .rectifies = depthwise_rectifies,
            .margins = true,
        },
    .flops = depthwise_flops,
    .field = depthwise_field,
    .focus = {.widen = depthwise_widen, .cut = depthwise_cut},
    .fusion = {.absorb = depthwise_absorb, .rectify = depthwise_rectify},
    .pitched = true,
    .overwrites = true,
    .window = depthwise_window,
    .strongest = depthwise_strongest,
    .release = depthwise_release,
};

evk_status evk_add_depthwise(struct evk_graph *g, const char *name, int x,
                             const struct evk_window *v, const struct evk_tensor *kernel,
                             const struct evk_tensor *bias, int *out, evk_error *err)
{
    const size_t bytes = (size_t)evk_tensor_count(kernel) * sizeof(float);
    struct depthwise *l;

    EVK_TRY(depthwise_new(&l, v, kernel->dim[2], kernel->dim[3], err));
    memcpy(l->w, kernel->data, bytes);
    memcpy(l->wt, kernel->data, bytes);
    if (bias)
        memcpy(l->bias, bias->data, (size_t)(l->c * l->m) * sizeof(*l->bias));
    return evk_graph_add_take(g, &evk_layer_depthwise, l, name, 1, &x, out, err);
}
