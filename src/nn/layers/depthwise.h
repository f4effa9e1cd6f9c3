/* SPDX-License-Identifier: GPL-3.0-or-later */
/* depthwise.h - what the two files of depthwise convolution share: the layer, and its passes */
#ifndef NN_LAYERS_DEPTHWISE_H
#define NN_LAYERS_DEPTHWISE_H

#include "nn/layer.h"
#include "nn/window.h"

struct depthwise {
    struct evk_window v;
    int64_t c, m;        /* input channels, depth multiplier */
    float *w;            /* (v.h, v.w, c m) kernel as in the file; owned, like all that follow */
    float *wt;           /* (v.h, v.w, c m) kernel times scale, for the gradient */
    float *scale, *bias; /* (c m): y = scale sum + bias */
    bool relu;           /* a ReLU has been folded into the layer: y = max(y, 0) */
};

/* The passes of the layer, and the reach of their rows, as layer.h describes them. */
void evk_depthwise_forward(const void *self, const struct evk_pass *p);
void evk_depthwise_backward(const void *self, const struct evk_pass *p);
void evk_depthwise_forward_rows(const void *self, const struct evk_pass *p, int64_t first,
                                int64_t end);
void evk_depthwise_backward_rows(const void *self, const struct evk_pass *p, int64_t first,
                                 int64_t end);
struct evk_reach evk_depthwise_forward_reach(const void *self, const struct evk_shape *in,
                                             const struct evk_shape *out, int64_t end);
struct evk_reach evk_depthwise_backward_reach(const void *self, const struct evk_shape *in,
                                              const struct evk_shape *out, int64_t end);

#endif
