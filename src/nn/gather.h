/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gather.h - the gradient of a convolution with respect to its input, gathered: for each pixel of
 * the input, the sum over all outputs that read it
 *
 * With stride 1 that is a convolution of the output's gradient with the kernel turned around, so
 * the kernel conv_rows computes it.  With larger strides, pixels of the input fall into phases, by
 * their row and their column modulo the strides.  The pixels of a phase are read with the same part
 * of the kernel, so each phase is a convolution of its own, and a phase that no part of the kernel
 * reaches has the gradient 0.
 *
 * The alternative is to add the gradient of each patch where the patch lies (the kernel
 * conv_row_gradient).  It loads and stores each float of the gradient once for each output that
 * reads it, but does not leave lanes idle where the input has few channels.
 */
#ifndef EVK_NN_GATHER_H
#define EVK_NN_GATHER_H

#include "nn/layer.h"
#include "nn/window.h"

/* What a phase reads along one axis: count kernel positions, the last one first. */
struct evk_gather_axis {
    int64_t count;      /* 0: none */
    int64_t last, step; /* the last position, and from each to the next one before it */
    int64_t at, back;   /* the output whose window has `last` at the phase's first pixel, which may
                           be negative; and outputs from that of a position to that of the next */
};

struct evk_gather_phase {
    int64_t first[2]; /* row and column of the first pixel of the phase */
    struct evk_gather_axis axis[2];
    struct evk_conv conv; /* the call of conv_rows, without what depends on the image */
    float *w;             /* owned: conv.w */
    int64_t *taps;        /* owned: conv.at */
};

struct evk_gather {
    struct evk_window v;
    int64_t c, o;                    /* channels of the input and of the output */
    struct evk_gather_phase *phases; /* (v.stride_h, v.stride_w) owned, like the next two */
    float *one, *zero;               /* conv.scale and conv.shift */
};

/*
 * Is the gradient faster gathered than added?  The c input channels must fill vectors.  Where each
 * output reads a single pixel, nothing is added twice, and the kernel conv_row_gradient is as fast
 * while the weights stay in the first cache.
 */
bool evk_gather_suits(const struct evk_window *v, int64_t c, int64_t o);

/* Makes a gradient whose weights are all 0.  On failure g holds nothing. */
evk_status evk_gather_init(struct evk_gather *g, const struct evk_window *v, int64_t c, int64_t o,
                           evk_error *err);
void evk_gather_release(struct evk_gather *g);

/* The weights from output channel o to the input channels, at row r and column s of the kernel:
   sets *conv to the call that has them, and returns w, in which that of input channel j is
   w[evk_conv_weight_at(*conv, *tap, j)]. */
float *evk_gather_weights(const struct evk_gather *g, int64_t r, int64_t s, int64_t o,
                          const struct evk_conv **conv, int64_t *tap);

/* Returns the floats of scratch that evk_gather_rows needs. */
int64_t evk_gather_scratch(const struct evk_gather *g, const struct evk_shape *in,
                           const struct evk_shape *out);

/*
 * Rows first to end - 1 of p->gy have been added: computes the rows of p->gx that
 * evk_window_backward_reach finishes.  p->gy has passed the ReLU, if there is one.
 */
void evk_gather_rows(const struct evk_gather *g, const struct evk_pass *p, int64_t first,
                     int64_t end);

#endif /* EVK_NN_GATHER_H */
