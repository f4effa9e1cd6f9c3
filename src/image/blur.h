/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * blur.h - Gaussian blur as scipy.ndimage.gaussian_filter does it
 *
 * Separable, along rows and columns and not across channels; weights
 * exp(-d^2 / (2 sigma^2)) for |d| <= int(4 sigma + 0.5), normalised to 1; beyond
 * the edge the image is mirrored with the edge pixel repeated (scipy's
 * "reflect": d c b a | a b c d | d c b a), as often as needed.
 */
#ifndef EVK_IMAGE_BLUR_H
#define EVK_IMAGE_BLUR_H

#include "base/error.h"
#include "kernel/kernel.h"

struct evk_blur {
    int64_t radius; /* pixels; 0 leaves an image as it is */
    float *weights; /* (radius + 1): distance 0, 1, ... */
    int64_t room;   /* the largest radius that fits */
};

/* sigma in pixels, 0 to 1000; 0 gives a blur that does nothing. */
evk_status evk_blur_init(struct evk_blur *out, double sigma, evk_error *err);
void evk_blur_release(struct evk_blur *b);

/*
 * The same blur as evk_blur_init with this sigma, to the bit, without allocation; sigma at most
 * that of evk_blur_init, or a rounding beyond.
 */
void evk_blur_set(struct evk_blur *b, double sigma);

/* Blur x (h, w, c) in place; scratch holds as many floats. No allocation, cannot fail. */
void evk_blur_apply(const struct evk_blur *b, const struct evk_kernels *k, int64_t h, int64_t w,
                    int64_t c, float *x, float *scratch);

#endif /* EVK_IMAGE_BLUR_H */
