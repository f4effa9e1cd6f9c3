/* SPDX-License-Identifier: GPL-3.0-or-later */
/* factorized.c - a readout with weights of pixels times weights of channels (Klindt et al. 2017) */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "nn/layers.h"

struct factorized {
    int64_t n, h, w, c;  /* outputs; rows, columns and channels of the input */
    float *spatial;      /* (n, h, w); owned, like all that follow */
    float *features;     /* (n, c) */
    float *scale, *bias; /* (n): y = scale sum + bias */
};

static evk_status factorized_shape(const void *self, int inputs, const struct evk_shape *in,
                                   struct evk_shape *out, evk_error *err)
{
    const struct factorized *l = self;
    char text[EVK_LAYER_SHAPE_TEXT];

    (void)inputs;
    if (in->flat || in->h != l->h || in->w != l->w || in->c != l->c)
        return evk_fail(err, EVK_EFORMAT, "its input is %s, its weights are for %lldx%lldx%lld",
                        evk_layer_shape_text(in, text), (long long)l->h, (long long)l->w,
                        (long long)l->c);
    *out = (struct evk_shape){1, 1, l->n, true};
    return EVK_OK;
}

static int64_t factorized_scratch(const void *self, const struct evk_shape *in,
                                  const struct evk_shape *out)
{
    (void)self;
    (void)out;
    return in->c;
}

/* The weighted sum of pixels, c values in the scratch, is computed first, and then its product with
   the weights of channels: maps have more pixels than channels. */
static void factorized_forward(const void *self, const struct evk_pass *p)
{
    const struct factorized *l = self;
    const int64_t pixels = l->h * l->w;

    for (int64_t i = 0; i < l->n; i++) {
        memset(p->scratch, 0, (size_t)l->c * sizeof(*p->scratch));
        for (int64_t j = 0; j < pixels; j++)
            p->k->axpy(l->c, l->spatial[i * pixels + j], p->x[0] + j * *p->x_pitch, p->scratch);
        p->y[i] =
            fmaf(p->k->dot(l->c, p->scratch, l->features + i * l->c), l->scale[i], l->bias[i]);
    }
}

/* Most objectives depend on one output of many, so outputs whose gradient is 0 are skipped. */
static void factorized_backward(const void *self, const struct evk_pass *p)
{
    const struct factorized *l = self;
    const int64_t pixels = l->h * l->w;

    for (int64_t i = 0; i < l->n; i++)
        for (int64_t j = 0; j < pixels && p->gy[i] != 0; j++)
            p->k->axpy(l->c, p->gy[i] * l->scale[i] * l->spatial[i * pixels + j],
                       l->features + i * l->c, p->gx[0] + j * *p->x_pitch);
}

static int64_t factorized_flops(const void *self, const struct evk_shape *in,
                                const struct evk_shape *out)
{
    (void)self;
    return 2 * out->c * (evk_shape_count(in) + in->c);
}

static void factorized_field(const void *self, const struct evk_shape *in, int j,
                             const struct evk_shape *out, struct evk_box *box)
{
    (void)self;
    (void)j;
    (void)out;
    *box = (struct evk_box){{0, 0, 0}, {in->h - 1, in->w - 1, in->c - 1}};
}

static void factorized_absorb(void *self, const double *scale, const double *shift)
{
    struct factorized *l = self;

    for (int64_t i = 0; i < l->n; i++) {
        l->scale[i] = (float)((double)l->scale[i] * scale[i]);
        l->bias[i] = (float)((double)l->bias[i] * scale[i] + shift[i]);
    }
}

/* The weight of a value is that of its pixel times that of its channel. */
static int64_t factorized_strongest(const void *self, const struct evk_shape *in)
{
    const struct factorized *l = self;
    const int64_t pixels = l->h * l->w;
    int64_t best = 0;
    float most = -1;

    (void)in;
    for (int64_t i = 0; i < l->n; i++) {
        const int64_t pixel = evk_largest(pixels, l->spatial + i * pixels);
        const int64_t channel = evk_largest(l->c, l->features + i * l->c);
        const float weight =
            fabsf(l->spatial[i * pixels + pixel] * l->features[i * l->c + channel]);

        if (weight > most) {
            most = weight;
            best = pixel * l->c + channel;
        }
    }
    return best;
}

