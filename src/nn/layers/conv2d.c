/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * conv2d.c - full convolution (cross-correlation, as networks have it)
 *
 * Forward: the patches under one row of outputs are laid side by side, one
 * row of a matrix each (out.w x patch), and multiplied by the kernel as a
 * (patch x o) matrix: 2 FLOP a multiply-add, patch = h w c.  Backward is the
 * same product with the transposed kernel, out.w x patch gradients, which are
 * then added where their patches overlap.  A 1x1 kernel needs no patches: the
 * image is the matrix.
 *
 * Float rounding decides on which side of a ReLU a value near zero falls, so
 * two things keep it small.  A folded batch norm is a scale and a shift of the
 * finished sum, and does not touch the kernel, whose values stay those of the
 * file.  And each kernel row is a sum of its own, so that the long partial sums
 * of bright patches are fewer.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "nn/layers.h"

struct conv2d {
    struct evk_window v;
    int64_t c, o, patch;        /* input, output channels; v.h v.w c */
    int64_t o_room, patch_room; /* rounded up to EVK_GEMM_PAD */
    float *w;                   /* (patch, o_room), as in the file */
    float *wt;                  /* (o, patch_room), times scale */
    float *scale, *bias;        /* (o_room) y = scale sum + bias */
};

static int64_t room(int64_t n)
{
    return (n + EVK_GEMM_PAD - 1) / EVK_GEMM_PAD * EVK_GEMM_PAD;
}

static bool is_pointwise(const struct evk_window *v)
{
    return v->h == 1 && v->w == 1 && v->stride_h == 1 && v->stride_w == 1 && v->top == 0 &&
           v->bottom == 0 && v->left == 0 && v->right == 0;
}

static evk_status shape(const void *self, int inputs, const struct evk_shape *in,
                        struct evk_shape *out, evk_error *err)
{
    const struct conv2d *l = self;

    (void)inputs;
    if (in->c != l->c)
        return evk_fail(err, EVK_EFORMAT, "its input has %lld channels, its kernel %lld",
                        (long long)in->c, (long long)l->c);
    EVK_TRY(evk_window_shape(&l->v, in, out, err));
    out->c = l->o;
    return EVK_OK;
}

static int64_t scratch(const void *self, const struct evk_shape *in, const struct evk_shape *out)
{
    const struct conv2d *l = self;

    (void)in;
    return is_pointwise(&l->v) ? 0 : out->w * l->patch;
}

/* One kernel row of a patch from a row of the image: w pixels of c floats, zeros outside. */
static void load_row(const struct conv2d *l, const float *row, int64_t x0, int64_t width,
                     float *patch)
{
    const struct evk_window *v = &l->v;
    int64_t first, last;

    evk_window_clip(v->w, v->dilation_w, x0, width, &first, &last);
    memset(patch, 0, (size_t)(first * l->c) * sizeof(*patch));
    memset(patch + last * l->c, 0, (size_t)((v->w - last) * l->c) * sizeof(*patch));
    if (v->dilation_w == 1)
        memcpy(patch + first * l->c, row + (x0 + first) * l->c,
               (size_t)((last - first) * l->c) * sizeof(*patch));
    else
        for (int64_t s = first; s < last; s++)
            memcpy(patch + s * l->c, row + (x0 + s * v->dilation_w) * l->c,
                   (size_t)l->c * sizeof(*patch));
}

static void load_patches(const struct conv2d *l, const struct evk_pass *p, int64_t y)
{
    const struct evk_window *v = &l->v;
    const struct evk_shape *in = p->in;

    for (int64_t x = 0; x < p->out.w; x++)
        for (int64_t r = 0; r < v->h; r++) {
            const int64_t iy = y * v->stride_h - v->top + r * v->dilation_h;
            float *patch = p->scratch + x * l->patch + r * v->w * l->c;

            if (iy < 0 || iy >= in->h)
                memset(patch, 0, (size_t)(v->w * l->c) * sizeof(*patch));
            else
                load_row(l, p->x[0] + iy * in->w * in->c, x * v->stride_w - v->left, in->w, patch);
        }
}

/* The adjoint of load_row. */
static void add_row(const struct conv2d *l, const float *patch, int64_t x0, int64_t width,
                    float *row)
{
    const struct evk_window *v = &l->v;
    int64_t first, last;

    evk_window_clip(v->w, v->dilation_w, x0, width, &first, &last);
    for (int64_t s = first; s < last; s++) {
        const float *from = patch + s * l->c;
        float *to = row + (x0 + s * v->dilation_w) * l->c;

        for (int64_t c = 0; c < l->c; c++)
            to[c] += from[c];
    }
}

static void add_patches(const struct conv2d *l, const struct evk_pass *p, int64_t y)
{
    const struct evk_window *v = &l->v;
    const struct evk_shape *in = p->in;

    for (int64_t r = 0; r < v->h; r++) {
        const int64_t iy = y * v->stride_h - v->top + r * v->dilation_h;

        if (iy < 0 || iy >= in->h)
            continue;
        for (int64_t x = 0; x < p->out.w; x++)
            add_row(l, p->scratch + x * l->patch + r * v->w * l->c, x * v->stride_w - v->left,
                    in->w, p->gx[0] + iy * in->w * in->c);
    }
}

