/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * warp.h - an image rotated, scaled or sheared about its centre, and the adjoint of that
 *
 * Each output pixel is the bilinear interpolation of the four input pixels around the point that a
 * linear map takes it to.  A point outside the image is moved to the nearest point on its edge,
 * which continues the image by its edge pixels.  The adjoint adds each value to the same four
 * pixels with the same weights.
 */
#ifndef EVK_IMAGE_WARP_H
#define EVK_IMAGE_WARP_H

#include "base/error.h"
#include "kernel/kernel.h"

struct evk_warp {
    int64_t size[2]; /* h, w */
    int64_t c;       /* channels */
    const struct evk_kernels *k;
    int32_t *at;  /* (h, w) for each output pixel, which input pixels it needs, and ... */
    float *y, *x; /* ... (h, w) where it lies between them: see kernel/tmpl/warp.h */
};

/*
 * Make a warp for images (h, w, c), c 1 or 3, which is the identity until evk_warp_set changes it.
 * EVK_EINVAL: the image has 2^31 values or more.  The caller releases *out; a zeroed warp may be
 * released as well.
 */
evk_status evk_warp_init(struct evk_warp *out, const struct evk_kernels *k, int64_t h, int64_t w,
                         int64_t c, evk_error *err);
void evk_warp_release(struct evk_warp *p);

/*
 * Set the linear map: the output pixel y rows below and x columns right of the centre shows the
 * input at map[0] y + map[1] x rows below and map[2] y + map[3] x columns right of the centre.  All
 * numbers of map are finite.
 */
void evk_warp_set(struct evk_warp *p, const double map[4]);

/* Warp the image x (h, w, c) into y (h, w, c), which does not overlap x. */
void evk_warp_apply(const struct evk_warp *p, const float *x, float *y);

/* Set gx (h, w, c) to the adjoint of the warp applied to gy (h, w, c); they do not overlap. */
void evk_warp_adjoint(const struct evk_warp *p, const float *gy, float *gx);

#endif /* EVK_IMAGE_WARP_H */
