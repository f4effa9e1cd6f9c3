/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rank1.h - readouts that are a product: a weight for each place times a weight for each channel
 *
 * Space and features are found in turn, each by penalised least squares given the other.
 */
#ifndef EVK_FIT_RANK1_H
#define EVK_FIT_RANK1_H

#include "fit/features.h"
#include "kernel/kernel.h"

/* One unit: what it is fitted to.  Everything is borrowed. */
struct evk_rank1_task {
    const struct evk_fit_features *features;
    const float *z;       /* (images, features) the features as evk_fit_features_floats has them */
    const double *y;      /* (images) responses; those without weight are not read */
    const double *weight; /* (images) 0: the image is left out */
    double penalty;       /* on features, in units of the mean eigenvalue of their products */
};

/* Writes z, (images, features), as floats. */
void evk_fit_features_floats(const struct evk_fit_features *f, float *z);

/* The readout, and room for finding it; all owned. */
struct evk_rank1 {
    int64_t places, channels; /* of all blocks together */
    double *space;            /* (places) */
    double *of_channel;       /* (channels) */
    double constant;          /* response = constant + sum of space of_channel z */
    double *predicted;        /* (images) of all images */
    const struct evk_kernels *k;
    float *floats;                                                 /* room */
    double *design, *target, *root, *penalty, *product, *solution; /* room */
};
evk_status evk_rank1_init(struct evk_rank1 *r, const struct evk_fit_features *f, evk_error *err);
void evk_rank1_release(struct evk_rank1 *r);

/*
 * The largest singular value's pair of a matrix, (rows, columns): left and right have the lengths
 * sqrt(value), and their product is the matrix where its rank is 1.  A matrix of zeros gives zeros.
 */
void evk_rank1_pair(int64_t rows, int64_t columns, const double *w, double *left, double *right);

/* Starts from weights w of z, (features): the singular pair of each block. */
void evk_rank1_start(struct evk_rank1 *r, const struct evk_fit_features *f, const double *w);

/* Fits: features given space, then space given features, some rounds of both.  EVK_ENOMEM. */
evk_status evk_rank1_fit(struct evk_rank1 *r, const struct evk_rank1_task *task, evk_error *err);

#endif /* EVK_FIT_RANK1_H */
