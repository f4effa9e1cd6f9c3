/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gather.c - the gradient of a convolution, gathered for each pixel of the input */
#include "nn/gather.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/whole.h"
#include "nn/rows.h"

static int64_t count_phases(const struct evk_gather *g)
{
    return g->v.stride_h * g->v.stride_w;
}

bool evk_gather_suits(const struct evk_window *v, int64_t c, int64_t o)
{
    const struct evk_conv point = {.rows = 1, .pieces = 1, .taps = c, .room = evk_padded(o)};
    const bool single = v->h == 1 && v->w == 1 && v->stride_h == 1 && v->stride_w == 1;

    return c >= EVK_PAD && (!single || evk_rows_heavy(&point));
}

/* Finds what pixels first, first + stride, ... along an axis are read with; before is the padding
   before the input. */
static struct evk_gather_axis find_axis(int64_t size, int64_t stride, int64_t dilation,
                                        int64_t before, int64_t first)
{
    struct evk_gather_axis a = {.step = 1};
    int64_t lowest = 0;

    while (a.step * dilation % stride != 0)
        a.step++;
    a.back = a.step * dilation / stride;
    while (lowest < a.step && (first + before - lowest * dilation) % stride != 0)
        lowest++;
    if (lowest == a.step || lowest >= size)
        return a;
    a.count = (size - 1 - lowest) / a.step + 1;
    a.last = lowest + (a.count - 1) * a.step;
    a.at = (first + before - a.last * dilation) / stride;
    return a;
}

static evk_status init_phase(const struct evk_gather *g, struct evk_gather_phase *p, evk_error *err)
{
    const struct evk_window *v = &g->v;
    int64_t taps;

    p->axis[0] = find_axis(v->h, v->stride_h, v->dilation_h, v->top, p->first[0]);
    p->axis[1] = find_axis(v->w, v->stride_w, v->dilation_w, v->left, p->first[1]);
    taps = p->axis[1].count * g->o;
    if (p->axis[0].count == 0 || taps == 0)
        return EVK_OK;
    EVK_TRY(evk_alloc_floats(&p->w, p->axis[0].count * taps * evk_padded(g->c), "a kernel", err));
    EVK_TRY(evk_alloc(&p->taps, taps, sizeof(*p->taps), "a kernel", err));
    for (int64_t s = 0; s < p->axis[1].count; s++)
        for (int64_t j = 0; j < g->o; j++)
            p->taps[s * g->o + j] = s * p->axis[1].back * g->o + j;
    p->conv = (struct evk_conv){
        .rows = p->axis[0].count,
        .pieces = 1,
        .taps = taps,
        .at = p->taps,
        .o = g->c,
        .room = evk_padded(g->c),
        .w = p->w,
        .scale = g->one,
        .shift = g->zero,
    };
    return EVK_OK;
}

static evk_status init_all(struct evk_gather *g, evk_error *err)
{
    EVK_TRY(evk_alloc_floats(&g->one, evk_padded(g->c), "a kernel", err));
    EVK_TRY(evk_alloc_floats(&g->zero, evk_padded(g->c), "a kernel", err));
    EVK_TRY(evk_alloc(&g->phases, count_phases(g), sizeof(*g->phases), "a kernel", err));
    for (int64_t j = 0; j < g->c; j++)
        g->one[j] = 1;
    for (int64_t i = 0; i < count_phases(g); i++) {
        g->phases[i].first[0] = i / g->v.stride_w;
        g->phases[i].first[1] = i % g->v.stride_w;
        EVK_TRY(init_phase(g, &g->phases[i], err));
    }
    return EVK_OK;
}

evk_status evk_gather_init(struct evk_gather *g, const struct evk_window *v, int64_t c, int64_t o,
                           evk_error *err)
{
    evk_status s;

    *g = (struct evk_gather){.v = *v, .c = c, .o = o};
    s = init_all(g, err);
    if (s)
        evk_gather_release(g);
    return s;
}

void evk_gather_release(struct evk_gather *g)
{
    for (int64_t i = 0; g->phases && i < count_phases(g); i++) {
        free(g->phases[i].w);
        free(g->phases[i].taps);
    }
    free(g->phases);
    free(g->one);
    free(g->zero);
    *g = (struct evk_gather){0};
}

/* Does the axis read kernel position r? */
static bool reads(const struct evk_gather_axis *a, int64_t r)
{
    return a->count > 0 && r <= a->last && (a->last - r) % a->step == 0 &&
           (a->last - r) / a->step < a->count;
}

float *evk_gather_weights(const struct evk_gather *g, int64_t r, int64_t s, int64_t o,
                          const struct evk_conv **conv, int64_t *tap)
{
    const struct evk_gather_phase *p = g->phases;

    while (!reads(&p->axis[0], r) || !reads(&p->axis[1], s)) /* each position is read by a phase */
        p++;
    *conv = &p->conv;
    *tap = (p->axis[0].last - r) / p->axis[0].step * p->conv.taps +
           (p->axis[1].last - s) / p->axis[1].step * g->o + o;
    return p->w;
}

/* ---- passes --------------------------------------------------------------------------------- */

/* The gradient of the output with rows and columns of zeros around it, where windows are cut. */
struct padded {
    int64_t before[2], behind[2]; /* rows and columns of zeros */
    bool inside;                  /* nothing is padded, so the gradient is read where it lies */
};

/* Returns the pixels of a phase along an axis with n pixels. */
static int64_t count_pixels(int64_t n, int64_t first, int64_t stride)
{
    return n > first ? (n - first + stride - 1) / stride : 0;
}

