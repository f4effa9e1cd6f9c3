/* SPDX-License-Identifier: GPL-3.0-or-later */
/* conv2d.h - what the files of a convolution share: the layer (conv2d.c) and its passes */
#ifndef EVK_NN_LAYERS_CONV2D_H
#define EVK_NN_LAYERS_CONV2D_H

#include "nn/gather.h"
#include "nn/layers.h"

struct conv2d {
    struct evk_window v;
    int64_t c; /* input channels */
    struct evk_conv
        conv;     /* the kernel's call, without width and steps, which depend on the image */
    float *w;     /* kernel as in the file, in blocks of channels; owned, like all that follow */
    bool gathers; /* the gradient is gathered; else it is added patch by patch */
    struct evk_gather gather; /* kernel times scale, for the gradient that is gathered */
    float *wt; /* (o, rows, pieces, taps_room) the same for the gradient that is added, else NULL */
    float *scale, *bias; /* (room) y = scale sum + bias */
    int64_t *at;         /* (v.w c) offsets of the taps of a kernel row in a row of pixels */
};

/* The passes; struct evk_layer_type has what they do. */
int64_t evk_conv2d_scratch(const void *self, const struct evk_shape *in,
                           const struct evk_shape *out);
void evk_conv2d_forward_rows(const void *self, const struct evk_pass *p, int64_t first,
                             int64_t end);
void evk_conv2d_backward_rows(const void *self, const struct evk_pass *p, int64_t first,
                              int64_t end);
struct evk_reach evk_conv2d_forward_reach(const void *self, const struct evk_shape *in,
                                          const struct evk_shape *out, int64_t end);
struct evk_reach evk_conv2d_backward_reach(const void *self, const struct evk_shape *in,
                                           const struct evk_shape *out, int64_t end);

#endif /* EVK_NN_LAYERS_CONV2D_H */
