/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * conv2d.c - convolution over all channels (a cross-correlation, as in all networks)
 *
 * Both passes go by rows of outputs, and both take out.h out.w o h w c
 * multiply-adds.  The image is first copied together with its padding, so that
 * every patch lies in the copy as it is: neighbouring patches share their
 * pixels, and no patch is ever copied.  The gradient is gathered for each pixel of
 * the input (gather.h), unless that has too few channels; then the gradient of each
 * patch is added in an array of the same padded shape, whose inside is copied out.
 *
 * The rounding of floats decides on which side of a ReLU a value near zero
 * falls, so two measures keep rounding errors small.  A folded batch norm is
 * applied to the finished sum, as a scale and a shift, and the kernel keeps the
 * values of the file.  And each kernel row has a sum of its own, so that
 * partial sums do not grow as large in bright patches.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "nn/layers/conv2d.h"

/* Returns n rounded up to whole vectors. */
static evk_status conv2d_shape(const void *self, int inputs, const struct evk_shape *in,
                               struct evk_shape *out, evk_error *err)
{
    const struct conv2d *l = self;

    (void)inputs;
    if (in->c != l->c)
        return evk_fail(err, EVK_EFORMAT, "its input has %lld channels, its kernel %lld",
                        (long long)in->c, (long long)l->c);
    EVK_TRY(evk_window_shape(&l->v, in, out, err));
    out->c = l->conv.o;
    return EVK_OK;
}

static void conv2d_forward(const void *self, const struct evk_pass *p)
{
    evk_conv2d_forward_rows(self, p, 0, p->in->h);
}

static void conv2d_backward(const void *self, const struct evk_pass *p)
{
    evk_conv2d_backward_rows(self, p, 0, p->out.h);
}

/* Weights of more than this many floats, a quarter of a second-level cache, are read once for all
   rows. */
enum { MANY_WEIGHTS = 65536 };

static bool conv2d_whole(const void *self)
{
    const struct conv2d *l = self;

    return l->v.h * l->v.w * l->c * l->conv.room > MANY_WEIGHTS;
}

static int64_t conv2d_flops(const void *self, const struct evk_shape *in,
                            const struct evk_shape *out)
{
    const struct conv2d *l = self;

    (void)in;
    return 2 * out->h * out->w * out->c * l->v.h * l->v.w * l->c;
}

static void conv2d_field(const void *self, const struct evk_shape *in, int j,
                         const struct evk_shape *out, struct evk_box *box)
{
    const struct conv2d *l = self;

    (void)j;
    (void)out;
    evk_window_field(&l->v, in, box);
    box->first[2] = 0;
    box->last[2] = in->c - 1;
}

/* Multiplies the kernel of the gradient by a factor for each output channel. */
static void scale_gradient(struct conv2d *l, const double *scale)
{
    const int64_t patch = l->conv.rows * l->conv.pieces * l->conv.taps_room;

    for (int64_t o = 0; o < l->conv.o && !l->gathers; o++)
        for (int64_t i = 0; i < patch; i++)
            l->wt[o * patch + i] = (float)((double)l->wt[o * patch + i] * scale[o]);
    for (int64_t i = 0; i < l->v.h * l->v.w * l->conv.o && l->gathers; i++) {
        const int64_t o = i % l->conv.o, at = i / l->conv.o;
        const struct evk_conv *c;
        int64_t tap;
        float *w = evk_gather_weights(&l->gather, at / l->v.w, at % l->v.w, o, &c, &tap);

        for (int64_t j = 0; j < l->c; j++) {
            float *k = &w[evk_conv_weight_at(c, tap, j)];

            *k = (float)((double)*k * scale[o]);
        }
    }
}

static void conv2d_absorb(void *self, const double *scale, const double *shift)
{
    struct conv2d *l = self;

    scale_gradient(l, scale);
    for (int64_t o = 0; o < l->conv.o; o++) {
        l->scale[o] = (float)((double)l->scale[o] * scale[o]);
        l->bias[o] = (float)((double)l->bias[o] * scale[o] + shift[o]);
    }
}

static void conv2d_rectify(void *self)
{
    struct conv2d *l = self;

    l->conv.relu = true;
}

static bool conv2d_rectifies(const void *self)
{
    return ((const struct conv2d *)self)->conv.relu;
}

static const struct evk_window *conv2d_window(const void *self)
{
    const struct conv2d *l = self;

    return &l->v;
}

