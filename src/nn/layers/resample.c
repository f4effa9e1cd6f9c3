/* SPDX-License-Identifier: GPL-3.0-or-later */
/* resample.c - pixels that are weighted sums of the input's pixels: an image made larger, say */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "nn/layers.h"

struct resample {
    int64_t h, w;    /* rows and columns of the output */
    int64_t c;       /* channels, where the layer has no input because no pixel reads any */
    int32_t *start;  /* (h w + 1); terms start[i] to start[i + 1] - 1 are those of pixel i; owned */
    int32_t *source; /* (start[h w]) the pixel of the input that each term reads; owned */
    float *weight;   /* (start[h w]) never 0; owned */
};

static void resample_release(void *self)
{
    struct resample *l = self;

    free(l->start);
    free(l->source);
    free(l->weight);
    free(l);
}

/* Makes a layer of (h, w) pixels, without terms, which has room for this number of terms. */
static evk_status resample_new(struct resample **out, int64_t h, int64_t w, int64_t terms,
                               evk_error *err)
{
    struct resample *l;
    evk_status s;

    EVK_TRY(evk_alloc(&l, 1, sizeof(*l), "a layer", err));
    l->h = h;
    l->w = w;
    s = evk_alloc(&l->start, h * w + 1, sizeof(*l->start), "pixels", err);
    if (!s)
        s = evk_alloc(&l->source, terms, sizeof(*l->source), "weights of pixels", err);
    if (!s)
        s = evk_alloc(&l->weight, terms, sizeof(*l->weight), "weights of pixels", err);
    if (s)
        resample_release(l);
    else
        *out = l;
    return s;
}

static evk_status resample_shape(const void *self, int inputs, const struct evk_shape *in,
                                 struct evk_shape *out, evk_error *err)
{
    const struct resample *l = self;

    (void)err;
    *out = (struct evk_shape){l->h, l->w, inputs > 0 ? in->c : l->c, false};
    return EVK_OK;
}

static void resample_forward(const void *self, const struct evk_pass *p)
{
    const struct resample *l = self;

    for (int64_t i = 0; i < l->h * l->w; i++) {
        float *y = p->y + i * p->y_pitch;

        memset(y, 0, (size_t)p->out.c * sizeof(*y));
        for (int32_t j = l->start[i]; j < l->start[i + 1]; j++)
            p->k->axpy(p->out.c, l->weight[j], p->x[0] + l->source[j] * *p->x_pitch, y);
    }
}

static void resample_backward(const void *self, const struct evk_pass *p)
{
    const struct resample *l = self;

    for (int64_t i = 0; i < l->h * l->w; i++)
        for (int32_t j = l->start[i]; j < l->start[i + 1]; j++)
            p->k->axpy(p->out.c, l->weight[j], p->gy + i * p->y_pitch,
                       p->gx[0] + l->source[j] * *p->x_pitch);
}

static int64_t resample_flops(const void *self, const struct evk_shape *in,
                              const struct evk_shape *out)
{
    const struct resample *l = self;

    (void)in;
    return 2 * l->start[l->h * l->w] * out->c * (out->h * out->w) / (l->h * l->w);
}

/* Grows the rows and columns of box to hold a pixel of a map of w columns. */
static void enclose_pixel(struct evk_box *box, int64_t pixel, int64_t w)
{
    const int64_t row = pixel / w, column = pixel % w;

    evk_box_enclose(box,
                    &(struct evk_box){{row, column, box->first[2]}, {row, column, box->last[2]}});
}

static void resample_field(const void *self, const struct evk_shape *in, int j,
                           const struct evk_shape *out, struct evk_box *box)
{
    const struct resample *l = self;
    struct evk_box read = {{INT64_MAX, INT64_MAX, box->first[2]}, {-1, -1, box->last[2]}};

    for (int64_t row = box->first[0]; row <= box->last[0]; row++) {
        const int32_t *start = l->start + row * l->w;

        for (int32_t t = start[box->first[1]]; t < start[box->last[1] + 1]; t++)
            enclose_pixel(&read, l->source[t], in[j].w);
    }
    (void)out;
    *box = read;
}

/* Gives pixel i of l the terms of a pixel of whole. whole reads a map of w columns, and l reads
   the part in_box of that map.  Pixels of l are given in order. */
static void cut_pixel(const struct resample *whole, int64_t pixel, int64_t w,
                      const struct evk_box *in_box, struct resample *l, int64_t i)
{
    const int64_t part_w = in_box->last[1] - in_box->first[1] + 1;
    int32_t to = l->start[i];

    for (int32_t j = whole->start[pixel]; j < whole->start[pixel + 1]; j++, to++) {
        const int64_t row = whole->source[j] / w - in_box->first[0];
        const int64_t column = whole->source[j] % w - in_box->first[1];

        l->source[to] = (int32_t)(row * part_w + column);
        l->weight[to] = whole->weight[j];
    }
    l->start[i + 1] = to;
}

