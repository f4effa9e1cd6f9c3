/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fourier.h - spectra of images: the discrete Fourier transform of each channel
 *
 *     X(u, v) = sum over rows y and columns x of x(y, x) exp(-2 pi i (u y / h + v x / w))
 *
 * of real images (h, w, c) of any size, which count as periodic: opposite edges are neighbours.
 * The spectrum of a real image is symmetric, X(-u, -v) being the conjugate of X(u, v), so that only
 * columns v = 0 to w / 2 are stored.
 *
 * Frequency is radial, in cycles per image; where the image is not square, in cycles per its
 * shorter side, so that the unit is the same in all directions: min(h, w) sqrt((u / h)^2 + (v /
 * w)^2) cycles, where u and v are counted from -h / 2 and -w / 2.  The lowest frequency above 0 is
 * min(h, w) / max(h, w).
 *
 * FFTW would choose its code by the processor's instruction set, and the last bits of results would
 * differ between processors.  Its vector code is therefore not used: transforms take twice as long,
 * but give the same bits on every processor, in every run and for any number of threads.  Filters
 * within an ascent use the cosine transform instead (cosine.h).
 */
#ifndef EVK_IMAGE_FOURIER_H
#define EVK_IMAGE_FOURIER_H

#include "base/error.h"
#include "kernel/kernel.h"

struct evk_fourier {
    const struct evk_kernels *k;
    int64_t h, w, c;
    int64_t columns, n;      /* w / 2 + 1; n = h columns, the stored coefficients of a channel */
    double *frequency;       /* (h, columns) frequency of each coefficient, in cycles per image */
    double *logarithm;       /* (h, columns) log frequency; at 0, of the lowest frequency above 0 */
    float *planes;           /* (c, h, w) */
    float *spectrum;         /* (c, h, columns, 2) real and imaginary parts */
    void *forward, *inverse; /* FFTW's plans */
};

/*
 * Make the plans and memory for images (h, w, c).  EVK_EINVAL: a size is below 1 or too large.
 * *out may be used by one thread at a time.  The caller releases it; a zeroed structure may be
 * released as well.
 */
evk_status evk_fourier_init(struct evk_fourier *out, const struct evk_kernels *k, int64_t h,
                            int64_t w, int64_t c, evk_error *err);
void evk_fourier_release(struct evk_fourier *f);

/*
 * Returns how many coefficients of the whole spectrum the stored coefficient i, an index into
 * (h, columns), stands for: 2 where its conjugate is not stored, else 1.
 */
int evk_fourier_places(const struct evk_fourier *f, int64_t i);

/*
 * Set gain (h, columns) to a frequency^-alpha.  Frequency 0 gets the gain of the lowest frequency
 * above 0.
 */
void evk_fourier_power_law(const struct evk_fourier *f, double alpha, double a, float *gain);

/* Set f->spectrum to the transform of x (h, w, c). */
void evk_fourier_forward(struct evk_fourier *f, const float *x);

/* Multiply each channel of f->spectrum by gain (h, columns). */
void evk_fourier_multiply(struct evk_fourier *f, const float *gain);

/*
 * Set x (h, w, c) to a times the inverse transform of f->spectrum, which is overwritten.  Forward,
 * then inverse with a = 1, gives x back.
 */
void evk_fourier_inverse(struct evk_fourier *f, double a, float *x);

/*
 * Replace x (h, w, c) by its Hartley transform (Bracewell 1983): value (u, v) of a channel becomes
 * the real minus the imaginary part of X(u, v) / sqrt(h w).  The transform is orthonormal,
 * symmetric and its own inverse.  f->spectrum is overwritten.
 */
void evk_fourier_hartley(struct evk_fourier *f, float *x);

#endif /* EVK_IMAGE_FOURIER_H */
