/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * depthwise.c - depthwise convolution: each channel by kernels of its own
 *
 * A pixel of the output is a sum over the window's taps inside the image, all
 * channels at once; a pixel of the input gradient is a sum over the outputs
 * whose windows cover it.  Both are the same kernel on a list of places.  A
 * depth multiplier above 1 is rare and takes the plain loop.  A folded batch
 * norm is a scale and a shift of the finished sum, as in conv2d.c.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "nn/layers.h"

struct depthwise {
    struct evk_window v;
    int64_t c, m;        /* input channels, depth multiplier */
    float *w;            /* (v.h, v.w, c m), as in the file */
    float *wt;           /* the same times scale, for the gradient */
    float *scale, *bias; /* (c m): y = scale sum + bias */
};

/*
 * A large window is summed in blocks of TAPS places, and the blocks are added:
 * the error grows with the block and the number of blocks, not with the window
 * (784 places in the spatial readout of a shared compact model).
 */
enum { TAPS = 64 };

struct taps {
    const struct evk_kernels *k;
    const float *x, *w;
    float *y; /* (n) */
    int add;  /* 1 once y holds something to add to */
    int64_t n, count;
    int64_t xo[TAPS], wo[TAPS];
};

static void sum(struct taps *t)
{
    t->k->tapsum(t->n, t->count, t->x, t->xo, t->w, t->wo, t->add, t->y);
    t->add = 1;
    t->count = 0;
}

static void tap(struct taps *t, int64_t x, int64_t w)
{
    if (t->count == TAPS)
        sum(t);
    t->xo[t->count] = x;
    t->wo[t->count++] = w;
}