static evk_status resample_cut(const void *self, const struct evk_shape *in,
                               const struct evk_box *in_box, const struct evk_box *out_box,
                               void **copy, evk_error *err)
{
    const struct resample *whole = self;
    const struct evk_shape part = evk_box_shape(out_box, false);
    struct resample *l;
    int64_t terms = 0;

    for (int64_t y = out_box->first[0]; y <= out_box->last[0]; y++)
        terms += whole->start[y * whole->w + out_box->last[1] + 1] -
                 whole->start[y * whole->w + out_box->first[1]];
    EVK_TRY(resample_new(&l, part.h, part.w, terms, err));
    l->c = part.c;
    for (int64_t i = 0; i < part.h * part.w; i++) {
        const int64_t y = out_box->first[0] + i / part.w, x = out_box->first[1] + i % part.w;

        cut_pixel(whole, y * whole->w + x, in->w, in_box, l, i);
    }
    *copy = l;
    return EVK_OK;
}

extern const struct evk_layer_type evk_layer_resample;
const struct evk_layer_type evk_layer_resample = {
    .name = "resample",
    .summary = "each pixel is a weighted sum of pixels",
    .params = "pixels and weights",
    .shape = resample_shape,
    .forward = resample_forward,
    .backward = resample_backward,
    .flops = resample_flops,
    .field = resample_field,
    .focus = {.cut = resample_cut},
    .pitched = true,
    .release = resample_release,
};

static evk_status check_pixels(const struct evk_resample *r, evk_error *err)
{
    if (r->h < 1 || r->w < 1 || r->h > EVK_NODE_VALUES_MAX / r->w)
        return evk_fail(err, EVK_EFORMAT, "its output is %lldx%lld, expected 1 to %d pixels",
                        (long long)r->h, (long long)r->w, (int)EVK_NODE_VALUES_MAX);
    if (r->start[0] != 0)
        return evk_fail(err, EVK_EFORMAT, "the terms of pixel 0 start at %d, expected 0",
                        (int)r->start[0]);
    for (int64_t i = 0; i < r->h * r->w; i++)
        if (r->start[i + 1] < r->start[i])
            return evk_fail(err, EVK_EFORMAT, "the terms of pixel %lld start at %d and end at %d",
                            (long long)i, (int)r->start[i], (int)r->start[i + 1]);
    return EVK_OK;
}

static evk_status check_terms(const struct evk_resample *r, const struct evk_shape *in,
                              evk_error *err)
{
    for (int32_t j = 0; j < r->start[r->h * r->w]; j++) {
        if (r->source[j] < 0 || r->source[j] >= in->h * in->w)
            return evk_fail(err, EVK_EFORMAT, "term %d reads pixel %d, expected 0 to %lld", (int)j,
                            (int)r->source[j], (long long)(in->h * in->w - 1));
        if (!isfinite(r->weight[j]))
            return evk_fail(err, EVK_EFORMAT, "the weight of term %d is not finite", (int)j);
    }
    return EVK_OK;
}

static evk_status resample_check(const struct evk_resample *r, const struct evk_shape *in,
                                 evk_error *err)
{
    if (in->flat)
        return evk_fail(err, EVK_EFORMAT, "its input is a vector, expected rows and columns");
    EVK_TRY(check_pixels(r, err));
    return check_terms(r, in, err);
}

/* Copies all terms but those with the weight 0, which would make the pixel depend on more of the
   input than it does. */
static void resample_fill(struct resample *l, const struct evk_resample *r)
{
    int32_t to = 0;

    for (int64_t i = 0; i < l->h * l->w; i++) {
        for (int32_t j = r->start[i]; j < r->start[i + 1]; j++)
            if (r->weight[j] != 0) {
                l->source[to] = r->source[j];
                l->weight[to++] = r->weight[j];
            }
        l->start[i + 1] = to;
    }
}

evk_status evk_add_resample(struct evk_graph *g, const char *name, int x,
                            const struct evk_resample *r, int *out, evk_error *err)
{
    const evk_status s = resample_check(r, &g->nodes[x].out, err);
    struct resample *l;

    if (s)
        return evk_wrap(err, s, "layer %s", name);
    EVK_TRY(resample_new(&l, r->h, r->w, r->start[r->h * r->w], err));
    resample_fill(l, r);
    return evk_graph_add_take(g, &evk_layer_resample, l, name, 1, &x, out, err);
}
