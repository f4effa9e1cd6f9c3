/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * depthwise.c - depthwise convolution: each channel by kernels of its own
 *
 * A pixel of the output is a sum over the window's places inside the image, all
 * channels at once; a pixel of the input gradient is a sum over the outputs
 * whose windows cover it.  Places relative to the pixel are the same along a
 * row, but near its ends; backward, with a stride, they are the same for every
 * stride-th pixel.  So rows go to the kernel in such runs.  A depth multiplier
 * above 1 is rare and takes the plain loop.  A folded batch norm is a scale and
 * a shift of the finished sum, as in conv2d.c.
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
    bool relu;           /* then y = max(y, 0) */
};

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

/*
 * A large window is summed in blocks of PLACES, and the blocks are added: the
 * error grows with the block and the number of blocks, not with the window (784
 * places in the spatial readout of a shared compact model).
 */
enum { PLACES = 64 };

/* Sums of one run of pixels, under way. */
struct run {
    const struct evk_kernels *k;
    struct evk_taps t;
    int64_t xo[PLACES], wo[PLACES];
    const float *x; /* of the first pixel */
    float *y;
    int64_t pixels;
};

static void block(struct run *r)
{
    r->t.xo = r->xo;
    r->t.wo = r->wo;
    r->k->taps(&r->t, r->pixels, r->x, r->y);
    r->t.add = 1;
    r->t.count = 0;
}

static void place(struct run *r, int64_t x, int64_t w)
{
    if (r->t.count == PLACES)
        block(r);
    r->xo[r->t.count] = x;
    r->wo[r->t.count++] = w;
}

/* ---- forward -------------------------------------------------------------------- */

/* Outputs x0 to x1 - 1 of row y, whose windows have columns s0 to s1 - 1 inside the image. */
static void forward_run(const struct depthwise *l, const struct evk_pass *p, int64_t y,
                        const int64_t x[2], const int64_t s[2])
{
    const struct evk_window *v = &l->v;
    const int64_t y0 = y * v->stride_h - v->top, x0 = x[0] * v->stride_w - v->left;
    const int64_t pitch = p->x_pitch[0];
    struct run run = {
        .k = p->k,
        .t = {.n = l->c, .x_step = v->stride_w * pitch, .y_step = p->y_pitch, .w = l->w},
        .x = p->x[0],
        .y = p->y + (y * p->out.w + x[0]) * p->y_pitch,
        .pixels = x[1] - x[0],
    };
    int64_t r0, r1;

    evk_window_clip(v->h, v->dilation_h, y0, p->in->h, &r0, &r1);
    for (int64_t r = r0; r < r1; r++)
        for (int64_t i = s[0]; i < s[1]; i++)
            place(&run,
                  ((y0 + r * v->dilation_h) % p->x_rows * p->in->w + x0 + i * v->dilation_w) *
                      pitch,
                  (r * v->w + i) * l->c);
    run.t.scale = l->scale;
    run.t.shift = l->bias;
    run.t.relu = l->relu;
    block(&run);
}

static int64_t clamp(int64_t i, int64_t low, int64_t high)
{
    return i < low ? low : i < high ? i : high;
}

/* Outputs near the ends of a row one by one, and in one run those with whole windows. */
static void forward_row(const struct depthwise *l, const struct evk_pass *p, int64_t y)
{
    const struct evk_window *v = &l->v;
    const int64_t room = p->in->w - 1 - (v->w - 1) * v->dilation_w + v->left;
    const int64_t first = clamp((v->left + v->stride_w - 1) / v->stride_w, 0, p->out.w);
    const int64_t end = clamp(room < 0 ? 0 : room / v->stride_w + 1, first, p->out.w);
    int64_t s[2];

    for (int64_t x = 0; x < p->out.w; x++) {
        if (x == first && first < end) {
            forward_run(l, p, y, (const int64_t[]){first, end}, (const int64_t[]){0, v->w});
            x = end - 1;
            continue;
        }
        evk_window_clip(v->w, v->dilation_w, x * v->stride_w - v->left, p->in->w, &s[0], &s[1]);
        forward_run(l, p, y, (const int64_t[]){x, x + 1}, s);
    }
}

/* ---- backward ------------------------------------------------------------------- */

/* The output position whose column s falls on input position i, along one axis; -1: there is none. */
static int64_t covers(int64_t i, int64_t before, int64_t s, int64_t dilation, int64_t stride,
                      int64_t n)
{
    const int64_t at = i + before - s * dilation;

    return at >= 0 && at % stride == 0 && at / stride < n ? at / stride : -1;
}

/* Pixels x, x + stride, ... (pixels of them) of row iy: all are covered by the same columns. */
static void backward_run(const struct depthwise *l, const struct evk_pass *p, int64_t iy,
                         int64_t ix, int64_t pixels)
{
    const struct evk_window *v = &l->v;
    const int64_t pitch = p->x_pitch[0];
    struct run run = {
        .k = p->k,
        .t = {.n = l->c,
              .x_step = p->y_pitch,
              .y_step = v->stride_w * pitch,
              .w = l->wt,
              .add = p->add[0]},
        .x = p->gy,
        .y = p->gx[0] + (iy % p->x_rows * p->in->w + ix) * pitch,
        .pixels = pixels,
    };

    for (int64_t r = 0; r < v->h; r++) {
        const int64_t y = covers(iy, v->top, r, v->dilation_h, v->stride_h, p->out.h);

        for (int64_t s = 0; y >= 0 && s < v->w; s++) {
            const int64_t x = covers(ix, v->left, s, v->dilation_w, v->stride_w, p->out.w);

            if (x >= 0)
                place(&run, (y * p->out.w + x) * p->y_pitch, (r * v->w + s) * l->c);
        }
    }
    block(&run);
}

