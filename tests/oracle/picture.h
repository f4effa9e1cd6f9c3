/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * picture.h - what priors do to an image, from their definitions: plain loops in double
 *
 * Images are (h, w, c), size = {h, w, c}; channels do not mix.  Nothing here is shared with the
 * program, and nothing is fast.
 */
#ifndef EVK_TESTS_PICTURE_H
#define EVK_TESTS_PICTURE_H

#include <stdbool.h>
#include <stdint.h>

int64_t picture_values(const int64_t size[3]);
double picture_rms(const int64_t size[3], const double *x);

/* ---- filters (picture_filters.c) ------------------------------------------------------------- */

/* Gaussian of so many pixels up to int(4 sigma + 0.5) of them away, beyond edges its reflection. */
void picture_blur(const int64_t size[3], double sigma, double *x);

/*
 * Each wave cos(pi (y + 1/2) u / h) cos(pi (x + 1/2) v / w) times f^-alpha, f = its cycles per
 * shorter side but at least one cycle per longer side; the RMS stays as it was.
 */
void picture_power_law(const int64_t size[3], double alpha, double *x);

/* sum of x(y, x) (cos + sin)(2 pi (u y / h + v x / w)) over the root of h w */
void picture_hartley(const int64_t size[3], double *x);

/* Coefficient (u, v) of it times 1 / f, that of the mean like the lowest one's; mean square 1. */
void picture_scale_coefficients(const int64_t size[3], double *z);

/* The gradient of the sum of sqrt(dx^2 + dy^2 + epsilon^2), and that of dx^2 + dy^2. */
void picture_variation(const int64_t size[3], double epsilon, const double *x, double *gradient);
void picture_variation_squared(const int64_t size[3], const double *x, double *gradient);

/* ---- limits (picture_limits.c): of the image in the box 0..255, which follows them ------------ */

void picture_box(const int64_t size[3], double *x);

/* The mean over pixels and channels, by one shift. */
void picture_mean(const int64_t size[3], double target, double *x);

/* The SD over pixels (n - 1), mean over channels, at most or equal, by a factor about their means. */
void picture_channel_sd(const int64_t size[3], double target, bool equal, double *x);

/* The L2 norm about 128, by a factor about 128. */
void picture_norm(const int64_t size[3], double target, double *x);

/*
 * At most a fraction of the values 0 or 255 when rounded, by the tone curve of the prior clipped:
 * of the reach, 1 at 0.51 and at 254.49, the identity up to the knee and a line beyond, about each
 * channel's mean, held between 64 and 191.
 */
void picture_clipped(const int64_t size[3], double fraction, double *x);

/* The mean over channels, in all of them. */
void picture_gray(const int64_t size[3], double *x);

#endif /* EVK_TESTS_PICTURE_H */
