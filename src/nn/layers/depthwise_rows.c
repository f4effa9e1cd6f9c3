/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * depthwise_rows.c - the forward and the backward pass of depthwise convolution, row by row
 *
 * A pixel of the output is a sum over the pixels of its window that lie inside the image, for all
 * channels at once; a pixel of the input's gradient is a sum over the outputs whose windows cover
 * it.  The positions of these terms, relative to the pixel, are the same along a row except near
 * its ends; backward, with a stride, they are the same for every stride-th pixel.  Pixels whose
 * terms have the same relative positions are a run, which is one call of the kernel.  Where the
 * margins of a row spare all cut windows, a row of the gradient is one call as well.  A depth
 * multiplier above 1 is rare, and is computed by a plain loop.
 */
#include <math.h>
#include <string.h>

#include "base/whole.h"
#include "nn/layers/depthwise.h"
#include "nn/rows.h"

/* The most window rows in one call of the kernel; further calls add to the sums so far. */
enum { ROWS = 64 };

/* ---- forward -------------------------------------------------------------------------------- */

/* Output row y, and window rows r0 to r1 - 1, which lie inside the image. */
struct row {
    int64_t y, r0, r1;
};

static const float *row_at(const struct depthwise *l, const struct evk_pass *p,
                           const struct row *row, int64_t r)
{
    const int64_t iy = row->y * l->v.stride_h - l->v.top + r * l->v.dilation_h;

    return p->x[0] + evk_rows_at(&p->x_rows, iy);
}

/* Computes outputs x[0] to x[1] - 1 of a row, of whose windows the columns s[0] to s[1] - 1 lie
   inside the image or its margins. */
static void forward_run(const struct depthwise *l, const struct evk_pass *p, const struct row *row,
                        const int64_t x[2], const int64_t s[2])
{
    const struct evk_window *v = &l->v;
    const int64_t pitch = p->x_pitch[0], x0 = x[0] * v->stride_w - v->left + s[0] * v->dilation_w;
    float *to = p->y + evk_rows_at(&p->y_rows, row->y) + x[0] * p->y_pitch;
    int64_t xo[ROWS], wo[ROWS];
    struct evk_taps t = {
        .n = l->c,
        .columns = s[1] - s[0],
        .xo = xo,
        .wo = wo,
        .x_column = v->dilation_w * pitch,
        .w_column = l->c,
        .x_step = v->stride_w * pitch,
        .y_step = p->y_pitch,
        .w = l->w + s[0] * l->c,
    };
    int64_t r = row->r0;

    do {
        for (t.rows = 0; t.rows < ROWS && r < row->r1; t.rows++, r++) {
            xo[t.rows] = row_at(l, p, row, r) - p->x[0] + x0 * pitch;
            wo[t.rows] = r * v->w * l->c;
        }
        if (r == row->r1) {
            t.scale = l->scale;
            t.shift = l->bias;
            t.relu = l->relu;
        }
        if (!p->k->windows(&t, x[1] - x[0], p->x[0], to))
            p->k->taps(&t, x[1] - x[0], p->x[0], to);
        t.add = true;
    } while (r < row->r1);
}

/* Computes a row: outputs near its ends singly, and all that have whole windows in one run. */
static void forward_row(const struct depthwise *l, const struct evk_pass *p, const struct row *row)
{
    const struct evk_window *v = &l->v;
    const int64_t margin = p->x_rows.margin, width = p->in->w + 2 * margin;
    const int64_t left = v->left - margin; /* zeros of the padding that the margin does not hold */
    const int64_t room = width - 1 - (v->w - 1) * v->dilation_w + left;
    const int64_t first = evk_clamp((left + v->stride_w - 1) / v->stride_w, 0, p->out.w);
    const int64_t end = evk_clamp(room < 0 ? 0 : room / v->stride_w + 1, first, p->out.w);

    for (int64_t x = 0; x < p->out.w; x++) {
        const int64_t next = x == first && first < end ? end : x + 1;
        int64_t s[2];

        evk_window_clip(v->w, v->dilation_w, x * v->stride_w - v->left + margin, width, s, s + 1);
        forward_run(l, p, row, (const int64_t[]){x, next}, s);
        x = next - 1;
    }
}

