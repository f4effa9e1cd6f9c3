/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * evoke/statistics.h - statistics of natural images, learned from some images, kept in a file
 *
 * The file is JSON in UTF-8, an object with
 *
 *   kind      "evoke image statistics"
 *   format    1
 *   images    how many were learned from
 *   channels  3: an image of one channel counts as three equal ones
 *   colour    of all pixels alike: mean (3), display levels; covariance (3 x 3)
 *   contrast  over images: quantiles (11, fractions from 0 to 1) and, at each of them, channel_sd
 *             (sample SD over pixels, its mean over channels), rms_contrast (SD over mean of
 *             the luma, Rec. 601; 0 of a black image), mean (of all values)
 *   spectrum  cycles_per_pixel (12), the middles of half octaves below 1/2; amplitude at each:
 *             root mean square, over images and coefficients, of the Fourier amplitude of the mean
 *             of the channels, in the central square of at most 128 pixels, under a Hann window,
 *             its mean subtracted; white noise has its SD at all frequencies; null where the images
 *             were too small; slope of log amplitude over log frequency from 1/32 to 1/4 cycles
 *             per pixel, or null
 *   patches   a Gaussian model of patches of size x size pixels, 8, about the colour mean:
 *             components, the leading eigenvectors of their covariance (at most 64 of
 *             192 numbers: rows, columns, channels), with variances in falling order, and
 *             rest_variance, that of each direction beyond (probabilistic PCA: Tipping & Bishop,
 *             J. R. Stat. Soc. B 61, 1999)
 */
#ifndef EVK_STATISTICS_H
#define EVK_STATISTICS_H

#include "evoke/stimset.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct evk_statistics evk_statistics;

/*
 * Learn from images of any sizes; the same for any number of threads.  best of the progress is NAN.
 * EVK_EINVAL: none of them has 8 x 8 pixels; EVK_ESTOPPED.  The caller frees *out.
 */
EVK_API EVK_MUST_CHECK evk_status evk_statistics_learn(evk_statistics **out, evk_image_list *images,
                                                       const evk_run *run, evk_error *err);

/*
 * Read a file; NULL: those of our own dead leaves, which the library has in it.  EVK_EFORMAT: it
 * is no such file, or has numbers that cannot be.  The caller frees *out.
 */
EVK_API EVK_MUST_CHECK evk_status evk_statistics_read(evk_statistics **out, const char *path,
                                                      evk_error *err);

/* Write a file, whole or not at all. */
EVK_API EVK_MUST_CHECK evk_status evk_statistics_write(const evk_statistics *s, const char *path,
                                                       evk_error *err);
EVK_API void evk_statistics_free(evk_statistics *s);

/* The most important of them. */
typedef struct evk_statistics_info {
    int64_t images;
    double mean[3], sd[3];                  /* of all pixels, per channel, display levels */
    double channel_sd, rms_contrast, level; /* medians over images; level: of their means */
    double slope;                           /* of the amplitude spectrum; NAN: images too small */
    int64_t patch;                          /* its rows and columns */
    int64_t components;                     /* of the patch model */
    double explained;                       /* part of the patches' variance that they have */
} evk_statistics_info;

EVK_API evk_statistics_info evk_statistics_describe(const evk_statistics *s);

#ifdef __cplusplus
}
#endif
#endif /* EVK_STATISTICS_H */
