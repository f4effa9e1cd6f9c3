/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reference.h - statistics of a model's responses to reference images
 *
 * Responses to natural images give those to a synthesized image a scale: how many SDs the neuron's
 * predicted response is above its mean over them.  Sums are doubles, added in the order of the
 * images whatever the number of threads.
 */
#ifndef EVK_STIMSET_SCORE_REFERENCE_H
#define EVK_STIMSET_SCORE_REFERENCE_H

#include "base/hash.h"
#include "evoke/stimset.h"
#include "image/list.h"

enum { EVK_REFERENCE_MIN = 2 }; /* fewest images: one image gives no SD */

struct evk_reference {
    int64_t images, outputs;
    float *responses; /* (images, outputs) */
    double *mean;     /* (outputs) */
    double *squares;  /* (outputs) sum of squared differences from the mean */
    double *sd;       /* (outputs) of a sample: sqrt(squares / (images - 1)) */
};

/* EVK_EINVAL: there are fewer images than EVK_REFERENCE_MIN. */
evk_status evk_reference_check(const evk_image_list *images, evk_error *err);

/*
 * Show the images to the model, at its size, and summarise its responses.  EVK_EINVAL: fewer images
 * than EVK_REFERENCE_MIN.  Other failures, and progress, are those of evk_predict_list.  A response
 * that is not finite is no failure: mean and SD of its output are not finite then.  The caller
 * releases *out.
 */
evk_status evk_reference_read(struct evk_reference *out, const evk_model *model,
                              const evk_image_list *images, const evk_run *run, evk_error *err);
void evk_reference_release(struct evk_reference *r);

/*
 * evk_reference_new makes room for the responses, all 0.  Once the caller has filled them in,
 * evk_reference_summarise computes mean, squares and sd, on a struct that is new.
 */
evk_status evk_reference_new(struct evk_reference *out, int64_t images, int64_t outputs,
                             evk_error *err);
void evk_reference_summarise(struct evk_reference *r);

/*
 * Check that an output has finite responses to all images.  EVK_EFORMAT names the first image to
 * which it has not.
 */
evk_status evk_reference_check_output(const struct evk_reference *r, int64_t output,
                                      const evk_model *model, const evk_image_list *images,
                                      evk_error *err);

/*
 * Compute the signal correlation of one output with each output: Pearson's correlation over the
 * images.  correlation (outputs) is written, -1 to 1 up to rounding; NaN where the responses of
 * either output do not vary or are not finite.
 */
void evk_reference_correlation(const struct evk_reference *r, int64_t output, double *correlation);

/*
 * Returns the z of a response: (response - mean) / SD; NaN unless the SD is a finite number above
 * 0.
 */
double evk_reference_z(double mean, double sd, double response);

/*
 * Returns the percentage of n responses that are below x, those equal to x counted half.  sorted:
 * (n) ascending, NaN last.  NaN where x or one of the responses is not finite.
 */
double evk_reference_percentile(const float *sorted, int64_t n, float x);

/*
 * Predict the responses of models to all images of a list, as evk_predict_list does.  An image that
 * cannot be read is taken out of blamed, with the reason, and is true in left_out (images); where
 * both are NULL, such an image is an error.
 */
evk_status evk_respond_list(const evk_model *const *models, size_t count,
                            const evk_image_list *images, bool resize, const evk_run *run,
                            float *responses, evk_image_list *blamed, bool *left_out,
                            evk_error *err);

#endif /* EVK_STIMSET_SCORE_REFERENCE_H */
