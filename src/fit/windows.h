/* SPDX-License-Identifier: GPL-3.0-or-later */
/* windows.h - parts of the image that a neuron may look at, and kernels of features seen so */
#ifndef EVK_FIT_WINDOWS_H
#define EVK_FIT_WINDOWS_H

#include "fit/smoothed.h"

/*
 * Smoothings of features, and for each of them windows: number 0 is the whole image, then Gaussians
 * on a lattice of centres, which are narrow where the smoothing is fine and wide where it is not.
 */
enum { EVK_SMOOTHINGS = 2, EVK_WINDOW_CENTRES = 4 };
enum { EVK_WINDOWS = 1 + EVK_WINDOW_CENTRES * EVK_WINDOW_CENTRES };

/* The SD of a smoothing, as a part of the image. */
double evk_window_smoothing(int64_t smoothing);

/*
 * The variance that a window of a smoothing gives to weights at place (row, column) of a grid, from
 * 0 to 1.  A grid of one place, as a vector has, is nowhere in the image: the variance is 1.
 */
double evk_window_at(int64_t smoothing, int64_t window, int64_t rows, int64_t columns, int64_t row,
                     int64_t column);

/* The smoothed features of a core. */
struct evk_windowed {
    int64_t smoothing;
    const struct evk_smoothed *features; /* borrowed */
    int threads;
};

/*
 * The kernels of some images under windows first to first + windows - 1.
 *   order    (n) the images
 *   kernels  (windows, n, n), written
 *   room     (n, n)
 * EVK_ENOMEM.
 */
evk_status evk_windowed_kernels(const struct evk_windowed *w, int64_t n, const int64_t *order,
                                int64_t first, int64_t windows, double *kernels, double *room,
                                evk_error *err);

#endif /* EVK_FIT_WINDOWS_H */
