/* SPDX-License-Identifier: GPL-3.0-or-later */
/* features.h - the features of a core, each in units of its SD, and what a fit computes of them */
#ifndef EVK_FIT_FEATURES_H
#define EVK_FIT_FEATURES_H

#include "fit/readouts.h"

/*
 * Features z = scale (x - mean), over the images of the fit.  No response has a part in mean and
 * scale; so they are of all images, of those too that cross-validation leaves out.
 */
struct evk_fit_features {
    const struct evk_fit_core *core;
    int64_t images;
    int threads;
    double *mean;  /* (features) owned */
    double *scale; /* (features) 1 / SD; 0: the feature does not vary; owned */
};

/* EVK_EINVAL: a feature is not finite.  evk_fit_features_release frees what it has. */
evk_status evk_fit_features_init(struct evk_fit_features *f, const struct evk_fit_core *core,
                                 int64_t images, int threads, evk_error *err);
void evk_fit_features_release(struct evk_fit_features *f);

/* gram += z z', (images, images): the kernel of the features. */
evk_status evk_fit_features_gram(const struct evk_fit_features *f, double *gram, evk_error *err);

/*
 * Writes the weights and biases of some of a core's units, whose response is a constant plus the
 * sum, over images i, of alpha[i] times the product of z and the image's z.
 *   alpha    (images, units)
 *   share    (images) which sum to 1: the mean response with these shares is `level`
 *   level    (units)
 *   unit     (units) the columns to write
 *   weights  (features, columns), for x, not for z
 *   bias     (columns)
 * EVK_ENOMEM.
 */
struct evk_fit_units {
    int64_t units, columns;
    const double *alpha, *share, *level;
    const int64_t *unit;
    float *weights, *bias;
};
evk_status evk_fit_features_weights(const struct evk_fit_features *f, const struct evk_fit_units *u,
                                    evk_error *err);

#endif /* EVK_FIT_FEATURES_H */