static struct padded find_padding(const struct evk_gather *g, const struct evk_shape *in,
                                  const struct evk_shape *out)
{
    const int64_t size[2] = {in->h, in->w}, outs[2] = {out->h, out->w};
    const int64_t stride[2] = {g->v.stride_h, g->v.stride_w};
    struct padded d = {.inside = true};

    for (int64_t i = 0; i < count_phases(g); i++)
        for (int k = 0; k < 2; k++) {
            const struct evk_gather_axis *a = &g->phases[i].axis[k];
            const int64_t n = count_pixels(size[k], g->phases[i].first[k], stride[k]);

            if (a->count == 0 || n == 0)
                continue;
            d.before[k] = evk_larger(d.before[k], -a->at);
            d.behind[k] =
                evk_larger(d.behind[k], n - 1 + a->at + (a->count - 1) * a->back - (outs[k] - 1));
            d.inside = d.inside && a->count == 1 && d.before[k] == 0 && d.behind[k] == 0;
        }
    return d;
}

static int64_t padded_width(const struct evk_gather *g, const struct padded *d,
                            const struct evk_shape *out)
{
    return (d->before[1] + out->w + d->behind[1]) * g->o;
}

static int64_t padded_floats(const struct evk_gather *g, const struct padded *d,
                             const struct evk_shape *out)
{
    return evk_padded((d->before[0] + out->h + d->behind[0]) * padded_width(g, d, out));
}

int64_t evk_gather_scratch(const struct evk_gather *g, const struct evk_shape *in,
                           const struct evk_shape *out)
{
    const struct padded d = find_padding(g, in, out);

    return d.inside ? 0 : padded_floats(g, &d, out);
}

/* Copies rows first to end - 1 of gy between the zeros, which are set where these are the
   first rows that are given. */
static void pad_rows(const struct evk_gather *g, const struct evk_pass *p, const struct padded *d,
                     int64_t first, int64_t end)
{
    const int64_t width = padded_width(g, d, &p->out);

    if (first == p->fed)
        memset(p->scratch, 0, (size_t)padded_floats(g, d, &p->out) * sizeof(float));
    for (int64_t y = first; y < end; y++)
        evk_rows_copy(p->out.w, g->o, p->gy + evk_rows_at(&p->gy_rows, y), p->y_pitch,
                      p->scratch + (d->before[0] + y) * width + d->before[1] * g->o, g->o);
}

/* Sets the gradient of the pixels of a phase that no window reads to 0, in one row. */
static void clear_pixels(const struct evk_gather *g, const struct evk_gather_phase *f,
                         const struct evk_pass *p, float *gx)
{
    for (int64_t x = f->first[1]; x < p->in->w; x += g->v.stride_w)
        memset(gx + x * p->x_pitch[0], 0, (size_t)g->c * sizeof(*gx));
}

/* Computes the pixels of a phase in rows from to to - 1 of the input. */
static void run_phase(const struct evk_gather *g, const struct evk_gather_phase *f,
                      const struct evk_pass *p, const struct padded *d, int64_t from, int64_t to)
{
    const int64_t stride = g->v.stride_h, pixel = d->inside ? p->y_pitch : g->o;
    const int64_t width = d->inside ? p->gy_rows.step : padded_width(g, d, &p->out);
    const int64_t begin = count_pixels(from, f->first[0], stride);
    const int64_t end = count_pixels(to, f->first[0], stride);
    /* Rows lie in order where there is room for all of them. */
    const bool whole = evk_rows_heavy(&f->conv) && p->gx_rows.count >= p->in->h &&
                       (!d->inside || p->gy_rows.count >= p->out.h);
    struct evk_conv_rows m = {.x_step = width, .y_step = stride * p->gx_rows.step};
    struct evk_conv c = f->conv;

    c.width = count_pixels(p->in->w, f->first[1], g->v.stride_w);
    c.step = pixel;
    c.row_step = f->axis[0].back * width;
    c.y_step = g->v.stride_w * p->x_pitch[0];
    c.add = p->add[0];
    for (int64_t i = begin; i < end && c.width > 0; i += m.count) {
        const int64_t row = f->first[0] + i * stride;
        float *gx = p->gx[0] + evk_rows_at(&p->gx_rows, row);
        const float *gy = d->inside ? p->gy + evk_rows_at(&p->gy_rows, i + f->axis[0].at)
                                    : p->scratch + (i + f->axis[0].at + d->before[0]) * width;

        m.count = whole ? end - i : 1;
        if (c.rows > 0) {
            p->k->conv_rows(&c, &m, gy + (f->axis[1].at + d->before[1]) * pixel,
                            gx + f->first[1] * p->x_pitch[0], NULL);
            continue;
        }
        m.count = 1;
        if (!c.add)
            clear_pixels(g, f, p, gx);
    }
}

void evk_gather_rows(const struct evk_gather *g, const struct evk_pass *p, int64_t first,
                     int64_t end)
{
    const struct padded d = find_padding(g, p->in, &p->out);
    const struct evk_span rows =
        evk_rows_wanted(p, evk_window_backward_reach(&g->v, p->in, &p->out, first).done,
                        evk_window_backward_reach(&g->v, p->in, &p->out, end).done);

    if (!d.inside)
        pad_rows(g, p, &d, first, end);
    for (int64_t i = 0; i < count_phases(g); i++)
        run_phase(g, &g->phases[i], p, &d, rows.first, rows.end);
}
