/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * warp.h - an image resampled along a linear map about its centre, and the adjoint
 *
 * Bilinear between the four pixels around each point; a point outside is moved
 * to the nearest on the edge, so that edge pixels go on for ever.  The adjoint
 * hands each value back to the same four pixels with the same weights.
 */
#ifndef EVK_IMAGE_WARP_H
#define EVK_IMAGE_WARP_H

#include "base/error.h"
#include "kernel/kernel.h"

struct evk_warp {
    int64_t size[2], c; /* h, w; channels */
    const struct evk_kernels *k;
    int32_t *at; /* (h, w) each, as warp_points of kernel/tmpl/warp.h */
    float *y, *x;
};

/* For images of this size, c 1 or 3, of less than 2^31 values.  The identity until it is set. */
evk_status evk_warp_init(struct evk_warp *out, const struct evk_kernels *k, int64_t h, int64_t w,
                         int64_t c, evk_error *err);
void evk_warp_release(struct evk_warp *p);

/*
 * The output (y, x) down and right of the centre is the input at
 * (map[0] y + map[1] x, map[2] y + map[3] x).  All finite.
 */
void evk_warp_set(struct evk_warp *p, const double map[4]);

/* y = T x, and gx = T' gy; both written. No overlap. */
void evk_warp_apply(const struct evk_warp *p, const float *x, float *y);
void evk_warp_adjoint(const struct evk_warp *p, const float *gy, float *gx);

#endif /* EVK_IMAGE_WARP_H */