/*
 * Pixels a, a + stride, ... of a row, a < stride.  Column s of the window covers
 * pixel a + k stride from output k + (a + left - s dilation) / stride where that
 * divides: in one run those k for which all such outputs exist, and the others
 * one by one.
 */
static void backward_class(const struct depthwise *l, const struct evk_pass *p, int64_t iy,
                           int64_t a)
{
    const struct evk_window *v = &l->v;
    const int64_t stride = v->stride_w, count = (p->in->w - a + stride - 1) / stride;
    int64_t first = 0, end = count;

    for (int64_t s = 0; s < v->w; s++) {
        const int64_t at = a + v->left - s * v->dilation_w;

        if (at % stride != 0)
            continue;
        first = first > -at / stride ? first : -at / stride;
        end = end < p->out.w - at / stride ? end : p->out.w - at / stride;
    }
    for (int64_t k = 0; k < count; k++) {
        const int64_t pixels = k == first && first < end ? end - first : 1;

        backward_run(l, p, iy, a + k * stride, pixels);
        k += pixels - 1;
    }
}

static void backward_row(const struct depthwise *l, const struct evk_pass *p, int64_t iy)
{
    for (int64_t a = 0; a < l->v.stride_w && a < p->in->w; a++)
        backward_class(l, p, iy, a);
}

/* ---- depth multipliers ------------------------------------------------------------- */

/* Output channel c m + j of one place, forward and backward. */
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
    float *to = p->y + (y * p->out.w + x) * p->y_pitch;
    int64_t r0, r1, s0, s1;

    memset(to, 0, (size_t)channels * sizeof(*to));
    evk_window_clip(v->h, v->dilation_h, y0, p->in->h, &r0, &r1);
    evk_window_clip(v->w, v->dilation_w, x0, p->in->w, &s0, &s1);
    for (int64_t r = r0; r < r1; r++)
        for (int64_t s = s0; s < s1; s++) {
            const int64_t iy = (y0 + r * v->dilation_h) % p->x_rows, ix = x0 + s * v->dilation_w;

            spread(l, p->x[0] + (iy * p->in->w + ix) * p->x_pitch[0],
                   l->w + (r * v->w + s) * channels, to);
        }
    for (int64_t i = 0; i < channels; i++) {
        to[i] = fmaf(to[i], l->scale[i], l->bias[i]);
        to[i] = l->relu && !(to[i] > 0) ? 0 : to[i];
    }
}

static void backward_pixel(const struct depthwise *l, const struct evk_pass *p, int64_t iy,
                           int64_t ix)
{
    const struct evk_window *v = &l->v;
    const int64_t channels = l->c * l->m;
    float *to = p->gx[0] + (iy % p->x_rows * p->in->w + ix) * p->x_pitch[0];

    if (!p->add[0])
        memset(to, 0, (size_t)l->c * sizeof(*to));
    for (int64_t r = 0; r < v->h; r++) {
        const int64_t y = covers(iy, v->top, r, v->dilation_h, v->stride_h, p->out.h);

        for (int64_t s = 0; y >= 0 && s < v->w; s++) {
            const int64_t x = covers(ix, v->left, s, v->dilation_w, v->stride_w, p->out.w);

            if (x >= 0)
                gather(l, p->gy + (y * p->out.w + x) * p->y_pitch,
                       l->wt + (r * v->w + s) * channels, to);
        }
    }
}

/* ---- the layer ---------------------------------------------------------------------- */

static void forward_rows(const void *self, const struct evk_pass *p, int64_t first, int64_t end)
{
    const struct depthwise *l = self;

    for (int64_t y = first; y < end; y++)
        if (l->m == 1)
            forward_row(l, p, y);
        else
            for (int64_t x = 0; x < p->out.w; x++)
                forward_pixel(l, p, y, x);
}

static void forward(const void *self, const struct evk_pass *p)
{
    forward_rows(self, p, 0, p->out.h);
}

static int64_t rows_needed(const void *self, const struct evk_pass *p, int64_t end)
{
    const struct depthwise *l = self;
    const int64_t last = (end - 1) * l->v.stride_h - l->v.top + (l->v.h - 1) * l->v.dilation_h;

    return clamp(last + 1, 0, p->in->h);
}

static void give_rows(const void *self, const struct evk_pass *p, int64_t first, int64_t end)
{
    const struct depthwise *l = self;

    if (first == 0 && l->relu)
        p->k->rectify_gradient(p->out.h * p->out.w * p->y_pitch, p->y, p->gy);
    for (int64_t y = first; y < end; y++)
        if (l->m == 1)
            backward_row(l, p, y);
        else
            for (int64_t x = 0; x < p->in->w; x++)
                backward_pixel(l, p, y, x);
}

static void backward(const void *self, const struct evk_pass *p)
{
    give_rows(self, p, 0, p->in->h);
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

static void rectify(void *self)
{
    struct depthwise *l = self;

    l->relu = true;
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
    .forward_rows = forward_rows,
    .rows_needed = rows_needed,
    .give_rows = give_rows,
    .flops = flops,
    .field = field,
    .absorb = absorb,
    .rectify = rectify,
    .overwrites = true,
    .pitched = true,
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