static void factorized_release(void *self)
{
    struct factorized *l = self;

    free(l->spatial);
    free(l->features);
    free(l->scale);
    free(l->bias);
    free(l);
}

/* Makes a layer with the n, h, w and c of sizes; scale is 1, and weights and bias are 0. */
static evk_status factorized_new(struct factorized **out, const struct factorized *sizes,
                                 evk_error *err)
{
    struct factorized *l;
    evk_status s;

    EVK_TRY(evk_alloc(&l, 1, sizeof(*l), "a layer", err));
    l->n = sizes->n;
    l->h = sizes->h;
    l->w = sizes->w;
    l->c = sizes->c;
    s = evk_alloc_floats(&l->spatial, l->n * l->h * l->w, "spatial weights", err);
    if (!s)
        s = evk_alloc_floats(&l->features, l->n * l->c, "features", err);
    if (!s)
        s = evk_alloc_floats(&l->scale, l->n, "a bias", err);
    if (!s)
        s = evk_alloc_floats(&l->bias, l->n, "a bias", err);
    if (s) {
        factorized_release(l);
        return s;
    }
    for (int64_t i = 0; i < l->n; i++)
        l->scale[i] = 1;
    *out = l;
    return EVK_OK;
}

static evk_status factorized_cut(const void *self, const struct evk_shape *in,
                                 const struct evk_box *in_box, const struct evk_box *out_box,
                                 void **copy, evk_error *err)
{
    const struct factorized *whole = self;
    const int64_t first = out_box->first[2], pixels = whole->h * whole->w;
    struct factorized sizes = *whole, *l;

    (void)in;
    (void)in_box;
    sizes.n = out_box->last[2] - first + 1;
    EVK_TRY(factorized_new(&l, &sizes, err));
    memcpy(l->spatial, whole->spatial + first * pixels,
           (size_t)(l->n * pixels) * sizeof(*l->spatial));
    memcpy(l->features, whole->features + first * l->c,
           (size_t)(l->n * l->c) * sizeof(*l->features));
    memcpy(l->scale, whole->scale + first, (size_t)l->n * sizeof(*l->scale));
    memcpy(l->bias, whole->bias + first, (size_t)l->n * sizeof(*l->bias));
    *copy = l;
    return EVK_OK;
}

extern const struct evk_layer_type evk_layer_factorized;
const struct evk_layer_type evk_layer_factorized = {
    .name = "factorized",
    .summary = "each output has weights for pixels and for channels",
    .params = "spatial, features, bias",
    .shape = factorized_shape,
    .scratch = factorized_scratch,
    .forward = factorized_forward,
    .backward = factorized_backward,
    .flops = factorized_flops,
    .field = factorized_field,
    .focus = {.cut = factorized_cut},
    .fusion = {.absorb = factorized_absorb},
    .strongest = factorized_strongest,
    .pitched = true,
    .release = factorized_release,
};

evk_status evk_add_factorized(struct evk_graph *g, const char *name, int x,
                              const struct evk_tensor *spatial, const struct evk_tensor *features,
                              const struct evk_tensor *bias, int *out, evk_error *err)
{
    const struct factorized sizes = {
        .n = spatial->dim[0],
        .h = spatial->dim[1],
        .w = spatial->dim[2],
        .c = features->dim[1],
    };
    struct factorized *l;

    EVK_TRY(factorized_new(&l, &sizes, err));
    memcpy(l->spatial, spatial->data, (size_t)evk_tensor_count(spatial) * sizeof(*l->spatial));
    memcpy(l->features, features->data, (size_t)evk_tensor_count(features) * sizeof(*l->features));
    if (bias)
        memcpy(l->bias, bias->data, (size_t)l->n * sizeof(*l->bias));
    return evk_graph_add_take(g, &evk_layer_factorized, l, name, 1, &x, out, err);
}
