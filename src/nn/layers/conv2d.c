/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * conv2d.c - convolution over all channels (a cross-correlation, as in all networks)
 *
 * Both passes go by rows of outputs, and both take out.h out.w o h w c
 * multiply-adds.  The image is first copied together with its padding, so that
 * every patch lies in the copy as it is: neighbouring patches share their
 * pixels, and no patch is ever gathered.  The gradient is summed in an array of
 * the same padded shape, whose inside is then copied out.
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
#include "nn/layers.h"
#include "nn/rows.h"

struct conv2d {
    struct evk_window v;
    int64_t c; /* input channels */
    struct evk_conv
        conv;  /* the kernel's call, without width and steps, which depend on the image */
    float *w;  /* kernel as in the file, in blocks of channels; owned, like all that follow */
    float *wt; /* (o, rows, pieces, taps_room) kernel times scale, for the gradient */
    float *scale, *bias; /* (room) y = scale sum + bias */
    int64_t *at;         /* (v.w c) offsets of the taps of a kernel row in a row of pixels */
};

/* Returns n rounded up to whole vectors. */
static int64_t room(int64_t n)
{
    return (n + EVK_PAD - 1) / EVK_PAD * EVK_PAD;
}

/* Is every patch just one pixel of the input, so that nothing has to be copied? */
static bool is_pointwise(const struct evk_window *v)
{
    return v->h == 1 && v->w == 1 && v->stride_h == 1 && v->stride_w == 1 && v->top == 0 &&
           v->bottom == 0 && v->left == 0 && v->right == 0;
}

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

/*
 * Does the padded image of the forward pass lie in planes: for each row, all
 * pixels of channel 0, then those of channel 1, and so on?  Vectors can then
 * run along a row of outputs, where vectors over output channels would leave
 * many lanes idle.  To move a value into its plane takes about two cycles, in
 * which a core does 64 multiply-adds, and saves the multiply-adds of the idle
 * lanes.
 */
static bool in_planes(const struct conv2d *l)
{
    const int64_t idle = l->conv.room - l->conv.o;

    return l->v.stride_w == 1 && !is_pointwise(&l->v) && idle * l->v.h * l->v.w > 64;
}

static int64_t padded_width(const struct conv2d *l, const struct evk_shape *in)
{
    return (in->w + l->v.left + l->v.right) * l->c;
}

/* Returns the number of floats of the image with its padding. */
static int64_t padded_floats(const struct conv2d *l, const struct evk_shape *in)
{
    return room((in->h + l->v.top + l->v.bottom) * padded_width(l, in));
}

/* The scratch holds the padded image and, where that lies in planes, the offsets of the taps. */
static int64_t conv2d_scratch(const void *self, const struct evk_shape *in,
                              const struct evk_shape *out)
{
    const struct conv2d *l = self;
    const int64_t list =
        in_planes(l) ? l->v.w * l->c * (int64_t)(sizeof(int64_t) / sizeof(float)) : 0;

    (void)out;
    return is_pointwise(&l->v) ? 0 : padded_floats(l, in) + list;
}

/* Copies n pixels of c floats between arrays of different pitches. */
static void copy_pixels(int64_t n, int64_t c, const float *from, int64_t from_pitch, float *to,
                        int64_t to_pitch)
{
    if (from_pitch == c && to_pitch == c) {
        memcpy(to, from, (size_t)(n * c) * sizeof(*to));
        return;
    }
    for (int64_t i = 0; i < n; i++)
        memcpy(to + i * to_pitch, from + i * from_pitch, (size_t)c * sizeof(*to));
}

/* Copies row x, (w, c) at the pitch of the input, into planes (c, left + w + right). */
static void turn_row(const struct conv2d *l, const struct evk_pass *p, const float *x, float *to)
{
    const int64_t plane = p->in->w + l->v.left + l->v.right;

    for (int64_t i = 0; i < p->in->w; i++, x += p->x_pitch[0])
        for (int64_t j = 0; j < l->c; j++)
            to[j * plane + l->v.left + i] = x[j];
}

