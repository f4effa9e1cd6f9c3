/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * batchnorm.c - batch normalisation by stored statistics: y = scale x + shift for each channel
 *
 * This layer runs only where evk_graph_fold found no layer that could absorb scale and shift.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "nn/layers.h"

struct batchnorm {
    int64_t c;
    double *scale, *shift; /* (c); owned */
};

static evk_status batchnorm_shape(const void *self, int inputs, const struct evk_shape *in,
                                  struct evk_shape *out, evk_error *err)
{
    const struct batchnorm *l = self;

    (void)inputs;
    if (in->c != l->c)
        return evk_fail(err, EVK_EFORMAT, "its input has %lld channels, its statistics %lld",
                        (long long)in->c, (long long)l->c);
    *out = *in;
    return EVK_OK;
}

static void batchnorm_forward(const void *self, const struct evk_pass *p)
{
    const struct batchnorm *l = self;

    for (int64_t i = 0; i < p->out.h * p->out.w; i++)
        for (int64_t c = 0; c < l->c; c++)
            p->y[i * l->c + c] = (float)((double)p->x[0][i * l->c + c] * l->scale[c] + l->shift[c]);
}

static void batchnorm_backward(const void *self, const struct evk_pass *p)
{
    const struct batchnorm *l = self;

    for (int64_t i = 0; i < p->out.h * p->out.w; i++)
        for (int64_t c = 0; c < l->c; c++)
            p->gx[0][i * l->c + c] += (float)((double)p->gy[i * l->c + c] * l->scale[c]);
}

static void batchnorm_release(void *self)
{
    struct batchnorm *l = self;

    free(l->scale);
    free(l->shift);
    free(l);
}

/* Makes a layer of c channels whose scale and shift are 0. */
static evk_status batchnorm_new(struct batchnorm **out, int64_t c, evk_error *err)
{
    struct batchnorm *l;
    evk_status s;

    EVK_TRY(evk_alloc(&l, 1, sizeof(*l), "a layer", err));
    l->c = c;
    s = evk_alloc(&l->scale, l->c, sizeof(*l->scale), "a layer", err);
    if (!s)
        s = evk_alloc(&l->shift, l->c, sizeof(*l->shift), "a layer", err);
    if (s) {
        batchnorm_release(l);
        return s;
    }
    *out = l;
    return EVK_OK;
}

static evk_status batchnorm_cut(const void *self, const struct evk_shape *in,
                                const struct evk_box *in_box, const struct evk_box *out_box,
                                void **copy, evk_error *err)
{
    const struct batchnorm *whole = self;
    const int64_t first = out_box->first[2];
    struct batchnorm *l;

    (void)in;
    (void)in_box;
    EVK_TRY(batchnorm_new(&l, out_box->last[2] - first + 1, err));
    memcpy(l->scale, whole->scale + first, (size_t)l->c * sizeof(*l->scale));
    memcpy(l->shift, whole->shift + first, (size_t)l->c * sizeof(*l->shift));
    *copy = l;
    return EVK_OK;
}

static void batchnorm_affine(const void *self, const double **scale, const double **shift)
{
    const struct batchnorm *l = self;

    *scale = l->scale;
    *shift = l->shift;
}

extern const struct evk_layer_type evk_layer_batchnorm;
const struct evk_layer_type evk_layer_batchnorm = {
    .name = "batchnorm",
    .summary = "batch normalisation by stored statistics",
    .params = "gamma, beta, mean, variance, epsilon",
    .shape = batchnorm_shape,
    .forward = batchnorm_forward,
    .backward = batchnorm_backward,
    .focus = {.cut = batchnorm_cut},
    .fusion = {.affine = batchnorm_affine},
    .release = batchnorm_release,
};

evk_status evk_add_batchnorm(struct evk_graph *g, const char *name, int x,
                             const struct evk_norm *norm, int *out, evk_error *err)
{
    struct batchnorm *l;

    EVK_TRY(batchnorm_new(&l, norm->mean->dim[0], err));
    for (int64_t c = 0; c < l->c; c++) {
        const double gamma = norm->gamma ? (double)norm->gamma->data[c] : 1;
        const double beta = norm->beta ? (double)norm->beta->data[c] : 0;

        l->scale[c] = gamma / sqrt((double)norm->variance->data[c] + norm->epsilon);
        l->shift[c] = beta - (double)norm->mean->data[c] * l->scale[c];
    }
    return evk_graph_add_take(g, &evk_layer_batchnorm, l, name, 1, &x, out, err);
}
