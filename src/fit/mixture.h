/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mixture.h - the mean over kernels and penalties, each counted by its probability
 *
 * A probability is proportional to the evidence (evidence.h).  What is predicted in a fold is
 * counted by probabilities that the other folds give.
 */
#ifndef EVK_FIT_MIXTURE_H
#define EVK_FIT_MIXTURE_H

#include "fit/evidence.h"

struct evk_mixture {
    int64_t n, units, folds, kernels;
    const int64_t *start; /* (folds + 1) as in struct evk_evidence; borrowed */
    double *alpha; /* (kernels, n, units) means over penalties, as in struct evk_posterior; owned */
    double *missed; /* (kernels, n, units) the same; owned */
    double *log;    /* (kernels, 1 + folds, units) log evidence, summed over penalties; owned */
    double *share;  /* (kernels, 1 + folds, units) probabilities of kernels; owned */
    double *best;   /* (units) the largest log evidence; owned */
    int64_t *best_penalty; /* (units) the number of the penalty that has it; owned */
};

evk_status evk_mixture_init(struct evk_mixture *m, const struct evk_evidence *e, int64_t kernels,
                            evk_error *err);
void evk_mixture_release(struct evk_mixture *m);

/* Takes a kernel's posteriors of all its penalties. */
void evk_mixture_take(struct evk_mixture *m, int64_t kernel, const struct evk_posterior *of,
                      int64_t penalties);

/* Sets m->share, after all kernels. */
void evk_mixture_share(struct evk_mixture *m);

#endif /* EVK_FIT_MIXTURE_H */
