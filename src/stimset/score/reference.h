/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reference.h - what a model predicts for a set of reference images
 *
 * Natural images give a neuron's responses a scale: how far above its mean
 * over them, in their SD, a synthesized image is predicted to drive it.  Sums
 * are doubles in the order of the images, whatever the number of threads.
 */
#ifndef EVK_STIMSET_SCORE_REFERENCE_H
#define EVK_STIMSET_SCORE_REFERENCE_H

#include "base/hash.h"
#include "evoke/stimset.h"
#include "image/list.h"

enum { EVK_REFERENCE_MIN = 2 }; /* images: of one, there is no SD */

struct evk_reference {
    int64_t images, outputs;
    float *responses; /* (images, outputs) */
    double *mean;     /* (outputs) */
    double *squares;  /* (outputs), sum of squared differences from the mean */
    double *sd;       /* (outputs), of a sample: squares over images - 1 */
};

/* EVK_EINVAL for fewer images than EVK_REFERENCE_MIN. */
evk_status evk_reference_check(const evk_image_list *images, evk_error *err);

/*
 * Show the images to the model, at its size.  EVK_EINVAL for fewer than EVK_REFERENCE_MIN
 * of them; otherwise failures and progress are evk_predict_list's.  A response
 * that is not finite makes mean and SD of its output not finite: no failure.
 */
evk_status evk_reference_read(struct evk_reference *out, const evk_model *model,
                              const evk_image_list *images, const evk_run *run, evk_error *err);
void evk_reference_release(struct evk_reference *r);

/* Room for responses, all 0; what follows from them once they are there. */
evk_status evk_reference_new(struct evk_reference *out, int64_t images, int64_t outputs,
                             evk_error *err);
void evk_reference_summarise(struct evk_reference *r);

/* EVK_EFORMAT, with the first image to which an output's response is not finite. */
evk_status evk_reference_check_output(const struct evk_reference *r, int64_t output,
                                      const evk_model *model, const evk_image_list *images,
                                      evk_error *err);

/*
 * Signal correlation of one output with each: Pearson's, over the images.
 * correlation (outputs) is written: -1 to 1, give or take a rounding; NaN where
 * either does not vary or is not finite.
 */
void evk_reference_correlation(const struct evk_reference *r, int64_t output, double *correlation);

/* (response - mean) / SD; NaN unless the SD is a finite number above 0. */
double evk_reference_z(double mean, double sd, double response);

/*
 * Percent of n responses, ascending and NaN last, that are below x, those that
 * equal it counted half; NaN where x or one of them is not finite.
 */
double evk_reference_percentile(const float *sorted, int64_t n, float x);

/*
 * Responses to all images of a list, as evk_predict_list.  Images that cannot be read are named in
 * blamed and true in left_out; where both are NULL, such an image is an error.
 */
evk_status evk_respond_list(const evk_model *const *models, size_t count,
                            const evk_image_list *images, bool resize, const evk_run *run,
                            float *responses, evk_image_list *blamed, bool *left_out,
                            evk_error *err);

#endif /* EVK_STIMSET_SCORE_REFERENCE_H */
