/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * calibration.h - how sure the prediction of a fitted unit is
 *
 * Cross-validation says how far recorded responses to photographs are from predictions.  To new
 * images, and to synthetic ones above all, they are farther away.  By how much was learned once on
 * published recordings of synthetic images; calibration.c has the numbers.  All of this is in the
 * unit of the recording, and nothing depends on which unit that is.
 */
#ifndef EVK_MODEL_CALIBRATION_H
#define EVK_MODEL_CALIBRATION_H

#include <stdbool.h>

#include "base/error.h"
#include "base/json.h"

/* What is kept of a unit's cross-validation: predictions are those for images left out. */
struct evk_calibration {
    double images;     /* with a response and a prediction; 0: nothing is known of the unit */
    double mean, sd;   /* of recorded mean responses */
    double lowest;     /* the smallest of these */
    double prediction; /* mean of the predictions */
    double smallest, largest; /* of the predictions */
    double slope;             /* of recorded responses against predictions, 0 to 1.5 */
    double residual;          /* SD of recorded responses about that line */
    double low, high; /* 5 % and 95 % quantiles of the residuals, each divided by the SD that is
                         expected at its prediction: one below and one above 0 */
};

/* The fewest images of which a unit is calibrated, and the least SD of its responses. */
enum { EVK_CALIBRATION_IMAGES = 20 };
#define EVK_CALIBRATION_SD 1e-30

/*
 * Measures a unit.  predicted, recorded: (n), NaN where there is none.  c->images becomes 0 where
 * there are too few images, or where responses hardly vary.  Fails with EVK_ENOMEM only.
 */
evk_status evk_calibration_measure(struct evk_calibration *c, const double *predicted,
                                   const double *recorded, int64_t n, evk_error *err);

/* What the recorded mean response to a new image is expected to be. */
struct evk_expected {
    double low, middle, high; /* the interval of 90 %, and the median within it */
};

/* Returns what is expected where the model predicts this response; NaN where nothing is known. */
struct evk_expected evk_calibration_expect(const struct evk_calibration *c, double predicted);

/*
 * Returns the probability that the recorded response to an image is above that to another one, where
 * the model predicts these responses; NaN where nothing is known.
 */
double evk_calibration_above(const struct evk_calibration *c, double predicted, double other);

/*
 * Puts the calibration of all neurons of a card under the key "calibration": for each number a list
 * with one for each neuron, null where nothing is known.  Nothing is put where nothing is known of
 * any neuron.
 */
void evk_calibration_put(struct evk_json_writer *w, evk_json *card,
                         const struct evk_calibration *units, int64_t count);

/*
 * Reads that key, json, which may be NULL: then *out is NULL.  The caller frees *out, of count
 * neurons.  EVK_EFORMAT: a list is missing or has another length, or a number cannot be.
 */
evk_status evk_calibration_read(struct evk_calibration **out, const evk_json *json, int64_t count,
                                evk_error *err);

#endif /* EVK_MODEL_CALIBRATION_H */