static void conv2d_release(void *self)
{
    struct conv2d *l = self;

    free(l->w);
    free(l->wt);
    evk_gather_release(&l->gather);
    free(l->scale);
    free(l->bias);
    free(l->at);
    free(l);
}

static evk_status conv2d_alloc(struct conv2d *l, evk_error *err)
{
    struct evk_conv *c = &l->conv;
    const int64_t pieces = c->rows * c->pieces;

    EVK_TRY(evk_alloc_floats(&l->w, pieces * c->taps * c->room, "a kernel", err));
    if (l->gathers)
        EVK_TRY(evk_gather_init(&l->gather, &l->v, l->c, c->o, err));
    else
        EVK_TRY(evk_alloc_floats(&l->wt, c->o * pieces * c->taps_room, "a kernel", err));
    EVK_TRY(evk_alloc_floats(&l->scale, c->room, "a bias", err));
    EVK_TRY(evk_alloc_floats(&l->bias, c->room, "a bias", err));
    EVK_TRY(evk_alloc(&l->at, c->pieces * c->taps, sizeof(*l->at), "a kernel", err));
    c->w = l->w;
    c->wt = l->wt;
    c->scale = l->scale;
    c->shift = l->bias;
    for (int64_t s = 0; s < l->v.w; s++)
        for (int64_t j = 0; j < l->c; j++)
            l->at[s * l->c + j] = s * l->v.dilation_w * l->c + j;
    for (int64_t o = 0; o < c->o; o++)
        l->scale[o] = 1;
    return EVK_OK;
}

/* Makes a layer of c input and o output channels, whose gradient is gathered or added; scale is 1,
   and kernel and bias are 0. */
static evk_status conv2d_new(struct conv2d **out, const struct evk_window *v, int64_t c, int64_t o,
                             bool gathers, evk_error *err)
{
    const bool dilated = v->dilation_w > 1;
    const int64_t taps = dilated ? c : v->w * c;
    struct conv2d *l;
    evk_status s;

    EVK_TRY(evk_alloc(&l, 1, sizeof(*l), "a layer", err));
    l->v = *v;
    l->c = c;
    l->gathers = gathers;
    l->conv = (struct evk_conv){
        .rows = v->h,
        .pieces = dilated ? v->w : 1,
        .taps = taps,
        .taps_room = evk_padded(taps),
        .o = o,
        .room = evk_padded(o),
    };
    s = conv2d_alloc(l, err);
    if (s) {
        conv2d_release(l);
        return s;
    }
    *out = l;
    return EVK_OK;
}

static void conv2d_widen(const void *self, const struct evk_shape *in, const struct evk_shape *out,
                         struct evk_box *box)
{
    const struct conv2d *l = self;

    evk_window_widen(&l->v, in, out, box);
}

/* Copies the weights of the gradient of the output channels from `first` on. */
static void cut_gradient(struct conv2d *l, const struct conv2d *whole, int64_t first)
{
    for (int64_t i = 0; i < l->v.h * l->v.w * l->conv.o; i++) {
        const int64_t o = i % l->conv.o, r = i / l->conv.o / l->v.w, s = i / l->conv.o % l->v.w;
        const struct evk_conv *to_conv, *from_conv;
        int64_t to_tap, from_tap;
        float *to = evk_gather_weights(&l->gather, r, s, o, &to_conv, &to_tap);
        const float *from =
            evk_gather_weights(&whole->gather, r, s, first + o, &from_conv, &from_tap);

        for (int64_t j = 0; j < l->c; j++)
            to[evk_conv_weight_at(to_conv, to_tap, j)] =
                from[evk_conv_weight_at(from_conv, from_tap, j)];
    }
}

static evk_status conv2d_cut(const void *self, const struct evk_shape *in,
                             const struct evk_box *in_box, const struct evk_box *out_box,
                             void **copy, evk_error *err)
{
    const struct conv2d *whole = self;
    const struct evk_window v = evk_window_focus(&whole->v, in_box, out_box);
    const int64_t first = out_box->first[2], n = out_box->last[2] - first + 1;
    const size_t bytes = (size_t)n * sizeof(float);
    struct conv2d *l;
    int64_t patch, taps;

    (void)in;
    /* the order of sums is that of the whole, even if another would suit the part */
    EVK_TRY(conv2d_new(&l, &v, whole->c, n, whole->gathers, err));
    patch = l->conv.rows * l->conv.pieces * l->conv.taps_room;
    taps = l->conv.rows * l->conv.pieces * l->conv.taps;
    for (int64_t o = 0; o < n; o++)
        for (int64_t t = 0; t < taps; t++)
            l->w[evk_conv_weight_at(&l->conv, t, o)] =
                whole->w[evk_conv_weight_at(&whole->conv, t, first + o)];
    if (l->gathers)
        cut_gradient(l, whole, first);
    else
        memcpy(l->wt, whole->wt + first * patch, bytes * (size_t)patch);
    memcpy(l->scale, whole->scale + first, bytes);
    memcpy(l->bias, whole->bias + first, bytes);
    l->conv.relu = whole->conv.relu;
    *copy = l;
    return EVK_OK;
}

