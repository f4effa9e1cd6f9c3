/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * evoke/statistics.h - statistics of natural images, learned from some images and kept in a file
 *
 * Image priors and start images refer to them.  The file is JSON in UTF-8, an object with these
 * members:
 *
 *   kind      "evoke image statistics"
 *   format    1
 *   images    number of images that the statistics were learned from
 *   channels  3; an image of one channel counts as one of three equal channels
 *   colour    object, over all pixels of all images: mean, 3 display values, and covariance, 3 x 3
 *   contrast  object, over images: quantiles, 11 fractions from 0 to 1, and at each of them the
 *             quantile of channel_sd (sample SD over pixels, averaged over channels, display
 *             levels), of rms_contrast (SD over mean of the luma of Rec. 601; 0 for a black image)
 *             and of mean (of all values, a display value)
 *   spectrum  object: cycles_per_pixel, the middles of 12 half octaves below 1/2 cycle per pixel,
 *             and amplitude, one for each of them: the root mean square, over images and Fourier
 *             coefficients, of the amplitude of the mean of the channels, in the central square of
 *             at most 128 pixels, after its mean was subtracted and a Hann window applied, scaled
 *             so that white noise has its SD at all frequencies; null where the images were too
 *             small. slope, of log amplitude over log frequency from 1/32 to 1/4 cycles per pixel,
 *             or null
 *   patches   object, a Gaussian model of patches of size x size pixels (8) about the colour mean,
 *             as probabilistic PCA makes it (Tipping & Bishop, J. R. Stat.  Soc.  B 61, 1999):
 *             components, the leading eigenvectors (at most 64) of the covariance of the 192 values
 *             of a patch, (rows, columns, channels); variances along these, falling; and
 *             rest_variance, along each of the other directions
 */
#ifndef EVK_STATISTICS_H
#define EVK_STATISTICS_H

#include "evoke/stimset.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct evk_statistics evk_statistics;

/*
 * Learns statistics from images of any sizes.  The result does not depend on the number of threads.
 *   out     the new statistics, which the caller frees with evk_statistics_free
 *   images  the images; those that cannot be read, or repeat another one, leave the list
 *   run     threads and callbacks; the progress has no best response
 * EVK_EINVAL: the list is empty, or no image has at least 8 x 8 pixels.  EVK_EFORMAT: no image can
 * be read.  EVK_ESTOPPED: run->stop returned true.
 */
EVK_API EVK_MUST_CHECK evk_status evk_statistics_learn(evk_statistics **out, evk_image_list *images,
                                                       const evk_run *run, evk_error *err);

/*
 * Reads statistics from a file.
 *   out   the new statistics, which the caller frees with evk_statistics_free
 *   path  the file; NULL: statistics of images of dead leaves, which are part of the library
 * EVK_EIO: the file cannot be read.  EVK_EFORMAT: it is no such file, or has numbers that
 * statistics of images cannot have.
 */
EVK_API EVK_MUST_CHECK evk_status evk_statistics_read(evk_statistics **out, const char *path,
                                                      evk_error *err);

/* Writes statistics to a file; where that fails, an existing file stays as it was. */
EVK_API EVK_MUST_CHECK evk_status evk_statistics_write(const evk_statistics *s, const char *path,
                                                       evk_error *err);
EVK_API void evk_statistics_free(evk_statistics *s);

/* The most important of the statistics. */
typedef struct evk_statistics_info {
    int64_t images;        /* number of images that the statistics were learned from */
    double mean[3], sd[3]; /* mean and SD of all pixels, for each channel, display levels */
    double channel_sd;     /* median over images, display levels */
    double rms_contrast;   /* median over images, no unit */
    double level;          /* median over images of the mean of all values, a display value */
    double slope;          /* slope of the amplitude spectrum; NAN: the images were too small */
    int64_t patch;         /* rows, and columns, of a patch, pixels */
    int64_t components;    /* number of components of the model of patches */
    double explained;      /* fraction of the patches' variance that the components have */
} evk_statistics_info;

/* Writes a summary of the statistics. */
EVK_API void evk_statistics_describe(const evk_statistics *s, evk_statistics_info *out);

#ifdef __cplusplus
}
#endif
#endif /* EVK_STATISTICS_H */
