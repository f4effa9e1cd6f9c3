/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * picture.h - what priors do to an image, by their definitions: plain loops in double
 *
 * Images are (h, w, c), size = {h, w, c}; functions change x in place, and each channel by itself.
 * Nothing here is shared with the program, and nothing is fast.
 */
#ifndef EVK_TESTS_PICTURE_H
#define EVK_TESTS_PICTURE_H

#include <stdbool.h>
#include <stdint.h>

int64_t picture_values(const int64_t size[3]);
double picture_rms(const int64_t size[3], const double *x);

/* ---- filters (picture_filters.c) ------------------------------------------------------------- */

/*
 * Blur with a Gaussian of SD sigma pixels, cut off beyond int(4 sigma + 0.5) pixels; beyond its
 * edges, the image is continued by reflection.
 */
void picture_blur(const int64_t size[3], double sigma, double *x);

/*
 * Multiply each wave cos(pi (y + 1/2) u / h) cos(pi (x + 1/2) v / w) of x by f^-alpha, where f is
 * its frequency in cycles per shorter side, but at least one cycle per longer side; then scale x so
 * that its RMS is what it was.
 */
void picture_power_law(const int64_t size[3], double alpha, double *x);

/*
 * Replace x by its Hartley transform: sums of x(y, x) (cos + sin)(2 pi (u y / h + v x / w)) /
 * sqrt(h w).
 */
void picture_hartley(const int64_t size[3], double *x);

/*
 * Multiply each Hartley coefficient in z by 1 / f, where f is its frequency and, for the mean, the
 * lowest frequency above 0; the factors are scaled so that their mean square is 1.
 */
void picture_scale_coefficients(const int64_t size[3], double *z);

/*
 * Set gradient to that of the sum of sqrt(dx^2 + dy^2 + epsilon^2), or of the sum of dx^2 + dy^2,
 * where dx and dy are differences of neighbouring values.
 */
void picture_variation(const int64_t size[3], double epsilon, const double *x, double *gradient);
void picture_variation_squared(const int64_t size[3], const double *x, double *gradient);

/*
 * ---- limits (picture_limits.c): each holds for the image after it is clipped to 0..255 --------
 */

void picture_box(const int64_t size[3], double *x);

/* Bring the mean over pixels and channels to target, by adding one number to all values. */
void picture_mean(const int64_t size[3], double target, double *x);

/*
 * Bring the mean over channels of their SDs (with n - 1) to target, if it is above it or equal is
 * true, by one factor that multiplies the differences from each channel's mean.
 */
void picture_channel_sd(const int64_t size[3], double target, bool equal, double *x);

/* Bring the L2 norm of x - 128 to target, by a factor that multiplies x - 128. */
void picture_norm(const int64_t size[3], double target, double *x);

/*
 * Let at most a fraction of the values be 0 or 255 after rounding, by the tone curve of the prior
 * "clipped".  The curve is about each channel's mean, held between 64 and 191, and a function of
 * the distance from it relative to that of 0.51 or of 254.49: the identity up to a knee, a line
 * beyond.
 */
void picture_clipped(const int64_t size[3], double fraction, double *x);

/*
 * The axes along which pixels with this covariance (3, 3) of R, G and B vary, of falling variance,
 * by power iteration; the mean along each of them, and the SD.
 */
struct picture_axes {
    double axis[3][3], mean[3], sd[3];
};

struct picture_axes picture_axes(const double *mean, const double *covariance);

/*
 * Let the root of the mean square of the pixels' distances from the mean of natural images be at
 * most times the SD of natural images, along each of the two axes after the first, by a factor that
 * multiplies these distances.  Images have three channels.
 */
void picture_chroma(const int64_t size[3], double times, double *x);

/* Set all channels of a pixel to their mean. */
void picture_gray(const int64_t size[3], double *x);

#endif /* EVK_TESTS_PICTURE_H */
