/* SPDX-License-Identifier: GPL-3.0-or-later */
/* factorized.c - each output has weights for pixels and for channels (Klindt et al. 2017) */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "nn/layers.h"

struct factorized {
    int64_t n, h, w, c;
    float *spatial;      /* (n, h, w) */
    float *features;     /* (n, c) */
    float *scale, *bias; /* (n): y = scale sum + bias */
};

static evk_status shape(const void *self, int inputs, const struct evk_shape *in,
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

static int64_t scratch(const void *self, const struct evk_shape *in, const struct evk_shape *out)
{
    (void)self;
    (void)out;
    return in->c;
}

/* The mean pixel first: its channels are fewer than the pixels. */
static void forward(const void *self, const struct evk_pass *p)
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

/* Most objectives ask for one output of many. */
static void backward(const void *self, const struct evk_pass *p)
{
    const struct factorized *l = self;
    const int64_t pixels = l->h * l->w;

    for (int64_t i = 0; i < l->n; i++)
        for (int64_t j = 0; j < pixels && p->gy[i] != 0; j++)
            p->k->axpy(l->c, p->gy[i] * l->scale[i] * l->spatial[i * pixels + j],
                       l->features + i * l->c, p->gx[0] + j * *p->x_pitch);
}

static int64_t flops(const void *self, const struct evk_shape *in, const struct evk_shape *out)
{
    (void)self;
    return 2 * out->c * (evk_shape_count(in) + in->c);
}

static void field(const void *self, const struct evk_shape *in, int j, const struct evk_shape *out,
                  struct evk_box *box)
{
    (void)self;
    (void)j;
    (void)out;
    *box = (struct evk_box){{0, 0, 0}, {in->h - 1, in->w - 1, in->c - 1}};
}

static void absorb(void *self, const double *scale, const double *shift)
{
    struct factorized *l = self;

    for (int64_t i = 0; i < l->n; i++) {
        l->scale[i] = (float)((double)l->scale[i] * scale[i]);
        l->bias[i] = (float)((double)l->bias[i] * scale[i] + shift[i]);
    }
}

static void release(void *self)
{
    struct factorized *l = self;

    free(l->spatial);
    free(l->features);
    free(l->scale);
    free(l->bias);
    free(l);
}

extern const struct evk_layer_type evk_layer_factorized;
const struct evk_layer_type evk_layer_factorized = {
    .name = "factorized",
    .summary = "each output has weights for pixels and for channels",
    .params = "spatial, features, bias",
    .shape = shape,
    .scratch = scratch,
    .forward = forward,
    .backward = backward,
    .flops = flops,
    .field = field,
    .absorb = absorb,
    .pitched = true,
    .release = release,
};

static evk_status fill(struct factorized *l, const float *spatial, const float *features,
                       const struct evk_tensor *bias, evk_error *err)
{
    const int64_t places = l->n * l->h * l->w, weights = l->n * l->c;

    EVK_TRY(evk_alloc_floats(&l->spatial, places, "spatial weights", err));
    EVK_TRY(evk_alloc_floats(&l->features, weights, "features", err));
    EVK_TRY(evk_alloc_floats(&l->scale, l->n, "a bias", err));
    EVK_TRY(evk_alloc_floats(&l->bias, l->n, "a bias", err));
    memcpy(l->spatial, spatial, (size_t)places * sizeof(*spatial));
    memcpy(l->features, features, (size_t)weights * sizeof(*features));
    for (int64_t i = 0; i < l->n; i++)
        l->scale[i] = 1;
    if (bias)
        memcpy(l->bias, bias->data, (size_t)l->n * sizeof(*l->bias));
    return EVK_OK;
}

evk_status evk_add_factorized(struct evk_graph *g, const char *name, int x,
                              const struct evk_tensor *spatial, const struct evk_tensor *features,
                              const struct evk_tensor *bias, int *out, evk_error *err)
{
    struct factorized *l;
    evk_status s;

    EVK_TRY(evk_alloc(&l, 1, sizeof(*l), "a layer", err));
    l->n = spatial->dim[0];
    l->h = spatial->dim[1];
    l->w = spatial->dim[2];
    l->c = features->dim[1];
    s = fill(l, spatial->data, features->data, bias, err);
    if (s) {
        release(l);
        return evk_wrap(err, s, "layer %s", name);
    }
    return evk_graph_add_take(g, &evk_layer_factorized, l, name, 1, &x, out, err);
}