extern const struct evk_layer_type evk_layer_conv2d;
const struct evk_layer_type evk_layer_conv2d = {
    .name = "conv2d",
    .summary = "convolution with any stride, padding and dilation",
    .params = "kernel, bias, stride, padding on four sides, dilation",
    .shape = conv2d_shape,
    .scratch = evk_conv2d_scratch,
    .forward = conv2d_forward,
    .backward = conv2d_backward,
    .rows =
        {
            .forward = evk_conv2d_forward_rows,
            .backward = evk_conv2d_backward_rows,
            .forward_reach = evk_conv2d_forward_reach,
            .backward_reach = evk_conv2d_backward_reach,
            .rectifies = conv2d_rectifies,
            .whole = conv2d_whole,
        },
    .flops = conv2d_flops,
    .field = conv2d_field,
    .focus = {.widen = conv2d_widen, .cut = conv2d_cut},
    .fusion = {.absorb = conv2d_absorb, .rectify = conv2d_rectify},
    .pitched = true,
    .overwrites = true,
    .window = conv2d_window,
    .release = conv2d_release,
};

/* Copies a kernel (h, w, c, o) into w.  A piece is what can be summed in one run: a row of the
   kernel or, where that is dilated, one of its columns in one row. */
static void copy_kernel(struct conv2d *l, const float *kernel)
{
    const struct evk_conv *c = &l->conv;

    for (int64_t t = 0; t < c->rows * c->pieces * c->taps; t++)
        for (int64_t o = 0; o < c->o; o++)
            l->w[evk_conv_weight_at(c, t, o)] = kernel[t * c->o + o];
}

/* Copies the kernel, transposed, for the gradient. */
static void copy_gradient(struct conv2d *l, const float *kernel)
{
    const int64_t pieces = l->conv.rows * l->conv.pieces;

    for (int64_t i = 0; i < pieces && !l->gathers; i++)
        for (int64_t t = 0; t < l->conv.taps; t++)
            for (int64_t o = 0; o < l->conv.o; o++)
                l->wt[(o * pieces + i) * l->conv.taps_room + t] =
                    kernel[(i * l->conv.taps + t) * l->conv.o + o];
    for (int64_t i = 0; i < l->v.h * l->v.w * l->conv.o && l->gathers; i++) {
        const int64_t o = i % l->conv.o, at = i / l->conv.o;
        const struct evk_conv *c;
        int64_t tap;
        float *w = evk_gather_weights(&l->gather, at / l->v.w, at % l->v.w, o, &c, &tap);

        for (int64_t j = 0; j < l->c; j++)
            w[evk_conv_weight_at(c, tap, j)] = kernel[(at * l->c + j) * l->conv.o + o];
    }
}

evk_status evk_add_conv2d(struct evk_graph *g, const char *name, int x, const struct evk_window *v,
                          const struct evk_tensor *kernel, const struct evk_tensor *bias, int *out,
                          evk_error *err)
{
    const int64_t c = kernel->dim[2], o = kernel->dim[3];
    struct conv2d *l;

    if (evk_winograd_suits(v, c))
        return evk_add_winograd(g, name, x, v, kernel, bias, out, err);
    if (evk_conv3x3_suits(v, &g->nodes[x].out, o))
        return evk_add_conv3x3(g, name, x, v, kernel, bias, out, err);
    EVK_TRY(conv2d_new(&l, v, c, o, evk_gather_suits(v, c, o), err));
    copy_kernel(l, kernel->data);
    copy_gradient(l, kernel->data);
    if (bias)
        memcpy(l->bias, bias->data, (size_t)l->conv.o * sizeof(*l->bias));
    return evk_graph_add_take(g, &evk_layer_conv2d, l, name, 1, &x, out, err);
}