/* Computes one pixel for any depth multiplier: output channel c m + j is kernel j of channel c. */
static void forward_pixel_plain(const struct depthwise *l, const struct evk_pass *p,
                                const struct row *row, int64_t x)
{
    const struct evk_window *v = &l->v;
    const int64_t n = l->c * l->m, x0 = x * v->stride_w - v->left;
    float *to = p->y + evk_rows_at(&p->y_rows, row->y) + x * p->y_pitch;
    int64_t s0, s1;

    memset(to, 0, (size_t)n * sizeof(*to));
    evk_window_clip(v->w, v->dilation_w, x0, p->in->w, &s0, &s1);
    for (int64_t r = row->r0; r < row->r1; r++)
        for (int64_t s = s0; s < s1; s++) {
            const float *from = row_at(l, p, row, r) + (x0 + s * v->dilation_w) * p->x_pitch[0];
            const float *w = l->w + (r * v->w + s) * n;

            for (int64_t i = 0; i < n; i++)
                to[i] = fmaf(from[i / l->m], w[i], to[i]);
        }
    for (int64_t i = 0; i < n; i++) {
        to[i] = fmaf(to[i], l->scale[i], l->bias[i]);
        to[i] = l->relu && !(to[i] > 0) ? 0 : to[i];
    }
}

struct evk_reach evk_depthwise_forward_reach(const void *self, const struct evk_shape *in,
                                             const struct evk_shape *out, int64_t end)
{
    const struct depthwise *l = self;

    return evk_window_forward_reach(&l->v, in, out, end);
}

void evk_depthwise_forward_rows(const void *self, const struct evk_pass *p, int64_t first,
                                int64_t end)
{
    const struct depthwise *l = self;
    const struct evk_window *v = &l->v;
    const struct evk_span rows =
        evk_rows_wanted(p, evk_depthwise_forward_reach(l, p->in, &p->out, first).done,
                        evk_depthwise_forward_reach(l, p->in, &p->out, end).done);

    for (int64_t y = rows.first; y < rows.end; y++) {
        struct row row = {.y = y};

        evk_window_clip(v->h, v->dilation_h, y * v->stride_h - v->top, p->in->h, &row.r0, &row.r1);
        if (l->m == 1)
            forward_row(l, p, &row);
        else
            for (int64_t x = 0; x < p->out.w; x++)
                forward_pixel_plain(l, p, &row, x);
        if (l->relu && p->signs)
            p->k->signs(p->out.w * p->y_pitch, p->y + evk_rows_at(&p->y_rows, y),
                        evk_rows_signs(p, y));
    }
}

void evk_depthwise_forward(const void *self, const struct evk_pass *p)
{
    evk_depthwise_forward_rows(self, p, 0, p->in->h);
}

/* ---- backward ------------------------------------------------------------------------------- */

/* Finds the window columns in which outputs of a row, or of its margins, cover column ix. */
static struct evk_cover columns_over(const struct depthwise *l, const struct evk_pass *p,
                                     int64_t ix)
{
    const struct evk_window *v = &l->v;
    const int64_t margin = p->gy_rows.margin;
    struct evk_cover c =
        evk_window_cover(v->w, v->stride_w, v->dilation_w, v->left + margin * v->stride_w, ix,
                         p->out.w + 2 * margin);

    c.at -= margin;
    return c;
}

/* Computes pixels ix, ix + stride, ... of row gx of the gradient, which the windows of outputs
   cover with the same window rows and the same window columns. */
static void backward_run(const struct depthwise *l, const struct evk_pass *p,
                         const struct evk_cover *rows, float *gx, int64_t ix, int64_t pixels)
{
    const struct evk_window *v = &l->v;
    const struct evk_cover columns = columns_over(l, p, ix);
    int64_t xo[ROWS], wo[ROWS];
    struct evk_taps t = {
        .n = l->c,
        .columns = columns.count,
        .xo = xo,
        .wo = wo,
        .x_column = -columns.back * p->y_pitch,
        .w_column = columns.step * l->c,
        .x_step = p->y_pitch,
        .y_step = v->stride_w * p->x_pitch[0],
        .w = l->wt,
        .add = p->add[0],
    };
    int64_t i = 0;

    do {
        for (t.rows = 0; t.rows < ROWS && i < rows->count; t.rows++, i++) {
            const int64_t r = rows->first + i * rows->step;

            xo[t.rows] =
                evk_rows_at(&p->gy_rows, rows->at - i * rows->back) + columns.at * p->y_pitch;
            wo[t.rows] = (r * v->w + columns.first) * l->c;
        }
        p->k->taps(&t, pixels, p->gy, gx + ix * p->x_pitch[0]);
        t.add = true;
    } while (i < rows->count);
}

/*
 * Computes pixels a, a + stride, ... of row gx, where a < stride.  Column s of the window of output
 * k + (a + left - s dilation) / stride covers pixel a + k stride, where the division is exact.  The
 * k for which all of these outputs exist are one run; other pixels are computed one by one.
 */