static evk_status shape(const void *self, int inputs, const struct evk_shape *in,
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

/* Multiplier above 1: output channel c m + j of one tap, forward or backward. */
static void spread(const struct depthwise *l, const float *x, const float *w, float *y)
{
    for (int64_t i = 0; i < l->c * l->m; i++)
        y[i] = fmaf(x[i / l->m], w[i], y[i]);
}

static void gather(const struct depthwise *l, const float *gy, const float *w, float *gx)
{
    for (int64_t i = 0; i < l->c * l->m; i++)
        gx[i / l->m] = fmaf(gy[i], w[i], gx[i / l->m]);
}

static void forward_pixel(const struct depthwise *l, const struct evk_pass *p, int64_t y, int64_t x)
{
    const struct evk_window *v = &l->v;
    const int64_t y0 = y * v->stride_h - v->top, x0 = x * v->stride_w - v->left;
    const int64_t channels = l->c * l->m;
    struct taps t = {.k = p->k, .x = p->x[0], .w = l->w, .n = channels};
    int64_t r0, r1, s0, s1;

    t.y = p->y + (y * p->out.w + x) * channels;
    evk_window_clip(v->h, v->dilation_h, y0, p->in->h, &r0, &r1);
    evk_window_clip(v->w, v->dilation_w, x0, p->in->w, &s0, &s1);
    if (l->m > 1)
        memset(t.y, 0, (size_t)channels * sizeof(*t.y));
    for (int64_t r = r0; r < r1; r++)
        for (int64_t s = s0; s < s1; s++) {
            const int64_t iy = y0 + r * v->dilation_h, ix = x0 + s * v->dilation_w;
            const int64_t from = (iy * p->in->w + ix) * l->c, w = (r * v->w + s) * channels;

            if (l->m > 1)
                spread(l, p->x[0] + from, l->w + w, t.y);
            else
                tap(&t, from, w);
        }
    if (l->m == 1)
        sum(&t);
}

static void forward(const void *self, const struct evk_pass *p)
{
    const struct depthwise *l = self;
    const int64_t channels = l->c * l->m;

    for (int64_t y = 0; y < p->out.h; y++) {
        for (int64_t x = 0; x < p->out.w; x++)
            forward_pixel(l, p, y, x);
        p->k->affine(p->out.w, channels, l->scale, l->bias, p->y + y * p->out.w * channels);
    }
}

/* The output position whose tap r falls on input position i, along one axis; -1: there is none. */
static int64_t covers(int64_t i, int64_t before, int64_t r, int64_t dilation, int64_t stride,
                      int64_t n)
{
    const int64_t at = i + before - r * dilation;

    return at >= 0 && at % stride == 0 && at / stride < n ? at / stride : -1;
}

static void backward_pixel(const struct depthwise *l, const struct evk_pass *p, int64_t iy,
                           int64_t ix)
{
    const struct evk_window *v = &l->v;
    const int64_t channels = l->c * l->m;
    float *gx = p->gx[0] + (iy * p->in->w + ix) * l->c;
    struct taps t = {.k = p->k, .x = p->gy, .w = l->wt, .y = gx, .add = 1, .n = channels};

    for (int64_t r = 0; r < v->h; r++) {
        const int64_t y = covers(iy, v->top, r, v->dilation_h, v->stride_h, p->out.h);

        for (int64_t s = 0; y >= 0 && s < v->w; s++) {
            const int64_t x = covers(ix, v->left, s, v->dilation_w, v->stride_w, p->out.w);
            const int64_t from = (y * p->out.w + x) * channels, w = (r * v->w + s) * channels;

            if (x < 0)
                continue;
            if (l->m > 1)
                gather(l, p->gy + from, l->wt + w, gx);
            else
                tap(&t, from, w);
        }
    }
    if (l->m == 1)
        sum(&t);
}

static void backward(const void *self, const struct evk_pass *p)
{
    for (int64_t y = 0; y < p->in->h; y++)
        for (int64_t x = 0; x < p->in->w; x++)
            backward_pixel(self, p, y, x);
}

static int64_t flops(const void *self, const struct evk_shape *in, const struct evk_shape *out)
{
    const struct depthwise *l = self;

    (void)in;
    return 2 * out->h * out->w * out->c * l->v.h * l->v.w;
}

static void field(const void *self, const struct evk_shape *in, int j, const struct evk_shape *out,
                  struct evk_box *box)
{
    const struct depthwise *l = self;

    (void)j;
    (void)out;
    evk_window_field(&l->v, in, box);
    box->first[2] /= l->m;
    box->last[2] /= l->m;
}

static void absorb(void *self, const double *scale, const double *shift)
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

static const struct evk_window *window(const void *self)
{
    const struct depthwise *l = self;

    return &l->v;
}

static void release(void *self)
{
    struct depthwise *l = self;

    free(l->w);
    free(l->wt);
    free(l->scale);
    free(l->bias);
    free(l);
}

extern const struct evk_layer_type evk_layer_depthwise;
const struct evk_layer_type evk_layer_depthwise = {
    .name = "depthwise",
    .summary = "depthwise convolution with any stride, padding and dilation",
    .params = "kernel, bias, depth multiplier, stride, padding on four sides, dilation",
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .flops = flops,
    .field = field,
    .absorb = absorb,
    .window = window,
    .release = release,
};

static evk_status fill(struct depthwise *l, const struct evk_tensor *kernel,
                       const struct evk_tensor *bias, evk_error *err)
{
    const int64_t count = evk_tensor_count(kernel), channels = l->c * l->m;

    EVK_TRY(evk_alloc_floats(&l->w, count, "a kernel", err));
    EVK_TRY(evk_alloc_floats(&l->wt, count, "a kernel", err));
    EVK_TRY(evk_alloc_floats(&l->scale, channels, "a bias", err));
    EVK_TRY(evk_alloc_floats(&l->bias, channels, "a bias", err));
    memcpy(l->w, kernel->data, (size_t)count * sizeof(*l->w));
    memcpy(l->wt, kernel->data, (size_t)count * sizeof(*l->wt));
    for (int64_t i = 0; i < channels; i++)
        l->scale[i] = 1;
    if (bias)
        memcpy(l->bias, bias->data, (size_t)channels * sizeof(*l->bias));
    return EVK_OK;
}

evk_status evk_add_depthwise(struct evk_graph *g, const char *name, int x,
                             const struct evk_window *v, const struct evk_tensor *kernel,
                             const struct evk_tensor *bias, int *out, evk_error *err)
{
    struct depthwise *l;
    evk_status s;

    EVK_TRY(evk_alloc(&l, 1, sizeof(*l), "a layer", err));
    l->v = *v;
    l->c = kernel->dim[2];
    l->m = kernel->dim[3];
    s = fill(l, kernel, bias, err);
    if (s) {
        release(l);
        return s;
    }
    return evk_graph_add_take(g, &evk_layer_depthwise, l, name, 1, &x, out, err);
}
