/* SPDX-License-Identifier: GPL-3.0-or-later */
/* conv2d_passes.c - the passes of a convolution, row by row or over whole maps */
#include <string.h>

#include "nn/layers/conv2d.h"
#include "nn/rows.h"

/* Returns n rounded up to whole vectors. */
/* Is every patch just one pixel of the input, so that nothing has to be copied? */
static bool is_pointwise(const struct evk_window *v)
{
    return v->h == 1 && v->w == 1 && v->stride_h == 1 && v->stride_w == 1 && v->top == 0 &&
           v->bottom == 0 && v->left == 0 && v->right == 0;
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
    return evk_padded((in->h + l->v.top + l->v.bottom) * padded_width(l, in));
}

/* The scratch holds the padded image and, where that lies in planes, the offsets of the taps; or,
   backward, the padded gradient. */
int64_t evk_conv2d_scratch(const void *self, const struct evk_shape *in,
                           const struct evk_shape *out)
{
    const struct conv2d *l = self;
    const int64_t list =
        in_planes(l) ? l->v.w * l->c * (int64_t)(sizeof(int64_t) / sizeof(float)) : 0;
    const int64_t forward = is_pointwise(&l->v) ? 0 : padded_floats(l, in) + list;
    const int64_t backward = l->gathers ? evk_gather_scratch(&l->gather, in, out) : 0;

    return forward > backward ? forward : backward;
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
   (top + h + bottom, left + w + right, c), which is first set to zero where these are the first
   rows that are given. */
static void pad_rows(const struct conv2d *l, const struct evk_pass *p, int64_t first, int64_t end)
{
    const int64_t width = padded_width(l, p->in), pitch = p->x_pitch[0];

    if (first == p->fed)
        memset(p->scratch, 0, (size_t)padded_floats(l, p->in) * sizeof(float));
    for (int64_t y = first; y < end; y++) {
        const float *x = p->x[0] + evk_rows_at(&p->x_rows, y);
        float *to = p->scratch + (l->v.top + y) * width;

        if (in_planes(l))
            turn_row(l, p, x, to);
        else
            evk_rows_copy(p->in->w, l->c, x, pitch, to + l->v.left * l->c, l->c);
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
            evk_rows_copy(p->in->w, l->c, from, l->c, gx, pitch);
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

struct evk_reach evk_conv2d_forward_reach(const void *self, const struct evk_shape *in,
                                          const struct evk_shape *out, int64_t end)
{
    const struct conv2d *l = self;
    struct evk_reach reach = evk_window_forward_reach(&l->v, in, out, end);

    reach.kept = end; /* each row is copied, or used up, as soon as it is there */
    return reach;
}

void evk_conv2d_forward_rows(const void *self, const struct evk_pass *p, int64_t first, int64_t end)
{
    const struct conv2d *l = self;
    const struct evk_span rows =
        evk_rows_wanted(p, evk_conv2d_forward_reach(l, p->in, &p->out, first).done,
                        evk_conv2d_forward_reach(l, p->in, &p->out, end).done);
    const bool inside = is_pointwise(&l->v);
    int64_t below;
    const struct evk_conv c = forward_steps(l, p, &below);
    const bool owned = rows.first >= p->own.first && rows.end <= p->own.end;
    /* Rows lie in order where there is room for all of them, and signs where they are owned. */
    const bool whole = evk_rows_heavy(&l->conv) && p->y_rows.count >= p->out.h &&
                       rows.end - rows.first > 1 && owned &&
                       (!inside || p->x_rows.count >= p->in->h);
    struct evk_conv_rows m = {
        .x_step = inside ? p->x_rows.step : below,
        .y_step = whole ? evk_rows_at(&p->y_rows, 1) - evk_rows_at(&p->y_rows, 0) : 0,
        .signs_step = p->out.w * p->y_pitch / EVK_PAD,
    };

    if (first == p->fed && in_planes(l))
        find_plane_taps(l, p);
    if (!inside)
        pad_rows(l, p, first, end);
    for (int64_t y = rows.first; y < rows.end; y += m.count) {
        const float *x = inside ? p->x[0] + evk_rows_at(&p->x_rows, y) : p->scratch + y * below;

        m.count = whole ? rows.end - y : 1;
        p->k->conv_rows(&c, &m, x, p->y + evk_rows_at(&p->y_rows, y),
                        c.relu ? evk_rows_signs(p, y) : NULL);
    }
}

struct evk_reach evk_conv2d_backward_reach(const void *self, const struct evk_shape *in,
                                           const struct evk_shape *out, int64_t end)
{
    const struct conv2d *l = self;
    struct evk_reach reach = evk_window_backward_reach(&l->v, in, out, end);

    if (!l->gathers)
        reach.kept = end; /* each row has been added to all the gradients that it is part of */
    return reach;
}

/* Adds the gradient of each patch where the patch lies: in the padded gradient, or in gx itself
   where patches are single pixels. */
static void scatter_rows(const struct conv2d *l, const struct evk_pass *p, int64_t first,
                         int64_t end)
{
    const bool inside = is_pointwise(&l->v);
    const struct evk_span rows =
        evk_rows_wanted(p, evk_conv2d_backward_reach(l, p->in, &p->out, first).done,
                        evk_conv2d_backward_reach(l, p->in, &p->out, end).done);
    int64_t below;
    struct evk_conv c = conv2d_steps(l, p, &below);

    c.overwrite = inside && !p->add[0];
    if (first == p->fed && !inside)
        memset(p->scratch, 0, (size_t)padded_floats(l, p->in) * sizeof(float));
    for (int64_t y = inside ? rows.first : first; y < (inside ? rows.end : end); y++) {
        float *gx = inside ? p->gx[0] + evk_rows_at(&p->gx_rows, y) : p->scratch + y * below;

        p->k->conv_row_gradient(&c, p->gy + evk_rows_at(&p->gy_rows, y), gx);
    }
    if (!inside)
        unpad_rows(l, p, rows.first, rows.end);
}

void evk_conv2d_backward_rows(const void *self, const struct evk_pass *p, int64_t first,
                              int64_t end)
{
    const struct conv2d *l = self;

    if (l->conv.relu)
        evk_rows_rectify(p, first, end);
    if (l->gathers)
        evk_gather_rows(&l->gather, p, first, end);
    else
        scatter_rows(l, p, first, end);
}
