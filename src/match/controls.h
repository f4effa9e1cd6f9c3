/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * controls.h - images that have something in common with a given one, and nothing else
 *
 * What comes out has the size and channels of what goes in; the caller releases it.
 */
#ifndef EVK_MATCH_CONTROLS_H
#define EVK_MATCH_CONTROLS_H

#include "base/rng.h"
#include "format/codec.h"
#include "image/fourier.h"

/* ---- phase-scrambled: scramble.c ----------------------------------------------------------- */

/* Memory of one thread, for images of one size. */
struct evk_scrambler {
    struct evk_fourier fourier;
    float *spectrum; /* (c, n, 2) what was transformed */
    float *field;    /* (n, 2) unit numbers that the spectrum of every channel is multiplied by */
    float *x;        /* (h, w, c) */
    double *mean;    /* (c) */
};

/* The caller releases *out; a zeroed one may be released as well. */
evk_status evk_scrambler_init(struct evk_scrambler *out, const struct evk_kernels *k, int64_t h,
                              int64_t w, int64_t c, evk_error *err);
void evk_scrambler_release(struct evk_scrambler *s);

/*
 * x (h, w, c), an image or a perturbation, in place: the amplitude spectrum and the mean of each
 * channel stay, to a rounding; to the phases a random field is added, the same for all channels, so
 * that colours go together as before (a function of key, h and w; uniform, but where a coefficient
 * is real).  Values may be anything.
 */
void evk_scramble(struct evk_scrambler *s, const struct evk_rng_key *key, float *x);

/*
 * The same with values between low and high (h, w, c): the field goes on changing until they are,
 * by projections in turn on the values that are allowed and on the spectra that differ by one field
 * from that of x (Gerchberg & Saxton 1972, for several channels; steps go 2.5 times as far, for
 * speed).  It ends when no value is out of bounds by more than tolerance, or after so many rounds.
 * Returns by how much some value is, 0 or less where none is; *x is not clipped.
 */
struct evk_bounds {
    const float *low, *high;
    double tolerance;
    int64_t rounds;
};
double evk_scramble_within(struct evk_scrambler *s, const struct evk_rng_key *key,
                           const struct evk_bounds *bounds, float *x);

/*
 * An image of 8 bits, scrambled so that it needs no clipping: of its amplitude spectrum nothing is
 * lost but by rounding, at most half a level a value, as long as *contrast is 1.  Where 200
 * rounds are not enough, which begins at an SD of about 75 levels, what differs from the mean is
 * multiplied by *contrast, as little below 1 as makes it fit: 0.95 at an SD of 90, 0.7 for an image
 * of 0 and 255 alone.
 */
evk_status evk_scramble_pixels(struct evk_scrambler *s, const struct evk_rng_key *key,
                               const struct evk_pixels *image, struct evk_pixels *out,
                               double *contrast, evk_error *err);

/* ---- alike in mean and SD: moments.c ------------------------------------------------------- */

/*
 * other, with the mean and SD of each channel of image: scaled, clipped and rounded, with scale and
 * shift such that what comes out has them.  The same number of channels; sizes may differ.
 * *apart is the largest difference that is left of a mean or an SD, in levels; where other has a
 * channel that does not vary, or image an SD that clipping does not let other have, not small.
 */
evk_status evk_match_pair(const struct evk_pixels *other, const struct evk_pixels *image,
                          struct evk_pixels *out, double *apart, evk_error *err);

/* ---- nothing: blank.c ---------------------------------------------------------------------- */

/* h x w pixels RGB, all of one level. */
evk_status evk_blank(struct evk_pixels *out, int64_t h, int64_t w, unsigned char level,
                     evk_error *err);

#endif /* EVK_MATCH_CONTROLS_H */
