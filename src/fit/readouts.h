/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * readouts.h - weights of features that predict recorded responses
 *
 * Everything here is linear algebra in double precision on arrays in memory: images, layers and
 * files are elsewhere.  A feature counts in units of its standard deviation (SD) over the images,
 * and a feature that does not vary has no weight.
 */
#ifndef EVK_FIT_READOUTS_H
#define EVK_FIT_READOUTS_H

#include "base/error.h"
#include "evoke/stimset.h"

/* The features of one core. */
struct evk_fit_core {
    const float *x; /* (images, features) as the core gives them; borrowed */
    int64_t features;
    /* Features lie on grids: block b has rows[b] x columns[b] places of channels[b] features, which
       follow each other in the order row, column, channel. */
    int64_t blocks;
    const int64_t *rows, *columns, *channels; /* (blocks) borrowed; a vector has 1 x 1 places */
};

struct evk_fit_data {
    const struct evk_fit_core *cores; /* (core_count) borrowed */
    int64_t core_count, images, units;
    const double *y;      /* (units, images) mean responses; NaN: none; borrowed */
    const int64_t *count; /* (units, images) presentations that each mean is over; borrowed */
    const int64_t *fold;  /* (images) the fold of each image, 0 to folds - 1; borrowed */
    int64_t folds;        /* 3 or more, as evk_folds makes them */
    int threads;          /* as in evk_thread_count */
    const evk_run *run;   /* whose stop ends a fit with EVK_ESTOPPED; NULL: nothing does */
};

/* Fails with EVK_ESTOPPED where the caller wants the fit to end.  Every long loop asks. */
static inline evk_status evk_fit_check_stop(const struct evk_fit_data *d, evk_error *err)
{
    if (d->run && d->run->stop && d->run->stop(d->run->arg))
        return evk_fail(err, EVK_ESTOPPED, "interrupted; nothing is written");
    return EVK_OK;
}

/* The result.  A unit's response to an image is the mean, over cores, of
   output(bias + sum of weights times features). */
struct evk_fit_result {
    float **weights; /* (core_count) arrays (features of the core, units), for features as the core
                          gives them: the SD is divided out; owned */
    float **bias;    /* (core_count) arrays (units); owned */
    double *penalty; /* (core_count, units) the chosen penalties, in units of the mean, over
                          images, of a squared length of all features; owned */
    double
        *predicted; /* (units, images) cross-validated predictions: everything, penalties too, was
                          chosen without the fold of the image; NaN where the unit has no response
                          to the image, or none outside its fold; owned */
    const char *output; /* "linear" or "softplus" */
};

/*
 * Fits readouts that are linear in the features, with a penalty on the squared length of a unit's
 * weights (ridge regression) that cross-validation chooses for each unit and core.  An image counts
 * as often as it was presented.  The bytes of the result do not depend on the number of threads.
 * The caller releases *out.  EVK_EINVAL: a feature is not finite, or a number is out of range;
 * EVK_EUNSUPPORTED: LAPACK cannot be loaded; EVK_ENOMEM.
 */
evk_status evk_fit_ridge(struct evk_fit_result *out, const struct evk_fit_data *d, evk_error *err);

/*
 * Fits linear readouts of neurons that look at one part of the image.  Features are smoothed over
 * their grid (smoothed.h), and each core is fitted by itself.  A window says where weights may be
 * large; a readout is the mean over many windows and penalties, each counted by the probability
 * that the responses give it (evidence.h).  Otherwise as evk_fit_ridge; penalty is the most probable
 * one, and LAPACK is not needed.
 */
evk_status evk_fit_local(struct evk_fit_result *out, const struct evk_fit_data *d, evk_error *err);

/*
 * Fits linear readouts whose weights are a product: a weight for each place of a grid times a weight
 * for each channel (rank1.h).  They start from a ridge solution; space is smooth.  Each core is
 * fitted by itself.  A readout of several layers is a sum of such products, one for each layer.
 * Otherwise as evk_fit_ridge; penalty is in units of the mean eigenvalue of the products of what is
 * found, space or features.
 */
evk_status evk_fit_factorized(struct evk_fit_result *out, const struct evk_fit_data *d,
                              evk_error *err);

/*
 * Fits readouts of spike counts: y is a mean count, count the presentations, and a count has a
 * Poisson distribution whose mean is softplus(bias + sum of weights times features).  Features are
 * smoothed (smoothed.h), and each core is fitted by itself.  The penalty is that whose left-out
 * counts are most probable; inside a fold, what is left out besides is predicted by one step of
 * Newton's method.  Otherwise as evk_fit_ridge; LAPACK is not needed.  EVK_EINVAL: a response is
 * negative, too.  The time grows with the third power of the number of images, for each unit.
 */
evk_status evk_fit_poisson(struct evk_fit_result *out, const struct evk_fit_data *d,
                           evk_error *err);

void evk_fit_result_release(struct evk_fit_result *r, int64_t core_count);

#endif /* EVK_FIT_READOUTS_H */
