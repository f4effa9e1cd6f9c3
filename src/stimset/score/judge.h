/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * judge.h - models that score finished images and never steer them
 *
 * A judge predicts the response to an image that climbed another model.  Over
 * reference images, of its own predictions: how many SD above their mean (z),
 * above how many of them (percentile), and how much further than its other
 * neurons (selectivity).  This says whether an image transfers beyond the
 * model it climbed; not that it drives the neuron.
 */
#ifndef EVK_STIMSET_SCORE_JUDGE_H
#define EVK_STIMSET_SCORE_JUDGE_H

#include "evoke/stimset.h"

struct evk_judge {
    const evk_model *model;
    int64_t outputs;
    int64_t images;    /* of reference; 0: without, and all below is NULL */
    double *mean, *sd; /* (outputs), over the reference images */
    int64_t *place;    /* (outputs), among those that will be scored; -1: will not */
    float *sorted;     /* (scored, images), responses of each, ascending */
    unsigned char
        *uncorrelated; /* (scored, (outputs + 7) / 8), a bit an output: enters selectivity */
};

/*
 * What a judge says of one image; NaN is missing.
 *
 * z            (response - mean) / SD.  NaN where the SD is 0 or not finite.
 * percentile   percent of the reference images with a smaller response, those
 *              with the same counted half: 0 to 100.  NaN where this response
 *              or one of theirs is not finite
 * selectivity  z minus the mean z of the judge's other outputs whose signal
 *              correlation with this one is, in magnitude, below 0.5.  In
 *              magnitude, because a neuron that is its mirror image falls
 *              whenever it rises: it would count as selectivity what is the
 *              same signal twice.  NaN where there is no such output.
 */
struct evk_score {
    double response, z, percentile, selectivity;
};

/*
 * Show the reference images (NULL: none, responses only) to the judge.
 *   outputs    (count), those that evk_judge_score will be asked for; repeats are fine
 * EVK_EINVAL for an output that the judge does not have and for fewer than two
 * images.  The model must outlive the judge; release it with evk_judge_release.
 */
evk_status evk_judge_init(struct evk_judge *out, const evk_model *model, const int64_t *outputs,
                          size_t count, const evk_image_list *reference, const evk_run *run,
                          evk_error *err);
void evk_judge_release(struct evk_judge *j);

/*
 * responses (outputs): the judge's to the finished image.  output: in
 * [0, outputs); for one that evk_judge_init was not told of, percentile and
 * selectivity are NaN.  Safe from several threads at once.
 */
void evk_judge_score(const struct evk_judge *j, const float *responses, int64_t output,
                     struct evk_score *out);

#endif /* EVK_STIMSET_SCORE_JUDGE_H */
