/* SPDX-License-Identifier: GPL-3.0-or-later */
/* points.c - a readout whose outputs read maps at positions of their own (Lurz et al. 2021) */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "nn/layers.h"

/* The four pixels around a position, and their bilinear weights; a pixel outside the map has 0. */
struct corners {
    int32_t at[4]; /* row * w + column of each pixel; below EVK_NODE_VALUES_MAX */
    float weight[4];
};

struct points {
    int64_t n, c; /* outputs; channels of all inputs together */
    int inputs;
    struct corners *corners; /* (n, inputs); owned, like all that follow */
    float *w;                /* (n, c) features */
    float *scale, *bias;     /* (n): y = scale sum + bias */
};

static evk_status points_shape(const void *self, int inputs, const struct evk_shape *in,
                               struct evk_shape *out, evk_error *err)
{
    const struct points *l = self;
    int64_t c = 0;

    for (int j = 0; j < inputs; j++) {
        if (in[j].flat)
            return evk_fail(err, EVK_EFORMAT, "its input is a vector, expected rows and columns");
        c += in[j].c;
    }
    if (c != l->c)
        return evk_fail(err, EVK_EFORMAT, "its inputs have %lld channels, its features %lld",
                        (long long)c, (long long)l->c);
    *out = (struct evk_shape){1, 1, l->n, true};
    return EVK_OK;
}

static void points_forward(const void *self, const struct evk_pass *p)
{
    const struct points *l = self;
    const struct corners *q = l->corners;
    const float *w = l->w;

    for (int64_t i = 0; i < l->n; i++) {
        float sum = 0;

        for (int j = 0; j < p->inputs; w += p->in[j++].c, q++) {
            const float *x[4];

            for (int k = 0; k < 4; k++)
                x[k] = p->x[j] + q->at[k] * p->x_pitch[j];
            sum += p->k->dot_blend(p->in[j].c, x, q->weight, w);
        }
        p->y[i] = fmaf(sum, l->scale[i], l->bias[i]);
    }
}

/* Most objectives depend on one output of many, so outputs whose gradient is 0 are skipped. */
static void points_backward(const void *self, const struct evk_pass *p)
{
    const struct points *l = self;

    for (int64_t i = 0; i < l->n; i++) {
        const struct corners *q = l->corners + i * p->inputs;
        const float *w = l->w + i * l->c;

        if (p->gy[i] == 0)
            continue;
        for (int j = 0; j < p->inputs; w += p->in[j++].c, q++)
            for (int k = 0; k < 4; k++)
                if (q->weight[k] != 0)
                    p->k->axpy(p->in[j].c, p->gy[i] * l->scale[i] * q->weight[k], w,
                               p->gx[j] + q->at[k] * p->x_pitch[j]);
    }
}

/* Each channel takes five multiply-adds: four to interpolate, and one with the feature. */
static int64_t points_flops(const void *self, const struct evk_shape *in,
                            const struct evk_shape *out)
{
    const struct points *l = self;
    int64_t c = 0;

    for (int j = 0; j < l->inputs; j++)
        c += in[j].c;
    return 10 * out->c * c;
}

static void widen_axis(struct evk_box *box, int axis, int64_t at)
{
    box->first[axis] = at < box->first[axis] ? at : box->first[axis];
    box->last[axis] = at > box->last[axis] ? at : box->last[axis];
}

static void points_field(const void *self, const struct evk_shape *in, int j,
                         const struct evk_shape *out, struct evk_box *box)
{
    const struct points *l = self;
    struct evk_box pixels = {{INT64_MAX, INT64_MAX, 0}, {-1, -1, in[j].c - 1}};

    (void)out;
    for (int64_t i = box->first[2]; i <= box->last[2]; i++) {
        const struct corners *q = &l->corners[i * l->inputs + j];

        for (int k = 0; k < 4; k++)
            if (q->weight[k] != 0) {
                widen_axis(&pixels, 0, q->at[k] / in[j].w);
                widen_axis(&pixels, 1, q->at[k] % in[j].w);
            }
    }
    *box = pixels;
}

static void points_absorb(void *self, const double *scale, const double *shift)
{
    struct points *l = self;

    for (int64_t i = 0; i < l->n; i++) {
        l->scale[i] = (float)((double)l->scale[i] * scale[i]);
        l->bias[i] = (float)((double)l->bias[i] * scale[i] + shift[i]);
    }
}

static void points_release(void *self)
{
    struct points *l = self;

    free(l->corners);
    free(l->w);
    free(l->scale);
    free(l->bias);
    free(l);
}

/* Makes a layer of n outputs that reads inputs, which have c channels together; scale is 1, and
   features and bias are 0. */
static evk_status points_new(struct points **out, int64_t n, int64_t c, int inputs, evk_error *err)
{
    struct points *l;
    int64_t places;
    evk_status s = EVK_OK;

    EVK_TRY(evk_alloc(&l, 1, sizeof(*l), "a layer", err));
    l->n = n;
    l->c = c;
    l->inputs = inputs;
    if (!evk_size_mul(n, inputs, &places))
        s = evk_fail(err, EVK_ENOMEM, "out of memory for positions");
    if (!s)
        s = evk_alloc(&l->corners, places, sizeof(*l->corners), "positions", err);
    if (!s)
        s = evk_alloc_floats(&l->w, n * c, "features", err);
    if (!s)
        s = evk_alloc_floats(&l->scale, n, "a bias", err);
    if (!s)
        s = evk_alloc_floats(&l->bias, n, "a bias", err);
    if (s) {
        points_release(l);
        return s;
    }
    for (int64_t i = 0; i < n; i++)
        l->scale[i] = 1;
    *out = l;
    return EVK_OK;
}