static void backward_class(const struct depthwise *l, const struct evk_pass *p,
                           const struct evk_cover *rows, float *gx, int64_t a)
{
    const struct evk_window *v = &l->v;
    const int64_t stride = v->stride_w, count = (p->in->w - a + stride - 1) / stride;
    const int64_t margin = p->gy_rows.margin;
    int64_t first = 0, end = count;

    for (int64_t s = 0; s < v->w; s++) {
        const int64_t at = a + v->left - s * v->dilation_w;

        if (at % stride != 0)
            continue;
        first = evk_larger(first, -margin - at / stride);
        end = evk_smaller(end, p->out.w + margin - at / stride);
    }
    for (int64_t k = 0; k < count; k++) {
        const int64_t pixels = k == first && first < end ? end - first : 1;

        backward_run(l, p, rows, gx, a + k * stride, pixels);
        k += pixels - 1;
    }
}

/* Computes one pixel of the gradient for any depth multiplier m, see forward_pixel_plain. */
static void backward_pixel_plain(const struct depthwise *l, const struct evk_pass *p,
                                 const struct evk_cover *rows, float *gx, int64_t ix)
{
    const struct evk_cover columns = columns_over(l, p, ix);
    const int64_t n = l->c * l->m;
    float *to = gx + ix * p->x_pitch[0];

    if (!p->add[0])
        memset(to, 0, (size_t)l->c * sizeof(*to));
    for (int64_t i = 0; i < rows->count; i++)
        for (int64_t j = 0; j < columns.count; j++) {
            const int64_t r = rows->first + i * rows->step, s = columns.first + j * columns.step;
            const float *gy = p->gy + evk_rows_at(&p->gy_rows, rows->at - i * rows->back) +
                              (columns.at - j * columns.back) * p->y_pitch;
            const float *w = l->wt + (r * l->v.w + s) * n;

            for (int64_t q = 0; q < n; q++)
                to[q / l->m] = fmaf(gy[q], w[q], to[q / l->m]);
        }
}

/*
 * Computes row gx of the gradient in one call, where the kernel has tiles for the layer's windows
 * and the margins hold all outputs that these would read; returns whether the row has been
 * computed.
 */
static bool backward_whole(const struct depthwise *l, const struct evk_pass *p,
                           const struct evk_cover *rows, float *gx)
{
    const struct evk_window *v = &l->v;
    const int64_t stride = v->stride_w, margin = p->gy_rows.margin, w = p->in->w;
    const int64_t phase = v->left % stride, at = v->left / stride; /* column phase covers pixel 0 */
    const int64_t first = at - (v->w - 1 - phase) / stride, last = at + (w - 1 + phase) / stride;
    int64_t xo[ROWS], wo[ROWS];
    struct evk_taps t = {
        .n = l->c,
        .columns = v->w,
        .xo = xo,
        .wo = wo,
        .x_column = p->y_pitch,
        .w_column = l->c,
        .y_step = p->x_pitch[0],
        .w = l->wt,
        .add = p->add[0],
    };

    if (v->dilation_w != 1 || rows->count > ROWS || first < -margin || last >= p->out.w + margin)
        return false;
    for (; t.rows < rows->count; t.rows++) {
        const int64_t y = rows->at - t.rows * rows->back, r = rows->first + t.rows * rows->step;

        xo[t.rows] = evk_rows_at(&p->gy_rows, y) + at * p->y_pitch;
        wo[t.rows] = r * v->w * l->c;
    }
    return p->k->windows_gradient(&t, w, stride, phase, p->gy, gx);
}

static void backward_row(const struct depthwise *l, const struct evk_pass *p, int64_t iy)
{
    const struct evk_window *v = &l->v;
    const struct evk_cover rows =
        evk_window_cover(v->h, v->stride_h, v->dilation_h, v->top, iy, p->out.h);
    float *gx = p->gx[0] + evk_rows_at(&p->gx_rows, iy);

    if (l->m == 1 && backward_whole(l, p, &rows, gx))
        return;
    if (l->m == 1)
        for (int64_t a = 0; a < v->stride_w && a < p->in->w; a++)
            backward_class(l, p, &rows, gx, a);
    else
        for (int64_t x = 0; x < p->in->w; x++)
            backward_pixel_plain(l, p, &rows, gx, x);
}

struct evk_reach evk_depthwise_backward_reach(const void *self, const struct evk_shape *in,
                                              const struct evk_shape *out, int64_t end)
{
    const struct depthwise *l = self;

    return evk_window_backward_reach(&l->v, in, out, end);
}

void evk_depthwise_backward_rows(const void *self, const struct evk_pass *p, int64_t first,
                                 int64_t end)
{
    const struct depthwise *l = self;
    const struct evk_span rows =
        evk_rows_wanted(p, evk_depthwise_backward_reach(l, p->in, &p->out, first).done,
                        evk_depthwise_backward_reach(l, p->in, &p->out, end).done);

    if (l->relu)
        evk_rows_rectify(p, first, end);
    for (int64_t iy = rows.first; iy < rows.end; iy++)
        backward_row(l, p, iy);
}

void evk_depthwise_backward(const void *self, const struct evk_pass *p)
{
    evk_depthwise_backward_rows(self, p, 0, p->out.h);
}
