/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * measures.h - how well predictions agree with recorded responses
 *
 * A pair of numbers of which one is NaN is passed over.  Below, x_i is the prediction for image i
 * less the mean prediction, y_i the mean of the n_i responses of the unit to that image less the
 * mean of these means, and m the number of images with both.
 */
#ifndef EVK_RECORDING_MEASURES_H
#define EVK_RECORDING_MEASURES_H

#include "recording/bootstrap.h"
#include "recording/recording.h"

/* Returns Pearson's correlation of predicted (n) and recorded (n); NaN where fewer than 3 pairs are
   finite, or where either is constant. */
double evk_correlation(const double *predicted, const double *recorded, int64_t n);

/* The straight line recorded = offset + slope * predicted with the least squared error. */
struct evk_line_fit {
    double slope, offset;
};

/* Returns this line; NaN where the correlation is. */
struct evk_line_fit evk_regression(const double *predicted, const double *recorded, int64_t n);

/*
 * Computes the interval of this correlation over `samples` bootstrap samples of the pairs, drawn
 * with a fixed seed: the same bytes on every machine.  Both ends are NaN where the correlation is.
 * Samples in which either is constant are passed over.  A percentile between two values is
 * interpolated linearly.
 */
evk_status evk_correlation_interval(const double *predicted, const double *recorded, int64_t n,
                                    int64_t samples, struct evk_interval *out, evk_error *err);

/* What repeated presentations of the same images say of a unit. */
struct evk_reliability {
    int64_t images; /* images with at least two responses, over which repeats and noise are */
    double repeats; /* median number of responses to them; NaN where there is no such image */
    double noise;   /* s2, the variance of the response to one presentation: the variance over
                       presentations, with n_i - 1 in its denominator, averaged over these images;
                       NaN where there is none */
    /*
     * The largest correlation that a model can have with the mean responses, which is the square
     * root of the part of their variance that is not noise: with V the sum of y_i^2 over m - 1, and
     * N the mean of s2 / n_i over all images with a response, it is sqrt((V - N) / V).  0 where N
     * is V or more; NaN below 3 images, or where no image has two responses.
     */
    double ceiling;
};

/* Measures a unit of the recording. */
evk_status evk_reliability_measure(const evk_recording *r, int64_t unit,
                                   struct evk_reliability *out, evk_error *err);

/* Groups of images within which responses are compared, such as folds. */
struct evk_image_groups {
    const int64_t *group; /* (images of the recording) from 0; borrowed */
    int64_t count;
};

/*
 * Returns the noise-corrected r squared, r2_ER, of Pospisil & Bair (PLoS Comput Biol 17: e1009212,
 * 2021) between predicted (images of the recording) and the unit's mean responses, within groups;
 * groups NULL: all images are one group.
 *
 *     (sum x_i y_i)^2 - sum x_i^2 s2 / n_i
 *     -----------------------------------------------------------
 *     sum x_i^2 (sum y_i^2 - (m - 1) times the mean of s2 / n_i)
 *
 * which is their formula where all n_i are the same.  x and y are deviations from the means of
 * their group, and (m - 1) is m less the number of groups.  Its numerator and denominator are unbiased,
 * and so it can be below 0 or above 1.  NaN where no image has two responses, below 3 images, or
 * where predicted is constant within groups or the denominator is not above 0.
 */
double evk_r2_er(const evk_recording *r, int64_t unit, const double *predicted,
                 const struct evk_image_groups *groups, const struct evk_reliability *noise);

#endif /* EVK_RECORDING_MEASURES_H */
