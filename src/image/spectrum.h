/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spectrum.h - the power of an image in half octaves, the same bits on every machine */
#ifndef EVK_IMAGE_SPECTRUM_H
#define EVK_IMAGE_SPECTRUM_H

#include "image/statistics.h"
#include "kernel/kernel.h"

enum { EVK_SPECTRUM_SIDE = 128 }; /* of the central square, at most */

/* Tables and working memory; for one thread at a time. */
struct evk_spectrum {
    const struct evk_kernels *k;
    int64_t side;          /* that tables are for; 0: none */
    float *wave;           /* (side, side): cosines, then as many sines, of 2 pi x v / side */
    float *window;         /* (side) Hann */
    float *square;         /* (side, side) */
    float *rows, *columns; /* (side, 2 side), (2 side) */
};

/* The caller releases *out; a zeroed one may be released too. */
evk_status evk_spectrum_init(struct evk_spectrum *out, const struct evk_kernels *k, evk_error *err);
void evk_spectrum_release(struct evk_spectrum *s);

/*
 * Mean power of x (h, w, c) in each half octave, as evoke/statistics.h says; NAN where it has no
 * coefficient, everywhere for a square below 8 pixels.
 */
void evk_spectrum_power(struct evk_spectrum *s, int64_t h, int64_t w, int64_t c, const float *x,
                        double power[EVK_STATISTICS_BANDS]);

#endif /* EVK_IMAGE_SPECTRUM_H */
