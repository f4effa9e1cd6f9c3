/* SPDX-License-Identifier: GPL-3.0-or-later */
/* window.c - the window that a convolution or a pool moves over rows and columns */
#include "nn/window.h"

#include "base/whole.h"

static int64_t span(int64_t size, int64_t dilation)
{
    return (size - 1) * dilation + 1;
}

evk_status evk_window_shape(const struct evk_window *v, const struct evk_shape *in,
                            struct evk_shape *out, evk_error *err)
{
    const int64_t h = in->h + v->top + v->bottom, w = in->w + v->left + v->right;
    const int64_t span_h = span(v->h, v->dilation_h), span_w = span(v->w, v->dilation_w);

    if (in->flat)
        return evk_fail(err, EVK_EFORMAT, "its input is a vector, expected rows and columns");
    if (h < span_h || w < span_w)
        return evk_fail(err, EVK_EFORMAT,
                        "its window of %lldx%lld does not fit its input of %lldx%lld",
                        (long long)span_h, (long long)span_w, (long long)h, (long long)w);
    *out = *in;
    out->h = (h - span_h) / v->stride_h + 1;
    out->w = (w - span_w) / v->stride_w + 1;
    return EVK_OK;
}

void evk_window_field(const struct evk_window *v, const struct evk_shape *in, struct evk_box *box)
{
    const int64_t last_h = span(v->h, v->dilation_h) - 1, last_w = span(v->w, v->dilation_w) - 1;

    box->first[0] = evk_clamp(box->first[0] * v->stride_h - v->top, 0, in->h - 1);
    box->last[0] = evk_clamp(box->last[0] * v->stride_h - v->top + last_h, 0, in->h - 1);
    box->first[1] = evk_clamp(box->first[1] * v->stride_w - v->left, 0, in->w - 1);
    box->last[1] = evk_clamp(box->last[1] * v->stride_w - v->left + last_w, 0, in->w - 1);
}

/*
 * Widens outputs *first to *last, of count along one axis, until their windows cover one of the n
 * input positions.  The window of an output begins at output stride - before and spans reach
 * positions.
 */
static void widen_axis(int64_t *first, int64_t *last, int64_t count, int64_t stride, int64_t before,
                       int64_t reach, int64_t n)
{
    while (*first > 0 && *first * stride - before >= n)
        --*first;
    while (*last < count - 1 && *last * stride - before + reach < 1)
        ++*last;
}

void evk_window_widen(const struct evk_window *v, const struct evk_shape *in,
                      const struct evk_shape *out, struct evk_box *box)
{
    widen_axis(&box->first[0], &box->last[0], out->h, v->stride_h, v->top,
               span(v->h, v->dilation_h), in->h);
    widen_axis(&box->first[1], &box->last[1], out->w, v->stride_w, v->left,
               span(v->w, v->dilation_w), in->w);
}

static int64_t at_least_0(int64_t i)
{
    return i < 0 ? 0 : i;
}

/* Where even the windows of the whole output cover nothing but padding, last_h or last_w can lie
   before the input's last position by less than a stride: no padding follows then. */
struct evk_window evk_window_focus(const struct evk_window *v, const struct evk_box *in,
                                   const struct evk_box *out)
{
    struct evk_window f = *v;
    const int64_t last_h = out->last[0] * v->stride_h - v->top + span(v->h, v->dilation_h) - 1;
    const int64_t last_w = out->last[1] * v->stride_w - v->left + span(v->w, v->dilation_w) - 1;

    f.top = in->first[0] - (out->first[0] * v->stride_h - v->top);
    f.left = in->first[1] - (out->first[1] * v->stride_w - v->left);
    f.bottom = at_least_0(last_h - in->last[0]);
    f.right = at_least_0(last_w - in->last[1]);
    return f;
}

void evk_window_clip(int64_t size, int64_t dilation, int64_t start, int64_t n, int64_t *first,
                     int64_t *last)
{
    *first = start < 0 ? (-start + dilation - 1) / dilation : 0;
    *last = start >= n ? 0 : (n - start + dilation - 1) / dilation;
    if (*first > size)
        *first = size;
    if (*last > size)
        *last = size;
    if (*last < *first)
        *last = *first;
}

/* Does the window that begins at position start cover one of positions 0 to n - 1? */
static bool covers(int64_t size, int64_t dilation, int64_t start, int64_t n)
{
    int64_t first, last;

    evk_window_clip(size, dilation, start, n, &first, &last);
    return last > first;
}

evk_status evk_window_pool_shape(const struct evk_window *v, const struct evk_shape *in,
                                 struct evk_shape *out, evk_error *err)
{
    bool ok = true;

    EVK_TRY(evk_window_shape(v, in, out, err));
    for (int64_t y = 0; y < out->h && ok; y++)
        ok = covers(v->h, v->dilation_h, y * v->stride_h - v->top, in->h);
    for (int64_t x = 0; x < out->w && ok; x++)
        ok = covers(v->w, v->dilation_w, x * v->stride_w - v->left, in->w);
    return ok ? EVK_OK
              : evk_fail(err, EVK_EFORMAT, "one of its windows lies wholly in the padding");
}

static int64_t between(int64_t low, int64_t i, int64_t high)
{
    return i < low ? low : i < high ? i : high;
}

struct evk_reach evk_window_forward_reach(const struct evk_window *v, const struct evk_shape *in,
                                          const struct evk_shape *out, int64_t end)
{
    /* where the last window that needs no further row begins, in rows of the padded input */
    const int64_t room = end + v->top - span(v->h, v->dilation_h);
    const int64_t done = room < 0 ? 0 : between(0, room / v->stride_h + 1, out->h);

    if (end == 0 || end == in->h)
        return (struct evk_reach){end ? out->h : 0, end};
    return (struct evk_reach){done, between(0, done * v->stride_h - v->top, end)};
}

struct evk_reach evk_window_backward_reach(const struct evk_window *v, const struct evk_shape *in,
                                           const struct evk_shape *out, int64_t end)
{
    const int64_t done = between(0, end * v->stride_h - v->top, in->h);
    /* where the last window that ends above the unfinished rows begins, in padded rows */
    const int64_t above = done + v->top - span(v->h, v->dilation_h);

    if (end == 0 || end == out->h)
        return (struct evk_reach){end ? in->h : 0, end};
    return (struct evk_reach){done, above < 0 ? 0 : between(0, above / v->stride_h + 1, end)};
}

struct evk_cover evk_window_cover(int64_t size, int64_t stride, int64_t dilation, int64_t before,
                                  int64_t i, int64_t n)
{
    struct evk_cover c = {.step = 1};
    int64_t skip, last;

    while (c.step * dilation % stride != 0)
        c.step++;
    while (c.first < c.step && (i + before - c.first * dilation) % stride != 0)
        c.first++;
    c.back = c.step * dilation / stride;
    c.at = (i + before - c.first * dilation) / stride;
    if (c.first == c.step || c.first >= size || c.at < 0)
        return c;
    skip = c.at >= n ? (c.at - n) / c.back + 1 : 0;
    last = between(-1, (size - 1 - c.first) / c.step, c.at / c.back);
    c.first += skip * c.step;
    c.at -= skip * c.back;
    c.count = between(0, last + 1 - skip, size);
    return c;
}

int64_t evk_window_strongest(const struct evk_window *v, const struct evk_shape *in, const float *w,
                             int64_t m)
{
    if (v->h != in->h || v->w != in->w)
        return (in->h / 2 * in->w + in->w / 2) * in->c;
    return evk_largest(evk_shape_count(in) * m, w) / m;
}