/* Copies rows first to end - 1 of the image into the padded image in the scratch,
   (top + h + bottom, left + w + right, c), which is first set to zero where first is 0. */
static void pad_rows(const struct conv2d *l, const struct evk_pass *p, int64_t first, int64_t end)
{
    const int64_t width = padded_width(l, p->in), pitch = p->x_pitch[0];

    if (first == 0)
        memset(p->scratch, 0, (size_t)padded_floats(l, p->in) * sizeof(float));
    for (int64_t y = first; y < end; y++) {
        const float *x = p->x[0] + evk_rows_at(&p->x_rows, y);
        float *to = p->scratch + (l->v.top + y) * width;

        if (in_planes(l))
            turn_row(l, p, x, to);
        else
            copy_pixels(p->in->w, l->c, x, pitch, to + l->v.left * l->c, l->c);
    }
}

/* The adjoint of pad_rows: copies rows first to end - 1 of the padded gradient, without padding, to
   the gradient of the image, or adds them to it. */
static void unpad_rows(const struct conv2d *l, const struct evk_pass *p, int64_t first, int64_t end)
{
    const int64_t width = padded_width(l, p->in), pitch = p->x_pitch[0];
    const float *from = p->scratch + (l->v.top + first) * width + l->v.left * l->c;

    for (int64_t y = first; y < end; y++, from += width) {
        float *gx = p->gx[0] + evk_rows_at(&p->gx_rows, y);

        if (!p->add[0])
            copy_pixels(p->in->w, l->c, from, l->c, gx, pitch);
        else
            for (int64_t x = 0; x < p->in->w; x++)
                p->k->axpy(l->c, 1, from + x * l->c, gx + x * pitch);
    }
}

/* Completes the kernel's call with the width and the steps: those of the image itself where
   patches are single pixels, else of the padded image.  *below is the step from a patch to the
   one below. */
static struct evk_conv conv2d_steps(const struct conv2d *l, const struct evk_pass *p,
                                    int64_t *below)
{
    const int64_t pixel = is_pointwise(&l->v) ? p->x_pitch[0] : l->c;
    const int64_t width = is_pointwise(&l->v) ? p->in->w * p->x_pitch[0] : padded_width(l, p->in);
    struct evk_conv c = l->conv;

    c.width = p->out.w;
    c.step = l->v.stride_w * pixel;
    c.row_step = l->v.dilation_h * width;
    c.piece_step = l->v.dilation_w * pixel;
    c.at = l->at;
    c.y_step = p->y_pitch;
    *below = l->v.stride_h * width;
    return c;
}

static int64_t *plane_taps(const struct conv2d *l, const struct evk_pass *p)
{
    return (int64_t *)(void *)(p->scratch + padded_floats(l, p->in));
}

/* Writes the offsets of the taps of a kernel row in an image that lies in planes. */
static void find_plane_taps(const struct conv2d *l, const struct evk_pass *p)
{
    const int64_t plane = p->in->w + l->v.left + l->v.right;
    int64_t *at = plane_taps(l, p);

    for (int64_t s = 0; s < l->v.w; s++)
        for (int64_t j = 0; j < l->c; j++)
            at[s * l->c + j] = j * plane + s * l->v.dilation_w;
}

/* Does as conv2d_steps for the forward pass, whose image may lie in planes. */
static struct evk_conv forward_steps(const struct conv2d *l, const struct evk_pass *p,
                                     int64_t *below)
{
    struct evk_conv c = conv2d_steps(l, p, below);

    if (in_planes(l)) {
        c.step = 1;
        c.at = plane_taps(l, p);
    }
    return c;
}

static struct evk_reach conv2d_forward_reach(const void *self, const struct evk_shape *in,
                                             const struct evk_shape *out, int64_t end)
{
    const struct conv2d *l = self;
    struct evk_reach reach = evk_window_forward_reach(&l->v, in, out, end);

    reach.kept = end; /* each row is copied, or used up, as soon as it is there */
    return reach;
}

