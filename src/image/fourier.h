/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fourier.h - spectra of images: the discrete Fourier transform of each channel
 *
 *     X(u, v) = sum over rows y and columns x of x(y, x) exp(-2 pi i (u y / h + v x / w))
 *
 * of real (h, w, c) images of any size, around the edges.  Of a spectrum half is kept, columns 0
 * to w / 2: the rest are conjugates.
 *
 * Frequency is radial, in cycles per image; where the image is not square, per its shorter side,
 * so that it is the same in all directions: min(h, w) sqrt((u / h)^2 + (v / w)^2) cycles, with
 * u and v from -h / 2 and -w / 2.  The lowest above 0 is min(h, w) / max(h, w).
 *
 * FFTW would pick its code by the instruction set, and last bits would differ between processors: so
 * none of its vector code is used, which takes twice as long, and bits are the same on every
 * processor, in every run, and for any number of threads.  Filters of images within an ascent have a
 * transform of their own (cosine.h).
 */
#ifndef EVK_IMAGE_FOURIER_H
#define EVK_IMAGE_FOURIER_H

#include "base/error.h"
#include "kernel/kernel.h"

struct evk_fourier {
    const struct evk_kernels *k;
    int64_t h, w, c;
    int64_t columns, n;      /* w / 2 + 1; coefficients of a channel, h columns */
    double *frequency;       /* (h, columns) */
    double *logarithm;       /* (h, columns) of the frequency, at 0 of the lowest above 0 */
    float *planes;           /* (c, h, w) */
    float *spectrum;         /* (c, h, columns, 2) real and imaginary parts */
    void *forward, *inverse; /* FFTW's plans */
};

/* For one thread at a time.  The caller releases *out; a zeroed one may be released as well. */
evk_status evk_fourier_init(struct evk_fourier *out, const struct evk_kernels *k, int64_t h,
                            int64_t w, int64_t c, evk_error *err);
void evk_fourier_release(struct evk_fourier *f);

/* Coefficient i of (h, columns) stands for 1 or, with its conjugate, 2 of the whole spectrum. */
int evk_fourier_places(const struct evk_fourier *f, int64_t i);

/* gain (h, columns) = a frequency^-alpha, with that of the lowest frequency above 0 at 0 too. */
void evk_fourier_power_law(const struct evk_fourier *f, double alpha, double a, float *gain);

/* f->spectrum of x (h, w, c). */
void evk_fourier_forward(struct evk_fourier *f, const float *x);

/* Each channel of the spectrum times gain (h, columns). */
void evk_fourier_multiply(struct evk_fourier *f, const float *gain);

/* x (h, w, c) = a X^-1 of f->spectrum, which is lost; forward and then inverse with a = 1 is x. */
void evk_fourier_inverse(struct evk_fourier *f, double a, float *x);

/*
 * x (h, w, c), in place, to its Hartley transform, which is orthonormal, symmetric and its own
 * inverse: of each channel, real minus imaginary part of X(u, v) / sqrt(h w), at row u, column v
 * (Bracewell 1983).
 */
void evk_fourier_hartley(struct evk_fourier *f, float *x);

#endif /* EVK_IMAGE_FOURIER_H */
