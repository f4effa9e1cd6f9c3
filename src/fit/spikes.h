/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spikes.h - one unit's spike counts: a Poisson rate softplus(f), f a constant plus a function of a
 * kernel's space
 *
 * The fit minimises, over the constant and the function,
 *
 *     sum over images of count (rate - y log rate)  +  penalty / 2 |function|^2
 *
 * which is convex.  Newton's method solves a weighted least-squares problem in each step.
 */
#ifndef EVK_FIT_SPIKES_H
#define EVK_FIT_SPIKES_H

#include "base/error.h"
#include "linalg/cholesky.h"

/* log(1 + exp(x)) */
double evk_softplus(double x);

/* What a unit is fitted to.  Everything is borrowed. */
struct evk_spikes {
    int64_t images, n;
    const double *kernel; /* (images, images) */
    const int64_t *image; /* (n) the images of the fit */
    const double *y;      /* (images) mean counts, 0 or more where an image is of the fit */
    const double *count;  /* (images) presentations */
};

/* Memory of one thread, for fits of at most `images` images; and a fit. */
struct evk_spikes_room {
    double *f;     /* (images) of all images, those too that are not of the fit; owned */
    double *alpha; /* (images) f = constant + kernel alpha; 0 outside the fit; owned */
    double constant;
    double *root, *target, *next; /* (images) room; owned */
    struct evk_system system;
};
evk_status evk_spikes_room_init(struct evk_spikes_room *r, int64_t images, evk_error *err);
void evk_spikes_room_release(struct evk_spikes_room *r);

/* Starts from the mean count.  Where no image of the fit has a spike, that is a rate of nearly 0. */
void evk_spikes_start(struct evk_spikes_room *r, const struct evk_spikes *s);

/* Fits with a penalty above 0, from the fit that the room holds. */
void evk_spikes_fit(struct evk_spikes_room *r, const struct evk_spikes *s, double penalty);

/* The negative log likelihood of a mean count y of n presentations, less what f does not change. */
double evk_spikes_loss(double f, double y, double n);

/*
 * The weight and the target of the least-squares problem that has the same slope and curvature at f
 * as the loss of one presentation.
 */
void evk_spikes_working(double f, double y, double *weight, double *target);

#endif /* EVK_FIT_SPIKES_H */
