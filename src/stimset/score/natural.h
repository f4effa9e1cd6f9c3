/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * natural.h - responses of a set's neurons to the reference images
 *
 * Their mean and SD give own_z its scale.  The reference image with the best response is what a
 * synthesized image is compared with and may start from.  The response of an ensemble is the mean
 * over its members.
 */
#ifndef EVK_STIMSET_SCORE_NATURAL_H
#define EVK_STIMSET_SCORE_NATURAL_H

#include "base/json.h"
#include "evoke/stimset.h"
#include "stimset/record/row.h"

/* Responses of one neuron. */
struct evk_natural {
    double mean, sd;     /* over all images; the SD is that of a sample, over n - 1 */
    const float *sorted; /* (images) responses, ascending */
    /* (depth) indices of the best images, best first; of equals the earlier one */
    const int64_t *best;
    /* (depth) indices of the worst images, worst first; of equals the earlier one */
    const int64_t *worst;
    double response; /* response to best[0], rounded to nine digits as in a table */
    /* how sure predictions of the neuron are; borrowed of the model; NULL: that is not known */
    const struct evk_calibration *calibration;
};

struct evk_naturals {
    const evk_image_list *images;
    const evk_target *targets; /* (count) */
    size_t count;
    int64_t depth;               /* number of images in best, and in worst, of each neuron */
    bool lowest;                 /* the best response is the lowest */
    struct evk_natural *neurons; /* the neurons of all targets, in order; owned */
    float *sorted;               /* (neurons, images) each ascending; owned */
    int64_t *ends;               /* (neurons, 2, depth) best and worst; owned */
};

/*
 * Prepare the images (evk_image_list_prepare), show them to the models, and find the depth best and
 * worst images of each neuron of the targets.  lowest: the lowest response is the best.
 * EVK_EINVAL: there are fewer than two images, or fewer than depth, or an image has a name that a
 * table cannot hold; EVK_EFORMAT: a response is not finite.  Images and targets must outlive *out.
 * The caller releases *out, also after a failure.
 */
evk_status evk_naturals_read(struct evk_naturals *out, const evk_target *targets, size_t count,
                             evk_image_list *images, int64_t depth, bool lowest, const evk_run *run,
                             evk_error *err);
void evk_naturals_release(struct evk_naturals *n);

/*
 * Returns the responses of the neuron with this name in tables; NULL: it is not a neuron of the
 * targets.
 */
const struct evk_natural *evk_naturals_find(const struct evk_naturals *n, const evk_model *model,
                                            const char *neuron);

/*
 * Fill in own_z, own_percentile and p_beats_natural of a row from its response_pred and the
 * responses n of its neuron.  With best, fill in natural_z, natural_file and beats_natural, too.
 */
void evk_natural_score(const struct evk_naturals *all, const struct evk_natural *n, bool best,
                       struct evk_row *row);

#endif /* EVK_STIMSET_SCORE_NATURAL_H */
