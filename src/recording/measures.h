/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * measures.h - how well predictions agree with recorded responses
 *
 * Values that are NaN in either list are passed over.
 */
#ifndef EVK_RECORDING_MEASURES_H
#define EVK_RECORDING_MEASURES_H

#include "recording/recording.h"

/* An interval of 95 %: the 2.5th and the 97.5th percentile over bootstrap samples. */
struct evk_interval {
    double low, high;
};

/* Returns Pearson's correlation of predicted (n) and recorded (n); NaN where fewer than 3 pairs are
   finite, or where either is constant. */
double evk_correlation(const double *predicted, const double *recorded, int64_t n);

/*
 * Computes the interval of this correlation over `samples` bootstrap samples of the pairs, drawn
 * with a fixed seed: the same bytes on every machine.  Both ends are NaN where the correlation is.
 */
evk_status evk_correlation_interval(const double *predicted, const double *recorded, int64_t n,
                                    int64_t samples, struct evk_interval *out, evk_error *err);

/* What repeated presentations of the same images say of a unit. */
struct evk_reliability {
    int64_t images;  /* images with at least two responses, which the other numbers are over */
    double repeats;  /* median number of responses to them */
    double noise;    /* variance of the response to one presentation: its mean over images */
    double ceiling;  /* largest correlation that a model can have with the mean responses: the square
                        root of the part of their variance that is not noise; 0 where the noise
                        accounts for all of it; NaN below 3 images or 2 repeats */
};

/* Measures a unit of the recording. */
evk_status evk_reliability_measure(const evk_recording *r, int64_t unit,
                                   struct evk_reliability *out, evk_error *err);

/*
 * Returns the noise-corrected r squared, r2_ER, of Pospisil & Bair (PLoS Comput Biol 2021) between
 * predicted (images of the recording) and the unit's mean responses.  It is unbiased, and so can be
 * below 0 or above 1.  NaN below two repeats, or where predicted is constant.
 */
double evk_r2_er(const evk_recording *r, int64_t unit, const double *predicted,
                 const struct evk_reliability *noise);

#endif /* EVK_RECORDING_MEASURES_H */
