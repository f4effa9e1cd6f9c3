/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spectrum.h - the power of an image in half octaves of frequency, the same bits on every machine
 */
#ifndef EVK_IMAGE_SPECTRUM_H
#define EVK_IMAGE_SPECTRUM_H

#include "image/statistics.h"
#include "kernel/kernel.h"

/*
 * The spectrum is that of the image's central square, whose side is the image's shorter side or
 * this many pixels, if the shorter side is longer.
 */
enum { EVK_SPECTRUM_SIDE = 128 };

/* Tables and working memory; for one thread at a time. */
struct evk_spectrum {
    const struct evk_kernels *k;
    int64_t side;   /* the side of the square that wave and window were computed for; 0: none */
    float *wave;    /* (2, side, side) cosines, then sines, of 2 pi x v / side */
    float *window;  /* (side) Hann */
    float *square;  /* (side, side) the central square */
    float *rows;    /* (side, 2, side / 2 + 1) its transform along rows */
    float *columns; /* (2, side / 2 + 1) one row of the transform of its columns */
};

/* Allocate memory.  The caller releases *out; a zeroed structure may be released as well. */
evk_status evk_spectrum_init(struct evk_spectrum *out, const struct evk_kernels *k, evk_error *err);
void evk_spectrum_release(struct evk_spectrum *s);

/*
 * Set power[b] to the mean squared amplitude of the Fourier coefficients of x (h, w, c) in half
 * octave b, in levels^2, as evoke/statistics.h describes amplitudes.  power[b] is NAN where no
 * coefficient is in the half octave; all are NAN where the central square has fewer than 8 rows.
 */
void evk_spectrum_power(struct evk_spectrum *s, int64_t h, int64_t w, int64_t c, const float *x,
                        double power[EVK_STATISTICS_BANDS]);

#endif /* EVK_IMAGE_SPECTRUM_H */
