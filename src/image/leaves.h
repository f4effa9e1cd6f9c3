/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * leaves.h - dead leaves: images of our own with some statistics of natural ones
 *
 * Opaque ellipses of random place, orientation, size and colour cover each other and the whole
 * image (Matheron 1968; Lee, Mumford & Huang, IJCV 41, 2001).  The density of the larger semi-axis
 * is r^-3 between 0.6 pixels and 1.5 times the larger side of the image, which makes the
 * images alike at all scales; the amplitude spectrum falls as about 1 / f.
 */
#ifndef EVK_IMAGE_LEAVES_H
#define EVK_IMAGE_LEAVES_H

#include "base/rng.h"
#include "evoke/base.h"

/*
 * Paint image (h, w, c), display values 0 to 255, c 1 or 3: a function of key, h and w alone, of
 * which one channel is the mean of the three.  Edges are averages over 4 x 4 samples a pixel.
 * Over many images the channels R, G, B have means near 116, 109, 100 and SDs near 57.
 * h and w at least 1 and h w at most EVK_PIXELS_MAX; it takes 16 bytes a pixel.
 */
evk_status evk_leaves(int64_t h, int64_t w, int64_t c, const struct evk_rng_key *key, float *image,
                      evk_error *err);

#endif /* EVK_IMAGE_LEAVES_H */
