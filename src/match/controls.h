/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * controls.h - control images, which share some statistics with a given image and nothing else:
 * phase-scrambled, matched in mean and SD, blank
 */
#ifndef EVK_MATCH_CONTROLS_H
#define EVK_MATCH_CONTROLS_H

#include "base/rng.h"
#include "format/codec.h"
#include "image/fourier.h"

/* ---- phase-scrambled: scramble.c ----------------------------------------------------------- */

/* The memory of one thread, for images of one size; n is fourier.n. */
struct evk_scrambler {
    struct evk_fourier fourier;
    float *spectrum; /* (c, n, 2) the spectrum of the original, less its means */
    float *field; /* (n, 2) complex numbers of magnitude 1, by which each channel is multiplied */
    float *x;     /* (3, h, w, c) an image, and the bounds of its values */
    double *mean; /* (c) of the original */
};

/*
 * Allocate the memory for images (h, w, c).  The caller releases *out; a zeroed structure may be
 * released as well.
 */
evk_status evk_scrambler_init(struct evk_scrambler *out, const struct evk_kernels *k, int64_t h,
                              int64_t w, int64_t c, evk_error *err);
void evk_scrambler_release(struct evk_scrambler *s);

/*
 * Scramble the phases of x (h, w, c), an image or a perturbation, in place.  The amplitude spectrum
 * and the mean of each channel stay, up to rounding.  A random phase is added to each Fourier
 * coefficient, uniform (0 or pi where the coefficient is real) and a function of key, h and w
 * alone.  It is the same for all channels, which keeps the relations between colours.  x may have
 * values outside 0 to 255, before and after.
 */
void evk_scramble(struct evk_scrambler *s, const struct evk_rng_key *key, float *x);

/* The values that evk_scramble_within allows, and when it stops. */
struct evk_bounds {
    const float *low, *high; /* (h, w, c) the least and the largest value allowed */
    double tolerance;        /* a value may be out of these bounds by this much, in levels */
    int64_t rounds;          /* how often x is projected, at most */
};

/*
 * Scramble the phases of x (h, w, c) so that its values are within bounds.  After evk_scramble, the
 * random phases are changed in rounds.  A round moves each value that is out of bounds 2.5 times as
 * far as to the bound, for speed, and then projects on the images whose spectrum is that of the
 * original with one phase added to each coefficient, the same for all channels (the algorithm of
 * Gerchberg & Saxton 1972, for several channels).  Returns by how much, at most, a value of x is
 * out of bounds; 0 or less: none is.  x is not clipped.
 */
double evk_scramble_within(struct evk_scrambler *s, const struct evk_rng_key *key,
                           const struct evk_bounds *bounds, float *x);

/*
 * Scramble the phases of an 8-bit image so that its values fit in 0 to 255 without clipping.  Then
 * its amplitude spectrum changes only as values are rounded, by half a level at most.  Where 200
 * rounds do not suffice, from an SD of about 75 levels on, the differences from the mean are
 * multiplied by *contrast, which is lowered from 1 until values fit: to 0.95 at an SD of 90, to 0.7
 * for an image of 0 and 255 alone.  *out has the size and channels of image; the caller releases
 * it.
 */
evk_status evk_scramble_pixels(struct evk_scrambler *s, const struct evk_rng_key *key,
                               const struct evk_pixels *image, struct evk_pixels *out,
                               double *contrast, evk_error *err);

/* ---- alike in mean and SD: moments.c ------------------------------------------------------- */

/*
 * Make *out of other, with the mean and SD of each channel of image.  Each channel of other is
 * scaled, shifted, clipped and rounded, by the scale and shift that come nearest to them after
 * clipping and rounding.  Both images have the same number of channels; sizes may differ.  *out has
 * the size of other; the caller releases it.  *residual is set to the largest difference of a mean
 * or an SD that is left, in levels.  It is not small where a channel of other does not vary, or
 * where clipping keeps it from an SD as large as that of image.
 */
evk_status evk_match_pair(const struct evk_pixels *other, const struct evk_pixels *image,
                          struct evk_pixels *out, double *residual, evk_error *err);

/* ---- blank: blank.c ------------------------------------------------------------------------ */

/* Make an RGB image of h x w pixels whose values are all level; the caller releases *out. */
evk_status evk_blank(struct evk_pixels *out, int64_t h, int64_t w, unsigned char level,
                     evk_error *err);

#endif /* EVK_MATCH_CONTROLS_H */
