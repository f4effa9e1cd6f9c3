/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * leaves.h - "dead leaves": synthetic images with some statistics of natural images
 *
 * Opaque ellipses ("leaves") of random place, orientation, size and colour cover each other and the
 * whole image (Matheron 1968; Lee, Mumford & Huang, IJCV 41, 2001).  The probability density of the
 * larger semi-axis r is proportional to r^-3 between 0.6 pixels and 1.5 times the larger side of
 * the image, which makes images look alike at all scales; the amplitude spectrum falls as about 1 /
 * f.
 */
#ifndef EVK_IMAGE_LEAVES_H
#define EVK_IMAGE_LEAVES_H

#include "base/rng.h"
#include "evoke/base.h"

/*
 * Paint image (h, w, c), display values 0 to 255.  Colour images (c = 3) are a function of key, h
 * and w alone; a gray image (c = 1) is made of the same leaves, each in the mean of its three
 * channels.  Each pixel is the average of 4 x 4 samples, which smooths edges.  Over many images the
 * channels R, G, B have means near 116, 109, 100 and SDs near 57.  The call allocates 16 bytes for
 * each pixel.  EVK_EINVAL: h or w is below 1, h w is over EVK_PIXELS_MAX, or c is neither 1 nor 3.
 */
evk_status evk_leaves(int64_t h, int64_t w, int64_t c, const struct evk_rng_key *key, float *image,
                      evk_error *err);

#endif /* EVK_IMAGE_LEAVES_H */