/*
 * Returns the pixels of `from` with the same weights, but as indices into a part of the map instead
 * of the whole map.
 */
static struct corners move_corners(const struct corners *from, const struct evk_shape *map,
                                   const struct evk_box *part)
{
    const int64_t width = part->last[1] - part->first[1] + 1;
    struct corners q = *from;

    for (int k = 0; k < 4; k++) {
        const int64_t row = q.at[k] / map->w - part->first[0];
        const int64_t column = q.at[k] % map->w - part->first[1];

        q.at[k] = q.weight[k] != 0 ? (int32_t)(row * width + column) : 0;
    }
    return q;
}

/* The new layer keeps only the inputs whose in_box is not empty (last[0] is not -1). */
static evk_status points_cut(const void *self, const struct evk_shape *in,
                             const struct evk_box *in_box, const struct evk_box *out_box,
                             void **copy, evk_error *err)
{
    const struct points *whole = self;
    const int64_t first = out_box->first[2], n = out_box->last[2] - first + 1;
    int64_t c = 0, at = 0, to = 0;
    struct points *l;
    int inputs = 0;

    for (int j = 0; j < whole->inputs; j++)
        if (in_box[j].last[0] >= 0) {
            c += in[j].c;
            inputs++;
        }
    EVK_TRY(points_new(&l, n, c, inputs, err));
    memcpy(l->scale, whole->scale + first, (size_t)n * sizeof(*l->scale));
    memcpy(l->bias, whole->bias + first, (size_t)n * sizeof(*l->bias));
    for (int j = 0, number = 0; j < whole->inputs; at += in[j++].c) {
        if (in_box[j].last[0] < 0)
            continue;
        for (int64_t i = 0; i < n; i++) {
            l->corners[i * inputs + number] =
                move_corners(&whole->corners[(first + i) * whole->inputs + j], &in[j], &in_box[j]);
            memcpy(l->w + i * c + to, whole->w + (first + i) * whole->c + at,
                   (size_t)in[j].c * sizeof(*l->w));
        }
        to += in[j].c;
        number++;
    }
    *copy = l;
    return EVK_OK;
}

/* Returns the pixel of the first map that is nearest to the position of the output that has the
   feature of largest magnitude. */
static int64_t points_strongest(const void *self, const struct evk_shape *in)
{
    const struct points *l = self;
    const struct corners *q = &l->corners[evk_largest(l->n * l->c, l->w) / l->c * l->inputs];

    return q->at[evk_largest(4, q->weight)] * in->c;
}

extern const struct evk_layer_type evk_layer_points;
const struct evk_layer_type evk_layer_points = {
    .name = "points",
    .summary = "each output reads maps at a position",
    .params = "positions, features, bias",
    .shape = points_shape,
    .forward = points_forward,
    .backward = points_backward,
    .flops = points_flops,
    .field = points_field,
    .focus = {.cut = points_cut},
    .fusion = {.absorb = points_absorb},
    .strongest = points_strongest,
    .pitched = true,
    .release = points_release,
};

/* Finds the two pixels, of n along an axis, around a position, and the weight of each; a pixel
   outside the map has weight 0. */
static void neighbours(float position, int64_t n, int64_t at[2], double weight[2])
{
    const double pixel = ((double)position + 1) / 2 * (double)(n - 1), below = floor(pixel);

    for (int k = 0; k < 2; k++) {
        const double i = below + k;
        const bool inside = i >= 0 && i < (double)n;

        at[k] = inside ? (int64_t)i : 0;
        weight[k] = !inside ? 0 : k ? pixel - below : 1 - (pixel - below);
    }
}

static struct corners corners_of(const float xy[2], const struct evk_shape *map)
{
    double column_weight[2], row_weight[2];
    int64_t column[2], row[2];
    struct corners q;

    neighbours(xy[0], map->w, column, column_weight);
    neighbours(xy[1], map->h, row, row_weight);
    for (int k = 0; k < 4; k++) {
        q.at[k] = (int32_t)(row[k / 2] * map->w + column[k % 2]);
        q.weight[k] = (float)(row_weight[k / 2] * column_weight[k % 2]);
    }
    return q;
}

static evk_status points_fill(struct points *l, const struct evk_graph *g, const int *x,
                              const struct evk_points *points, evk_error *err)
{
    for (int64_t i = 0; i < l->n; i++) {
        const float *xy = points->xy + 2 * i;

        if (!isfinite(xy[0]) || !isfinite(xy[1]))
            return evk_fail(err, EVK_EFORMAT, "position %lld is not finite", (long long)i);
        for (int j = 0; j < l->inputs; j++)
            l->corners[i * l->inputs + j] = corners_of(xy, &g->nodes[x[j]].out);
    }
    memcpy(l->w, points->features->data, (size_t)(l->n * l->c) * sizeof(*l->w));
    if (points->bias)
        memcpy(l->bias, points->bias->data, (size_t)l->n * sizeof(*l->bias));
    return EVK_OK;
}

evk_status evk_add_points(struct evk_graph *g, const char *name, int inputs, const int *x,
                          const struct evk_points *points, int *out, evk_error *err)
{
    struct points *l;
    evk_status s;

    EVK_TRY(points_new(&l, points->neurons, points->features->dim[1], inputs, err));
    s = points_fill(l, g, x, points, err);
    if (s) {
        points_release(l);
        return evk_wrap(err, s, "layer %s", name);
    }
    return evk_graph_add_take(g, &evk_layer_points, l, name, inputs, x, out, err);
}