static void forward_row(const struct conv2d *l, const struct evk_pass *p, int64_t y)
{
    const int64_t width = p->out.w, row = l->v.w * l->c;
    float *out = p->y + y * width * l->o;

    load_patches(l, p, y);
    for (int64_t r = 0; r < l->v.h; r++)
        p->k->gemm(width, l->o, row, p->scratch + r * row, l->patch, l->w + r * row * l->o_room,
                   l->o_room, r > 0, out, l->o);
    p->k->affine(width, l->o, l->scale, l->bias, out);
}

static void forward(const void *self, const struct evk_pass *p)
{
    const struct conv2d *l = self;
    const int64_t pixels = p->out.h * p->out.w;

    if (is_pointwise(&l->v)) {
        p->k->gemm(pixels, l->o, l->patch, p->x[0], l->patch, l->w, l->o_room, 0, p->y, l->o);
        p->k->affine(pixels, l->o, l->scale, l->bias, p->y);
        return;
    }
    for (int64_t y = 0; y < p->out.h; y++)
        forward_row(l, p, y);
}

static void backward(const void *self, const struct evk_pass *p)
{
    const struct conv2d *l = self;
    const int64_t width = p->out.w;

    if (is_pointwise(&l->v)) {
        p->k->gemm(p->out.h * width, l->patch, l->o, p->gy, l->o, l->wt, l->patch_room, 1, p->gx[0],
                   l->patch);
        return;
    }
    for (int64_t y = 0; y < p->out.h; y++) {
        p->k->gemm(width, l->patch, l->o, p->gy + y * width * l->o, l->o, l->wt, l->patch_room, 0,
                   p->scratch, l->patch);
        add_patches(l, p, y);
    }
}

static int64_t flops(const void *self, const struct evk_shape *in, const struct evk_shape *out)
{
    const struct conv2d *l = self;

    (void)in;
    return 2 * out->h * out->w * l->o * l->patch;
}

static void field(const void *self, const struct evk_shape *in, int j, const struct evk_shape *out,
                  struct evk_box *box)
{
    const struct conv2d *l = self;

    (void)j;
    (void)out;
    evk_window_field(&l->v, in, box);
    box->first[2] = 0;
    box->last[2] = in->c - 1;
}

static void absorb(void *self, const double *scale, const double *shift)
{
    struct conv2d *l = self;

    for (int64_t o = 0; o < l->o; o++) {
        for (int64_t i = 0; i < l->patch; i++)
            l->wt[o * l->patch_room + i] = (float)((double)l->wt[o * l->patch_room + i] * scale[o]);
        l->scale[o] = (float)((double)l->scale[o] * scale[o]);
        l->bias[o] = (float)((double)l->bias[o] * scale[o] + shift[o]);
    }
}

static const struct evk_window *window(const void *self)
{
    const struct conv2d *l = self;

    return &l->v;
}

static void release(void *self)
{
    struct conv2d *l = self;

    free(l->w);
    free(l->wt);
    free(l->scale);
    free(l->bias);
    free(l);
}

extern const struct evk_layer_type evk_layer_conv2d;
const struct evk_layer_type evk_layer_conv2d = {
    .name = "conv2d",
    .summary = "convolution with any stride, padding and dilation",
    .params = "kernel, bias, stride, padding on four sides, dilation",
    .shape = shape,
    .scratch = scratch,
    .forward = forward,
    .backward = backward,
    .flops = flops,
    .field = field,
    .absorb = absorb,
    .window = window,
    .release = release,
};

static evk_status fill(struct conv2d *l, const struct evk_tensor *kernel,
                       const struct evk_tensor *bias, evk_error *err)
{
    l->o_room = room(l->o);
    l->patch_room = room(l->patch);
    EVK_TRY(evk_alloc_floats(&l->w, l->patch * l->o_room, "a kernel", err));
    EVK_TRY(evk_alloc_floats(&l->wt, l->o * l->patch_room, "a kernel", err));
    EVK_TRY(evk_alloc_floats(&l->scale, l->o_room, "a bias", err));
    EVK_TRY(evk_alloc_floats(&l->bias, l->o_room, "a bias", err));
    for (int64_t o = 0; o < l->o; o++)
        l->scale[o] = 1;
    for (int64_t i = 0; i < l->patch; i++)
        for (int64_t o = 0; o < l->o; o++)
            l->w[i * l->o_room + o] = l->wt[o * l->patch_room + i] = kernel->data[i * l->o + o];
    if (bias)
        memcpy(l->bias, bias->data, (size_t)l->o * sizeof(*l->bias));
    return EVK_OK;
}

evk_status evk_add_conv2d(struct evk_graph *g, const char *name, int x, const struct evk_window *v,
                          const struct evk_tensor *kernel, const struct evk_tensor *bias, int *out,
                          evk_error *err)
{
    struct conv2d *l;
    evk_status s;

    EVK_TRY(evk_alloc(&l, 1, sizeof(*l), "a layer", err));
    l->v = *v;
    l->c = kernel->dim[2];
    l->o = kernel->dim[3];
    l->patch = v->h * v->w * l->c;
    s = fill(l, kernel, bias, err);
    if (s) {
        release(l);
        return s;
    }
    return evk_graph_add_take(g, &evk_layer_conv2d, l, name, 1, &x, out, err);
}
