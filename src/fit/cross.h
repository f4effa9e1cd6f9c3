/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cross.h - cross-validation of ridge regression without a second fit
 *
 * Candidates are offered one by one: a kernel with a penalty.  Each unit keeps the candidate that
 * predicts its left-out folds best.  What it is predicted to do in a fold by then is the fit's own
 * success, since the fold had a part in the choice; so each fold also keeps the candidate that
 * predicts the other folds best by fits that saw neither.
 *
 * With g as in dual.h and F the images left out, the fit without F misses them by
 * g[F][F]^-1 (g r y)[F], divided by their r.  This holds with weights and a constant, too.
 */
#ifndef EVK_FIT_CROSS_H
#define EVK_FIT_CROSS_H

#include <stdbool.h>

#include "fit/dual.h"

struct evk_cross {
    int64_t n, units, folds;
    const double *weight; /* (n) as given to evk_dual_init; borrowed */
    int64_t *order;       /* (n) the images by fold; owned */
    int64_t *start;       /* (folds + 1) where each fold begins in order; owned */
    double *fold_weight;  /* (folds) sums of weights; owned */
    double all_weight;

    /* Of the candidate that is offered. */
    double *gy;     /* (n, units) owned */
    double *missed; /* (n, units) residuals of images, times r, without their fold; owned */
    double *error;  /* (folds, folds, units) sum of squares of `missed` in the second fold, without
                       both; owned */
    int workers;
    struct evk_system *systems; /* (workers) owned */

    /* Of the best so far. */
    double *inner;       /* (folds, units) the sum of `error` over the other folds; owned */
    double *total;       /* (units) the sum of squares of `missed`; owned */
    double *held;        /* (n, units) `missed` of the best by `inner`; owned */
    double *alpha;       /* (n, units) gy of the best by `total`; owned */
    int64_t *best;       /* (units) the candidate that is best by `total`; owned */
    int64_t *inner_best; /* (folds, units) the candidate that is best by `inner`; owned */
};

/* fold: (n) numbers below folds.  evk_cross_release frees what c has. */
evk_status evk_cross_init(struct evk_cross *c, int64_t n, int64_t units, int64_t folds,
                          const int64_t *fold, const double *weight, int threads, evk_error *err);
void evk_cross_release(struct evk_cross *c);

/*
 * Offers a candidate: d after evk_dual_penalise.  y: (n, units) responses times r.  Of candidates
 * that are equally good, the one that was offered last is kept.
 */
evk_status evk_cross_offer(struct evk_cross *c, const struct evk_dual *d, const double *y,
                           int64_t candidate, evk_error *err);

/* Does the fit without fold f have any image?  If not, it predicts nothing. */
bool evk_cross_predicts(const struct evk_cross *c, int64_t f);

#endif /* EVK_FIT_CROSS_H */