/* Are the weights so many that reading them anew for each row of outputs would take longer than
   reading the image anew for each panel of weights?  They then do not fit into the first cache. */
static bool is_heavy(const struct conv2d *l)
{
    return l->v.h * l->v.w * l->c * l->conv.room * (int64_t)sizeof(float) > 32 * 1024;
}

static void conv2d_forward_rows(const void *self, const struct evk_pass *p, int64_t first,
                                int64_t end)
{
    const struct conv2d *l = self;
    const int64_t from = conv2d_forward_reach(l, p->in, &p->out, first).done;
    const int64_t to = conv2d_forward_reach(l, p->in, &p->out, end).done;
    const bool inside = is_pointwise(&l->v);
    int64_t below;
    const struct evk_conv c = forward_steps(l, p, &below);
    /* Rows lie in order where there is room for all of them. */
    const bool whole = is_heavy(l) && p->y_rows.count >= p->out.h && to - from > 1 &&
                       (!inside || p->x_rows.count >= p->in->h);
    struct evk_conv_rows m = {
        .x_step = inside ? p->x_rows.step : below,
        .y_step = whole ? evk_rows_at(&p->y_rows, 1) - evk_rows_at(&p->y_rows, 0) : 0,
        .signs_step = p->out.w * p->y_pitch / EVK_PAD,
    };

    if (first == 0 && in_planes(l))
        find_plane_taps(l, p);
    if (!inside)
        pad_rows(l, p, first, end);
    for (int64_t y = from; y < to; y += m.count) {
        const float *x = inside ? p->x[0] + evk_rows_at(&p->x_rows, y) : p->scratch + y * below;

        m.count = whole ? to - y : 1;
        p->k->conv_rows(&c, &m, x, p->y + evk_rows_at(&p->y_rows, y),
                        c.relu ? evk_rows_signs(p, y) : NULL);
    }
}

static void conv2d_forward(const void *self, const struct evk_pass *p)
{
    conv2d_forward_rows(self, p, 0, p->in->h);
}

static struct evk_reach conv2d_backward_reach(const void *self, const struct evk_shape *in,
                                              const struct evk_shape *out, int64_t end)
{
    const struct conv2d *l = self;
    struct evk_reach reach = evk_window_backward_reach(&l->v, in, out, end);

    reach.kept = end; /* each row has been added to all the gradients that it is part of */
    return reach;
}

/* Adds the gradient of each patch where the patch lies: in the padded gradient, or in gx itself
   where patches are single pixels. */
static void conv2d_backward_rows(const void *self, const struct evk_pass *p, int64_t first,
                                 int64_t end)
{
    const struct conv2d *l = self;
    const bool inside = is_pointwise(&l->v);
    int64_t below;
    struct evk_conv c = conv2d_steps(l, p, &below);

    c.overwrite = inside && !p->add[0];
    if (first == 0 && !inside)
        memset(p->scratch, 0, (size_t)padded_floats(l, p->in) * sizeof(float));
    if (c.relu)
        evk_rows_rectify(p, first, end);
    for (int64_t y = first; y < end; y++) {
        float *gx = inside ? p->gx[0] + evk_rows_at(&p->gx_rows, y) : p->scratch + y * below;

        p->k->conv_row_gradient(&c, p->gy + evk_rows_at(&p->gy_rows, y), gx);
    }
    if (!inside)
        unpad_rows(l, p, conv2d_backward_reach(l, p->in, &p->out, first).done,
                   conv2d_backward_reach(l, p->in, &p->out, end).done);
}

static void conv2d_backward(const void *self, const struct evk_pass *p)
{
    conv2d_backward_rows(self, p, 0, p->out.h);
}

