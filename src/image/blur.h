/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * blur.h - Gaussian blur as scipy.ndimage.gaussian_filter does it
 *
 * The blur is separable: each channel is blurred along columns, then along rows.  The weight of a
 * pixel at distance d is exp(-d^2 / (2 sigma^2)) for |d| <= int(4 sigma + 0.5); weights are
 * normalised to 1.  Beyond its edge an image is continued by reflection with the edge pixel
 * repeated (scipy's mode "reflect": d c b a | a b c d | d c b a), as often as needed.
 */
#ifndef EVK_IMAGE_BLUR_H
#define EVK_IMAGE_BLUR_H

#include "base/error.h"
#include "base/parallel_team.h"
#include "kernel/kernel.h"

struct evk_blur {
    int64_t radius; /* pixels; 0 leaves an image as it is */
    float *weights; /* (radius + 1): distance 0, 1, ... */
    int64_t room;   /* the largest radius for which weights has memory */
};

/*
 * Make a blur.  sigma is in pixels, 0 to 1000 (else EVK_EINVAL); 0 makes a blur that does nothing.
 * The caller releases *out; a zeroed blur may be released as well.
 */
evk_status evk_blur_init(struct evk_blur *out, double sigma, evk_error *err);
void evk_blur_release(struct evk_blur *b);

/*
 * Change sigma without allocation: b then blurs with the same bits as a new blur of that sigma.
 * sigma must not exceed the one of evk_blur_init by more than rounding.
 */
void evk_blur_set(struct evk_blur *b, double sigma);

/* Blur x (h, w, c) in place.  scratch (h, w, c) is overwritten.  Nothing is allocated. */
void evk_blur_apply(const struct evk_blur *b, const struct evk_kernels *k, int64_t h, int64_t w,
                    int64_t c, float *x, float *scratch);

/* Does the same with the threads of a team, which may be NULL; the result has the same bits. */
void evk_blur_share(const struct evk_blur *b, const struct evk_kernels *k, struct evk_team *team,
                    int64_t h, int64_t w, int64_t c, float *x, float *scratch);

#endif /* EVK_IMAGE_BLUR_H */
