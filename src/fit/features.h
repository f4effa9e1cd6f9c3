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

/* w += z' alpha, (features, units): weights for z.  alpha: (images, units).  EVK_ENOMEM. */
evk_status evk_fit_features_project(const struct evk_fit_features *f, int64_t units,
                                    const double *alpha, double *w, evk_error *err);

/* Makes weights for x, (features, units), of weights for z, in place. */
void evk_fit_features_unscale(const struct evk_fit_features *f, int64_t units, double *w);

/* Some units of a core, and where their readouts are written. */
struct evk_fit_units {
    int64_t units, columns;
    const double *share; /* (images) shares that sum to 1, with which a mean over images is taken */
    const double *level; /* (units) what the mean response is */
    const int64_t *unit; /* (units) the columns to write */
    float *weights;      /* (features, columns) */
    float *bias;         /* (columns) such that the mean response is `level` */
};

/* Writes weights for x, w (features, units), and the biases.  EVK_ENOMEM. */
evk_status evk_fit_write(const struct evk_fit_core *core, int64_t images,
                         const struct evk_fit_units *u, const double *w, evk_error *err);

/*
 * Writes the readouts of units whose response is a constant plus the sum, over images i, of alpha[i]
 * times the product of z and the image's z.  alpha: (images, units).  EVK_ENOMEM.
 */
evk_status evk_fit_features_weights(const struct evk_fit_features *f, const struct evk_fit_units *u,
                                    const double *alpha, evk_error *err);

#endif /* EVK_FIT_FEATURES_H */