static int64_t conv2d_flops(const void *self, const struct evk_shape *in,
                            const struct evk_shape *out)
{
    const struct conv2d *l = self;

    (void)in;
    return 2 * out->h * out->w * l->conv.o * l->v.h * l->v.w * l->c;
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

static void conv2d_absorb(void *self, const double *scale, const double *shift)
{
    struct conv2d *l = self;
    const int64_t patch = l->conv.rows * l->conv.pieces * l->conv.taps_room;

    for (int64_t o = 0; o < l->conv.o; o++) {
        for (int64_t i = 0; i < patch; i++)
            l->wt[o * patch + i] = (float)((double)l->wt[o * patch + i] * scale[o]);
        l->scale[o] = (float)((double)l->scale[o] * scale[o]);
        l->bias[o] = (float)((double)l->bias[o] * scale[o] + shift[o]);
    }
}

static void conv2d_rectify(void *self)
{
    struct conv2d *l = self;

    l->conv.relu = true;
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

/* Makes a layer of c input and o output channels; scale is 1, and kernel and bias are 0. */
static evk_status conv2d_new(struct conv2d **out, const struct evk_window *v, int64_t c, int64_t o,
                             evk_error *err)
{
    const bool dilated = v->dilation_w > 1;
    const int64_t taps = dilated ? c : v->w * c;
    struct conv2d *l;
    evk_status s;

    EVK_TRY(evk_alloc(&l, 1, sizeof(*l), "a layer", err));
    l->v = *v;
    l->c = c;
    l->conv = (struct evk_conv){
        .rows = v->h,
        .pieces = dilated ? v->w : 1,
        .taps = taps,
        .taps_room = room(taps),
        .o = o,
        .room = room(o),
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
    EVK_TRY(conv2d_new(&l, &v, whole->c, n, err));
    patch = l->conv.rows * l->conv.pieces * l->conv.taps_room;
    taps = l->conv.rows * l->conv.pieces * l->conv.taps;
    for (int64_t o = 0; o < n; o++)
        for (int64_t t = 0; t < taps; t++)
            l->w[evk_conv_weight_at(&l->conv, t, o)] =
                whole->w[evk_conv_weight_at(&whole->conv, t, first + o)];
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
    .scratch = conv2d_scratch,
    .forward = conv2d_forward,
    .backward = conv2d_backward,
    .rows =
        {
            .forward = conv2d_forward_rows,
            .backward = conv2d_backward_rows,
            .forward_reach = conv2d_forward_reach,
            .backward_reach = conv2d_backward_reach,
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

/* Copies a kernel (h, w, c, o) into w and, transposed, into wt.  A piece is what can be summed
   in one run: a row of the kernel or, where that is dilated, one of its columns in one row. */
static void copy_kernel(struct conv2d *l, const float *kernel)
{
    const struct evk_conv *c = &l->conv;
    const int64_t pieces = c->rows * c->pieces;

    for (int64_t i = 0; i < pieces; i++)
        for (int64_t t = 0; t < c->taps; t++)
            for (int64_t o = 0; o < c->o; o++)
                l->w[evk_conv_weight_at(c, i * c->taps + t, o)] =
                    l->wt[(o * pieces + i) * c->taps_room + t] =
                        kernel[(i * c->taps + t) * c->o + o];
}

evk_status evk_add_conv2d(struct evk_graph *g, const char *name, int x, const struct evk_window *v,
                          const struct evk_tensor *kernel, const struct evk_tensor *bias, int *out,
                          evk_error *err)
{
    struct conv2d *l;

    if (evk_winograd_suits(v, kernel->dim[2]))
        return evk_add_winograd(g, name, x, v, kernel, bias, out, err);
    EVK_TRY(conv2d_new(&l, v, kernel->dim[2], kernel->dim[3], err));
    copy_kernel(l, kernel->data);
    if (bias)
        memcpy(l->bias, bias->data, (size_t)l->conv.o * sizeof(*l->bias));
    return evk_graph_add_take(g, &evk_layer_conv2d, l, name, 1, &x, out, err);
}
