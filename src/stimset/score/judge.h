/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * judge.h - models that score finished images and take no part in making them
 *
 * A judge predicts the response to an image that was synthesized for another model.  The prediction
 * is compared with the judge's own predictions for reference images: how many SDs it is above their
 * mean (z), what percentage of them it exceeds (percentile), and how far it exceeds the judge's
 * predictions for other neurons (selectivity).  A high score says that the image works in a model
 * other than the one it was synthesized for.  It does not say that the image drives the real
 * neuron.
 */
#ifndef EVK_STIMSET_SCORE_JUDGE_H
#define EVK_STIMSET_SCORE_JUDGE_H

#include "evoke/stimset.h"

struct evk_judge {
    const evk_model *model;
    int64_t outputs;
    int64_t images;    /* reference images; 0: none, and all pointers below are NULL */
    double *mean, *sd; /* (outputs) of the responses to the reference images */
    int64_t *place;    /* (outputs) row in the arrays below; -1: will not be scored */
    float *sorted;     /* (scored, images) responses of each scored output, ascending */
    unsigned char
        /* (scored, (outputs + 7) / 8) a bit for each output that enters selectivity */
        *uncorrelated;
};

/*
 * What a judge says of one image.  NaN: the number is missing.
 *
 *   z            (response - mean) / SD, mean and SD over the reference images.  NaN where the
 *                SD is 0 or not finite.
 *   percentile   percentage of the reference images with a smaller response, those with the
 *                same response counted half: 0 to 100.  NaN where this response or a response
 *                to a reference image is not finite.
 *   selectivity  z minus the mean z of the judge's other outputs whose signal correlation with
 *                this output is below 0.5 in magnitude.  The magnitude counts because an output
 *                that mirrors this one falls whenever this one rises, so that the same signal
 *                would count twice.  NaN where there is no such output.
 */
struct evk_score {
    double response, z, percentile, selectivity;
};

/*
 * Show the reference images to the judge, and keep what scores need of its responses.
 *   outputs    (count) outputs that evk_judge_score will be asked for; an output may occur twice
 *   reference  NULL: scores will have the response only
 * EVK_EINVAL: the judge does not have one of the outputs, or there are fewer than two images.
 * The model must outlive the judge.  The caller releases *out with evk_judge_release.
 */
evk_status evk_judge_init(struct evk_judge *out, const evk_model *model, const int64_t *outputs,
                          size_t count, const evk_image_list *reference, const evk_run *run,
                          evk_error *err);
void evk_judge_release(struct evk_judge *j);

/*
 * Score one image.
 *   responses  (outputs) responses of the judge's model to the image
 *   output     the output to score, in [0, outputs); percentile and selectivity are NaN where
 *              evk_judge_init was not told of it
 * Several threads may call this at once.
 */
void evk_judge_score(const struct evk_judge *j, const float *responses, int64_t output,
                     struct evk_score *out);

#endif /* EVK_STIMSET_SCORE_JUDGE_H */
