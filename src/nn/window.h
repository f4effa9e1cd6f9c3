/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * window.h - a window that moves over rows and columns: convolutions and pools
 *
 * Output pixel (y, x) covers input pixels (y stride_h - top + r dilation_h,
 * x stride_w - left + s dilation_w) for 0 <= r < h, 0 <= s < w.  All four
 * paddings are explicit; frameworks' rules ("same") end in src/model.
 */
#ifndef EVK_NN_WINDOW_H
#define EVK_NN_WINDOW_H

#include "nn/layer.h"

struct evk_window {
    int64_t h, w;
    int64_t stride_h, stride_w;
    int64_t dilation_h, dilation_w;
    int64_t top, bottom, left, right;
};

/* Rows and columns of the output; channels are left alone. */
evk_status evk_window_shape(const struct evk_window *v, const struct evk_shape *in,
                            struct evk_shape *out, evk_error *err);

/* The same for a pool: every window must cover some of the image. */
evk_status evk_window_pool_shape(const struct evk_window *v, const struct evk_shape *in,
                                 struct evk_shape *out, evk_error *err);

/* Rows and columns of a box of outputs become those of the inputs; channels are left alone. */
void evk_window_field(const struct evk_window *v, const struct evk_shape *in, struct evk_box *box);

/*
 * A part of the output, see evk_layer_type.focus: a box grown until it sees some of the image, or
 * is whole; and the window that makes it of its field.  Padding stays padding.
 */
void evk_window_widen(const struct evk_window *v, const struct evk_shape *in,
                      const struct evk_shape *out, struct evk_box *box);
struct evk_window evk_window_focus(const struct evk_window *v, const struct evk_box *in,
                                   const struct evk_box *out);

/*
 * Along one axis: the window positions r in [*first, *last) whose input
 * position start + r dilation lies in [0, n).
 */
void evk_window_clip(int64_t size, int64_t dilation, int64_t start, int64_t n, int64_t *first,
                     int64_t *last);

/*
 * Rows arriving in order: how far input rows 0 to end - 1 bring the output, and
 * rows of its gradient that of the input.
 */
struct evk_reach evk_window_forward_reach(const struct evk_window *v, const struct evk_shape *in,
                                          const struct evk_shape *out, int64_t end);
struct evk_reach evk_window_backward_reach(const struct evk_window *v, const struct evk_shape *in,
                                           const struct evk_shape *out, int64_t end);

/*
 * Along one axis: the window positions that cover input i, first, first + step,
 * ..., count of them, from outputs at, at - back, ...; those outside 0 to
 * n - 1 are not counted.
 */
struct evk_cover {
    int64_t first, step, count, at, back;
};
struct evk_cover evk_window_cover(int64_t size, int64_t stride, int64_t dilation, int64_t before,
                                  int64_t i, int64_t n);

#endif /* EVK_NN_WINDOW_H */
