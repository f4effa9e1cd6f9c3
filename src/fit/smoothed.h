/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * smoothed.h - the features of a core, smoothed over its grids
 *
 * A neuron's weights for neighbouring places are alike.  A readout of smoothed features says so: its
 * weights for the features themselves are smoothed, too.  A channel has one scale for all its
 * places, so that places keep their contrast.
 */
#ifndef EVK_FIT_SMOOTHED_H
#define EVK_FIT_SMOOTHED_H

#include "fit/readouts.h"

struct evk_smoothed {
    const struct evk_fit_core *core;
    int64_t images;
    int threads;
    double smoothing; /* the SD of the smoothing kernel, as a part of the grid */
    double *scale;    /* (features) of which each channel has one; 0: it does not vary; owned */
    double *mean;     /* (features) over the images; owned */
    float *z;         /* (images, features) smoothed scale (x - mean); owned */
};

/*
 * Smooths by a Gaussian whose SD is `smoothing` times the grid's rows, and its columns.  EVK_EINVAL: a
 * feature is not finite; EVK_ENOMEM.  evk_smoothed_release frees what it has.
 */
evk_status evk_smoothed_init(struct evk_smoothed *s, const struct evk_fit_core *core,
                             int64_t images, double smoothing, int threads, evk_error *err);
void evk_smoothed_release(struct evk_smoothed *s);

/*
 * The parts of z that products read (linalg/product.h); `of` is a struct evk_smoothed.  Terms are
 * images, and columns are features; or terms are features, and columns are images.
 */
void evk_smoothed_fill(const void *of, int64_t term, int64_t terms, int64_t column, int64_t width,
                       double *panel);
void evk_smoothed_fill_images(const void *of, int64_t term, int64_t terms, int64_t column,
                              int64_t width, double *panel);

/* Makes weights for x, (features, units), of weights for z, in place. */
evk_status evk_smoothed_weights(const struct evk_smoothed *s, int64_t units, double *w,
                                evk_error *err);

#endif /* EVK_FIT_SMOOTHED_H */
