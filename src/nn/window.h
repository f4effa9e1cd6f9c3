/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * window.h - the window that a convolution or a pool moves over rows and columns
 *
 * The window of output pixel (y, x) covers the input pixels
 * (y stride_h - top + r dilation_h, x stride_w - left + s dilation_w) for
 * 0 <= r < h and 0 <= s < w.  All four paddings are numbers; the rules that
 * frameworks have for them, such as "same", are resolved in src/model.
 */
#ifndef EVK_NN_WINDOW_H
#define EVK_NN_WINDOW_H

#include "nn/layer.h"

struct evk_window {
    int64_t h, w; /* rows and columns of the kernel, not counting gaps of a dilation */
    int64_t stride_h, stride_w;
    int64_t dilation_h, dilation_w;
    int64_t top, bottom, left, right; /* padding, pixels of zeros around the input */
};

/*
 * Gives in *out the shape of the output for an input of this shape; the number of channels is
 * copied.  EVK_EFORMAT: the input is a vector, or the window is larger than the padded input.
 */
evk_status evk_window_shape(const struct evk_window *v, const struct evk_shape *in,
                            struct evk_shape *out, evk_error *err);

/*
 * Does as evk_window_shape for a pool, each of whose windows must also cover at least one pixel of
 * the input: EVK_EFORMAT where a window lies wholly in the padding.
 */
evk_status evk_window_pool_shape(const struct evk_window *v, const struct evk_shape *in,
                                 struct evk_shape *out, evk_error *err);

/* Replaces the rows and columns of a box of the output by those of the input that the windows of
   the box cover; its channels stay. */
void evk_window_field(const struct evk_window *v, const struct evk_shape *in, struct evk_box *box);

/*
 * For evk_layer_focus.widen: grows the rows and columns of a box of the output until its windows
 * cover at least one pixel of the input, or until the box is the whole output.
 */
void evk_window_widen(const struct evk_window *v, const struct evk_shape *in,
                      const struct evk_shape *out, struct evk_box *box);
/* For evk_layer_focus.cut: returns the window that makes box out of the output from box in of the
   input, which evk_window_field gave.  What was padding for the whole layer still is. */
struct evk_window evk_window_focus(const struct evk_window *v, const struct evk_box *in,
                                   const struct evk_box *out);

/*
 * Clips a window along one axis: gives the window positions r, from *first to
 * *last - 1, whose input position start + r dilation lies within 0 to n - 1.
 */
void evk_window_clip(int64_t size, int64_t dilation, int64_t start, int64_t n, int64_t *first,
                     int64_t *last);

/*
 * For evk_layer_rows: return how far the output can be computed from rows 0 to end - 1 of the
 * input, and how far the input's gradient can be computed from rows 0 to end - 1 of the output's
 * gradient.
 */
struct evk_reach evk_window_forward_reach(const struct evk_window *v, const struct evk_shape *in,
                                          const struct evk_shape *out, int64_t end);
struct evk_reach evk_window_backward_reach(const struct evk_window *v, const struct evk_shape *in,
                                           const struct evk_shape *out, int64_t end);

/*
 * Finds, along one axis, the windows that cover input position i.  There are
 * count of them: with its position first + j step, the window of output
 * at - j back covers i, for 0 <= j < count.  before is the padding before the
 * input; only outputs 0 to n - 1 are counted.
 */
struct evk_cover {
    int64_t first, step, count, at, back;
};
struct evk_cover evk_window_cover(int64_t size, int64_t stride, int64_t dilation, int64_t before,
                                  int64_t i, int64_t n);

/*
 * For evk_layer_type.strongest of a depthwise convolution: returns the value of the input, by its
 * index, whose weight has the largest magnitude, where the window is as large as the input, as in a
 * readout; elsewhere the first channel in the middle of the input, since every position has the
 * same weights.  w: (v->h, v->w, in->c m), m kernels a channel.
 */
int64_t evk_window_strongest(const struct evk_window *v, const struct evk_shape *in, const float *w,
                             int64_t m);

#endif /* EVK_NN_WINDOW_H */
